package dev.spindle.engine.text;

import org.agrona.UnsafeApi;

/**
 * Short texts in fewer bits a character: a text whose characters all belong to a small alphabet is written as numbers within
 * that alphabet.
 *
 * <pre>
 *   class     bits  alphabet                      what has it
 *   HEX       4     0-9 a-f                       digests, identifiers
 *   NUMERIC   4     + , - . / 0-9 :               dates, times, decimals, addresses
 *   UUID      5     + , - . / 0-9 : a-p           UUIDs, hardware addresses
 *   LOWER     5     space - . / _ ` a-z           words, names of hosts and files
 *   BASE64    6     + / 0-9 A-Z a-z               base64 without padding, tokens
 *   URL       6     - 0-9 A-Z _ a-z               base64 for addresses, identifiers
 *   OCTET     6     0 to o                        six random bits behind '0', as load generators make them
 *   ASCII     7     all below 128                 everything else that is English
 * </pre>
 *
 * <h2>Layout</h2>
 *
 * Eight characters of b bits take b bytes, the first character in the lowest bits, the first bits in the first byte; the last
 * group has as many bytes as its characters need, and what is left of its last byte is 0. So a text of a length has one packed
 * form in a class, and two packed texts of one class and length are equal if and only if their bytes are.
 *
 * <h2>Eight at a time</h2>
 *
 * Alphabets are runs of ASCII in ascending order, so a character becomes its number by subtracting the gaps below it: that is
 * a few sums and shifts for the eight lanes of a word. The numbers are then moved together in three steps, pairs, fours, eights.
 * Lanes that hold nothing borrow from lanes above them only, and are cut off. The way back takes two characters at a time from
 * a table, of 2 KiB where they have five bits: that is faster than the sums. Codes by frequency (Huffman) save little on random text, which is what no other
 * means makes smaller, and have no fixed places. What is common between texts is not looked for here: the callers code against
 * a neighbour first.
 *
 * <h2>Frozen memory</h2>
 *
 * These are functions of native addresses, which see what is there now. Whoever reads through a frozen {@link
 * dev.spindle.engine.memory.Memory} copies the packed bytes out first.
 */
public final class TextPack {

    /** No class has the text. */
    public static final int NONE = -1;

    public static final int HEX = 0;
    public static final int NUMERIC = 1;
    public static final int UUID = 2;
    public static final int LOWER = 3;
    public static final int BASE64 = 4;
    public static final int URL = 5;
    public static final int OCTET = 6;
    public static final int ASCII = 7;

    /** Number of classes; a class takes three bits. */
    public static final int CLASSES = 8;

    /** The set of all classes, bit n for class n. */
    public static final int ALL = (1 << CLASSES) - 1;

    /** The set of the classes that save a quarter and more. */
    public static final int DENSE = ALL & ~(1 << ASCII);

    /** Bytes that {@link #pack} may write behind the packed text, and {@link #unpack} behind the text. */
    public static final int SLACK = 8;

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    // Four bits for each class.
    private static final int BITS = 0x7666_5544;

    // The classes that a character belongs to.
    private static final byte[] CLASSES_OF = classesOf();

    // By class, and by the bits of two characters: both. Of ASCII there is none, for it takes
    // shifts
    // alone.
    private static final char[][] PAIRS = pairs();

    private TextPack() {}

    private static char[][] pairs() {
        char[][] all = new char[CLASSES][];
        for (int textClass = 0; textClass < ASCII; textClass++) {
            int bits = bits(textClass);
            all[textClass] = new char[1 << 2 * bits];
            for (int c = 0; c < 128; c++) {
                if ((CLASSES_OF[c] >>> textClass & 1) == 0) {
                    continue;
                }
                int number = (int) encode(textClass, c) & 127;
                for (int other = 0; other < 1 << bits; other++) {
                    all[textClass][number | other << bits] |= (char) c;
                    all[textClass][other | number << bits] |= (char) (c << 8);
                }
            }
        }
        return all;
    }

    private static byte[] classesOf() {
        byte[] sets = new byte[256];
        for (int c = 0; c < 128; c++) {
            for (int textClass = 0; textClass < CLASSES; textClass++) {
                if ((outside(textClass, c) & 0x80) == 0) {
                    sets[c] |= (byte) (1 << textClass);
                }
            }
        }
        return sets;
    }

    /** Bits of a character in a class. */
    public static int bits(int textClass) {
        return BITS >>> (textClass << 2) & 15;
    }

    /** Bytes of a packed text. */
    public static int size(int textClass, int length) {
        int bits = bits(textClass);
        return (length >>> 3) * bits + ((length & 7) * bits + 7 >>> 3);
    }

    /**
     * Finds the class with the fewest bits that has all characters of a text, the first in the order above.
     *
     * @param allowed the set of classes to choose from, bit n for class n; fewer make it give up sooner.
     * @return the class or {@link #NONE}.
     */
    public static int classOf(long text, int length, int allowed) {
        int set = allowed;
        if (length < 8) {
            for (int i = 0; i < length; i++) {
                set &= CLASSES_OF[UnsafeApi.getByte(text + i) & 255];
            }
            return set == 0 ? NONE : Integer.numberOfTrailingZeros(set);
        }
        set &= classesOf(UnsafeApi.getLong(text));
        while (set != 0) {
            int textClass = Integer.numberOfTrailingZeros(set);
            int at = scan(textClass, text, length - 8);
            if (at < 0) {
                return textClass;
            }
            set &= classesOf(UnsafeApi.getLong(text + at));
        }
        return NONE;
    }

    // The classes that have all eight characters of a word.
    private static int classesOf(long word) {
        int low = (int) word;
        int high = (int) (word >>> 32);
        return CLASSES_OF[low & 255]
                & CLASSES_OF[low >>> 8 & 255]
                & CLASSES_OF[low >>> 16 & 255]
                & CLASSES_OF[low >>> 24]
                & CLASSES_OF[high & 255]
                & CLASSES_OF[high >>> 8 & 255]
                & CLASSES_OF[high >>> 16 & 255]
                & CLASSES_OF[high >>> 24];
    }

    // The offset of a word behind the first one that is not all of a class, or -1. One loop for
    // each
    // class: the compiler folds the constant into it.
    private static int scan(int textClass, long text, int last) {
        return switch (textClass) {
            case HEX -> scanFor(HEX, text, last);
            case NUMERIC -> scanFor(NUMERIC, text, last);
            case UUID -> scanFor(UUID, text, last);
            case LOWER -> scanFor(LOWER, text, last);
            case BASE64 -> scanFor(BASE64, text, last);
            case URL -> scanFor(URL, text, last);
            case OCTET -> scanFor(OCTET, text, last);
            default -> scanFor(ASCII, text, last);
        };
    }

    private static int scanFor(int textClass, long text, int last) {
        for (int i = 8; i < last; i += 8) {
            if ((outside(textClass, UnsafeApi.getLong(text + i)) & HIGH) != 0) {
                return i;
            }
        }
        // The last word overlaps the one before it.
        return (outside(textClass, UnsafeApi.getLong(text + last)) & HIGH) == 0 ? -1 : last;
    }

    // The highest bit of a lane says that its character does not belong to a class; the lowest such
    // lane is right, those above it need not be.
    private static long outside(int textClass, long w) {
        return w
                | ~switch (textClass) {
                    case HEX -> inHex(w);
                    case NUMERIC -> between('+', ':', w);
                    case UUID -> between('+', ':', w) | between('a', 'p', w);
                    case LOWER -> inLower(w);
                    case BASE64 -> inBase64(w);
                    case URL -> inUrl(w);
                    case OCTET -> between('0', 'o', w);
                    default -> -1L;
                };
    }

    // Methods of their own keep the one above small enough to be inlined.

    private static long inHex(long w) {
        return between('0', '9', w) | between('a', 'f', w);
    }

    private static long inLower(long w) {
        return between(' ', ' ', w) | between('-', '/', w) | between('_', 'z', w);
    }

    private static long inBase64(long w) {
        return between('+', '+', w)
                | between('/', '9', w)
                | between('A', 'Z', w)
                | between('a', 'z', w);
    }

    private static long inUrl(long w) {
        return between('-', '-', w)
                | between('0', '9', w)
                | between('A', 'Z', w)
                | between('_', '_', w)
                | between('a', 'z', w);
    }

    private static long between(int first, int last, long lanes) {
        return from(first, lanes) & ~from(last + 1, lanes);
    }

    // The highest bit of a lane says that it is not below a character, both below 128.
    private static long from(int first, long lanes) {
        return lanes + ONES * (0x80 - first);
    }

    // 1 in each lane that is not below a number.
    private static long step(int first, long lanes) {
        return from(first, lanes) >>> 7 & ONES;
    }

    // Characters to their numbers in a class: what the gaps below them have is subtracted.
    private static long encode(int textClass, long w) {
        return switch (textClass) {
            case HEX -> w - ONES * '0' - (w >>> 6 & ONES) * 39;
            case NUMERIC -> w - ONES * '+';
            case UUID -> w - ONES * '+' - (w >>> 6 & ONES) * 38;
            case LOWER -> w - ONES * ' ' - step('!', w) * 12 - (w >>> 6 & ONES) * 47;
            case BASE64 ->
                    w - ONES * '+' - step('/', w) * 3 - (w >>> 6 & ONES) * 7 - step('a', w) * 6;
            case URL ->
                    w
                            - ONES * '-'
                            - step('0', w) * 2
                            - (w >>> 6 & ONES) * 7
                            - step('_', w) * 4
                            - step('a', w);
            case OCTET -> w - ONES * '0';
            default -> w;
        };
    }

    /**
     * Packs a text.
     *
     * @param textClass a class that has all its characters.
     * @param to outside the arena, with {@link #SLACK} bytes of room behind the packed text.
     */
    public static void pack(int textClass, long text, int length, long to) {
        switch (textClass) {
            case HEX -> packAs(HEX, 4, text, length, to);
            case NUMERIC -> packAs(NUMERIC, 4, text, length, to);
            case UUID -> packAs(UUID, 5, text, length, to);
            case LOWER -> packAs(LOWER, 5, text, length, to);
            case BASE64 -> packAs(BASE64, 6, text, length, to);
            case URL -> packAs(URL, 6, text, length, to);
            case OCTET -> packAs(OCTET, 6, text, length, to);
            default -> packAs(ASCII, 7, text, length, to);
        }
    }

    private static void packAs(int textClass, int bits, long text, int length, long to) {
        long at = to;
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            long lanes = encode(textClass, UnsafeApi.getLong(text + i));
            UnsafeApi.putLong(at, gather(bits, lanes));
            at += bits;
        }
        int rest = length - i;
        if (rest > 0) {
            long word =
                    length >= 8
                            ? UnsafeApi.getLong(text + length - 8) >>> (8 - rest << 3)
                            : few(text, rest);
            long lanes = encode(textClass, word) & (1L << (rest << 3)) - 1;
            UnsafeApi.putLong(at, gather(bits, lanes));
        }
    }

    // Moves the low bits of eight lanes together.
    private static long gather(int bits, long lanes) {
        long pairs =
                lanes & 0x00FF_00FF_00FF_00FFL | (lanes & 0xFF00_FF00_FF00_FF00L) >>> (8 - bits);
        long fours =
                pairs & 0x0000_FFFF_0000_FFFFL
                        | (pairs & 0xFFFF_0000_FFFF_0000L) >>> (16 - 2 * bits);
        return fours & 0xFFFF_FFFFL | fours >>> 32 << 4 * bits;
    }

    // Moves eight numbers apart, each to a lane.
    private static long scatter(int bits, long packed) {
        long four = (1L << 4 * bits) - 1;
        long fours = packed & four | (packed >>> 4 * bits & four) << 32;
        long two = (1L << 2 * bits) - 1;
        long twos = two | two << 32;
        long pairs = fours & twos | (fours >>> 2 * bits & twos) << 16;
        long one = (1L << bits) - 1;
        long each = (one | one << 16) * 0x1_0000_0001L;
        return pairs & each | (pairs >>> bits & each) << 8;
    }

    /**
     * Unpacks a text. Nothing behind the packed bytes is read.
     *
     * @param length of the text.
     * @param to outside the arena, with {@link #SLACK} bytes of room behind the text.
     */
    public static void unpack(int textClass, long packed, int length, long to) {
        char[] pairs = PAIRS[textClass];
        switch (bits(textClass)) {
            case 4 -> unpack(4, pairs, packed, length, to);
            case 5 -> unpack(5, pairs, packed, length, to);
            case 6 -> unpack(6, pairs, packed, length, to);
            default -> unpack(7, null, packed, length, to);
        }
    }

    private static void unpack(int bits, char[] pairs, long packed, int length, long to) {
        long end = packed + (length >>> 3) * bits + ((length & 7) * bits + 7 >>> 3);
        long out = to;
        long at = packed;
        for (; at + 8 <= end; at += bits) {
            UnsafeApi.putLong(out, eight(bits, pairs, UnsafeApi.getLong(at)));
            out += 8;
        }
        // One group more, or two where they are of four bits.
        for (long stop = to + length; out < stop; out += 8) {
            int left = (int) (end - at);
            long word =
                    end - packed >= 8
                            ? UnsafeApi.getLong(end - 8) >>> (8 - left << 3)
                            : few(at, left);
            UnsafeApi.putLong(out, eight(bits, pairs, word));
            at += bits;
        }
    }

    private static long eight(int bits, char[] pairs, long packed) {
        if (bits == 7) {
            return scatter(bits, packed);
        }
        // The length of a table is a power of two: no index is beyond it.
        int mask = pairs.length - 1;
        int low = (int) packed;
        int high = (int) (packed >>> 4 * bits);
        long first = pairs[low & mask] | pairs[low >>> 2 * bits & mask] << 16;
        long second = pairs[high & mask] | pairs[high >>> 2 * bits & mask] << 16;
        return first & 0xFFFF_FFFFL | second << 32;
    }

    // Up to seven bytes.
    private static long few(long at, int bytes) {
        if (bytes >= 4) {
            return UnsafeApi.getInt(at) & 0xFFFF_FFFFL
                    | (UnsafeApi.getInt(at + bytes - 4) & 0xFFFF_FFFFL) << (bytes - 4 << 3);
        }
        long word = 0;
        for (int i = 0; i < bytes; i++) {
            word |= (UnsafeApi.getByte(at + i) & 255L) << (i << 3);
        }
        return word;
    }
}

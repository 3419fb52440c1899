package dev.spindle.engine.keyspace;

import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;

/**
 * Layout of an entry: one allocation that holds a key, its header and, when it is small, its value.
 *
 * <pre>
 *   0   u8   type (low nibble) | encoding (high nibble); never 0, which marks a free slot
 *   1   u8   flags
 *   2   u24  access clock: LRU seconds, or LFU minutes and counter
 *   5   u8   key length; 255: the length stands in a word of its own
 *   6   u16  length of an inline value
 *   8   i64  expiry, epoch milliseconds; only with EXPIRE
 *   +8  u64  value word; only with WORD: an integer, or handle (low half) and length (high half) of a blob, or whatever
 *            the type keeps there
 *   +8  u32  key length, u32 unused; only with LONG_KEY
 *   ..  key bytes, then the bytes of an inline value
 * </pre>
 *
 * Fixed fields stand before the key so that they are aligned and found without knowing its length. A 16-byte key with a
 * 32-byte value takes 56 bytes, with an integer 32.
 *
 * <p>Static methods over addresses; nothing here owns memory.
 */
public final class Entry {

    /** The value is in the value word. */
    public static final int WORD = 1;

    /** The entry has an expiry field. */
    public static final int EXPIRE = 2;

    /** The key length stands in a word of its own. */
    public static final int LONG_KEY = 4;

    /** With WORD: the word holds handle and length of a blob outside the entry. */
    public static final int BLOB = 8;

    /** Some elements of the value expire of themselves. */
    public static final int VOLATILE = 16;

    /** What the expiry field holds when it was taken back. */
    public static final long NO_EXPIRY = -1;

    /** Longest value that is kept inside an entry. */
    public static final int INLINE_MAX = 1024;

    private static final int LONG_KEY_MARK = 255;

    // The one type whose word may be a number; all types are engine.type's to know.
    private static final int STRING_TYPE = 1;

    private Entry() {}

    /** Bytes that an entry needs. */
    public static long size(int flags, int keyLength, int inlineLength) {
        return keyOffset(flags) + (long) keyLength + inlineLength;
    }

    /** The flags that a key of a length adds. */
    public static int keyFlags(int keyLength) {
        return keyLength >= LONG_KEY_MARK ? LONG_KEY : 0;
    }

    private static int keyOffset(int flags) {
        return 8 + ((flags & EXPIRE) << 2) + ((flags & WORD) << 3) + ((flags & LONG_KEY) << 1);
    }

    /** Writes the header word and, for a long key, its length; the rest is the caller's. */
    public static void init(
            Memory memory,
            long entry,
            int type,
            int encoding,
            int flags,
            int clock,
            int keyLength,
            int inlineLength) {
        long shortLength = Math.min(keyLength, LONG_KEY_MARK);
        memory.putLong(
                entry,
                type
                        | (long) encoding << 4
                        | (long) flags << 8
                        | (clock & 0xFF_FFFFL) << 16
                        | shortLength << 40
                        | (long) inlineLength << 48);
        if ((flags & LONG_KEY) != 0) {
            memory.putLong(entry + keyOffset(flags) - 8, keyLength);
        }
    }

    /** The header word. */
    public static long header(Memory memory, long entry) {
        return memory.getLong(entry);
    }

    /** Type of a header. */
    public static int type(long header) {
        return (int) header & 15;
    }

    /** Encoding of a header. */
    public static int encoding(long header) {
        return (int) header >>> 4 & 15;
    }

    /** Flags of a header. */
    public static int flags(long header) {
        return (int) (header >>> 8) & 255;
    }

    /** Access clock of a header. */
    public static int clock(long header) {
        return (int) (header >>> 16) & 0xFF_FFFF;
    }

    /** Inline value length of a header. */
    public static int inlineLength(long header) {
        return (int) (header >>> 48);
    }

    /** Changes the encoding. */
    public static void encoding(Memory memory, long entry, int encoding) {
        memory.putByte(entry, (byte) (memory.getByte(entry) & 15 | encoding << 4));
    }

    /** Changes the access clock. */
    public static void clock(Memory memory, long entry, long header, int clock) {
        memory.putLong(entry, header & ~(0xFF_FFFFL << 16) | (clock & 0xFF_FFFFL) << 16);
    }

    /** Changes the inline value length. */
    public static void inlineLength(Memory memory, long entry, int length) {
        memory.putShort(entry + 6, (short) length);
    }

    /** Length of the key. */
    public static int keyLength(Memory memory, long entry, long header) {
        int length = (int) (header >>> 40) & 255;
        return length < LONG_KEY_MARK
                ? length
                : (int) memory.getLong(entry + keyOffset(flags(header)) - 8);
    }

    /** Address of the key's first byte. */
    public static long keyAddress(long entry, long header) {
        return entry + keyOffset(flags(header));
    }

    /** Address of the inline value's first byte. */
    public static long inlineAddress(Memory memory, long entry, long header) {
        return keyAddress(entry, header) + keyLength(memory, entry, header);
    }

    /** Address of the value word; only with WORD. */
    public static long wordAddress(long entry, long header) {
        return entry + 8 + ((flags(header) & EXPIRE) << 2);
    }

    /** The value word. */
    public static long word(Memory memory, long entry, long header) {
        return memory.getLong(wordAddress(entry, header));
    }

    /** Makes the word of a blob. */
    public static long blobWord(int handle, long length) {
        return length << 32 | handle & 0xFFFF_FFFFL;
    }

    /** Handle of a blob word. */
    public static int blobHandle(long word) {
        return (int) word;
    }

    /** Length of a blob word. */
    public static long blobLength(long word) {
        return word >>> 32;
    }

    /** Whether some elements of the value expire of themselves. */
    public static boolean isVolatile(long header) {
        return (header & (long) VOLATILE << 8) != 0;
    }

    /** Whether the entry has an expiry field. */
    public static boolean hasExpiryField(long header) {
        return (header & (long) EXPIRE << 8) != 0;
    }

    /** Expiry in epoch milliseconds, or {@link #NO_EXPIRY}. */
    public static long expiry(Memory memory, long entry, long header) {
        return hasExpiryField(header) ? memory.getLong(entry + 8) : NO_EXPIRY;
    }

    /** Sets the expiry field; only where there is one. */
    public static void setExpiry(Memory memory, long entry, long epochMs) {
        memory.putLong(entry + 8, epochMs);
    }

    /** An address, a multiple of 8, in the line where an entry ends, or in the first line of its blob. */
    public static long farLine(Memory memory, long entry) {
        long header = memory.getLong(entry);
        int flags = flags(header);
        if ((flags & BLOB) != 0) {
            return memory.address(blobHandle(word(memory, entry, header)));
        }
        int inline = 0;
        if ((flags & WORD) == 0) {
            inline = inlineLength(header);
        } else if (type(header) != STRING_TYPE) {
            // A large collection: the root of its structure.
            return memory.address((int) word(memory, entry, header));
        }
        long last = keyOffset(flags) + ((int) (header >>> 40) & 255) + inline - 1L;
        return (entry + last) & -8L;
    }

    /** Whether an entry's key equals bytes anywhere. */
    public static boolean keyEquals(Memory memory, long entry, long keyAddress, int keyLength) {
        long header = memory.getLong(entry);
        if (keyLength < LONG_KEY_MARK) {
            if (((int) (header >>> 40) & 255) != keyLength) {
                return false;
            }
        } else if (keyLength(memory, entry, header) != keyLength) {
            return false;
        }
        return ByteRange.equal(keyAddress(entry, header), keyAddress, keyLength);
    }
}

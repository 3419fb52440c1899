package dev.spindle.engine.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** The codec against one that looks characters up in a string and shifts one number at a time. */
class TextPackTest {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int MOST = 300;
    private static final byte GUARD = (byte) 0xA5;

    private static final String DIGITS = "0123456789";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
    private static final String CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static final String[] ALPHABETS = {
        DIGITS + "abcdef",
        "+,-./" + DIGITS + ":",
        "+,-./" + DIGITS + ":abcdefghijklmnop",
        " -./_`" + LETTERS,
        "+/" + DIGITS + CAPITALS + LETTERS,
        "-" + DIGITS + CAPITALS + "_" + LETTERS,
        between('0', 'o'),
        between(0, 127)
    };

    private final Random random = new Random(SEED);
    private final long text = UnsafeApi.allocateMemory(2 * MOST);
    private final long packed = UnsafeApi.allocateMemory(2 * MOST);

    private static String between(int first, int last) {
        StringBuilder all = new StringBuilder();
        for (int c = first; c <= last; c++) {
            all.append((char) c);
        }
        return all.toString();
    }

    TextPackTest() {
        System.out.println("spindle.test.seed=" + SEED);
    }

    @Test
    void shouldHaveAlphabetsThatFillTheirBits() {
        for (int each = 0; each < TextPack.CLASSES; each++) {
            assertEquals(1 << TextPack.bits(each), ALPHABETS[each].length());
        }
    }

    @Test
    void shouldComeBackAsItWasWhenPacked() {
        for (int each = 0; each < TextPack.CLASSES; each++) {
            for (int length = 0; length <= MOST; length++) {
                for (int round = 0; round < 4; round++) {
                    assertComesBack(each, any(ALPHABETS[each], length));
                }
            }
            assertComesBack(
                    each, ALPHABETS[each].getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    @Test
    void shouldFindTheFirstClassThatHasAllCharacters() {
        for (int round = 0; round < 40_000; round++) {
            byte[] bytes = any(ALPHABETS[random.nextInt(ALPHABETS.length)], random.nextInt(70));
            for (int strangers = random.nextInt(3);
                    strangers > 0 && bytes.length > 0;
                    strangers--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertClass(bytes, random.nextBoolean() ? TextPack.ALL : random.nextInt(256));
        }
    }

    @Test
    void shouldJudgeEveryCharacterAtEveryPlace() {
        for (int each = 0; each < TextPack.CLASSES; each++) {
            for (int length : new int[] {1, 7, 8, 9, 15, 16, 17, 24, 31}) {
                for (int c = 0; c < 256; c++) {
                    byte[] bytes = any(ALPHABETS[each], length);
                    bytes[random.nextInt(length)] = (byte) c;
                    assertClass(bytes, TextPack.ALL);
                    assertClass(bytes, 1 << each);
                }
            }
        }
    }

    private byte[] any(String alphabet, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
        }
        return bytes;
    }

    private void assertClass(byte[] bytes, int allowed) {
        int expected = TextPack.NONE;
        for (int each = TextPack.CLASSES - 1; each >= 0; each--) {
            if ((allowed >>> each & 1) == 1 && has(ALPHABETS[each], bytes)) {
                expected = each;
            }
        }
        // Surrounded by what belongs to no class.
        UnsafeApi.setMemory(text, 2 * MOST, GUARD);
        UnsafeApi.copyMemory(bytes, BYTES, null, text + 16, bytes.length);
        assertEquals(expected, TextPack.classOf(text + 16, bytes.length, allowed));
    }

    private static boolean has(String alphabet, byte[] bytes) {
        for (byte each : bytes) {
            if (alphabet.indexOf(each & 255) < 0) {
                return false;
            }
        }
        return true;
    }

    private void assertComesBack(int textClass, byte[] bytes) {
        int length = bytes.length;
        UnsafeApi.setMemory(text, 2 * MOST, GUARD);
        UnsafeApi.setMemory(packed, 2 * MOST, GUARD);
        UnsafeApi.copyMemory(bytes, BYTES, null, text + 16, length);
        int size = TextPack.size(textClass, length);
        TextPack.pack(textClass, text + 16, length, packed + 16);
        byte[] expected = model(textClass, bytes);
        assertEquals(expected.length, size);
        assertArrayEquals(expected, bytes(packed + 16, size));
        assertEquals(GUARD, UnsafeApi.getByte(packed + 15));
        assertEquals(GUARD, UnsafeApi.getByte(packed + 16 + size + TextPack.SLACK));

        // What lies around the packed text counts for nothing.
        UnsafeApi.putLong(packed + 16 + size, random.nextLong());
        UnsafeApi.setMemory(text, 2 * MOST, GUARD);
        TextPack.unpack(textClass, packed + 16, length, text + 16);
        assertArrayEquals(bytes, bytes(text + 16, length));
        assertEquals(GUARD, UnsafeApi.getByte(text + 15));
        assertEquals(GUARD, UnsafeApi.getByte(text + 16 + length + TextPack.SLACK));
    }

    private static byte[] model(int textClass, byte[] bytes) {
        int bits = TextPack.bits(textClass);
        BigInteger all = BigInteger.ZERO;
        for (int i = bytes.length - 1; i >= 0; i--) {
            int number = ALPHABETS[textClass].indexOf(bytes[i]);
            all = all.shiftLeft(bits).or(BigInteger.valueOf(number));
        }
        byte[] packed = new byte[(bytes.length * bits + 7) / 8];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = all.shiftRight(8 * i).byteValue();
        }
        return packed;
    }

    private static byte[] bytes(long at, int length) {
        byte[] bytes = new byte[length];
        UnsafeApi.copyMemory(null, at, bytes, BYTES, length);
        return bytes;
    }
}

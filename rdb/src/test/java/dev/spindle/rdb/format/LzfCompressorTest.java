package dev.spindle.rdb.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LzfCompressorTest {

    private static final int ROOM = 1 << 18;

    private final LzfCompressor compressor = new LzfCompressor();
    private final long from = UnsafeApi.allocateMemory(ROOM);
    private final long to = UnsafeApi.allocateMemory(ROOM);

    @AfterEach
    void free() {
        UnsafeApi.freeMemory(from);
        UnsafeApi.freeMemory(to);
    }

    @Test
    void shouldCompressWhatRepeats() {
        byte[] text = "a".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        byte[] compressed = compress(text, text.length - 4);
        assertTrue(compressed.length < 20, "bytes: " + compressed.length);
        assertArrayEquals(text, decompress(compressed));
    }

    @Test
    void shouldRefuseWhatDoesNotRepeat() {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        assertEquals(0, compress(noise, noise.length - 4).length);
    }

    @Test
    void shouldNeverWriteBehindItsRoom() {
        byte[] text = "abcabcabcabdabdabdxyzxyzxyzxyz".getBytes(StandardCharsets.US_ASCII);
        int needed = compress(text, text.length).length;
        for (int capacity = 0; capacity <= text.length; capacity++) {
            UnsafeApi.setMemory(to, text.length + 8L, (byte) 0x55);
            byte[] compressed = compress(text, capacity);
            assertTrue(compressed.length <= capacity);
            // A reference is refused while three bytes do not fit, though two might do.
            assertTrue(compressed.length > 0 || capacity <= needed + 1, "capacity " + capacity);
            for (int i = capacity; i < text.length + 8; i++) {
                assertEquals(0x55, UnsafeApi.getByte(to + i), "capacity " + capacity);
            }
        }
    }

    @Test
    void shouldGiveBackWhatItTookWhateverCameBefore() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            byte[] bytes = new byte[5 + random.nextInt(round % 20 == 0 ? 100_000 : 600)];
            int alphabet = 1 + random.nextInt(20);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt(alphabet);
                if (i > 300 && random.nextInt(50) == 0) {
                    int run = Math.min(bytes.length - i, random.nextInt(400));
                    int back = 1 + random.nextInt(i);
                    for (int j = 0; j < run; j++) {
                        bytes[i + j] = bytes[i + j - back];
                    }
                    i += Math.max(0, run - 1);
                }
            }
            byte[] compressed = compress(bytes, bytes.length);
            if (compressed.length > 0) {
                assertArrayEquals(bytes, decompress(compressed), "seed " + seed);
            }
        }
    }

    private byte[] compress(byte[] bytes, int capacity) {
        for (int i = 0; i < bytes.length; i++) {
            UnsafeApi.putByte(from + i, bytes[i]);
        }
        byte[] made = new byte[compressor.compress(from, bytes.length, to, capacity)];
        for (int i = 0; i < made.length; i++) {
            made[i] = UnsafeApi.getByte(to + i);
        }
        return made;
    }

    private static byte[] decompress(byte[] compressed) {
        byte[] out = new byte[ROOM];
        int length = 0;
        int at = 0;
        while (at < compressed.length) {
            int head = compressed[at++] & 255;
            int run = (head >>> 5) + 2;
            if (head < 32) {
                System.arraycopy(compressed, at, out, length, head + 1);
                at += head + 1;
                length += head + 1;
                continue;
            }
            if (run == 9) {
                run += compressed[at++] & 255;
            }
            int back = ((head & 31) << 8 | compressed[at++] & 255) + 1;
            for (int i = 0; i < run; i++, length++) {
                out[length] = out[length - back];
            }
        }
        return Arrays.copyOf(out, length);
    }
}

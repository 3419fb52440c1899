package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HyperLogLogTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldKeepRegistersWhenTheEncodingDiffers(long seed) {
        Random random = new Random(seed);
        SparseHyperLogLog sparse = new SparseHyperLogLog();
        sparse.create();
        byte[] model = new byte[HyperLogLog.REGISTERS];
        int reach = 1 + random.nextInt(HyperLogLog.REGISTERS);
        for (int i = 0; i < 6000; i++) {
            int index = random.nextInt(reach);
            int rank = 1 + random.nextInt(4);
            int expected = model[index] >= rank ? SparseHyperLogLog.SAME : SparseHyperLogLog.RAISED;
            assertEquals(expected, sparse.raise(index, rank, 1 << 20), "seed " + seed);
            model[index] = (byte) Math.max(model[index], rank);
            if (i % 500 == 0) {
                byte[] read = new byte[HyperLogLog.REGISTERS];
                assertTrue(HyperLogLog.merge(sparse.address(), sparse.length(), read));
                assertArrayEquals(model, read);
            }
        }
        int[] before = new int[HyperLogLog.HISTOGRAM];
        int[] after = new int[HyperLogLog.HISTOGRAM];
        assertTrue(HyperLogLog.count(sparse.address(), sparse.length(), before));
        assertTrue(sparse.makeDense());
        assertEquals(HyperLogLog.DENSE_BYTES, sparse.length());
        assertTrue(HyperLogLog.count(sparse.address(), sparse.length(), after));
        assertArrayEquals(before, after);
    }

    @Test
    void shouldAnswerOkWhenTestingItself() {
        try (EngineHarness engine = new EngineHarness()) {
            assertEquals("+OK\r\n", engine.command("PFSELFTEST"));
        }
    }

    // Bytes from a client: an error or a number, never harm.
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void shouldSurviveWhateverBytesAreSet(long seed) {
        Random random = new Random(seed);
        try (EngineHarness engine = new EngineHarness()) {
            for (int i = 0; i < 1500; i++) {
                boolean dense = random.nextInt(10) == 0;
                int length = dense ? HyperLogLog.DENSE_BYTES : 16 + random.nextInt(40);
                StringBuilder bytes = new StringBuilder("HYLL");
                bytes.append(dense ? '\0' : '\1');
                while (bytes.length() < length) {
                    int kind = random.nextInt(4);
                    bytes.append(
                            (char) (kind == 0 ? 0x7F : kind == 1 ? 0xFF : random.nextInt(256)));
                }
                if (random.nextBoolean()) {
                    bytes.setCharAt(15, '\u0080');
                }
                engine.command("SET", "h", bytes.toString());
                engine.command("PFADD", "h", "a" + i, "b", "c");
                engine.command("PFADD", "h", "d" + i);
                engine.command("PFCOUNT", "h");
                engine.command("PFADD", "good", "e" + i);
                engine.command("PFCOUNT", "h", "good");
                engine.command("PFDEBUG", "DECODE", "h");
                engine.command("PFMERGE", "h", "good");
                engine.command("PFDEBUG", "TODENSE", "h");
                engine.command("PFDEBUG", "GETREG", "h");
            }
            assertEquals("+PONG\r\n", engine.command("PING"));
        }
    }
}

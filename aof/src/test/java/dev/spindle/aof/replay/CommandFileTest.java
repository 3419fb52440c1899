package dev.spindle.aof.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandFileTest {

    private static final String ONE = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$4\r\n\r\n*1\r\n";
    private static final String TIME = "#TS:1700000000\r\n";
    private static final String UNIT =
            "*1\r\n$5\r\nMULTI\r\n*2\r\n$4\r\nINCR\r\n$1\r\nb\r\n*1\r\n$4\r\nEXEC\r\n";
    private static final byte[] ALL =
            (ONE + TIME + UNIT + ONE + TIME).getBytes(StandardCharsets.ISO_8859_1);

    @TempDir Path directory;

    private LogPart check(byte[] bytes) throws IOException {
        Path file = directory.resolve("file");
        Files.write(file, bytes);
        return LogCheck.commands(null, file, 0, -1, upTo -> {});
    }

    @Test
    void shouldFindAFileWhole() throws IOException {
        LogPart part = check(ALL);
        assertNull(part.damage());
        assertEquals(ALL.length, part.end());
    }

    @Test
    void shouldKeepWholeUnitsWhereverItIsCut() throws IOException {
        int unit = ONE.length() + TIME.length();
        int[] stops = {
            0,
            ONE.length(),
            unit,
            unit + UNIT.length(),
            unit + UNIT.length() + ONE.length(),
            ALL.length
        };
        for (int cut = 0; cut <= ALL.length; cut++) {
            LogPart part = check(Arrays.copyOf(ALL, cut));
            long expected = 0;
            for (int stop : stops) {
                expected = stop <= cut ? stop : expected;
            }
            assertEquals(expected, part.end(), "cut at " + cut);
            assertEquals(expected == cut, part.isWhole(), "cut at " + cut);
            assertTrue(part.isWhole() || part.isCut(), "cut at " + cut);
        }
    }

    @Test
    void shouldTellWhatIsNoCommand() throws IOException {
        byte[] bytes = ALL.clone();
        bytes[ONE.length() + TIME.length()] = '+';
        LogPart part = check(bytes);
        assertNotNull(part.damage());
        assertEquals(ONE.length() + TIME.length(), part.damageAt());
        assertTrue(part.beyond() >= 0);
    }

    @Test
    void shouldSurviveAnyBytes() throws IOException {
        long seed = Long.getLong("spindle.test.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = ALL.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            LogPart part = check(bytes);
            assertTrue(part.end() <= bytes.length, "seed " + seed);
        }
    }
}

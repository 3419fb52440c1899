package dev.spindle.perf.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CpuTimesTest {
    @Test
    void shouldReadTheTimesWhenTheCommandHasBlanksAndParentheses() {
        final CpuTimes times =
                parse("42 (a (b) c d) S 1 42 42 0 -1 4194560 100 200 3 4 150 60 7 8 20 0 1 0 5");
        assertEquals(new CpuTimes(1_500_000, 600_000, 70_000, 80_000), times);
    }

    @Test
    void shouldRefuseWhatIsNotALineOfStat() {
        assertThrows(IllegalArgumentException.class, () -> parse("42 (java) S 1 2"));
        assertThrows(IllegalArgumentException.class, () -> parse(""));
    }

    @Test
    void shouldRiseWhenTheThreadComputes() {
        final CpuTimes threadBefore = CpuTimes.ofCurrentThread();
        final CpuTimes processBefore = CpuTimes.ofProcess();
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (sum(CpuTimes.ofCurrentThread()) <= sum(threadBefore)
                || sum(CpuTimes.ofProcess()) <= sum(processBefore)) {
            assertTrue(System.nanoTime() < deadlineNs, "no processor time was charged");
        }
    }

    @Test
    void shouldReadAProcessByItsNumber() throws IOException {
        final long before = sum(CpuTimes.ofProcess());
        assertTrue(sum(CpuTimes.ofProcess(ProcessHandle.current().pid())) >= before);
        assertThrows(IOException.class, () -> CpuTimes.ofProcess(0));
    }

    private static CpuTimes parse(String line) {
        final byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        return CpuTimes.parse(new ProcText(bytes, bytes.length));
    }

    private static long sum(CpuTimes times) {
        return times.userMicros() + times.systemMicros();
    }
}

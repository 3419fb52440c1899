package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.bench.compare.ProcFiles.CpuUse;
import dev.spindle.bench.compare.ProcFiles.ThreadTime;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcFilesTest {
    private static final String STAT =
            "4242 (C2 Comp) Thr) S 1 2 3 0 -1 4194304 100 200 0 0 730 21 5 6 20 0 9 0 88 1000 50 0";

    @Test
    void shouldReadTheNameWhenItHoldsParentheses() {
        assertEquals("C2 Comp) Thr", ProcFiles.parseStatName(STAT));
    }

    @Test
    void shouldReadTheTimeOnCpuOfSchedstat() {
        assertEquals(3359046, ProcFiles.parseSchedstatNs("3359046 1013816 2\n"));
    }

    @Test
    void shouldReadStatusLinesInBytes() {
        String status = "Name:\tredis\nVmHWM:\t  9000 kB\nVmRSS:\t    1234 kB\n";
        assertEquals(1234 * 1024, ProcFiles.parseStatusBytes(status, "VmRSS"));
        assertEquals(0, ProcFiles.parseStatusBytes(status, "VmSwap"));
    }

    @Test
    void shouldExpandCpuLists() {
        assertEquals(List.of(0, 1, 2, 5), ProcFiles.parseCpuList("0-2,5\n"));
        assertEquals(List.of(3), ProcFiles.parseCpuList("3"));
    }

    @Test
    void shouldNameTheThreadThatUsedMostSinceTheEarlierReading() {
        CpuUse before =
                new CpuUse(
                        0, Map.of(1L, new ThreadTime("old", 900), 2L, new ThreadTime("core", 10)));
        CpuUse after =
                new CpuUse(
                        0,
                        Map.of(
                                1L, new ThreadTime("old", 950),
                                2L, new ThreadTime("core", 110),
                                3L, new ThreadTime("new", 60)));
        assertEquals(new ThreadTime("core", 100), after.busiestSince(before));
    }

    @Test
    void shouldReadThisProcess() throws IOException {
        long pid = ProcessHandle.current().pid();
        assertTrue(ProcFiles.statusBytes(pid, "VmRSS") > 1 << 20);
        CpuUse times = ProcFiles.cpuUse(pid);
        assertTrue(times.totalNs() > 0);
        assertTrue(times.threads().size() > 1);
    }

    @Test
    void shouldAddUpTheInterruptsOfDevicesForEachCpu() {
        List<String> lines =
                List.of(
                        "           CPU0       CPU2       ",
                        " 24:          1          0  IO-APIC   5-edge      ACPI:Ged",
                        " 36:          0    7077551 PCI-MSIX-0000:00:02.0   1-edge      virtio1-req.0",
                        "LOC:   38820863   22489336   Local timer interrupts",
                        "ERR:          0");
        assertEquals(Map.of(0, 1L, 2, 7077551L), ProcFiles.parseInterrupts(lines));
    }
}

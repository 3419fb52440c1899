package dev.spindle.engine.info;

import dev.spindle.engine.memory.PageToucher;
import dev.spindle.perf.os.CpuTimes;
import dev.spindle.perf.os.ProcText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.agrona.UnsafeApi;

/**
 * Facts of the process at hand, as far as they can be read from {@code /proc} and the virtual machine. The server extends
 * it by what it configured: ports, listeners, idle strategy.
 */
public class OwnProcess implements ProcessFacts {

    private static final String STATM = "/proc/self/statm";
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final Path EXE = Path.of("/proc/self/exe");
    private static final int RUN_ID_BYTES = 20;
    private static final long DEFAULT_MAX_CLIENTS = 10_000;

    private final long startedMs;
    private String runId;
    private String executable;
    private long totalMemory = -1;

    /**
     * Facts of this process.
     *
     * @param startedMs when the server started, epoch milliseconds.
     */
    public OwnProcess(long startedMs) {
        this.startedMs = startedMs;
    }

    @Override
    public long processId() {
        return ProcessHandle.current().pid();
    }

    @Override
    public String runId() {
        if (runId == null) {
            byte[] id = new byte[RUN_ID_BYTES];
            new SecureRandom().nextBytes(id);
            runId = HexFormat.of().formatHex(id);
        }
        return runId;
    }

    @Override
    public String executable() {
        if (executable == null) {
            executable = readExecutable();
        }
        return executable;
    }

    private static String readExecutable() {
        try {
            return Files.readSymbolicLink(EXE).toString();
        } catch (IOException e) {
            return ProcessHandle.current().info().command().orElse("");
        }
    }

    @Override
    public String configFile() {
        return "";
    }

    @Override
    public int tcpPort() {
        return 0;
    }

    @Override
    public List<String> listeners() {
        return List.of();
    }

    @Override
    public String supervision() {
        return "no";
    }

    @Override
    public String multiplexing() {
        return "none";
    }

    @Override
    public long startedMs() {
        return startedMs;
    }

    @Override
    public long maxClients() {
        return DEFAULT_MAX_CLIENTS;
    }

    /** Resident pages of {@code /proc/self/statm}; 0 where there is none. */
    @Override
    public long residentBytes() {
        try {
            ProcText pages = ProcText.read(STATM);
            return pages.number(pages.field(0, 1)) * UnsafeApi.pageSize();
        } catch (IOException e) {
            return 0;
        }
    }

    /** {@code MemTotal} of {@code /proc/meminfo}; 0 where there is none. */
    @Override
    public long totalMemoryBytes() {
        if (totalMemory < 0) {
            totalMemory = readTotalMemory();
        }
        return totalMemory;
    }

    private static long readTotalMemory() {
        try {
            for (String line : Files.readAllLines(MEMINFO, StandardCharsets.US_ASCII)) {
                if (line.startsWith("MemTotal:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }

    @Override
    public CpuTimes processTimes() {
        return CpuTimes.ofProcess();
    }

    @Override
    public CpuTimes coreTimes() {
        return CpuTimes.ofCurrentThread();
    }

    @Override
    public PageToucher pageToucher() {
        return null;
    }

    @Override
    public String idleStrategy() {
        return "unknown";
    }
}

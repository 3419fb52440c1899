package dev.spindle.engine.info;

import dev.spindle.engine.ServerVersion;
import dev.spindle.engine.text.Digests;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Which server this is, and where and since when it runs. */
final class ServerSection implements InfoSection {

    private static final long DAY_SECONDS = 86_400;
    private static final String BUILD_ID = buildId();
    private static final String OPERATING_SYSTEM = operatingSystem();

    @Override
    public String title() {
        return "Server";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        ProcessFacts process = report.process();
        long nowMs = report.engine().epochClock().epochMs();
        long uptime = Math.max(0, (nowMs - process.startedMs()) / 1000);
        int hz = report.engine().settings().hz;
        out.field("redis_version", ServerVersion.REDIS)
                .field("redis_git_sha1", "00000000")
                .field("redis_git_dirty", 0)
                .field("redis_build_id", BUILD_ID)
                .field("redis_mode", "standalone")
                .field("os", OPERATING_SYSTEM)
                .field("arch_bits", 64)
                .field("monotonic_clock", "POSIX clock_gettime")
                .field("multiplexing_api", process.multiplexing())
                .field("atomicvar_api", "java-varhandle")
                .field("gcc_version", "0.0.0")
                .field("process_id", process.processId())
                .field("process_supervised", process.supervision())
                .field("run_id", process.runId())
                .field("tcp_port", process.tcpPort())
                .field("server_time_usec", report.engine().epochClock().epochMicros())
                .field("uptime_in_seconds", uptime)
                .field("uptime_in_days", uptime / DAY_SECONDS)
                .field("hz", hz)
                .field("configured_hz", hz)
                .field("lru_clock", nowMs / 1000 & 0xFF_FFFF)
                .field("executable", process.executable())
                .field("config_file", process.configFile())
                .field("io_threads_active", 0);
        List<String> listeners = process.listeners();
        for (int i = 0; i < listeners.size(); i++) {
            out.field("listener" + i, listeners.get(i));
        }
    }

    private static String buildId() {
        String version = ServerVersion.SPINDLE;
        return Digests.sha1Hex(version.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    private static String operatingSystem() {
        String architecture = System.getProperty("os.arch");
        return System.getProperty("os.name")
                + ' '
                + System.getProperty("os.version")
                + ' '
                + (architecture.equals("amd64") ? "x86_64" : architecture);
    }
}

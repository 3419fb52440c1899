package dev.spindle.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What someone needs to know to repeat a run: versions, flags, machine. */
final class Environment {
    /** A load average above this at the start means that something else is running. */
    private static final double QUIET_LOAD = 0.3;

    private Environment() {}

    static Map<String, String> describe(
            CompareOptions options, CpuPlan cpus, ServerLauncher launcher, Load load)
            throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "date", ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ISO_LOCAL_DATE));
        facts.put(
                "subject",
                launcher.name(Role.SUBJECT)
                        + " "
                        + version(launcher, Role.SUBJECT, options.idleStrategy));
        facts.put("subject command", launcher.displayCommand(Role.SUBJECT, options.idleStrategy));
        if (launcher.subjectIsSpindle()) {
            facts.put("subject JVM", firstLines(Children.outputOf(options.java, "-version")));
            String commit =
                    Children.outputOf("git", "describe", "--always", "--dirty", "--abbrev=10");
            facts.put("commit of the working directory", commit == null ? "unknown" : commit);
        }
        facts.put("reference", version(launcher, Role.REFERENCE, options.idleStrategy));
        facts.put(
                "reference command", launcher.displayCommand(Role.REFERENCE, options.idleStrategy));
        facts.put("load", load.description());
        facts.put("connections", options.unixSocket ? "Unix socket" : "TCP over loopback");
        if (!options.unixSocket) {
            facts.put(
                    "TCP congestion control",
                    read("/proc/sys/net/ipv4/tcp_congestion_control", "unknown"));
        }
        facts.put("placement", cpus.description());
        facts.put(
                "rounds of throughput and cpu",
                options.rounds
                        + " alternating pairs of about "
                        + (options.requests > 0
                                ? options.requests + " requests"
                                : Figures.number(options.seconds) + " s")
                        + " after "
                        + Figures.number(options.warmupSeconds)
                        + " s of warm-up per test and server, the waiting server stopped");
        facts.put(
                "data",
                Figures.number(options.keyspace)
                        + " keys, values of "
                        + options.valueBytes
                        + " bytes");
        facts.put("CPU", cpuModel());
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put(
                "transparent huge pages",
                read("/sys/kernel/mm/transparent_hugepage/enabled", "unknown"));
        facts.put(
                "frequency governor",
                read(
                        "/sys/devices/system/cpu/cpu"
                                + cpus.serverCore()
                                + "/cpufreq/scaling_governor",
                        "none visible"));
        facts.put("load average at the start", load());
        return facts;
    }

    /** Adds what is only known after the run. */
    static void conclude(Map<String, String> facts, long[] cpuTicksBefore) {
        long[] after = cpuTicks();
        double all = 0;
        for (int i = 0; i < Math.min(after.length, 8); i++) {
            all += after[i] - cpuTicksBefore[i];
        }
        int steal = 7;
        if (all > 0 && after.length > steal) {
            double share = 100 * (after[steal] - cpuTicksBefore[steal]) / all;
            facts.put("time stolen by the hypervisor", Figures.number(share) + " %");
        }
    }

    /** Columns of the first line of /proc/stat; empty where there is none. */
    static long[] cpuTicks() {
        String line = read("/proc/stat", "").lines().findFirst().orElse("");
        String[] words = line.trim().split("\\s+");
        long[] ticks = new long[Math.max(0, words.length - 1)];
        for (int i = 0; i < ticks.length; i++) {
            ticks[i] = Long.parseLong(words[i + 1]);
        }
        return ticks;
    }

    static boolean quiet() {
        String load = load();
        return load.isEmpty() || Double.parseDouble(load.split(" ")[0]) < QUIET_LOAD;
    }

    private static String load() {
        String[] words = read("/proc/loadavg", "").split(" ");
        return words.length < 3 ? "" : words[0] + " " + words[1] + " " + words[2];
    }

    /** What a program says of itself when asked for its version; Spindle is started and asked over the wire. */
    private static String version(ServerLauncher launcher, Role role, String idleStrategy)
            throws IOException {
        if (role == Role.SUBJECT && launcher.subjectIsSpindle()) {
            try (ServerProcess server = launcher.start(role, idleStrategy)) {
                Info info = Info.askIfKnown(server.control(), "server");
                return info.text("spindle_version", "of unknown version")
                        + " (as Redis "
                        + info.text("redis_version", "?")
                        + ")";
            }
        }
        List<String> command = new ArrayList<>(launcher.program(role));
        command.add("--version");
        String output = Children.outputOf(command.toArray(String[]::new));
        return output == null ? "(no version)" : output.lines().findFirst().orElse("");
    }

    private static String firstLines(String output) {
        return output == null ? "unknown" : output.replaceAll("\\s*\\R\\s*", "; ");
    }

    private static String cpuModel() throws IOException {
        long count = 0;
        String model = System.getProperty("os.arch");
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("processor")) {
                count++;
            } else if (line.startsWith("model name")) {
                model = line.substring(line.indexOf(':') + 2);
            }
        }
        return count + " x " + model;
    }

    private static String read(String path, String orElse) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            return orElse;
        }
    }
}

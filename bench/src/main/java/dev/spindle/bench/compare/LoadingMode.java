package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a server needs to have its data back: from an RDB file, and from a log of SETs. */
final class LoadingMode implements Mode {
    private static final int KEYS_PER_BATCH = 256;
    private static final Pattern LOADED =
            Pattern.compile("DB loaded from [^:]*: ([0-9.]+) seconds");

    @Override
    public String name() {
        return "loading";
    }

    @Override
    public String title() {
        return "Loading";
    }

    @Override
    public String explanation() {
        return "A server is filled, ended in order, and started again over its files: from the RDB file of SHUTDOWN SAVE, and"
                + " from an append-only log that holds one SET per key. The time is what the server's own log says; until the"
                + " first answer is from the launch of the process to the first PING that is not refused.";
    }

    @Override
    public void run(Comparison comparison, Section section)
            throws IOException, InterruptedException {
        measure(comparison, section, "an RDB file", List.of("--save", "3600 1"));
        measure(
                comparison,
                section,
                "a log of SETs",
                List.of("--appendonly", "yes", "--auto-aof-rewrite-percentage", "0"));
    }

    private static void measure(
            Comparison comparison, Section section, String source, List<String> parameters)
            throws IOException {
        CompareOptions options = comparison.options();
        Readings loaded = new Readings();
        Readings answered = new Readings();
        for (int round = 0; round < options.persistRounds; round++) {
            for (Role role : Role.orderOf(round)) {
                Path directory = comparison.launcher().newDirectory();
                try (ServerProcess server = start(comparison, role, directory, parameters)) {
                    KeyWriter.write(
                            server.endpoint(),
                            RequestTemplate.ofTest("set", options.valueBytes),
                            options.persistKeys,
                            KEYS_PER_BATCH,
                            (written, sentNs, answeredNs) -> {});
                    server.shutdown("SHUTDOWN");
                }
                try (ServerProcess server = start(comparison, role, directory, parameters)) {
                    MemoryMode.requireKeys(server, options.persistKeys);
                    loaded.add(role, loadedSeconds(server));
                    answered.add(role, server.startupMs() / 1e3);
                }
            }
        }
        String test = options.persistKeys + " keys from " + source;
        section.add(loaded.measurement(test, 0, 0, "loaded, by the log", "s", Better.LOWER));
        section.add(answered.measurement(test, 0, 0, "until the first answer", "s", Better.LOWER));
    }

    private static ServerProcess start(
            Comparison comparison, Role role, Path directory, List<String> parameters)
            throws IOException {
        return comparison
                .launcher()
                .start(role, comparison.options().idleStrategy, directory, parameters);
    }

    // The last such line: a log of a base and increments says it of each, then of the whole.
    private static double loadedSeconds(ServerProcess server) throws IOException {
        double seconds = Double.NaN;
        for (String line : server.logLines()) {
            Matcher matcher = LOADED.matcher(line);
            if (matcher.find()) {
                seconds = Double.parseDouble(matcher.group(1));
            }
        }
        if (Double.isNaN(seconds)) {
            throw new IOException("the server did not log that it loaded anything");
        }
        return seconds;
    }
}

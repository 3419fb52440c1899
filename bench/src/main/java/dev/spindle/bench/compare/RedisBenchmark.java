package dev.spindle.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code redis-benchmark}, the load that everyone can repeat. */
final class RedisBenchmark implements Load {
    private static final long TIMEOUT_S = 300;

    private final CpuPlan cpus;
    private final Children children;

    RedisBenchmark(CpuPlan cpus, Children children) {
        this.cpus = cpus;
        this.children = children;
    }

    private static final String VALUE = "VALUE";

    /** Tests that redis-benchmark does not have, as commands that it can be told. */
    private static final Map<String, List<String>> OWN_COMMANDS =
            Map.of("xadd", List.of("XADD", "mystream", "*", "myfield", VALUE));

    static boolean isInstalled() {
        return ProjectFiles.onPath("redis-benchmark") != null;
    }

    @Override
    public Result run(Endpoint endpoint, Spec spec, long requests)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(children.directory(), "load", ".csv");
        Process process = launch(endpoint, spec, requests, output);
        try {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new IOException("redis-benchmark did not end within " + TIMEOUT_S + " s");
            }
        } finally {
            children.kill(process);
        }
        String text = Files.readString(output);
        Files.delete(output);
        if (process.exitValue() != 0) {
            throw new IOException("redis-benchmark failed: " + text.strip());
        }
        // Tests that need another one's data run it first, so the last line is the test asked for.
        List<BenchmarkCsv.Row> rows = BenchmarkCsv.parse(text);
        return rows.get(rows.size() - 1).result();
    }

    @Override
    public Running start(Endpoint endpoint, Spec spec, long atMost) throws IOException {
        Path output = Files.createTempFile(children.directory(), "load", ".csv");
        Process process = launch(endpoint, spec, atMost, output);
        return () -> {
            boolean ended = !process.isAlive();
            children.kill(process);
            if (ended && process.exitValue() != 0) {
                throw new IOException(
                        "redis-benchmark failed: " + Files.readString(output).strip());
            }
        };
    }

    private Process launch(Endpoint endpoint, Spec spec, long requests, Path output)
            throws IOException {
        List<String> command = new ArrayList<>(cpus.onClientCore());
        command.addAll(arguments(endpoint, spec, Long.toString(requests)));
        return children.start(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile()));
    }

    private static List<String> arguments(Endpoint endpoint, Spec spec, String requests) {
        // "ping" would be two tests, of which inline requests are not what anyone's client sends.
        String test = spec.test().toLowerCase(Locale.ROOT);
        List<String> arguments = new ArrayList<>();
        arguments.add("redis-benchmark");
        arguments.addAll(endpoint.forRedisBenchmark());
        if (!OWN_COMMANDS.containsKey(test)) {
            arguments.addAll(List.of("-t", test.equals("ping") ? "ping_mbulk" : test));
        }
        arguments.addAll(
                List.of(
                        "-r",
                        Integer.toString(spec.keyspace()),
                        "-d",
                        Integer.toString(spec.valueBytes()),
                        "-c",
                        Integer.toString(spec.clients()),
                        "-P",
                        Integer.toString(spec.depth()),
                        "-n",
                        requests,
                        "--csv"));
        for (String word : OWN_COMMANDS.getOrDefault(test, List.of())) {
            arguments.add(word.equals(VALUE) ? "x".repeat(spec.valueBytes()) : word);
        }
        return arguments;
    }

    @Override
    public String description() {
        String version = Children.outputOf("redis-benchmark", "--version");
        return (version == null ? "redis-benchmark" : version)
                + ", as redis-benchmark -p PORT -t TEST -r KEYSPACE -d BYTES -c CLIENTS -P DEPTH -n REQUESTS --csv";
    }
}

package dev.spindle.bench.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Everything that can be chosen from the command line. One set for all modes, so that {@code all} runs each of them with the same
 * choices; the groups in the field order say which mode reads what.
 */
final class CompareOptions {
    // Servers.

    @Option(
            names = "--spindle-jar",
            description =
                    "Spindle's executable jar (default: net/target/spindle.jar of this project)")
    Path spindleJar;

    @Option(
            names = "--java",
            description = "java executable for Spindle (default: the one running this)")
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @Option(names = "--jvm-flags", description = "flags of Spindle's JVM, separated by spaces")
    String jvmFlags = "";

    @Option(
            names = "--subject-command",
            description =
                    "compare this server instead of Spindle, for example another redis-server")
    String subjectCommand;

    @Option(names = "--subject-args", description = "more arguments for the server under test")
    String subjectArgs = "";

    @Option(
            names = "--reference-command",
            description =
                    "the Redis to compare with (default: redis-server on the PATH, else the one in the artifact embedded-redis)")
    String referenceCommand;

    @Option(
            names = "--reference-args",
            description = "more arguments for the Redis to compare with")
    String referenceArgs = "";

    @Option(
            names = "--idle-strategy",
            description =
                    "how Spindle waits for requests: busy-spin, yield, backoff, block (default: ${DEFAULT-VALUE}; the mode cpu always blocks)")
    String idleStrategy = "busy-spin";

    // Cores.

    @Option(
            names = "--server-core",
            description =
                    "CPU of both servers (default: the one that devices have interrupted least)")
    int serverCore = -1;

    @Option(
            names = "--client-core",
            description = "CPU of the load (default: the first of the others)")
    int clientCore = -1;

    @Option(
            names = "--confine",
            description =
                    "confine all threads of Spindle to the server core, those of the JIT and GC too; default is to pin its core thread alone")
    boolean confine;

    @Option(names = "--no-pin", description = "pin nothing")
    boolean noPin;

    // Load.

    @Option(
            names = "--load",
            description = "${COMPLETION-CANDIDATES} (default: redis-benchmark if installed)")
    LoadKind load;

    @Option(
            names = "--unix-socket",
            description =
                    "the load connects over a Unix socket, which leaves more of its core to threads of the servers than TCP does")
    boolean unixSocket;

    @Option(
            names = "--rounds",
            description = "measured pairs of rounds (default: ${DEFAULT-VALUE})")
    int rounds = 5;

    @Option(
            names = "--seconds",
            description = "approximate length of a round (default: ${DEFAULT-VALUE})")
    double seconds = 3;

    @Option(names = "--requests", description = "requests per round instead of a length in seconds")
    long requests;

    @Option(
            names = "--warmup-seconds",
            description =
                    "load before each test that is not counted, for each server (default: ${DEFAULT-VALUE})")
    double warmupSeconds = 3;

    @Option(names = "--depths", split = ",", description = "pipeline depths (default: 1,16,64)")
    List<Integer> depths = new ArrayList<>(List.of(1, 16, 64));

    @Option(
            names = "--tests",
            split = ",",
            description =
                    "tests by redis-benchmark's names (default: set,get,incr; cpu: set,get; warmup: set)")
    List<String> tests = new ArrayList<>();

    @Option(
            names = "--policies",
            split = ",",
            description = "logging: only these, such as everysec or 'always file' (default: all)")
    List<String> policies = new ArrayList<>();

    @Option(
            names = "--data-sets",
            split = ",",
            description = "elements: only data sets whose names begin like this (default: all)")
    List<String> dataSets = new ArrayList<>();

    @Option(names = "--clients", description = "connections (default: ${DEFAULT-VALUE})")
    int clients = 50;

    @Option(
            names = "--no-single-client",
            negatable = false,
            description = "throughput: leave out the runs with one client at pipeline 1")
    boolean noSingleClient;

    @Option(names = "--keyspace", description = "keys (default: ${DEFAULT-VALUE})")
    int keyspace = 1_000_000;

    @Option(names = "--value-bytes", description = "length of values (default: ${DEFAULT-VALUE})")
    int valueBytes = 32;

    // Single modes.

    @Option(
            names = "--launches",
            description = "startup: launches of each server (default: ${DEFAULT-VALUE})")
    int launches = 11;

    @Option(
            names = "--memory-rounds",
            description = "memory: fills of each server (default: ${DEFAULT-VALUE})")
    int memoryRounds = 3;

    @Option(
            names = "--growth-keys",
            description = "growth: keys inserted (default: ${DEFAULT-VALUE})")
    int growthKeys = 20_000_000;

    @Option(
            names = "--growth-rounds",
            description = "growth: fills of each server (default: ${DEFAULT-VALUE})")
    int growthRounds = 1;

    @Option(
            names = "--growth-batch",
            description =
                    "growth: requests in flight of its one client (default: ${DEFAULT-VALUE})")
    int growthBatch = 16;

    @Option(
            names = "--warmup-run-seconds",
            description = "warmup: length of the observed run (default: ${DEFAULT-VALUE})")
    int warmupRunSeconds = 30;

    @Option(
            names = "--warmup-slot-ms",
            description = "warmup: resolution of the curve (default: ${DEFAULT-VALUE})")
    int warmupSlotMs = 500;

    @Option(
            names = "--warmup-rounds",
            description = "warmup: cold starts of each server (default: ${DEFAULT-VALUE})")
    int warmupRounds = 3;

    @Option(
            names = "--warmup-depth",
            description = "warmup: pipeline depth (default: ${DEFAULT-VALUE})")
    int warmupDepth = 16;

    @Option(
            names = "--hitratio-memory",
            description = "hitratio: maxmemory of both (default: ${DEFAULT-VALUE})")
    String hitRatioMemory = "64mb";

    @Option(
            names = "--hitratio-accesses",
            description = "hitratio: look-ups per run (default: ${DEFAULT-VALUE})")
    long hitRatioAccesses = 2_000_000;

    @Option(
            names = "--hitratio-per-second",
            description = "hitratio: look-ups per second (default: ${DEFAULT-VALUE})")
    double hitRatioPerSecond = 100_000;

    @Option(
            names = "--hitratio-value-bytes",
            description = "hitratio: length of values (default: ${DEFAULT-VALUE})")
    int hitRatioValueBytes = 200;

    @Option(
            names = "--hitratio-rounds",
            description = "hitratio: runs of each server (default: ${DEFAULT-VALUE})")
    int hitRatioRounds = 1;

    @Option(
            names = "--persist-keys",
            description =
                    "saving, loading: keys of 16 bytes with values (default: ${DEFAULT-VALUE})")
    int persistKeys = 10_000_000;

    @Option(
            names = "--paced-share",
            description =
                    "saving: what arrives by the clock, as a share of the most that the server answers (default: ${DEFAULT-VALUE})")
    double pacedShare = 0.8;

    @Option(
            names = "--save-delay",
            description =
                    "saving: rdb-key-save-delay of both servers, microseconds of rest after each key or, negative, keys for each rest of a microsecond (default: ${DEFAULT-VALUE})")
    int saveDelay = 0;

    @Option(
            names = "--persist-rounds",
            description = "saving, loading: runs of each server (default: ${DEFAULT-VALUE})")
    int persistRounds = 1;

    // Output.

    @Option(names = "--html", description = "page to write (default: ${DEFAULT-VALUE})")
    Path html = Path.of("compare.html");

    @Option(names = "--tsv", description = "readings of every round (default: ${DEFAULT-VALUE})")
    Path tsv = Path.of("compare.tsv");

    @Option(
            names = "--write-doc",
            arity = "0..1",
            fallbackValue = "",
            description =
                    "put the tables into the marked places of this document (default: bench/docs/compare.md of this project)")
    String writeDoc;

    List<String> testsOr(String... defaults) {
        return tests.isEmpty() ? List.of(defaults) : tests;
    }

    /** Whether Spindle sleeps when there is nothing to do, so that CPU time tells what requests cost. */
    boolean blocks() {
        return idleStrategy.equals(CpuMode.BLOCKING);
    }
}

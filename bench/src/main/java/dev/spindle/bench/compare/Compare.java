package dev.spindle.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Compares Spindle with a real Redis, side by side on this machine.
 *
 * <p>A comparison is only worth its noise, and a machine with few cores is noisy, so everything here serves one rule: <em>both
 * servers must meet the same conditions, and what is left of the difference must show its spread</em>.
 *
 * <pre>
 *     server core    | subject  | reference | reference | subject  | ...     rounds in turns; who waits is stopped (SIGSTOP)
 *     client core    |  load    |   load    |   load    |  load    | ...     the same load, one at a time
 *                      ---- round 0 -------   ---- round 1 -------
 *                        ratio 0                ratio 1                -&gt; median, least, greatest
 * </pre>
 *
 * <ul>
 *   <li>One core executes commands of both, another makes the load ({@link CpuPlan}).
 *   <li>The servers alternate, and alternate at going first; ratios are taken within a round ({@link Statistics}).
 *   <li>Warm-up precedes each test and is never counted ({@link Comparison#warmUp}); how long a cold server takes is a mode of
 *       its own ({@link WarmupMode}).
 *   <li>What was measured with what goes into every report ({@link Environment}).
 * </ul>
 */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = "Compares Spindle with a real Redis on this machine.",
        subcommands = CommandLine.HelpCommand.class)
public final class Compare {
    @Spec private CommandSpec spec;

    /** Runs the command line and exits with its code: 0 if all was measured, 1 at a failure, 2 at a wrong option. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Compare())
                .setExecutionExceptionHandler(
                        (failure, commandLine, parsed) -> {
                            if (!(failure instanceof IOException)) {
                                throw failure;
                            }
                            commandLine.getErr().println("compare: " + failure.getMessage());
                            return CommandLine.ExitCode.SOFTWARE;
                        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Requests per second and latency over pipeline depths.")
    void throughput(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new ThroughputMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "CPU time per request of blocking servers.")
    void cpu(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new CpuMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Memory of an empty server and of each key.")
    void memory(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new MemoryMode()));
    }

    @Command(mixinStandardHelpOptions = true, description = "Time from launch to the first answer.")
    void startup(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new StartupMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "The longest command while a table grows.")
    void growth(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new GrowthMode()));
    }

    @Command(mixinStandardHelpOptions = true, description = "Throughput from the first second on.")
    void warmup(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new WarmupMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Requests per second of redis-benchmark's whole list.")
    void types(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new TypesMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Memory of an element of each type of collection.")
    void elements(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new ElementsMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Share of a cache's look-ups that find their key.")
    void hitratio(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new HitRatioMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "What stays resident when nine of ten keys are deleted.")
    void defrag(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new DefragMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "What a snapshot costs those who wait, and how long it takes.")
    void saving(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new SavingMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "How long a server needs to load its data.")
    void loading(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new LoadingMode()));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "What the append-only log costs by its policy.")
    void logging(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(options, List.of(new LoggingMode()));
    }

    @Command(mixinStandardHelpOptions = true, description = "All of these, one after the other.")
    void all(@Mixin CompareOptions options) throws IOException, InterruptedException {
        compare(
                options,
                List.of(
                        new StartupMode(),
                        new MemoryMode(),
                        new ElementsMode(),
                        new DefragMode(),
                        new ThroughputMode(),
                        new CpuMode(),
                        new TypesMode(),
                        new WarmupMode(),
                        new GrowthMode(),
                        new HitRatioMode(),
                        new SavingMode(),
                        new LoadingMode(),
                        new LoggingMode()));
    }

    private void compare(CompareOptions options, List<Mode> modes)
            throws IOException, InterruptedException {
        PrintWriter terminal = spec.commandLine().getOut();
        CpuPlan cpus = CpuPlan.of(options);
        List<Integer> allowedBefore = cpus.pinSelf();
        try (Children children = new Children()) {
            ServerLauncher launcher = new ServerLauncher(options, cpus, children);
            Load load = chooseLoad(options, cpus, children);
            Map<String, String> facts = Environment.describe(options, cpus, launcher, load);
            Report report =
                    new Report(launcher.name(Role.SUBJECT), launcher.name(Role.REFERENCE), facts);
            facts.forEach((key, value) -> terminal.println(key + ": " + value));
            if (!Environment.quiet()) {
                terminal.println("WARNING: something else is running on this machine.");
            }
            long[] ticks = Environment.cpuTicks();
            Comparison comparison = new Comparison(options, launcher, load);
            List<String> failures = new ArrayList<>();
            for (Mode mode : modes) {
                terminal.println();
                terminal.println(mode.title());
                terminal.print(TextReport.header(report));
                terminal.flush();
                Section section =
                        new Section(
                                mode,
                                measurement -> {
                                    terminal.print(TextReport.row(measurement));
                                    terminal.flush();
                                });
                try {
                    mode.run(comparison, section);
                } catch (IOException e) {
                    // The other modes have nothing to do with it; the run as a whole still fails.
                    failures.add(mode.name() + ": " + e.getMessage());
                    terminal.println("FAILED: " + e.getMessage());
                    continue;
                }
                section.notes().forEach(terminal::println);
                report.sections().add(section);
                // Written after each mode, so that an interrupted run of all leaves what it had.
                Environment.conclude(facts, ticks);
                write(options, report);
            }
            terminal.println();
            if (!report.sections().isEmpty()) {
                terminal.println("written: " + options.html + ", " + options.tsv);
            }
            terminal.flush();
            if (!failures.isEmpty()) {
                throw new IOException("not measured: " + String.join("; ", failures));
            }
        } finally {
            CpuPlan.restoreSelf(allowedBefore);
        }
    }

    private static Load chooseLoad(CompareOptions options, CpuPlan cpus, Children children)
            throws IOException {
        LoadKind kind = options.load;
        if (kind == null) {
            kind = RedisBenchmark.isInstalled() ? LoadKind.REDIS_BENCHMARK : LoadKind.SPINNING;
        }
        if (kind == LoadKind.REDIS_BENCHMARK && !RedisBenchmark.isInstalled()) {
            throw new IOException("redis-benchmark is not on the PATH; use --load spinning");
        }
        return switch (kind) {
            case SPINNING -> new SpinningLoad();
            case RESTING -> RestingLoad.fair();
            case REDIS_BENCHMARK -> new RedisBenchmark(cpus, children);
        };
    }

    private static void write(CompareOptions options, Report report) throws IOException {
        Files.writeString(options.html, HtmlReport.render(report));
        Files.writeString(options.tsv, TsvReport.render(report));
        if (options.writeDoc != null) {
            Path document =
                    options.writeDoc.isEmpty()
                            ? ProjectFiles.resolve("bench/docs/compare.md")
                            : Path.of(options.writeDoc);
            Files.writeString(document, DocReport.fill(Files.readString(document), report));
        }
    }
}

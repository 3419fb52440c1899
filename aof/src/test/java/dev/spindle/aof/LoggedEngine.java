package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogMaker;
import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.Engine;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.rdb.Rdb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** An engine with an append-only log in a directory, whose turns the test makes. */
final class LoggedEngine implements AutoCloseable {

    private static final long ARENA = 64L << 20;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    final EngineHarness harness;
    final AppendOnly log;
    private final Rdb rdb;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

    /** With {@code appendonly yes} and a plain file, unless options say otherwise. */
    LoggedEngine(Path directory, String... options) {
        this(directory, LogFiles::create, RdbBaseWriter::new, options);
    }

    LoggedEngine(
            Path directory, LogMaker logs, Function<Engine, BaseWriter> writer, String... options) {
        List<String> all = new ArrayList<>();
        all.addAll(List.of("--dir", directory.toString(), "--aof-log", "file"));
        all.addAll(List.of("--appendonly", "yes"));
        all.addAll(List.of(options));
        List<CommandSpec> rows = new ArrayList<>(CommandFamilies.rows());
        rows.addAll(AofCommands.rows());
        harness = new EngineHarness(ARENA, ServerConfig.load(null, all), rows);
        Engine engine = harness.engine();
        rdb = new Rdb(engine);
        log = new AppendOnly(engine, tasks::add, () -> {}, writer.apply(engine), logs);
        engine.persistence().add(log);
    }

    /** Loads what is there, bases too, and goes on. */
    LoggedEngine start() throws IOException {
        log.start(LoadAof::loadBase, () -> {});
        return this;
    }

    /** A command of the first client. */
    String command(String... words) {
        return harness.command(words);
    }

    /** What the core does between two turns. */
    void tick() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        log.onTick();
    }

    /** Ticks until something is so. */
    void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, () -> what + "; log: " + harness.log());
            tick();
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        log.close();
        rdb.close();
        harness.close();
    }
}

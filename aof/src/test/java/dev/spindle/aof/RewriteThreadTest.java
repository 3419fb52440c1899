package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.snapshot.DataView;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.perf.agent.Niceness;
import dev.spindle.perf.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewriteThreadTest {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir private Path directory;

    /** Tells what the kernel says of the thread that writes a base. */
    private static final class WatchedWriter implements BaseWriter {
        private final CompletableFuture<String> stat = new CompletableFuture<>();
        private final BaseWriter writer;

        private WatchedWriter(BaseWriter writer) {
            this.writer = writer;
        }

        @Override
        public Job prepare(DataView view, Path file) {
            Job job = writer.prepare(view, file);
            return new Job() {
                @Override
                public void run() throws IOException {
                    stat.complete(Files.readString(Path.of("/proc/thread-self/stat")));
                    job.run();
                }

                @Override
                public void cancel() {
                    job.cancel();
                }
            };
        }
    }

    @Test
    void shouldGiveWayToOtherThreadsWhenItWritesABase() throws Exception {
        assumeTrue(Posix.isAvailable(), Posix.unavailableReason());
        ServerConfig config =
                ServerConfig.load(
                        null,
                        List.of(
                                "--dir",
                                directory.toString(),
                                "--appendonly",
                                "yes",
                                "--aof-log",
                                "file"));
        try (EngineHarness harness = new EngineHarness(64L << 20, config)) {
            WatchedWriter writer = new WatchedWriter(new RdbBaseWriter(harness.engine()));
            try (AppendOnly log = new AppendOnly(harness.engine(), task -> {}, () -> {}, writer)) {
                log.start((engine, file) -> 0, () -> {});
                log.rewrite();
                long end = System.nanoTime() + DEADLINE_NS;
                while (!writer.stat.isDone()) {
                    assertTrue(System.nanoTime() < end, "no base is written");
                    log.onTick();
                    Thread.onSpinWait();
                }
                String stat = writer.stat.get();
                assertTrue(stat.contains("(aof-rewrite)"), stat);
                String nice = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16];
                assertEquals(
                        Math.max(Niceness.BACKGROUND, Posix.threadNice()), Integer.parseInt(nice));
            }
        }
    }
}

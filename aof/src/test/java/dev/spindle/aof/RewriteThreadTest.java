package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.aof.log.LogFiles;
import dev.spindle.engine.snapshot.DataView;
import dev.spindle.perf.agent.Niceness;
import dev.spindle.perf.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewriteThreadTest {

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
        WatchedWriter[] watched = new WatchedWriter[1];
        try (LoggedEngine server =
                new LoggedEngine(
                                directory,
                                LogFiles::create,
                                engine -> watched[0] = new WatchedWriter(new RdbBaseWriter(engine)))
                        .start()) {
            WatchedWriter writer = watched[0];
            server.log.rewrite();
            server.await("a base is written", writer.stat::isDone);
            String stat = writer.stat.get();
            assertTrue(stat.contains("(aof-rewrite)"), stat);
            String nice = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16];
            assertEquals(Math.max(Niceness.BACKGROUND, Posix.threadNice()), Integer.parseInt(nice));
        }
    }
}

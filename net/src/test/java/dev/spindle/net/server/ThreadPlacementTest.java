package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.perf.agent.CpuList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads inherit where they may run from the one that starts them; none but the core's may run on the core's processor
 * while the core runs. */
class ThreadPlacementTest {

    private static final String ALLOWED = "Cpus_allowed_list:";

    @TempDir private Path directory;

    @Test
    void shouldKeepAllOtherThreadsOffTheProcessorOfTheCore() throws Exception {
        CpuList cpus = cpusOf(Path.of("/proc/self"));
        assumeTrue(cpus.size() > 1, "one processor, or no Linux");
        int last = cpus.stream().max().getAsInt();
        CpuList cpu = CpuList.of(last);
        int port = RealRedis.freePort();
        Process process =
                ProcessTest.start(
                        directory,
                        "--port",
                        Integer.toString(port),
                        "--dir",
                        directory.toString(),
                        "--server_cpulist",
                        cpu.toString(),
                        "--appendonly",
                        "yes");
        try {
            ProcessTest.awaitServing(port);
            try (RawClient client = new RawClient("127.0.0.1", port)) {
                // Saves and rewrites have threads of their own, some of which stay.
                client.command("SET", "key", "value");
                assertEquals("+Background saving started\r\n", client.command("BGSAVE"));
                ServerUnderTest.await(
                        "the save is done",
                        () -> client.text("INFO").contains("rdb_bgsave_in_progress:0"));
                client.command("BGREWRITEAOF");
                ServerUnderTest.await(
                        "the rewrite is done",
                        () -> client.text("INFO").contains("aof_rewrite_in_progress:0"));
                client.command("FLUSHALL", "ASYNC");
            }
            TreeSet<String> free = new TreeSet<>();
            TreeSet<String> names = new TreeSet<>();
            try (var tasks =
                    Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
                for (Path task : tasks) {
                    CpuList allowed = cpusOf(task);
                    if (allowed.equals(cpu)) {
                        names.add(nameOf(task));
                    } else if (allowed.contains(last)) {
                        free.add(nameOf(task).replaceAll("[0-9]+", ""));
                    }
                }
            }
            assertEquals(new TreeSet<>(List.of("core")), names);
            // These work only while the core stands.
            assertTrue(free.contains("VM Thread"), () -> "only " + free);
            free.removeAll(List.of("VM Thread", "GC Thread#"));
            assertEquals(new TreeSet<String>(), free);
        } finally {
            // In order: one that is killed leaves what its log lacks in memory.
            process.destroy();
            boolean ended = process.waitFor(60, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertTrue(ended);
        }
    }

    private static String nameOf(Path task) throws IOException {
        return Files.readString(task.resolve("comm")).strip();
    }

    private static CpuList cpusOf(Path task) throws IOException {
        Path status = task.resolve("status");
        if (!Files.exists(status)) {
            return CpuList.EMPTY;
        }
        return CpuList.parse(
                Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith(ALLOWED))
                        .map(line -> line.substring(ALLOWED.length()).strip())
                        .findFirst()
                        .orElse(""));
    }
}

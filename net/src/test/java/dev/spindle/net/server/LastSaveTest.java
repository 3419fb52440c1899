package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with save points saves when it ends, however it is told to, and does not end when it cannot. */
class LastSaveTest {

    @TempDir Path directory;

    private ServerUnderTest start() {
        return ServerUnderTest.start(
                directory,
                "--save",
                "3600",
                "1",
                "--rdb-version",
                "10",
                "--enable-debug-command",
                "yes",
                "--dir",
                directory.toString());
    }

    @Test
    void shouldSaveWhenItIsClosedAndARealServerGoesOn() {
        String digest;
        try (ServerUnderTest server = start();
                RawClient client = server.connect()) {
            client.command("SET", "key", "value");
            client.command("RPUSH", "list", "a", "b");
            digest = client.command("DEBUG", "DIGEST");
        }
        assertSameInRedis(digest);
    }

    @Test
    void shouldSaveInTheBackgroundBesideClients() {
        try (ServerUnderTest server = start();
                RawClient client = server.connect()) {
            for (int i = 0; i < 5000; i++) {
                client.command("SET", "key:" + i, "value:" + i);
            }
            String digest = client.command("DEBUG", "DIGEST");
            assertEquals("+Background saving started\r\n", client.command("BGSAVE"));
            client.command("SET", "later", "1");
            ServerUnderTest.await(
                    "the save is done",
                    () -> client.text("INFO").contains("rdb_bgsave_in_progress:0"));
            assertTrue(client.text("INFO").contains("rdb_last_bgsave_status:ok"));
            assertSameInRedis(digest);
        }
    }

    private void assertSameInRedis(String digest) {
        try (RealRedis redis =
                        RealRedis.start(
                                "--dir", directory.toString(), "--enable-debug-command", "yes");
                RawClient client = redis.connect()) {
            assertEquals(digest, client.command("DEBUG", "DIGEST"));
        }
    }

    @Test
    void shouldGoOnServingWhenTheLastSaveFailsAndEndWhenItSucceeds() throws Exception {
        int port = RealRedis.freePort();
        Path dump = directory.resolve("dump.rdb");
        Path output = directory.resolve("server.log");
        Process process =
                ProcessTest.start(
                        directory,
                        "--port",
                        Integer.toString(port),
                        "--save",
                        "3600 1",
                        "--logfile",
                        output.toString(),
                        "--dir",
                        directory.toString());
        try {
            ProcessTest.awaitServing(port);
            Files.createDirectories(dump.resolve("in the way"));
            ServerUnderTest.await("signals are handled", () -> terminatesInOrder(process, output));
            Files.delete(dump.resolve("in the way"));
            Files.delete(dump);
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
            assertTrue(Files.size(dump) > 0);
            for (String line :
                    List.of(
                            "# User requested shutdown...",
                            "* Saving the final RDB snapshot before exiting.",
                            "# Error trying to save the DB, can't exit.",
                            "# Errors trying to shut down the server. Check the logs for more information.",
                            "* DB saved on disk")) {
                assertTrue(text(output).contains(line), line);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    // A signal before the handler is set would end the process: so the handler's thread is waited
    // for.
    private static boolean terminatesInOrder(Process process, Path output) {
        if (!ProcessTest.handlesTerm(process.pid())) {
            return false;
        }
        if (!text(output).contains("can't exit")) {
            process.destroy();
            return false;
        }
        return process.isAlive();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (java.io.IOException e) {
            return "";
        }
    }
}

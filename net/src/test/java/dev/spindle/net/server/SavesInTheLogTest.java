package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.RawClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that save are no changes of data: who repeats the log must not save, let alone end. */
class SavesInTheLogTest {

    @TempDir private Path directory;

    private ServerUnderTest start() {
        ServerUnderTest server =
                ServerUnderTest.start(
                        directory,
                        "--dir",
                        directory.toString(),
                        "--appendonly",
                        "yes",
                        "--save",
                        "3600 1");
        try (RawClient client = server.connect()) {
            ServerUnderTest.await("the data is loaded", () -> isLoaded(client));
        }
        return server;
    }

    private static boolean isLoaded(RawClient client) {
        return client.command("PING").equals("+PONG\r\n");
    }

    @Test
    void shouldHaveAllDataWhenTheServerBeforeHadSavedAndEndedByCommand() throws Exception {
        for (int run = 0; run < 3; run++) {
            try (ServerUnderTest server = start();
                    RawClient client = server.connect()) {
                assertEquals(
                        run == 0 ? "$-1\r\n" : "$1\r\n" + run + "\r\n",
                        client.command("GET", "runs"));
                client.command("INCR", "runs");
                assertEquals("+OK\r\n", client.command("SAVE"));
                client.command("SET", "a", "b");
                client.command("FLUSHALL");
                client.command("SET", "runs", "" + (run + 1));
                client.sendRaw(
                        "SHUTDOWN SAVE\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                server.server().awaitEnd();
                server.awaitLog("DB saved on disk");
            }
        }
    }
}

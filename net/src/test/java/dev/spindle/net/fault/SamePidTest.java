package dev.spindle.net.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/**
 * A container's server has the same number each time it starts. A queue of Chronicle's that was left by a process of that number
 * takes it for its own lock's owner, alive, and waits.
 */
class SamePidTest {

    private static final List<String> NAMESPACE =
            List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

    @TempDir private Path directory;

    private static void assumeNamespaces() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(NAMESPACE);
        command.add("true");
        if (new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() != 0) {
            throw new TestAbortedException(
                    "no namespaces here; AppendOnlyServerTest has the same within one process");
        }
    }

    @Test
    void shouldStartAtOnceUnderTheNumberThatItHadBefore() throws Exception {
        assumeNamespaces();
        Path data = Files.createDirectories(directory.resolve("data"));
        for (int round = 0; round < 3; round++) {
            try (ServerProcess server =
                            ServerProcess.start(
                                            NAMESPACE,
                                            data,
                                            "--appendonly",
                                            "yes",
                                            "--appendfsync",
                                            "always")
                                    .serving();
                    RawClient client = server.connect()) {
                assertTrue(client.command("INFO", "server").contains("process_id:1\r\n"));
                assertEquals(":" + (round + 1) + "\r\n", client.command("INCR", "starts"));
                assertFalse(server.log().contains("Chronicle"), server.log());
                server.kill();
            }
        }
    }
}

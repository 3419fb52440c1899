package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.RawClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages over sockets: they arrive although their readers ask for nothing, and who does not read them is ended. */
class PubSubServerTest {

    private static final int SUBSCRIBERS = 40;
    private static final int MESSAGES = 500;

    @TempDir private Path directory;

    @Test
    void shouldBringEveryMessageInOrderWhenManyListen() {
        try (ServerUnderTest server = ServerUnderTest.start(directory);
                RawClient publisher = server.connect()) {
            List<RawClient> listeners = new ArrayList<>();
            for (int i = 0; i < SUBSCRIBERS; i++) {
                RawClient client = server.connect();
                client.command("SUBSCRIBE", "x");
                listeners.add(client);
            }
            for (int i = 0; i < MESSAGES; i++) {
                assertEquals(
                        ":" + SUBSCRIBERS + "\r\n", publisher.command("PUBLISH", "x", "m" + i));
            }
            for (RawClient client : listeners) {
                for (int i = 0; i < MESSAGES; i++) {
                    List<String> message = RawClient.flatten(RawClient.latin1(client.readReply()));
                    assertEquals(List.of("message", "x", "m" + i), message);
                }
                client.close();
            }
            ServerUnderTest.await(
                    "all have left", () -> publisher.command("PUBLISH", "x", "m").equals(":0\r\n"));
        }
    }

    @Test
    void shouldEndASubscriberThatDoesNotReadButNoOther() {
        try (ServerUnderTest server =
                        ServerUnderTest.start(
                                directory, "--client-output-buffer-limit", "pubsub 4mb 0 0");
                RawClient slow = server.connect();
                RawClient quick = server.connect();
                RawClient publisher = server.connect()) {
            slow.command("SUBSCRIBE", "x");
            quick.command("SUBSCRIBE", "x");
            byte[] message = new byte[1 << 20];
            long sent = 2;
            for (int i = 0; i < 64 && sent == 2; i++) {
                String reply =
                        RawClient.latin1(
                                publisher.commandBytes(
                                        "PUBLISH".getBytes(), "x".getBytes(), message));
                sent = Long.parseLong(reply.substring(1).trim());
                quick.readReply();
            }
            assertEquals(1, sent, "the slow one is still there");
            server.awaitLog("scheduled to be closed ASAP for overcoming of output buffer limits.");
            server.awaitLog("sub=1");
        }
    }
}

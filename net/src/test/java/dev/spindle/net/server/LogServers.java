package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.tool.AofTools;
import dev.spindle.engine.testkit.RawClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Servers with an append-only log for tests: what goes into them and what is asked of them. */
final class LogServers {

    private LogServers() {}

    static ServerUnderTest start(Path data, String... more) throws IOException {
        Files.createDirectories(data);
        List<String> words = new ArrayList<>();
        words.addAll(List.of("--appendonly", "yes", "--dir", data.toString()));
        words.addAll(List.of("--enable-debug-command", "yes"));
        words.addAll(List.of(more));
        ServerUnderTest server = ServerUnderTest.start(data, words.toArray(new String[0]));
        try (RawClient client = server.connect()) {
            awaitData(client);
        }
        return server;
    }

    static void fill(RawClient client) {
        client.command("SET", "string", "value", "PXAT", "4000000000000");
        for (int i = 0; i < 500; i++) {
            client.command("SET", "key:" + i, "x".repeat(i % 500));
            client.command("HSET", "hash", "field" + i, "v" + i);
            client.command("ZADD", "sorted", "" + i, "m" + i);
            client.command("RPUSH", "list", "element" + i);
            client.command("XADD", "stream", "1-" + (i + 1), "f", "v" + i);
            client.command("INCR", "counter");
        }
        client.command("SELECT", "7");
        client.command("SADD", "set", "a", "b", "c", "d");
        client.command("SREM", "set", "b");
        client.command("MULTI");
        client.command("INCR", "one");
        client.command("INCRBYFLOAT", "two", "1.5");
        client.command("EXEC");
        client.command("SET", "big", "y".repeat(3_000_000));
        client.command("SELECT", "0");
    }

    static String digest(RawClient client) {
        return client.command("DEBUG", "DIGEST");
    }

    // DEBUG is answered during loading too, with what is there by then.
    static String digestOfAll(RawClient client) {
        awaitData(client);
        return digest(client);
    }

    static void awaitData(RawClient client) {
        ServerUnderTest.await("it is loaded", () -> client.command("PING").equals("+PONG\r\n"));
    }

    static void awaitRewrite(RawClient client) {
        ServerUnderTest.await(
                "the rewrite is over",
                () -> {
                    String info = client.command("INFO", "persistence");
                    return info.contains("aof_rewrite_in_progress:0")
                            && info.contains("aof_rewrite_scheduled:0");
                });
        assertTrue(client.command("INFO", "persistence").contains("aof_last_bgrewrite_status:ok"));
    }

    static int tool(StringWriter out, String... args) {
        PrintWriter writer = new PrintWriter(out, true);
        return AofTools.run(writer, writer, args);
    }
}

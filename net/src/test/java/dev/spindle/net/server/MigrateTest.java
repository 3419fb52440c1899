package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MIGRATE to a real server, which judges what comes, and to peers that do not answer. */
class MigrateTest {

    @TempDir Path directory;
    private RealRedis redis;
    private RawClient target;
    private ServerUnderTest server;
    private RawClient here;

    @BeforeEach
    void start() {
        redis = RealRedis.start("--requirepass", "secret");
        target = redis.connect();
        target.command("AUTH", "secret");
        server =
                ServerUnderTest.start(
                        directory, "--rdb-version", "10", "--dir", directory.toString());
        here = server.connect();
    }

    @AfterEach
    void stop() {
        CloseHelper.closeAll(here, server, target, redis);
    }

    private String migrate(String key, String... options) {
        String[] words = new String[6 + options.length];
        words[0] = "MIGRATE";
        words[1] = "127.0.0.1";
        words[2] = String.valueOf(redis.port());
        words[3] = key;
        words[4] = "2";
        words[5] = "5000";
        System.arraycopy(options, 0, words, 6, options.length);
        return here.command(words);
    }

    @Test
    void shouldMoveKeysWhenTheTargetTakesThem() {
        here.command("RPUSH", "list", "a", "b");
        here.command("SET", "timed", "v", "PX", "100000");
        here.command("HSET", "hash", "f", "v");
        assertEquals("+OK\r\n", migrate("list", "AUTH", "secret"));
        assertEquals(":0\r\n", here.command("EXISTS", "list"));
        assertEquals(
                "+OK\r\n",
                migrate("", "AUTH2", "default", "secret", "KEYS", "timed", "none", "hash"));
        assertEquals(":0\r\n", here.command("DBSIZE"));
        target.command("SELECT", "2");
        assertEquals(":3\r\n", target.command("DBSIZE"));
        assertEquals("*2\r\n$1\r\na\r\n$1\r\nb\r\n", target.command("LRANGE", "list", "0", "-1"));
        assertTrue(target.command("PTTL", "timed").matches(":(100000|9\\d{4})\r\n"));
        assertEquals("+NOKEY\r\n", migrate("list", "AUTH", "secret"));
    }

    @Test
    void shouldKeepKeysWhenTheyAreCopiedOrRefused() {
        here.command("SET", "a", "1");
        assertEquals("+OK\r\n", migrate("a", "COPY", "AUTH", "secret"));
        assertEquals("$1\r\n1\r\n", here.command("GET", "a"));
        assertEquals(
                "-ERR Target instance replied with error: BUSYKEY Target key name already exists.\r\n",
                migrate("a", "AUTH", "secret"));
        assertEquals("$1\r\n1\r\n", here.command("GET", "a"));
        assertEquals("+OK\r\n", migrate("a", "REPLACE", "AUTH", "secret"));
        assertEquals("$-1\r\n", here.command("GET", "a"));
        here.command("SET", "b", "1");
        assertTrue(
                migrate("b", "AUTH", "wrong")
                        .startsWith("-ERR Target instance replied with error: WRONGPASS"));
        assertTrue(migrate("b").startsWith("-ERR Target instance replied with error: NOAUTH"));
        assertEquals("$1\r\n1\r\n", here.command("GET", "b"));
    }

    @Test
    void shouldRefuseAsRedisDoesWhenArgumentsAreWrong() {
        String port = String.valueOf(redis.port());
        target.command("SET", "k", "v");
        here.command("SET", "k", "v");
        String[][] commands = {
            {"MIGRATE", "127.0.0.1", port, "k", "x", "1000"},
            {"MIGRATE", "127.0.0.1", port, "k", "0", "x"},
            {"MIGRATE", "127.0.0.1", port, "k", "0", "1000", "WHAT"},
            {"MIGRATE", "127.0.0.1", port, "k", "0", "1000", "AUTH"},
            {"MIGRATE", "127.0.0.1", port, "k", "0", "1000", "AUTH2", "u"},
            {"MIGRATE", "127.0.0.1", port, "k", "0", "1000", "KEYS", "k"},
            {"MIGRATE", "127.0.0.1", port, "none", "0", "1000"},
            {"MIGRATE", "127.0.0.1", "1", "k", "0", "1000"},
            {"MIGRATE", "127.0.0.1", port, "k", "0"},
            {"COMMAND", "GETKEYS", "MIGRATE", "h", "1", "k", "0", "1000", "COPY"},
            {
                "COMMAND", "GETKEYS", "MIGRATE", "h", "1", "", "0", "1000", "AUTH", "keys", "KEYS",
                "a", "b"
            }
        };
        for (String[] command : commands) {
            assertEquals(target.command(command), here.command(command), String.join(" ", command));
        }
        assertEquals(
                RawClient.flatten(target.command("COMMAND", "INFO", "migrate")).stream()
                        .sorted()
                        .toList(),
                RawClient.flatten(here.command("COMMAND", "INFO", "migrate")).stream()
                        .sorted()
                        .toList());
    }

    @Test
    void shouldGiveUpInTimeWhenThePeerDoesNotAnswer() throws IOException {
        here.command("SET", "k", "v");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(silent.getLocalPort());
            assertEquals(
                    "-IOERR error or timeout reading to target instance\r\n",
                    here.command("MIGRATE", "127.0.0.1", port, "k", "0", "50"));
        }
        assertEquals("$1\r\nv\r\n", here.command("GET", "k"));
    }

    private String accepted() {
        return info(target, "total_connections_received");
    }

    private static String info(RawClient client, String field) {
        for (String line : client.command("INFO", "stats").split("\r\n")) {
            if (line.startsWith(field + ":")) {
                return line.substring(field.length() + 1);
            }
        }
        throw new AssertionError("INFO has no " + field);
    }

    @Test
    void shouldUseOneConnectionWhenKeysGoToOneServerOneByOne() {
        assertEquals("0", info(here, "migrate_cached_sockets"));
        here.command("SET", "first", "v");
        assertEquals("+OK\r\n", migrate("first", "AUTH", "secret"));
        String before = accepted();
        for (int i = 0; i < 20; i++) {
            here.command("SET", "k" + i, "v" + i);
            assertEquals("+OK\r\n", migrate("k" + i, "AUTH", "secret"));
        }
        assertEquals(before, accepted());
        assertEquals("1", info(here, "migrate_cached_sockets"));
        target.command("SELECT", "2");
        assertEquals(":21\r\n", target.command("DBSIZE"));
        // Another database over the same connection, and back.
        String[] other = {
            "MIGRATE", "127.0.0.1", String.valueOf(redis.port()), "k", "3", "1000", "AUTH", "secret"
        };
        here.command("SET", "k", "v");
        assertEquals("+OK\r\n", here.command(other));
        here.command("SET", "k", "v");
        assertEquals("+OK\r\n", migrate("k", "AUTH", "secret"));
        assertEquals(":22\r\n", target.command("DBSIZE"));
        target.command("SELECT", "3");
        assertEquals(":1\r\n", target.command("DBSIZE"));
        assertEquals(before, accepted());
    }

    @Test
    void shouldChooseTheDatabaseAgainWhenTheTargetHasRefused() {
        here.command("SET", "a", "1");
        assertEquals("+OK\r\n", migrate("a", "COPY", "AUTH", "secret"));
        String before = accepted();
        assertTrue(migrate("a", "AUTH", "secret").contains("BUSYKEY"));
        assertEquals("+OK\r\n", migrate("a", "REPLACE", "AUTH", "secret"));
        assertEquals(before, accepted());
    }

    @Test
    void shouldConnectAnewWhenTheTargetHasClosedTheConnection() {
        here.command("SET", "a", "1");
        here.command("SET", "b", "2");
        assertEquals("+OK\r\n", migrate("a", "AUTH", "secret"));
        target.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        assertEquals("+OK\r\n", migrate("b", "AUTH", "secret"));
        assertEquals(":0\r\n", here.command("DBSIZE"));
        assertEquals("1", info(here, "migrate_cached_sockets"));
    }

    @Test
    void shouldNotActForAnotherWhenCredentialsAreOthers() {
        here.command("SET", "a", "1");
        here.command("SET", "b", "2");
        assertEquals("+OK\r\n", migrate("a", "AUTH", "secret"));
        assertTrue(migrate("b").startsWith("-ERR Target instance replied with error: NOAUTH"));
        assertTrue(migrate("b", "AUTH", "wrong").contains("WRONGPASS"));
        assertEquals("0", info(here, "migrate_cached_sockets"));
        target.command("SELECT", "2");
        assertEquals(":0\r\n", target.command("EXISTS", "b"));
        assertEquals("+OK\r\n", migrate("b", "AUTH", "secret"));
    }

    @Test
    void shouldKeepNoConnectionWhenThePeerDidNotAnswerInTime() throws IOException {
        here.command("SET", "k", "v");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(silent.getLocalPort());
            here.command("MIGRATE", "127.0.0.1", port, "k", "0", "50");
        }
        assertEquals("0", info(here, "migrate_cached_sockets"));
    }
}

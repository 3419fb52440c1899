package dev.spindle.engine.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandsTest {
    private final EngineHarness engine = new EngineHarness();
    private final Session me = engine.session();

    @AfterEach
    void close() {
        engine.close();
    }

    private String say(String line) {
        return engine.send(me, line + "\r\n");
    }

    @Test
    void shouldActAtOnceWhenAParameterOfTheEngineIsSet() {
        EngineSettings settings = engine.engine().settings();
        assertEquals(
                "+OK\r\n",
                say(
                        "CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 2 latency-monitor-threshold 5 hz 50"
                                + " client-query-buffer-limit 2mb"));
        assertEquals(0, settings.slowLogMicros);
        assertEquals(50, settings.hz);
        assertEquals(2 << 20, settings.queryBufferLimit);
        assertEquals(5, engine.engine().spikes().thresholdMs());
        say("PING");
        say("PING");
        say("PING");
        assertEquals(":2\r\n", say("SLOWLOG LEN"));
        assertEquals(
                "+OK\r\n",
                say("CONFIG SET latency-tracking no maxmemory-policy allkeys-lfu maxmemory 1gb"));
        assertFalse(engine.engine().latency().tracking());
        assertTrue(engine.engine().keyspaces().shared().clock().isLfu());
        assertFalse(settings.sharedIntegers);
        assertEquals("*2\r\n$9\r\nmaxmemory\r\n$10\r\n1073741824\r\n", say("CONFIG GET maxmemory"));
        say("HELLO 3");
        assertEquals("%1\r\n$2\r\nhz\r\n$2\r\n50\r\n", say("CONFIG GET hz"));
    }

    @Test
    void shouldLimitBulksWhenProtoMaxBulkLenIsSet() {
        say("CONFIG SET proto-max-bulk-len 1mb");
        assertEquals(
                "-ERR Protocol error: invalid bulk length\r\n",
                engine.send(me, "*1\r\n$1048577\r\n"));
    }

    @Test
    void shouldAskForThePasswordWhenItWasSet() {
        assertEquals("+OK\r\n", say("CONFIG SET requirepass pw"));
        assertEquals("+PONG\r\n", say("PING"));
        Session other = engine.connect();
        assertEquals("-NOAUTH Authentication required.\r\n", engine.send(other, "PING\r\n"));
        assertEquals("+OK\r\n+PONG\r\n", engine.send(other, "AUTH pw\r\nPING\r\n"));
        assertEquals("+OK\r\n", say("CONFIG SET requirepass \"\""));
        assertEquals("+PONG\r\n", engine.send(engine.connect(), "PING\r\n"));
    }

    @Test
    void shouldKeepSecretsOutOfTheSlowLogWhenTheyAreSet() {
        say("CONFIG SET slowlog-log-slower-than 0");
        say("CONFIG SET REQUIREPASS geheim maxmemory 0 masterauth auch");
        say("CONFIG SET masteruser wer");
        List<String> log = RawClient.flatten(say("SLOWLOG GET -1"));
        assertEquals(3, log.stream().filter("(redacted)"::equals).count());
        assertFalse(log.contains("geheim") || log.contains("auch") || log.contains("wer"));
    }

    @Test
    void shouldWarnWhenTheNewLimitIsBelowWhatIsUsed() {
        engine.command("SET", "k", "v".repeat(100_000));
        say("CONFIG SET maxmemory 1");
        assertTrue(
                engine.log()
                        .get(0)
                        .startsWith("WARNING: the new maxmemory value set via CONFIG SET (1)"));
    }

    @Test
    void shouldResetWhatRedisResetsWhenAsked() {
        say("CONFIG SET slowlog-log-slower-than 0 latency-monitor-threshold 1");
        say("GET none");
        say("FOO");
        say("AUTH a b");
        say("GET");
        assertEquals("+OK\r\n", say("CONFIG RESETSTAT"));
        int get = engine.engine().commands().find("get").id();
        assertEquals(0, engine.engine().keyspaces().shared().stats().misses);
        assertEquals(0, engine.engine().stats().errorReplies);
        assertTrue(engine.engine().stats().errorsByCode.isEmpty());
        assertEquals(0, engine.engine().stats().rejectedCalls[get]);
        assertEquals(0, engine.engine().stats().authFailures);
        assertEquals(0, engine.engine().latency().get(get).calls());
        assertEquals(
                1,
                engine.engine().stats().commands,
                "RESETSTAT itself is the first of the new count");
        assertTrue(
                engine.engine().commandLogs().slow().size() > 0, "SLOWLOG has a reset of its own");
    }

    @Test
    void shouldRewriteTheFileWhenThereIsOne(@TempDir Path directory) throws IOException {
        assertEquals("-ERR The server is running without a config file\r\n", say("CONFIG REWRITE"));
        Path file = directory.resolve("redis.conf");
        Files.writeString(file, "hz 20\n");
        try (EngineHarness other =
                new EngineHarness(64L << 20, ServerConfig.load(file, List.of()))) {
            assertEquals(20, other.engine().settings().hz);
            assertEquals("+OK\r\n", other.command("CONFIG", "SET", "hz", "30"));
            assertEquals("+OK\r\n", other.command("CONFIG", "REWRITE"));
            assertTrue(Files.readString(file).contains("hz 30"));
            assertTrue(other.log().contains("CONFIG REWRITE executed with success."));
        }
    }
}

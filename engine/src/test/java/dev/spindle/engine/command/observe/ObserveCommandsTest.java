package dev.spindle.engine.command.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.perf.latency.SpikeHistory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ObserveCommandsTest {
    private final EngineHarness engine = new EngineHarness();
    private final Session me = engine.session();

    @AfterEach
    void close() {
        engine.close();
    }

    private String say(Session from, String line) {
        return engine.send(from, line + "\r\n");
    }

    private static String drain(Session session) {
        return new String(EngineHarness.drain(session), StandardCharsets.ISO_8859_1);
    }

    private void logEverything() {
        engine.engine().settings().slowLogMicros = 0;
        engine.engine().settings().largeRequestBytes = 40;
        engine.engine().settings().largeReplyBytes = 50;
        engine.engine().commandLogs().settingsChanged();
    }

    @Test
    void shouldShowWhoSentWhatWhenCommandsWereSlow() {
        logEverything();
        say(me, "CLIENT SETNAME joe");
        say(me, "SET k " + "v".repeat(130));
        assertEquals(
                "*2\r\n*6\r\n:1\r\n:1700000000\r\n:0\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$146\r\n"
                        + "v".repeat(128)
                        + "... (2 more bytes)\r\n$15\r\n127.0.0.1:50000\r\n$3\r\njoe\r\n"
                        + "*6\r\n:0\r\n:1700000000\r\n:0\r\n*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$3\r\njoe\r\n"
                        + "$15\r\n127.0.0.1:50000\r\n$3\r\njoe\r\n",
                say(me, "SLOWLOG GET 2"));
        assertEquals(":3\r\n", say(me, "SLOWLOG LEN"));
        assertEquals("+OK\r\n", say(me, "SLOWLOG RESET"));
        assertEquals(":1\r\n", say(me, "SLOWLOG LEN"));
    }

    @Test
    void shouldShowLargeRequestsAndRepliesWhenAskedByType() {
        logEverything();
        say(me, "SET k " + "v".repeat(60));
        say(me, "GET k");
        assertEquals(":1\r\n", say(me, "COMMANDLOG LEN large-request"));
        assertEquals(":1\r\n", say(me, "COMMANDLOG LEN LARGE-REPLY"));
        String request = say(me, "COMMANDLOG GET -1 large-request");
        assertTrue(
                request.startsWith("*1\r\n*6\r\n:0\r\n:1700000000\r\n:68\r\n*3\r\n$3\r\nSET"),
                request);
        String reply = say(me, "COMMANDLOG GET 5 large-reply");
        assertTrue(reply.contains(":67\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"), reply);
        assertEquals("+OK\r\n", say(me, "COMMANDLOG RESET large-request"));
        assertEquals(":0\r\n", say(me, "COMMANDLOG LEN large-request"));
        String badType =
                "-ERR type should be one of the following: slow, large-request, large-reply\r\n";
        assertEquals(badType, say(me, "COMMANDLOG LEN foo"));
        assertEquals(badType, say(me, "COMMANDLOG GET 1 foo"));
        assertEquals(
                "-ERR count should be greater than or equal to -1\r\n",
                say(me, "COMMANDLOG GET -2 slow"));
        assertTrue(say(me, "COMMANDLOG HELP").startsWith("*16\r\n+COMMANDLOG <subcommand>"));
        assertEquals(
                "-ERR wrong number of arguments for 'commandlog|get' command\r\n",
                say(me, "COMMANDLOG GET 1"));
        assertTrue(
                say(me, "COMMANDLOG RESET slow x").startsWith("-ERR unknown subcommand or wrong"));
    }

    @Test
    void shouldHidePasswordsWhenCommandsAreLogged() {
        logEverything();
        for (String line :
                List.of("AUTH foo", "AUTH default bar", "HELLO 3 AUTH default foo SETNAME joe")) {
            say(me, line);
        }
        List<String> log = RawClient.flatten(say(me, "SLOWLOG GET"));
        assertFalse(log.contains("foo") || log.contains("bar"), log::toString);
        assertEquals(5, log.stream().filter("(redacted)"::equals).count());
    }

    @Test
    void shouldShowEveryCommandAfterItRanWhenMonitored() {
        Session monitor = engine.connect();
        assertEquals("+OK\r\n", say(monitor, "MONITOR"));
        assertEquals("", say(monitor, "MONITOR"));
        engine.clock().advanceMicros(1234);
        say(me, "SET a \"x\\r\\n\\x00\"");
        say(me, "SELECT 3");
        say(me, "AUTH default secret");
        say(me, "FOO");
        say(me, "GET");
        say(me, "CLIENT LIST");
        say(me, "CLIENT ID");
        String at = "+1700000000.001234 [";
        assertEquals(
                at
                        + "0 127.0.0.1:50000] \"SET\" \"a\" \"x\\r\\n\\x00\"\r\n"
                        + at
                        + "3 127.0.0.1:50000] \"SELECT\" \"3\"\r\n"
                        + at
                        + "3 127.0.0.1:50000] \"AUTH\" \"(redacted)\" \"(redacted)\"\r\n"
                        + at
                        + "3 127.0.0.1:50000] \"CLIENT\" \"ID\"\r\n",
                drain(monitor));
    }

    @Test
    void shouldStayOffTheKeysUntilResetWhenMonitoring() {
        say(me, "MONITOR");
        assertEquals("-ERR Replica can't interact with the keyspace\r\n", say(me, "GET a"));
        assertEquals("-ERR Replica can't interact with the keyspace\r\n", say(me, "SET a b"));
        assertTrue(
                say(me, "PING")
                        .startsWith("+PONG\r\n+1700000000.000000 [0 127.0.0.1:50000] \"PING\""));
        assertTrue(say(me, "CLIENT INFO").contains("flags=O"));
        say(me, "CLIENT REPLY OFF");
        assertEquals("", say(me, "PING"));
        assertTrue(say(me, "CLIENT REPLY ON").startsWith("+OK\r\n+17"));
        assertEquals("+RESET\r\n", say(me, "RESET"));
        assertEquals("+PONG\r\n", say(me, "PING"));
        say(me, "MONITOR");
        assertEquals(1, engine.engine().monitors().count());
        assertTrue(say(me, "QUIT").startsWith("+OK\r\n"));
        engine.engine().disconnect(me);
        assertEquals(0, engine.engine().monitors().count());
    }

    @Test
    void shouldListEventsWhenTheyWereSlow() {
        SpikeHistory spikes = engine.engine().spikes();
        spikes.thresholdMs(10);
        spikes.sample("command", 1_699_999_990, 30);
        spikes.sample("command", 1_699_999_995, 20);
        spikes.sample("aof-write", 1_699_999_999, 11);
        assertEquals(
                "*2\r\n*4\r\n$7\r\ncommand\r\n:1699999995\r\n:20\r\n:30\r\n*4\r\n$9\r\naof-write\r\n:1699999999\r\n:11\r\n:11\r\n",
                say(me, "LATENCY LATEST"));
        assertEquals(
                "*2\r\n*2\r\n:1699999990\r\n:30\r\n*2\r\n:1699999995\r\n:20\r\n",
                say(me, "LATENCY HISTORY command"));
        String report = say(me, "LATENCY DOCTOR");
        assertTrue(
                report.contains(
                        "1. command: 2 latency spikes (average 25ms, mean deviation 5ms, period 5.00 sec). Worst all time"
                                + " event 30ms.\n"),
                report);
        assertTrue(report.contains("SLOWLOG GET"), report);
        assertEquals(":1\r\n", say(me, "LATENCY RESET aof-write foo"));
        assertEquals(":1\r\n", say(me, "LATENCY RESET"));
        assertTrue(say(me, "LATENCY DOCTOR").contains("10 ms"));
        spikes.thresholdMs(0);
        assertTrue(say(me, "LATENCY DOCTOR").contains("CONFIG SET latency-monitor-threshold"));
    }

    @Test
    void shouldSampleCommandsWhenTheyPassTheThreshold() {
        engine.engine().spikes().thresholdMs(5);
        engine.engine().dispatcher().beginBatch(engine.clock().nanoTime());
        engine.slow(7);
        say(me, "PING");
        engine.slow(9);
        say(me, "CLIENT ID");
        engine.slow(4);
        say(me, "PING");
        assertEquals(
                "*2\r\n*4\r\n$12\r\nfast-command\r\n:1700000000\r\n:7\r\n:7\r\n*4\r\n$7\r\ncommand\r\n:1700000000\r\n:9\r\n:9\r\n",
                say(me, "LATENCY LATEST"));
    }

    @Test
    void shouldShowTheDistributionWhenCommandsRan() {
        engine.slow(1);
        say(me, "PING");
        say(me, "PING");
        say(me, "CLIENT ID");
        assertEquals(
                "*4\r\n$4\r\nping\r\n*4\r\n$5\r\ncalls\r\n:2\r\n$14\r\nhistogram_usec\r\n*4\r\n:1\r\n:1\r\n:1056\r\n:2\r\n"
                        + "$9\r\nclient|id\r\n*4\r\n$5\r\ncalls\r\n:1\r\n$14\r\nhistogram_usec\r\n*2\r\n:1\r\n:1\r\n",
                say(me, "LATENCY HISTOGRAM ping foo echo client"));
        say(me, "HELLO 3");
        assertEquals(
                "%1\r\n$9\r\nclient|id\r\n%2\r\n$5\r\ncalls\r\n:1\r\n$14\r\nhistogram_usec\r\n%1\r\n:1\r\n:1\r\n",
                say(me, "LATENCY HISTOGRAM client|id"));
        assertEquals('%', say(me, "LATENCY HISTOGRAM").charAt(0));
    }

    // Samples and drawing of a real server.
    @Test
    void shouldDrawWhatRedisDrawsWhenSamplesAreTheSame() {
        long[][] samples = {
            {754, 5},
            {755, 50},
            {756, 188},
            {758, 103},
            {759, 2},
            {760, 21},
            {761, 70},
            {762, 120},
            {764, 30}
        };
        List<SpikeHistory.Sample> history = new ArrayList<>();
        for (long[] sample : samples) {
            history.add(new SpikeHistory.Sample(sample[0], sample[1]));
        }
        assertEquals(
                "command - high 188 ms, low 2 ms (all time high 188 ms)\n"
                        + "-".repeat(80)
                        + "\n  #      \n  |_   o \n _||  o| \n_|||_o||o\n         \n119765431\n10sssssss\nss       \n",
                LatencyGraph.draw("command", history, 188, 765));
    }

    @Test
    void shouldDrawInRowsOfEightyWhenThereAreMoreSamples() {
        List<SpikeHistory.Sample> history = new ArrayList<>();
        for (int i = 0; i < 81; i++) {
            history.add(new SpikeHistory.Sample(1000 + 60L * i, 7));
        }
        String[] lines = LatencyGraph.draw("x", history, 7, 1000 + 60 * 81).split("\n", -1);
        assertEquals("_".repeat(80), lines[5]);
        assertEquals(80, lines[6].length());
        assertEquals("", lines[lines.length - 9].strip());
        assertEquals("1", lines[lines.length - 3]);
        assertEquals("m", lines[lines.length - 2]);
    }
}

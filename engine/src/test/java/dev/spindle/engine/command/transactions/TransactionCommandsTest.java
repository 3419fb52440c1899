package dev.spindle.engine.command.transactions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What MULTI and EXEC do to the server around them; their replies are compared with Redis's elsewhere. */
class TransactionCommandsTest {

    private static final String OOM = "OOM command not allowed when used memory > 'maxmemory'.";

    private final EngineHarness engine = new EngineHarness();
    private final Session me = engine.session();

    @AfterEach
    void close() {
        engine.close();
    }

    private String say(Session who, String line) {
        return engine.command(who, line.split(" ", -1));
    }

    private String say(String line) {
        return say(me, line);
    }

    private String line(Session who) {
        return say(engine.connect(), "CLIENT LIST ID " + who.id());
    }

    private void maxMemory(long bytes) {
        assertEquals("+OK\r\n", say(engine.connect(), "CONFIG SET maxmemory " + bytes));
    }

    private static String drain(Session who) {
        return new String(EngineHarness.drain(who), StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldKeepArgumentsWhenTheBufferTheyCameInIsUsedAgain() {
        say("MULTI");
        for (int i = 0; i < 100; i++) {
            assertEquals("+QUEUED\r\n", say("SET key" + i + " " + "x".repeat(i)));
        }
        Session other = engine.connect();
        say(other, "SET other " + "y".repeat(10_000));
        assertTrue(say("EXEC").startsWith("*100\r\n+OK\r\n"));
        assertEquals("$99\r\n" + "x".repeat(99) + "\r\n", say("GET key99"));
        assertEquals("$0\r\n\r\n", say("GET key0"));
    }

    @Test
    void shouldRefuseToQueueWhenMemoryIsShort() {
        say("MULTI");
        maxMemory(1);
        assertEquals("-" + OOM + "\r\n", say("GET k"));
        assertEquals("-" + OOM + "\r\n", say("WATCH k"));
        assertEquals(
                "-EXECABORT Transaction discarded because of previous errors.\r\n", say("EXEC"));
        assertEquals("+OK\r\n", say("MULTI"));
        assertEquals("+OK\r\n", say("DISCARD"));
    }

    @Test
    void shouldRefuseExecWhenMemoryIsShortAndWhatIsQueuedNeedsSome() {
        say("MULTI");
        say("SET k v");
        maxMemory(1);
        assertEquals("-EXECABORT Transaction discarded because of: " + OOM + "\r\n", say("EXEC"));
        assertEquals("-ERR EXEC without MULTI\r\n", say("EXEC"));
        maxMemory(0);
        say("MULTI");
        say("GET k");
        maxMemory(1);
        assertEquals("*1\r\n$-1\r\n", say("EXEC"));
    }

    @Test
    void shouldShowMonitorsWhatIsExecutedAndThenExec() {
        Session monitor = engine.connect();
        say(monitor, "MONITOR");
        say("MULTI");
        say("SET k v");
        say("SELECT 3");
        say("GET k");
        say("EXEC");
        List<String> shown =
                Arrays.stream(drain(monitor).split("\r\n"))
                        .map(text -> text.substring(text.indexOf('[')))
                        .map(text -> text.replaceAll(" 127[^]]*", ""))
                        .collect(Collectors.toList());
        assertEquals(
                List.of(
                        "[0] \"MULTI\"",
                        "[0] \"SET\" \"k\" \"v\"",
                        "[3] \"SELECT\" \"3\"",
                        "[3] \"GET\" \"k\"",
                        "[3] \"EXEC\""),
                shown);
        say("MULTI");
        drain(monitor);
        say("EXEC x");
        assertTrue(drain(monitor).endsWith("\"EXEC\" \"x\"\r\n"));
    }

    @Test
    void shouldCountEachCommandOnceWhenTransactionsRun() {
        say("MULTI");
        say("SET k v");
        say("INCR k");
        say("FOO");
        say("DISCARD");
        say("MULTI");
        say("SET k v");
        say("INCR k");
        say("EXEC");
        String stats = say("INFO commandstats");
        assertTrue(stats.contains("cmdstat_set:calls=1,"), stats);
        assertTrue(stats.contains("cmdstat_multi:calls=2,"), stats);
        assertTrue(
                stats.replaceAll("usec[^,]*,", "")
                        .contains("cmdstat_incr:calls=1,rejected_calls=0,failed_calls=1"),
                stats);
        assertTrue(
                stats.replaceAll("usec[^,]*,", "")
                        .contains("cmdstat_exec:calls=1,rejected_calls=0,failed_calls=0"),
                stats);
    }

    @Test
    void shouldLogSlowCommandsButNotExecWhenTransactionsRun() {
        engine.engine().settings().slowLogMicros = 0;
        engine.engine().commandLogs().settingsChanged();
        say("MULTI");
        say("SET k v");
        say("EXEC");
        String log = say("SLOWLOG GET");
        assertTrue(log.contains("SET") && log.contains("MULTI"), log);
        assertFalse(log.contains("EXEC"), log);
    }

    @Test
    void shouldShowTransactionsOfClients() {
        say("WATCH a b a");
        assertTrue(line(me).contains(" flags=N ") && line(me).contains(" multi=-1 watch=2 "));
        say("MULTI");
        assertTrue(line(me).contains(" flags=x ") && line(me).contains(" multi=0 "), line(me));
        say("SET k v");
        assertTrue(line(me).contains(" multi=1 "));
        assertFalse(line(me).contains(" multi-mem=0 "));
        say(engine.connect(), "SET a 1");
        assertTrue(line(me).contains(" flags=xd ") && line(me).contains(" watch=0 "), line(me));
        assertEquals("+QUEUED\r\n", say("SET k v"));
        assertTrue(line(me).contains(" multi=1 "), "what can only fail is not kept");
        assertEquals("*-1\r\n", say("EXEC"));
        assertTrue(line(me).contains(" flags=N "));
    }

    @Test
    void shouldAnswerInTheNewProtocolWhenHelloIsInTheTransaction() {
        say("MULTI");
        say("GET nothing");
        say("HELLO 3");
        say("GET nothing");
        String reply = say("EXEC");
        assertTrue(reply.startsWith("*3\r\n$-1\r\n%7\r\n") && reply.endsWith("_\r\n"), reply);
        assertEquals("_\r\n", say("GET nothing"));
    }

    @Test
    void shouldDropRepliesWhenTheClientWantsNone() {
        assertEquals("", engine.send(me, "CLIENT REPLY SKIP\r\nMULTI\r\n"));
        assertEquals("+QUEUED\r\n", say("PING"));
        assertEquals("*1\r\n+PONG\r\n", say("EXEC"));
        say("CLIENT REPLY OFF");
        assertEquals("", say("MULTI"));
        assertEquals("", say("PING"));
        assertEquals("", say("EXEC"));
        assertEquals("+OK\r\n", say("CLIENT REPLY ON"));
    }

    @Test
    void shouldHoldExecWhenWritesArePausedAndItWouldWrite() {
        Session reader = engine.connect();
        say(reader, "MULTI");
        say(reader, "GET k");
        say("MULTI");
        say("SET k v");
        Session other = engine.connect();
        say(other, "CLIENT PAUSE 1000 WRITE");
        assertEquals("*1\r\n$-1\r\n", say(reader, "EXEC"));
        assertEquals("", say("EXEC"));
        assertTrue(me.isPaused());
        say(other, "CLIENT UNPAUSE");
        engine.turn();
        assertEquals("*1\r\n+OK\r\n", drain(me));
    }

    @Test
    void shouldCloseTheClientWhenItQueuesMoreThanItsInputMayHold() {
        engine.engine().settings().queryBufferLimit = 1 << 20;
        say("MULTI");
        for (int i = 0; i < 12 && !engine.isClosed(me); i++) {
            say("SET k " + "x".repeat(100_000));
        }
        assertTrue(engine.isClosed(me));
        assertEquals(0, engine.engine().transactions().heldBytes());
    }

    @Test
    void shouldHaveNoListenerWhenNobodyWatches() {
        say("WATCH k");
        say("UNWATCH");
        assertEquals(0, engine.engine().watchedKeys().keys());
        say("WATCH k l");
        Session other = engine.connect();
        say(other, "WATCH k");
        engine.engine().disconnect(other);
        assertEquals(2, engine.engine().watchedKeys().keys());
        say("SET l 1");
        assertEquals(0, engine.engine().watchedKeys().keys());
        assertEquals(0, engine.engine().watchedKeys().clients());
    }
}

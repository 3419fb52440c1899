package dev.spindle.engine.blocking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that wait, where only one server can be asked; what both must do is compared elsewhere. */
class BlockedClientsTest {

    private final EngineHarness engine = new EngineHarness();
    private final Session me = engine.session();
    private final Session other = engine.connect();

    @AfterEach
    void close() {
        engine.close();
    }

    private String say(Session who, String line) {
        return engine.command(who, line.split(" ", -1));
    }

    private String answer(Session who) {
        engine.turn();
        return new String(EngineHarness.drain(who), StandardCharsets.ISO_8859_1);
    }

    private String info(String field) {
        String text = say(engine.connect(), "INFO clients");
        int at = text.indexOf(field + ":") + field.length() + 1;
        return text.substring(at, text.indexOf('\r', at));
    }

    @Test
    void shouldHoldWhatWasSentBehindUntilTheClientGoesOn() {
        String sent = "BLPOP k 0\r\nINCR n\r\nBLPOP l 0\r\nINCR n\r\n";
        assertEquals("", engine.send(me, sent));
        assertEquals("$-1\r\n", say(other, "GET n"));
        say(other, "RPUSH k 1");
        assertEquals("*2\r\n$1\r\nk\r\n$1\r\n1\r\n:1\r\n", answer(me));
        assertTrue(me.isBlocked());
        assertEquals("", engine.send(me, "INCR n\r\n"), "what comes while it waits waits too");
        say(other, "RPUSH l 2");
        assertEquals("*2\r\n$1\r\nl\r\n$1\r\n2\r\n:2\r\n:3\r\n", answer(me));
    }

    @Test
    void shouldServeBeforeTheNextCommandOfTheSamePipeline() {
        say(me, "BLPOP k 0");
        assertEquals(
                ":1\r\n$-1\r\n:1\r\n", engine.send(other, "RPUSH k 1\r\nLPOP k\r\nRPUSH k 2\r\n"));
        assertEquals("*2\r\n$1\r\nk\r\n$1\r\n1\r\n", answer(me));
    }

    @Test
    void shouldTakeFromTheFirstKeyThatHasSomethingWhenSeveralBecomeReady() {
        say(me, "BLPOP k l 0");
        say(other, "MULTI");
        say(other, "RPUSH l 1");
        say(other, "RPUSH k 2");
        say(other, "EXEC");
        assertEquals("*2\r\n$1\r\nk\r\n$1\r\n2\r\n", answer(me));
        assertEquals(":1\r\n", say(other, "EXISTS l"));
    }

    @Test
    void shouldCountWhoWaitsForWhat() {
        say(me, "BLPOP k l k 0");
        say(other, "BLPOP k 100");
        assertEquals("2", info("blocked_clients"));
        assertEquals("1", info("clients_in_timeout_table"));
        assertEquals("2", info("total_blocking_keys"));
        assertEquals("0", info("total_blocking_keys_on_nokey"));
        Session observer = engine.connect();
        String line = say(observer, "CLIENT LIST ID " + me.id());
        assertTrue(line.contains(" flags=b ") && line.contains(" cmd=blpop "), line);
        say(observer, "RPUSH k 1 2");
        assertEquals("0", info("blocked_clients"));
        assertEquals("0", info("clients_in_timeout_table"));
        assertEquals("0", info("total_blocking_keys"));
    }

    @Test
    void shouldForgetAClientThatIsKilled() {
        say(me, "BLPOP k 5");
        assertEquals(":1\r\n", say(other, "CLIENT KILL ID " + me.id()));
        assertTrue(engine.isClosed(me));
        assertEquals(0, engine.engine().blocked().count());
        assertEquals(0, engine.engine().blocked().timed());
        say(other, "RPUSH k 1");
        assertEquals(":1\r\n", say(other, "LLEN k"));
    }

    @Test
    void shouldEndWaitsInOrderOfTheirDeadlines() {
        Session[] clients = new Session[50];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = engine.connect();
            say(clients[i], "BLPOP k " + (1 + i * 37 % clients.length));
        }
        for (int i = 0; i < clients.length; i += 2) {
            say(other, "CLIENT UNBLOCK " + clients[i].id());
            assertEquals("*-1\r\n", answer(clients[i]));
        }
        for (int second = 1; second <= clients.length; second++) {
            engine.clock().advanceMs(1000);
            engine.turn();
            for (int i = 1; i < clients.length; i += 2) {
                boolean due = 1 + i * 37 % clients.length <= second;
                assertEquals(!due, clients[i].isBlocked(), "client " + i + " second " + second);
            }
        }
        assertEquals(0, engine.engine().blocked().count());
    }

    @Test
    void shouldWakeTheBackgroundWorkWhenTheNextTimeIsUp() {
        long now = engine.clock().nanoTime();
        engine.engine().cron(now);
        say(me, "BLPOP k 0.02");
        assertTrue(engine.engine().cron().dueNs() - now <= 20_000_000);
        engine.clock().advanceMs(19);
        engine.engine().cron(engine.clock().nanoTime());
        assertTrue(me.isBlocked());
        engine.clock().advanceMs(1);
        engine.engine().cron(engine.clock().nanoTime());
        assertEquals("*-1\r\n", answer(me));
    }

    @Test
    void shouldWaitForEverWhenTheTimeoutIsBeyondAllClocks() {
        say(me, "BLPOP k 9000000000000");
        assertTrue(me.isBlocked());
        assertEquals(0, engine.engine().blocked().timed());
        assertEquals("-ERR timeout is out of range\r\n", say(other, "BLPOP k 9223372036854775"));
        assertEquals("-ERR timeout is out of range\r\n", say(other, "BLPOP k 1e300"));
        assertEquals("-ERR timeout is out of range\r\n", say(other, "BLPOP k inf"));
        assertEquals("-ERR timeout is negative\r\n", say(other, "BLPOP k -inf"));
    }

    @Test
    void shouldServeNobodyWhileClientsArePaused() {
        say(me, "BLPOP k 0");
        say(other, "MULTI");
        say(other, "RPUSH k 1");
        say(other, "CLIENT PAUSE 1000 WRITE");
        say(other, "EXEC");
        assertTrue(me.isBlocked());
        assertEquals(":1\r\n", say(other, "LLEN k"));
        say(other, "CLIENT UNPAUSE");
        assertEquals("*2\r\n$1\r\nk\r\n$1\r\n1\r\n", answer(me));
    }

    @Test
    void shouldServeInOrderWhenAPauseEndsByItself() {
        say(me, "BLPOP k 0");
        say(other, "MULTI");
        say(other, "RPUSH k 1");
        say(other, "CLIENT PAUSE 1000 WRITE");
        say(other, "EXEC");
        engine.clock().advanceMs(1001);
        assertEquals("*2\r\n$1\r\nk\r\n$1\r\n1\r\n", answer(me));
    }

    @Test
    void shouldDropTheReplyThatIsToComeWhenTheClientSkipsIt() {
        assertEquals("", engine.send(me, "CLIENT REPLY SKIP\r\nBLPOP k 0\r\n"));
        say(other, "RPUSH k 1");
        assertEquals("", answer(me));
        assertFalse(me.isBlocked());
        assertEquals("+PONG\r\n", say(me, "PING"));
        engine.send(me, "CLIENT REPLY OFF\r\nBLPOP k 1\r\n");
        engine.clock().advanceMs(1001);
        assertEquals("", answer(me));
        assertEquals("+OK\r\n", say(me, "CLIENT REPLY ON"));
    }

    @Test
    void shouldCountACommandOnceAndShowItAtOnceWhenItWaits() {
        Session monitor = engine.connect();
        say(monitor, "MONITOR");
        say(me, "BLPOP k 0");
        String shown = answer(monitor);
        assertTrue(shown.contains("\"BLPOP\" \"k\" \"0\""), shown);
        assertFalse(say(other, "INFO commandstats").contains("blpop"));
        say(other, "RPUSH k 1");
        assertFalse(answer(monitor).contains("BLPOP"));
        assertTrue(say(other, "INFO commandstats").contains("cmdstat_blpop:calls=1,"));
        say(me, "BLPOP k 0");
        say(other, "CLIENT UNBLOCK " + me.id() + " ERROR");
        String stats = say(other, "INFO commandstats");
        assertTrue(
                stats.replaceAll("usec[^,]*,", "")
                        .contains("cmdstat_blpop:calls=2,rejected_calls=0,failed_calls=1"),
                stats);
        assertTrue(say(other, "INFO errorstats").contains("errorstat_UNBLOCKED:count=1"));
    }

    @Test
    void shouldAnswerInTheProtocolOfTheClientThatWaited() {
        say(me, "HELLO 3");
        say(me, "BLPOP k 1");
        assertEquals(":1\r\n$-1\r\n", engine.send(other, "RPUSH l 1\r\nGET nothing\r\n"));
        engine.clock().advanceMs(1001);
        assertEquals("_\r\n", answer(me));
        say(me, "BZPOPMIN z 0");
        assertEquals(":1\r\n$-1\r\n", engine.send(other, "ZADD z 1.5 m\r\nGET nothing\r\n"));
        assertEquals("*3\r\n$1\r\nz\r\n$1\r\nm\r\n,1.5\r\n", answer(me));
    }

    @Test
    void shouldGoOnWhereKeysExpireOrAreFlushed() {
        say(other, "SET k v PX 10");
        say(me, "BLPOP k2 0");
        say(other, "FLUSHALL");
        say(other, "RPUSH k2 1");
        assertEquals("*2\r\n$2\r\nk2\r\n$1\r\n1\r\n", answer(me));
    }

    @Test
    void shouldRefuseForMemoryWhenAClientIsServedAndThereIsNone() {
        say(me, "BLMOVE k l LEFT LEFT 0");
        Session third = engine.connect();
        say(third, "MULTI");
        say(third, "RPUSH k 1");
        say(third, "CONFIG SET maxmemory 1");
        say(third, "EXEC");
        assertEquals("-OOM command not allowed when used memory > 'maxmemory'.\r\n", answer(me));
        assertEquals(":1\r\n", say(third, "LLEN k"));
    }

    @Test
    void shouldTellAGroupsReaderWhenItsStreamGoesOrTurns() {
        if (engine.engine().commands().find("xgroup") == null) {
            return;
        }
        String[] ends = {"DEL s", "FLUSHALL", "SET s v", "XGROUP DESTROY s g", "RENAME s t"};
        for (String end : ends) {
            say(other, "DEL s");
            say(other, "XGROUP CREATE s g $ MKSTREAM");
            say(me, "XREADGROUP GROUP g c BLOCK 0 STREAMS s >");
            assertEquals("1", info("total_blocking_keys_on_nokey"));
            say(other, end);
            String told = answer(me);
            assertTrue(told.startsWith(end.startsWith("SET") ? "-WRONGTYPE" : "-NOGROUP"), told);
        }
    }
}

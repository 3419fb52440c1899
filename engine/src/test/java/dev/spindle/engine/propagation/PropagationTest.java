package dev.spindle.engine.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EffectCollector;
import dev.spindle.engine.testkit.EngineHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PropagationTest {

    private final EngineHarness engine = new EngineHarness(64L << 20);
    private final EffectCollector sink = new EffectCollector();

    @BeforeEach
    void listen() {
        engine.engine().propagation().add(sink);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private String effects(String line) {
        engine.command(line.split(" "));
        return sink.take();
    }

    @Test
    void shouldTellACommandAsItWasSentWhenItChangedData() {
        assertEquals("0:set a 1", effects("set a 1"));
        assertEquals("0:LPUSH l x y", effects("LPUSH l x y"));
    }

    @Test
    void shouldTellNothingWhenNothingChanged() {
        effects("SET a 1");
        assertEquals("", effects("GET a"));
        assertEquals("", effects("DEL nothing"));
        assertEquals("", effects("SETNX a 2"));
        assertEquals("", effects("LPUSH a x"));
    }

    @Test
    void shouldTellAnInlineCommandAsAnArray() {
        engine.send(engine.session(), "SET \"a b\" 1\r\n");
        assertEquals("0:SET a b 1", sink.take());
    }

    @Test
    void shouldTellACommandInCleanFormWhenItCameInAnother() {
        // Bytes behind bulk strings and the last of a number's line are nobody's business to a
        // parser.
        for (String odd :
                new String[] {
                    "*3\r\n$3\r\nSETxx$1\r\naxx$1\r\n1xx",
                    "*3\rx$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n",
                    "*3\r\n$3\r\nSET\r\n$1\rya\r\n$1\r\n1\r\n",
                    "\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
                }) {
            assertEquals("+OK\r\n", engine.send(engine.session(), odd));
            assertEquals("0:SET a 1", sink.take());
        }
    }

    @Test
    void shouldTellEveryCommandOfAPipelineAlone() {
        engine.send(
                engine.session(),
                EngineHarness.frame("SET", "a", "12345678901")
                        + EngineHarness.frame("GET", "a")
                        + EngineHarness.frame("RPUSH", "l", "", "x"));
        assertEquals("0:SET a 12345678901\n0:RPUSH l  x", sink.take());
    }

    @Test
    void shouldNameTheDatabaseWhenAnotherIsSelected() {
        effects("SELECT 3");
        assertEquals("3:SET a 1", effects("SET a 1"));
    }

    @Test
    void shouldPutATransactionBetweenMultiAndExecWhenItHasMoreThanOneEffect() {
        effects("MULTI");
        effects("SET a 1");
        effects("GET a");
        effects("INCR a");
        assertEquals("0:MULTI, 0:SET a 1, 0:INCR a, 0:EXEC", effects("EXEC"));
        effects("MULTI");
        effects("GET a");
        effects("INCR a");
        assertEquals("0:INCR a", effects("EXEC"));
        effects("MULTI");
        effects("GET a");
        assertEquals("", effects("EXEC"));
    }

    @Test
    void shouldTellWhatExpiredBeforeTheCommandThatMetIt() {
        effects("SET a 1 PX 10");
        engine.clock().advanceMs(20);
        assertEquals("0:MULTI, 0:DEL a, 0:SET a 2, 0:EXEC", effects("SET a 2"));
        effects("PEXPIRE a 10");
        engine.clock().advanceMs(20);
        assertEquals("0:DEL a", effects("GET a"));
        engine.command("CONFIG", "SET", "lazyfree-lazy-expire", "yes");
        effects("SET a 1 PX 10");
        engine.clock().advanceMs(20);
        assertEquals("0:UNLINK a", effects("GET a"));
    }

    @Test
    void shouldTellEachKeyAloneWhenTheBackgroundWorkFindsItExpired() {
        effects("SET a 1 PX 10");
        effects("SET b 1 PX 10");
        engine.clock().advanceMs(1000);
        for (int i = 0; i < 100; i++) {
            engine.clock().advanceMs(100);
            engine.engine().beginBatch();
            engine.engine().cron(engine.clock().nanoTime());
        }
        String told = sink.take();
        assertEquals(2, told.lines().count(), told);
        assertEquals(2, told.lines().filter(line -> line.matches("0:DEL [ab]")).count(), told);
    }

    @Test
    void shouldTellOneServedLaterInAUnitOfItsOwn() {
        Session waiting = engine.connect();
        engine.command(waiting, "BLPOP", "l", "0");
        assertEquals("0:RPUSH l x y\n0:LPOP l", effects("RPUSH l x y"));
    }

    @Test
    void shouldTellMessagesApartWhenNoDataChanged() {
        EffectCollector replica = new EffectCollector(true);
        engine.engine().propagation().add(replica);
        assertEquals("", effects("PUBLISH c hello"));
        assertEquals("[]", sink.messages().toString());
        assertEquals("[0:PUBLISH c hello]", replica.messages().toString());
        assertEquals("", replica.take());
    }

    @Test
    void shouldTellNothingWhileMuted() {
        engine.engine().replaying(true);
        assertFalse(engine.engine().propagation().isActive());
        assertEquals("", effects("SET a 1 PXAT 1"));
        assertEquals("$1\r\n1\r\n", engine.command("GET", "a"));
        engine.engine().replaying(false);
        assertEquals("0:DEL a", effects("GET a"));
    }

    @Test
    void shouldTellNobodyWhoWasTakenOut() {
        engine.engine().propagation().remove(sink);
        assertEquals("", effects("SET a 1"));
    }
}

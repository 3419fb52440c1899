package dev.spindle.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import org.junit.jupiter.api.Test;

class EngineTest {

    @Test
    void shouldAnswerEachCommandOfAPipelineInOrder() {
        try (EngineHarness engine = new EngineHarness()) {
            String request =
                    EngineHarness.frame("SET", "k", "hello")
                            + EngineHarness.frame("get", "k")
                            + EngineHarness.frame("INCR", "n")
                            + EngineHarness.frame("INCR", "n")
                            + "PING\r\n"
                            + EngineHarness.frame("incr", "k")
                            + EngineHarness.frame("GET", "none")
                            + EngineHarness.frame("nope", "a", "b");
            assertEquals(
                    "+OK\r\n$5\r\nhello\r\n:1\r\n:2\r\n+PONG\r\n"
                            + "-ERR value is not an integer or out of range\r\n$-1\r\n"
                            + "-ERR unknown command 'nope', with args beginning with: 'a' 'b' \r\n",
                    engine.send(engine.session(), request));
        }
    }

    @Test
    void shouldKeepEveryKeyWhenTheTableGrowsAndShrinks() {
        try (EngineHarness engine = new EngineHarness()) {
            int keys = 20_000;
            for (int i = 0; i < keys; i++) {
                engine.command("SET", "key:" + i, "value:" + i);
            }
            assertEquals(keys, engine.engine().keyspaces().size());
            for (int i = 0; i < keys; i++) {
                String value = "value:" + i;
                assertEquals(
                        "$" + value.length() + "\r\n" + value + "\r\n",
                        engine.command("GET", "key:" + i));
            }
        }
    }

    @Test
    void shouldEndTheRehearsalWhenAClientConnects() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().resetStatistics();
            Rehearsal rehearsal = engine.engine().rehearsal();
            assertTrue(rehearsal.step());
            engine.connect();
            assertFalse(rehearsal.step());
        }
    }

    @Test
    void shouldShowNoTraceWhenItHasRehearsed() {
        try (EngineHarness rehearsed = new EngineHarness();
                EngineHarness fresh = new EngineHarness()) {
            rehearsed.engine().resetStatistics();
            Rehearsal rehearsal = rehearsed.engine().rehearsal();
            int questions = 1;
            while (rehearsal.step()) {
                questions++;
            }
            assertTrue(questions > 10, "questions " + questions);
            for (EngineHarness each : new EngineHarness[] {rehearsed, fresh}) {
                each.engine().resetStatistics();
            }
            for (String[] question :
                    new String[][] {
                        {"INFO", "commandstats"},
                        {"INFO", "errorstats"},
                        {"INFO", "keyspace"},
                        {"SLOWLOG", "LEN"},
                        {"COMMANDLOG", "LEN", "large-reply"},
                        {"LATENCY", "LATEST"},
                        {"DBSIZE"},
                        {"CLIENT", "ID"},
                    }) {
                assertEquals(
                        fresh.command(question),
                        rehearsed.command(question),
                        String.join(" ", question));
            }
        }
    }
}

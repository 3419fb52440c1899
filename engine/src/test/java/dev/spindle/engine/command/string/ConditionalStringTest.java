package dev.spindle.engine.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.ForeignEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SET with IFEQ and DELIFEQ, which no Redis knows: what Valkey documents of them. */
class ConditionalStringTest {

    private static final String OK = "+OK\r\n";
    private static final String NIL = "$-1\r\n";
    private static final String SYNTAX = "-ERR syntax error\r\n";

    private final EngineHarness engine = new EngineHarness();

    @AfterEach
    void close() {
        engine.close();
    }

    private void expect(String reply, String... words) {
        assertEquals(reply, engine.command(words), String.join(" ", words));
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    @Test
    void shouldSetWhenTheValueIsTheOneGiven() {
        expect(OK, "SET", "k", "old");
        expect(NIL, "SET", "k", "new", "IFEQ", "other");
        expect(bulk("old"), "GET", "k");
        expect(NIL, "SET", "k", "new", "IFEQ", "OLD");
        expect(OK, "SET", "k", "new", "ifeq", "old");
        expect(bulk("new"), "GET", "k");
        expect(OK, "SET", "n", "12");
        expect(NIL, "SET", "n", "13", "IFEQ", "012");
        expect(OK, "SET", "n", "13", "IFEQ", "12");
        expect(OK, "SET", "n", "", "IFEQ", "13");
        expect(OK, "SET", "n", "x", "IFEQ", "");
    }

    @Test
    void shouldNotSetWhenTheKeyDoesNotExist() {
        expect(NIL, "SET", "k", "new", "IFEQ", "");
        expect(NIL, "GET", "k");
        expect(NIL, "SET", "k", "new", "IFEQ", "old", "GET");
        expect(NIL, "GET", "k");
    }

    @Test
    void shouldAnswerTheOldValueWhenGetIsGivenWhetherItSetsOrNot() {
        expect(OK, "SET", "k", "old");
        expect(bulk("old"), "SET", "k", "new", "IFEQ", "other", "GET");
        expect(bulk("old"), "GET", "k");
        expect(bulk("old"), "SET", "k", "new", "GET", "IFEQ", "old");
        expect(bulk("new"), "GET", "k");
    }

    @Test
    void shouldHandleExpiryAsSetDoesWhenTheConditionHolds() {
        long now = engine.clock().epochMs();
        expect(OK, "SET", "k", "old", "PXAT", Long.toString(now + 1000));
        expect(NIL, "SET", "k", "new", "IFEQ", "other", "PXAT", Long.toString(now + 9000));
        expect(OK, "SET", "k", "new", "IFEQ", "old", "KEEPTTL");
        engine.clock().advanceMs(1001);
        expect(NIL, "GET", "k");
        expect(OK, "SET", "k", "a");
        expect(OK, "SET", "k", "b", "EX", "10", "IFEQ", "a");
        engine.clock().advanceMs(10_001);
        expect(NIL, "SET", "k", "c", "IFEQ", "b");
        expect(OK, "SET", "k", "a");
        expect(OK, "SET", "k", "b", "IFEQ", "a", "PXAT", "1");
        expect(NIL, "GET", "k");
    }

    @Test
    void shouldRefuseIfeqWhenItContradictsOrLacksItsValue() {
        expect(OK, "SET", "k", "v");
        expect(SYNTAX, "SET", "k", "w", "IFEQ");
        expect(SYNTAX, "SET", "k", "w", "IFEQ", "v", "NX");
        expect(SYNTAX, "SET", "k", "w", "NX", "IFEQ", "v");
        expect(SYNTAX, "SET", "k", "w", "IFEQ", "v", "XX");
        expect(SYNTAX, "SET", "k", "w", "XX", "IFEQ", "v");
        expect(SYNTAX, "SET", "k", "w", "IFEQ", "v", "IFEQ", "v");
        expect(SYNTAX, "GETEX", "k", "IFEQ", "v");
        expect(bulk("v"), "GET", "k");
        expect(OK, "SET", "k", "w", "IFEQ", "v");
    }

    @Test
    void shouldDeleteWhenTheValueIsTheOneGiven() {
        expect(":0\r\n", "DELIFEQ", "k", "v");
        expect(OK, "SET", "k", "v");
        expect(":0\r\n", "DELIFEQ", "k", "w");
        expect(":0\r\n", "DELIFEQ", "k", "");
        expect(bulk("v"), "GET", "k");
        expect(":1\r\n", "DELIFEQ", "k", "v");
        expect(NIL, "GET", "k");
        expect(OK, "SET", "n", "-5");
        expect(":1\r\n", "DELIFEQ", "n", "-5");
        String longValue = "x".repeat(5000);
        expect(OK, "SET", "b", longValue);
        expect(":0\r\n", "DELIFEQ", "b", "x".repeat(4999) + "y");
        expect(":1\r\n", "DELIFEQ", "b", longValue);
        expect("-ERR wrong number of arguments for 'delifeq' command\r\n", "DELIFEQ", "b");
    }

    @Test
    void shouldAnswerWrongTypeWhenTheKeyIsNoString() {
        String wrong = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
        ForeignEntry.plant(engine.engine(), "l");
        expect(wrong, "SET", "l", "v", "IFEQ", "x");
        expect(wrong, "SET", "l", "v", "IFEQ", "x", "GET");
        expect(wrong, "DELIFEQ", "l", "x");
        expect(wrong, "GET", "l");
        expect(SYNTAX, "SET", "l", "v", "IFEQ", "x", "NX");
    }

    @Test
    void shouldAnswerOnceAndChangeNothingWhenMemoryIsFull() {
        try (EngineHarness small = new EngineHarness(16L << 20)) {
            String value = "x".repeat(100_000);
            assertEquals(OK, small.command("SET", "k", value));
            String full = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
            String tooLong = "y".repeat(17 << 20);
            assertEquals(full, small.command("SET", "k", tooLong, "GET"));
            assertEquals(full, small.command("GETSET", "k", tooLong));
            assertEquals(full, small.command("APPEND", "k", tooLong));
            assertEquals(full, small.command("SETRANGE", "k", "17000000", "x"));
            assertEquals(full, small.command("SETBIT", "new", "1000000000", "1"));
            assertEquals(full, small.command("SETRANGE", "new", "17000000", "x"));
            assertEquals(NIL, small.command("GET", "new"));
            assertEquals(bulk(value), small.command("GET", "k"));
        }
    }
}

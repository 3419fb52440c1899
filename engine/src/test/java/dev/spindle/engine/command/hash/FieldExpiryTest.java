package dev.spindle.engine.command.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceListener;
import dev.spindle.engine.testkit.EngineHarness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times of fields as Redis 7.4 and 8.0 describe them; the real server at hand does not know them. */
class FieldExpiryTest {

    private static final String MISSING =
            "-ERR Mandatory argument FIELDS is missing or not at the right position\r\n";
    private static final String MISMATCH =
            "-ERR The `numfields` parameter must match the number of arguments\r\n";

    private final EngineHarness engine = new EngineHarness();
    private final List<String> events = new ArrayList<>();

    @BeforeEach
    void listen() {
        engine.engine().settings().debugCommand = 2;
        // Looking for what is not there is no event of a hash.
        engine.engine().keyspaces().shared().eventMask(~KeyspaceEvent.Kind.KEY_MISS.bit());
        engine.engine()
                .keyspaces()
                .shared()
                .listener(
                        new KeyspaceListener() {
                            @Override
                            public void keyModified(int db, long keyAddress, int keyLength) {}

                            @Override
                            public void keyExpired(int db, long keyAddress, int keyLength) {}

                            @Override
                            public void flushed(int db) {}

                            @Override
                            public void keyEvent(
                                    int db, KeyspaceEvent event, long keyAddress, int keyLength) {
                                events.add(event.name() + " " + text(keyAddress, keyLength));
                            }
                        });
    }

    @AfterEach
    void checkLeaks() {
        engine.engine().keyspaces().flushAll(false);
        while (engine.engine().keyspaces().shared().freeSlice()) {
            // one slice at a time
        }
        assertEquals(0, engine.engine().arena().usedBytes());
        engine.close();
    }

    private static String text(long address, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = UnsafeApi.getByte(address + i);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void expect(String reply, String line) {
        String answered = engine.command(line.split(" "));
        assertEquals(reply, answered.endsWith("\r\n") ? answered : answered + "?", line);
    }

    private void expectError(String error, String line) {
        expect("-ERR " + error + "\r\n", line);
    }

    // Array of integers.
    private void expectAll(String line, int... values) {
        StringBuilder reply = new StringBuilder("*" + values.length + "\r\n");
        for (int value : values) {
            reply.append(':').append(value).append("\r\n");
        }
        expect(reply.toString(), line);
    }

    private void events(String... expected) {
        assertEquals(List.of(expected), events);
        events.clear();
    }

    private String encoding(String key) {
        return engine.command("OBJECT", "ENCODING", key).split("\r\n")[1];
    }

    private void make(boolean large, String key) {
        engine.command("CONFIG", "SET", "hash-max-listpack-entries", large ? "0" : "512");
        engine.command("HSET", key, "a", "1", "b", "text", "c", "3");
        events.clear();
    }

    private void activeExpiry() {
        engine.engine().keyspaces().shared().nowMs(engine.clock().epochMs());
        Keyspace db = engine.engine().keyspaces().get(0);
        for (int i = 0; i < 100_000; i++) {
            db.sweep().advance();
            if (db.sweep().isComplete()) {
                return;
            }
        }
        throw new AssertionError("the sweep does not end");
    }

    private Keyspace db() {
        return engine.engine().keyspaces().get(0);
    }

    private long expired() {
        return db().shared().stats().expiredElements;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepATimePerFieldWhenTold(boolean large) {
        make(large, "h");
        expectAll("HTTL h FIELDS 2 a none", -1, -2);
        expectAll("HEXPIRE h 100 FIELDS 3 a none b", 1, -2, 1);
        events("hexpire h");
        assertEquals(large ? "hashtable" : "listpackex", encoding("h"));
        assertEquals(1, db().volatiles());
        expectAll("HTTL h FIELDS 4 a b c none", 100, 100, -1, -2);
        expectAll("HPTTL h FIELDS 1 a", 100_000);
        engine.clock().advanceMs(1);
        expectAll("HTTL h FIELDS 1 a", 100);
        expectAll("HPTTL h FIELDS 1 a", 99_999);
        long at = engine.clock().epochMs() + 99_999;
        expect("*1\r\n:" + at + "\r\n", "HPEXPIRETIME h FIELDS 1 a");
        expect("*1\r\n:" + (at + 999) / 1000 + "\r\n", "HEXPIRETIME h FIELDS 1 b");
        expectAll("HEXPIRETIME h FIELDS 2 c none", -1, -2);
        expectAll("HPERSIST h FIELDS 3 a c none", 1, -1, -2);
        events("hpersist h");
        expectAll("HPERSIST h FIELDS 1 b", 1);
        assertEquals(0, db().volatiles());
        expect(":3\r\n", "HLEN h");
        expect("$4\r\ntext\r\n", "HGET h b");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldObeyConditionsWhenATimeIsSet(boolean large) {
        make(large, "h");
        expectAll("HEXPIRE h 100 XX FIELDS 1 a", 0);
        expectAll("HEXPIRE h 100 GT FIELDS 1 a", 0);
        events();
        expectAll("HEXPIRE h 100 NX FIELDS 2 a b", 1, 1);
        expectAll("HEXPIRE h 200 NX FIELDS 3 a b c", 0, 0, 1);
        expectAll("HEXPIRE h 50 GT FIELDS 2 a c", 0, 0);
        expectAll("HEXPIRE h 100 GT FIELDS 1 a", 0);
        expectAll("HEXPIRE h 101 gt FIELDS 1 a", 1);
        expectAll("HEXPIRE h 101 LT FIELDS 1 a", 0);
        expectAll("HEXPIRE h 99 lt FIELDS 1 a", 1);
        expectAll("HEXPIRE h 150 xx FIELDS 1 a", 1);
        expectAll("HPERSIST h FIELDS 1 a", 1);
        expectAll("HEXPIRE h 10 LT FIELDS 1 a", 1);
        expectAll("HTTL h FIELDS 3 a b c", 10, 100, 200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDeleteAtOnceWhenTheTimeIsPast(boolean large) {
        make(large, "h");
        expectAll("HPEXPIRE h 0 FIELDS 2 a none", 2, -2);
        events("hdel h");
        expectAll("HEXPIREAT h 1 FIELDS 1 b", 2);
        expectAll("HPEXPIREAT h 5 NX FIELDS 3 c c a", 2, -2, -2);
        events("hdel h", "hdel h", "del h");
        expect(":0\r\n", "EXISTS h");
        assertEquals(3, expired());
        assertEquals(0, db().volatiles());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHideAFieldWhenItsTimeHasCome(boolean large) {
        make(large, "h");
        expectAll("HPEXPIRE h 10 FIELDS 2 a b", 1, 1);
        events.clear();
        engine.clock().advanceMs(10);
        expect("$1\r\n1\r\n", "HGET h a");
        engine.clock().advanceMs(1);
        expect(":3\r\n", "HLEN h");
        expect("$-1\r\n", "HGET h a");
        expect(":" + (large ? 2 : 1) + "\r\n", "HLEN h");
        events("hexpired h");
        expect("*2\r\n$1\r\nc\r\n$1\r\n3\r\n", "HGETALL h");
        expect("*1\r\n$1\r\nc\r\n", "HKEYS h");
        expect("*1\r\n$1\r\n3\r\n", "HVALS h");
        expect("$1\r\nc\r\n", "HRANDFIELD h");
        expect("*1\r\n$1\r\nc\r\n", "HRANDFIELD h 5");
        expect("*2\r\n$1\r\n0\r\n*2\r\n$1\r\nc\r\n$1\r\n3\r\n", "HSCAN h 0 COUNT 100");
        expect(":0\r\n", "HEXISTS h b");
        expect(":0\r\n", "HSTRLEN h b");
        expectAll("HTTL h FIELDS 2 a b", -2, -2);
        expect(":0\r\n", "HDEL h a b");
        expect(":1\r\n", "HSETNX h a new");
        expectAll("HTTL h FIELDS 1 a", -1);
        expect(":7\r\n", "HINCRBY h b 7");
        expectAll("HTTL h FIELDS 1 b", -1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDeleteTheKeyWhenItsLastFieldExpires(boolean large) {
        make(large, "h");
        expectAll("HPEXPIRE h 10 FIELDS 3 a b c", 1, 1, 1);
        events.clear();
        engine.clock().advanceMs(11);
        expect("*3\r\n$-1\r\n$-1\r\n$-1\r\n", "HMGET h a b c");
        events("hexpired h", "del h");
        expect(":0\r\n", "EXISTS h");
        assertEquals(3, expired());
        assertEquals(0, db().volatiles());
        expect(":1\r\n", "HSET h a 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRemoveFieldsThoughNobodyAsks(boolean large) {
        make(large, "h");
        make(large, "all");
        make(large, "later");
        expectAll("HPEXPIRE h 10 FIELDS 1 a", 1);
        expectAll("HPEXPIRE all 10 FIELDS 3 a b c", 1, 1, 1);
        expectAll("HPEXPIRE later 100 FIELDS 3 a b c", 1, 1, 1);
        events.clear();
        assertEquals(3, db().volatiles());
        assertTrue(
                engine.command("INFO", "keyspace")
                        .contains("keys=3,expires=0,avg_ttl=0,subexpiry=3"));
        activeExpiry();
        events();
        engine.clock().advanceMs(11);
        activeExpiry();
        assertEquals(3, events.size());
        assertTrue(events.containsAll(List.of("hexpired h", "hexpired all", "del all")));
        assertEquals(4, expired());
        assertTrue(engine.command("INFO", "stats").contains("expired_subkeys:4\r\n"));
        expect(":2\r\n", "HLEN h");
        expect(":0\r\n", "EXISTS all");
        expect(":3\r\n", "HLEN later");
        assertEquals(1, db().volatiles());
        engine.clock().advanceMs(100);
        activeExpiry();
        assertEquals(0, db().volatiles());
        expect(":0\r\n", "EXISTS later");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDropOrKeepATimeAsTheCommandSays(boolean large) {
        make(large, "h");
        expectAll("HEXPIRE h 100 FIELDS 3 a b c", 1, 1, 1);
        expect(":0\r\n", "HSET h a 2");
        expect(":4\r\n", "HINCRBY h c 1");
        expect("$3\r\n4.5\r\n", "HINCRBYFLOAT h c 0.5");
        expectAll("HTTL h FIELDS 3 a b c", -1, 100, 100);
        expect(":0\r\n", "HSET h b " + "longer".repeat(8));
        expectAll("HTTL h FIELDS 3 a b c", -1, -1, 100);
        expect(":1\r\n", "COPY h copy");
        expectAll("HTTL copy FIELDS 3 a b c", -1, -1, 100);
        assertEquals(2, db().volatiles());
        expect("+OK\r\n", "RENAME copy moved");
        expectAll("HTTL moved FIELDS 1 c", 100);
        assertEquals(2, db().volatiles());
        expect(":1\r\n", "DEL moved");
        assertEquals(1, db().volatiles());
        expect(":1\r\n", "HDEL h c");
        assertEquals(0, db().volatiles());
    }

    @Test
    void shouldKeepTimesWhenTheHashGrowsLarge() {
        make(false, "h");
        expectAll("HEXPIRE h 100 FIELDS 2 a b", 1, 1);
        engine.command("HSET", "h", "d", "x".repeat(100));
        assertEquals("hashtable", encoding("h"));
        expectAll("HTTL h FIELDS 4 a b c d", 100, 100, -1, -1);
        assertEquals(1, db().volatiles());
        expect("$4\r\ntext\r\n", "HGET h b");
    }

    @Test
    void shouldExpireABigHashInSlicesWhenItsFieldsAreDue() {
        engine.command("CONFIG", "SET", "hash-max-listpack-entries", "0");
        for (int i = 0; i < 2000; i++) {
            engine.command("HSET", "h", "f" + i, "value" + i);
            if (i % 4 != 0) {
                engine.command("HPEXPIRE", "h", "" + (10 + i % 4), "FIELDS", "1", "f" + i);
            }
        }
        for (int left : new int[] {1500, 1000, 500}) {
            engine.clock().advanceMs(left == 1500 ? 12 : 1);
            activeExpiry();
            expect(":" + left + "\r\n", "HLEN h");
        }
        assertEquals(0, db().volatiles());
        engine.command("HPEXPIRE", "h", "10", "FIELDS", "1", "f0");
        engine.clock().advanceMs(11);
        activeExpiry();
        expect(":499\r\n", "HLEN h");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHideButKeepFieldsWhileWritesArePaused(boolean large) {
        make(large, "h");
        expectAll("HPEXPIRE h 10 FIELDS 2 a b", 1, 1);
        engine.clock().advanceMs(11);
        db().shared().keepsExpired(true);
        expect("$-1\r\n", "HGET h a");
        expect("*2\r\n$1\r\nc\r\n$1\r\n3\r\n", "HGETALL h");
        expect("$1\r\nc\r\n", "HRANDFIELD h");
        expect("*2\r\n$1\r\nc\r\n$1\r\nc\r\n", "HRANDFIELD h -2");
        activeExpiry();
        expect(":3\r\n", "HLEN h");
        db().shared().keepsExpired(false);
        activeExpiry();
        expect(":1\r\n", "HLEN h");
    }

    @Test
    void shouldSayWhatIsWrongWhenArgumentsAre() {
        make(false, "h");
        engine.command("SET", "s", "v");
        events.clear();
        String wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
        for (String command : new String[] {"HEXPIRE", "HPEXPIRE", "HEXPIREAT", "HPEXPIREAT"}) {
            String name = command.toLowerCase(java.util.Locale.ROOT);
            expect(wrongType, command + " s 100 FIELDS 1 a");
            expectError(
                    "wrong number of arguments for '" + name + "' command",
                    command + " h 100 FIELDS 1");
            expectError("value is not an integer or out of range", command + " h x FIELDS 1 a");
            expectError("invalid expire time, must be >= 0", command + " h -1 FIELDS 1 a");
            expectError(
                    "invalid expire time in '" + name + "' command",
                    command + " h 70368744177664 FIELDS 1 a");
            expect(MISSING, command + " h 100 FOO 1 a");
            expect(MISSING, command + " h 100 NX 1 a b");
            expectError(
                    "Parameter `numFields` should be greater than 0",
                    command + " h 100 FIELDS 0 a");
            expectError(
                    "Parameter `numFields` should be greater than 0",
                    command + " h 100 FIELDS x a");
            expect(MISMATCH, command + " h 100 FIELDS 2 a");
            expect(MISMATCH, command + " h 100 GT FIELDS 1 a b");
            expectAll(command + " none 100 FIELDS 2 a b", -2, -2);
        }
        for (String command :
                new String[] {
                    "HTTL", "HPTTL", "HEXPIRETIME", "HPEXPIRETIME", "HPERSIST", "HGETDEL", "HGETEX"
                }) {
            expect(wrongType, command + " s FIELDS 1 a");
            expect(MISSING, command + " h FOO 1 a");
            expectError("Number of fields must be a positive integer", command + " h FIELDS 0 a");
            expect(MISMATCH, command + " h FIELDS 2 a");
        }
        expectAll("HPERSIST none FIELDS 1 a", -2);
        expectAll("HTTL none FIELDS 2 a b", -2, -2);
        events();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadAndDeleteInOneStep(boolean large) {
        make(large, "h");
        expect("*3\r\n$1\r\n1\r\n$-1\r\n$-1\r\n", "HGETDEL h FIELDS 3 a none a");
        events("hdel h");
        expect("*1\r\n$-1\r\n", "HGETDEL h FIELDS 1 a");
        expect("*1\r\n$-1\r\n", "HGETDEL none FIELDS 1 a");
        events();
        expect("*3\r\n$4\r\ntext\r\n$1\r\n3\r\n$-1\r\n", "HGETDEL h FIELDS 3 b c c");
        events("hdel h", "del h");
        expect(":0\r\n", "EXISTS h");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadAndSetTimesInOneStep(boolean large) {
        make(large, "h");
        expect("*2\r\n$1\r\n1\r\n$-1\r\n", "HGETEX h FIELDS 2 a none");
        events();
        expect("*2\r\n$1\r\n1\r\n$-1\r\n", "HGETEX h EX 100 FIELDS 2 a none");
        events("hexpire h");
        expectAll("HTTL h FIELDS 2 a b", 100, -1);
        expect("*1\r\n$1\r\n1\r\n", "HGETEX h PERSIST FIELDS 1 a");
        events("hpersist h");
        expect("*1\r\n$1\r\n1\r\n", "HGETEX h PERSIST FIELDS 1 a");
        events();
        expect("*1\r\n$1\r\n1\r\n", "HGETEX h PX 5 FIELDS 1 a");
        expectAll("HPTTL h FIELDS 1 a", 5);
        events.clear();
        expect("*2\r\n$1\r\n1\r\n$4\r\ntext\r\n", "HGETEX h PXAT 5 FIELDS 2 a b");
        events("hdel h");
        expect("*1\r\n$1\r\n3\r\n", "HGETEX h EXAT 0 FIELDS 1 c");
        events("hdel h", "del h");
        expect("*1\r\n$-1\r\n", "HGETEX h EX 5 FIELDS 1 c");
        expectError("invalid expire time, must be >= 0", "HGETEX h EX -5 FIELDS 1 c");
        expect(MISSING, "HGETEX h PERSIST 1 c d");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSetValuesAndTimesInOneStep(boolean large) {
        make(large, "h");
        expect(":1\r\n", "HSETEX h EX 100 FIELDS 2 a 5 new 6");
        events("hset h", "hexpire h");
        expectAll("HTTL h FIELDS 3 a new b", 100, 100, -1);
        expect(":1\r\n", "HSETEX h KEEPTTL FIELDS 1 a 6");
        expectAll("HTTL h FIELDS 1 a", 100);
        expect(":1\r\n", "HSETEX h FIELDS 1 a 7");
        expectAll("HTTL h FIELDS 1 a", -1);
        expect("$1\r\n7\r\n", "HGET h a");
        expect(":0\r\n", "HSETEX h FNX FIELDS 2 x 1 a 1");
        expect(":0\r\n", "HSETEX h FXX FIELDS 2 x 1 a 1");
        expect(":0\r\n", "HEXISTS h x");
        expect(":1\r\n", "HSETEX h FXX PX 7 FIELDS 2 a 1 b 1");
        expectAll("HPTTL h FIELDS 2 a b", 7, 7);
        expect(":0\r\n", "HSETEX none FXX FIELDS 1 a 1");
        expect(":0\r\n", "EXISTS none");
        expect(":1\r\n", "HSETEX none FNX EXAT 33177117420 FIELDS 1 a 1");
        expect("*1\r\n:33177117420\r\n", "HEXPIRETIME none FIELDS 1 a");
        assertEquals(large ? "hashtable" : "listpackex", encoding("none"));
        events.clear();
        expect(":1\r\n", "HSETEX none PXAT 1 FIELDS 1 a 1");
        events("hset none", "hdel none", "del none");
        expect(":0\r\n", "EXISTS none");
    }

    @Test
    void shouldSayWhatIsWrongWhenSettingBoth() {
        String arity = "wrong number of arguments for 'hsetex' command";
        String twoTimes = "Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified";
        String twoConditions = "Only one of FXX or FNX arguments can be specified";
        expectError(arity, "HSETEX h FIELDS 1 a");
        expectError(arity, "HSETEX h FIELDS 2 a b");
        expectError(arity, "HSETEX h FIELDS 2 a b c");
        expectError(arity, "HSETEX h FIELDS 1 a b c d");
        expectError(arity, "HSETEX h EX 5 FNX FIELDS");
        expectError("invalid number of fields", "HSETEX h FIELDS 0 a b");
        expectError("invalid number of fields", "HSETEX h FIELDS x a b");
        expectError("unknown argument: NX", "HSETEX h NX FIELDS 1 a b");
        expectError("unknown argument: 1", "HSETEX h 1 FIELDS 1 a b");
        expectError(twoTimes, "HSETEX h EX 5 PX 5 FIELDS 1 a b");
        expectError(twoTimes, "HSETEX h KEEPTTL EX 5 FIELDS 1 a b");
        expectError(twoConditions, "HSETEX h FNX FNX FIELDS 1 a b");
        expectError(twoConditions, "HSETEX h FNX FXX FIELDS 1 a b");
        expectError("invalid expire time, must be >= 0", "HSETEX h EX -1 FIELDS 1 a b");
        expectError(
                "invalid expire time in 'hsetex' command",
                "HSETEX h PXAT 70368744177664 FIELDS 1 a b");
    }
}

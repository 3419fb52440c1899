package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.ForeignEntry;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.engine.type.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.UnsafeApi;

/**
 * The two servers side by side, each with one client. Besides commands there are steps that start with {@code @} and look at
 * state that commands alone do not show, or set it up where a family's own commands cannot:
 *
 * <pre>
 *   @LIST key       makes the key something that is no string
 *   @CHECK key      compares existence, encoding and expiry
 * </pre>
 */
final class Duel implements AutoCloseable {

    private static final long CLOCK_TOLERANCE_MS = 60_000;

    private final RealRedis redis = RealRedis.start();
    private final RawClient real = redis.connect();
    private final EngineHarness engine = new EngineHarness(2L << 30);
    private final Session session = engine.session();
    private final List<String> history = new ArrayList<>();

    // Hits and misses of the real server that are of our own making.
    private final long[] inspections = new long[2];

    Duel(int protocol) {
        if (protocol == 3) {
            real.command("HELLO", "3");
            session.protocol(3);
        }
        engine.clock().setEpochMs(System.currentTimeMillis());
    }

    boolean versionAtLeast(int major, int minor) {
        return redis.versionAtLeast(major, minor);
    }

    EngineHarness engine() {
        return engine;
    }

    /** Sets a parameter that both know. */
    void maxBulkLength(long bytes) {
        real.command("CONFIG", "SET", "proto-max-bulk-len", Long.toString(bytes));
        engine.engine().settings().maxBulkLength = bytes;
    }

    /** Empties both. */
    void flush() {
        real.command("FLUSHALL");
        real.command("CONFIG", "RESETSTAT");
        engine.engine().keyspaces().flushAll(false);
        KeyspaceStats stats = engine.engine().keyspaces().shared().stats();
        stats.hits = 0;
        stats.misses = 0;
        Arrays.fill(inspections, 0);
        history.clear();
    }

    /** Runs one step on both; words are separated by spaces, {@code ''} is the empty word. */
    void step(String line) {
        run(
                Arrays.stream(line.split(" "))
                        .map(word -> word.equals("''") ? "" : word)
                        .toArray(String[]::new));
    }

    /** Runs one step on both. */
    void run(String... words) {
        history.add(String.join(" ", words));
        switch (words[0]) {
            case "@LIST" -> plantList(words[1]);
            case "@CHECK" -> check(words[1]);
            default ->
                    assertEquals(
                            shown(real.command(words)),
                            shown(engine.command(session, words)),
                            () -> "after " + tail());
        }
    }

    private String tail() {
        return history.subList(Math.max(0, history.size() - 12), history.size()).stream()
                .map(line -> line.length() > 200 ? line.substring(0, 200) + "..." : line)
                .toList()
                .toString();
    }

    private static String shown(String reply) {
        return reply.length() <= 4000
                ? reply
                : reply.length()
                        + " bytes, hash "
                        + reply.hashCode()
                        + ' '
                        + reply.substring(0, 99);
    }

    /** Compares hits and misses counted since {@link #flush}. */
    void checkStats() {
        long[] expected = realStats();
        KeyspaceStats stats = engine.engine().keyspaces().shared().stats();
        assertEquals(
                "hits "
                        + (expected[0] - inspections[0])
                        + " misses "
                        + (expected[1] - inspections[1]),
                "hits " + stats.hits + " misses " + stats.misses,
                () -> "after " + tail());
    }

    private long[] realStats() {
        long[] found = new long[2];
        for (String line : real.text("INFO", "stats").split("\r\n")) {
            int colon = line.indexOf(':');
            if (line.startsWith("keyspace_hits:")) {
                found[0] = Long.parseLong(line.substring(colon + 1));
            } else if (line.startsWith("keyspace_misses:")) {
                found[1] = Long.parseLong(line.substring(colon + 1));
            }
        }
        return found;
    }

    private void plantList(String key) {
        real.command("DEL", key);
        real.command("RPUSH", key, "element");
        ForeignEntry.plant(engine.engine(), key);
    }

    private void check(String key) {
        long[] before = realStats();
        String encoding = real.text("OBJECT", "ENCODING", key);
        long until = Long.parseLong(real.text("PEXPIRETIME", key));
        long[] after = realStats();
        inspections[0] += after[0] - before[0];
        inspections[1] += after[1] - before[1];
        withKey(
                key,
                (db, hash, address, length) -> {
                    long entry = db.peek(hash, address, length);
                    Memory memory = db.memory();
                    if (entry == 0) {
                        assertEquals(null, encoding, () -> "gone after " + tail());
                        return;
                    }
                    long header = Entry.header(memory, entry);
                    int type = Entry.type(header);
                    if (type == ValueType.STRING) {
                        assertEquals(
                                encoding,
                                ValueType.encodingName(type, Entry.encoding(header)),
                                () -> "encoding after " + tail());
                    }
                    long ours = Entry.expiry(memory, entry, header);
                    assertTrue(
                            until == ours
                                    || until > 0
                                            && ours > 0
                                            && Math.abs(until - ours) < CLOCK_TOLERANCE_MS,
                            () -> "expiry " + ours + " not " + until + " after " + tail());
                });
    }

    private interface KeyAction {
        void at(Keyspace db, long hash, long address, int length);
    }

    private void withKey(String key, KeyAction action) {
        byte[] bytes = RawClient.bytes(key);
        long address = UnsafeApi.allocateMemory(bytes.length + 1L);
        UnsafeApi.copyMemory(
                bytes, UnsafeApi.arrayBaseOffset(byte[].class), null, address, bytes.length);
        Keyspace db = engine.engine().keyspaces().get(0);
        action.at(db, db.hash(address, bytes.length), address, bytes.length);
        UnsafeApi.freeMemory(address);
    }

    /** After it nothing may be in use but what was in use before anything was stored. */
    void assertNoLeak() {
        engine.engine().keyspaces().flushAll(false);
        while (engine.engine().keyspaces().shared().freeSlice()) {
            // one slice at a time
        }
        assertEquals(0, engine.engine().arena().usedBytes(), "bytes left after FLUSHALL");
    }

    @Override
    public void close() {
        real.close();
        redis.close();
        engine.close();
    }
}

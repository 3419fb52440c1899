package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.agrona.UnsafeApi;

/**
 * A real server and an engine that get the same commands, each from one client, and must give the same replies byte for byte. The
 * engine's clock follows the real one before every command, so that what is left of a time to live is the same second.
 *
 * <p>A server of its own must be a Redis 7.0 or later: an older one knows no option that allows DEBUG.
 *
 * <p>Besides commands there are steps that start with {@code @} and look at state that commands alone do not show, or set it up
 * where a family's own commands cannot; both in the database that is selected:
 *
 * <pre>
 *   @LIST key       makes the key something that is no string
 *   @CHECK key      compares existence, encoding and expiry
 * </pre>
 *
 * <p>Three replies are compared by less than their bytes: the keys of KEYS and SCAN and members of sets come in no particular order; OBJECT IDLETIME
 * may differ by one second, as the two servers' seconds do not start together; and after {@link #allowDrift} so may times to
 * live, which then were set relative to two slightly different moments.
 */
public final class Duel implements AutoCloseable {

    /** Commands whose reply is a list in no particular order. */
    private static final Set<String> UNORDERED =
            Set.of(
                    "keys",
                    "scan",
                    "smembers",
                    "sinter",
                    "sunion",
                    "sdiff",
                    "sscan",
                    "spop",
                    "srandmember",
                    "hgetall",
                    "hkeys",
                    "hvals",
                    "zscan");

    private static final long MOST_DRIFT_MS = 5_000;

    /** Commands whose reply is a time, and the drift allowed in their unit. */
    private static final Map<String, Long> TIMES =
            Map.of(
                    "ttl",
                    MOST_DRIFT_MS / 1000,
                    "pttl",
                    MOST_DRIFT_MS,
                    "expiretime",
                    MOST_DRIFT_MS / 1000,
                    "pexpiretime",
                    MOST_DRIFT_MS);

    private static final int DEBUG_FOR_ANYONE = 2;
    private static final int WAIT_MS = 5;
    private static final int MOST_WAITS = 200;
    private static final int STEPS_SHOWN = 30;
    private static final int WORD_SHOWN = 40;
    private static final int REPLY_SHOWN = 4_000;

    private final RealRedis redis;
    private final boolean ownsRedis;
    private final RawClient real;
    private final EngineHarness engine = new EngineHarness(2L << 30);
    private final Session session = engine.session();
    private final List<String> history = new ArrayList<>();
    private boolean drift;
    private final EffectDuel effects;
    private BinaryOperator<String> expectedForm = (command, reply) -> reply;
    private BinaryOperator<String> answeredForm = (command, reply) -> reply;

    // Hits and misses of the real server that are of our own making.
    private final long[] inspections = new long[2];

    /** With a real server of its own, and DEBUG allowed on both sides. */
    public Duel(int protocol) {
        this(RealRedis.startTelling("--enable-debug-command", "yes"), true, protocol);
        engine.engine().settings().debugCommand = DEBUG_FOR_ANYONE;
    }

    /** With a real server that others use before and after, and that is emptied first. */
    public Duel(RealRedis redis, int protocol) {
        this(redis, false, protocol);
    }

    private Duel(RealRedis redis, boolean ownsRedis, int protocol) {
        this.redis = redis;
        this.ownsRedis = ownsRedis;
        real = redis.connect();
        engine.clock().setEpochMs(System.currentTimeMillis());
        effects = EffectDuel.between(redis, engine);
        flush();
        if (protocol == 3) {
            real.command("HELLO", "3");
            session.protocol(3);
        }
    }

    boolean versionAtLeast(int major, int minor) {
        return redis.versionAtLeast(major, minor);
    }

    /** The engine, for what only a test of it can set up. */
    public EngineHarness engine() {
        return engine;
    }

    /** The real server's client, for what only a test of it can set up. */
    public RawClient real() {
        return real;
    }

    /** Sets a parameter that both know. */
    void maxBulkLength(long bytes) {
        real.command("CONFIG", "SET", "proto-max-bulk-len", Long.toString(bytes));
        engine.engine().settings().maxBulkLength = bytes;
    }

    /** Lets times differ a little, for sequences that set them relative to now. */
    void allowDrift() {
        drift = true;
    }

    /**
     * Compares replies after both were brought to a form in which they must be equal, for what is a time or differs between
     * versions.
     *
     * @param expected takes a command's name in upper case and the real server's reply.
     * @param answered takes the same and the engine's.
     */
    void compareForms(BinaryOperator<String> expected, BinaryOperator<String> answered) {
        expectedForm = expected;
        answeredForm = answered;
    }

    /** Empties both. */
    public void flush() {
        real.command("FLUSHALL");
        real.command("CONFIG", "RESETSTAT");
        engine.engine().keyspaces().flushAll(false);
        KeyspaceStats stats = engine.engine().keyspaces().shared().stats();
        stats.hits = 0;
        stats.misses = 0;
        Arrays.fill(inspections, 0);
        history.clear();
        if (effects != null) {
            effects.skip();
        }
    }

    /** Empties both and runs steps, comparing hits and misses too after each. */
    void play(String... steps) {
        flush();
        for (String step : steps) {
            step(step);
            checkStats();
        }
    }

    /** Runs one step on both; words are separated by single spaces, {@code ''} is the empty word. */
    public void step(String line) {
        run(
                Arrays.stream(line.split(" "))
                        .map(word -> word.equals("''") ? "" : word)
                        .toArray(String[]::new));
    }

    /** Runs one step on both. */
    public void run(String... words) {
        history.add(shown(words));
        switch (words[0]) {
            case "@LIST" -> plantList(words[1]);
            case "@CHECK" -> check(words[1]);
            default -> {
                String expected = real.command(words);
                followClock();
                String answered = afterWaiting(engine.command(session, words));
                String command = words[0].toUpperCase(Locale.ROOT);
                compare(
                        words,
                        expectedForm.apply(command, expected),
                        answeredForm.apply(command, answered));
                if (effects != null) {
                    effects.compare(this::tail);
                }
            }
        }
    }

    // The real server has answered, so the time of a client that still waits here is up in a
    // moment.
    private String afterWaiting(String answered) {
        String all = answered;
        for (int i = 0; i < MOST_WAITS && session.isBlocked(); i++) {
            engine.clock().advanceMs(WAIT_MS);
            engine.turn();
            all += new String(EngineHarness.drain(session), StandardCharsets.ISO_8859_1);
        }
        return all;
    }

    // It never goes back: the engine would notice.
    private void followClock() {
        long ahead = System.currentTimeMillis() - engine.clock().epochMs();
        if (ahead > 0) {
            engine.clock().advanceMs(ahead);
        }
    }

    private void compare(String[] words, String expected, String answered) {
        if (expected.equals(answered)) {
            return;
        }
        String name = words[0].toLowerCase(Locale.ROOT);
        if (UNORDERED.contains(name) && sorted(expected).equals(sorted(answered))) {
            return;
        }
        if (name.equals("object")
                && words[1].equalsIgnoreCase("idletime")
                && areWithin(1, -1, expected, answered)) {
            return;
        }
        // -1 and -2 are not times.
        if (drift && TIMES.containsKey(name) && areWithin(TIMES.get(name), 0, expected, answered)) {
            return;
        }
        assertEquals(shown(expected), shown(answered), () -> "after\n" + tail());
        fail("replies differ beyond what is shown, after\n" + tail());
    }

    private static boolean areWithin(long most, long above, String expected, String answered) {
        if (!expected.startsWith(":") || !answered.startsWith(":")) {
            return false;
        }
        long one = Long.parseLong(expected.substring(1).trim());
        long other = Long.parseLong(answered.substring(1).trim());
        return one > above && other > above && Math.abs(one - other) <= most;
    }

    private static String sorted(String reply) {
        String[] lines = reply.split("\r\n", -1);
        Arrays.sort(lines);
        return String.join("\r\n", lines);
    }

    private String tail() {
        return String.join(
                "\n", history.subList(Math.max(0, history.size() - STEPS_SHOWN), history.size()));
    }

    private static String shown(String[] words) {
        return Arrays.stream(words)
                .map(
                        word ->
                                word.length() > WORD_SHOWN
                                        ? word.substring(0, WORD_SHOWN) + "(" + word.length() + ")"
                                        : word)
                .toList()
                .toString();
    }

    private static String shown(String reply) {
        return reply.length() <= REPLY_SHOWN
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
                () -> "after\n" + tail());
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
        ForeignEntry.plant(engine.engine(), session.database(), key);
        if (effects != null) {
            effects.skip();
        }
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
                    if (type == ValueType.STRING || type == ValueType.SORTED_SET) {
                        assertEquals(
                                encoding,
                                ValueType.encodingName(Entry.encoding(header)),
                                () -> "encoding after " + tail());
                    }
                    long ours = Entry.expiry(memory, entry, header);
                    assertTrue(
                            until == ours
                                    || until > 0
                                            && ours > 0
                                            && Math.abs(until - ours) < MOST_DRIFT_MS,
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
        Keyspace db = engine.engine().keyspaces().get(session.database());
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
        if (ownsRedis) {
            redis.close();
        }
        engine.close();
    }
}

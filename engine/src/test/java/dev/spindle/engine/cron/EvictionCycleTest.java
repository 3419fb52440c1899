package dev.spindle.engine.cron;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.EvictionPolicy;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceListener;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvictionCycleTest {
    private static final String OOM =
            "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
    private static final String VALUE = "v".repeat(100);

    private final EngineHarness engine = new EngineHarness();

    @AfterEach
    void close() {
        engine.close();
    }

    private void policy(String word) {
        assertEquals("+OK\r\n", engine.command("CONFIG", "SET", "maxmemory-policy", word));
    }

    private void limit(long bytes) {
        assertEquals("+OK\r\n", engine.command("CONFIG", "SET", "maxmemory", "" + bytes));
    }

    private static String key(int i) {
        return "key:" + i;
    }

    private void fill(int from, int to) {
        for (int i = from; i < to; i++) {
            assertEquals("+OK\r\n", engine.command("SET", key(i), VALUE));
        }
    }

    private void expire(int i, long ms) {
        assertEquals(":1\r\n", engine.command("PEXPIRE", key(i), "" + ms));
    }

    // Lets so many bytes be too many, and the clock do what follows from it.
    private void evictBytes(long bytes) {
        limit(engine.engine().usedMemory() - bytes);
        turns();
    }

    private void turns() {
        for (int i = 0; i < 200; i++) {
            engine.clock().advanceMs(1);
            engine.engine().cron(engine.clock().nanoTime());
        }
    }

    private boolean isThere(int i) {
        return engine.command("EXISTS", key(i)).equals(":1\r\n");
    }

    private int there(int from, int to, IntPredicate which) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += which.test(i) && isThere(i) ? 1 : 0;
        }
        return count;
    }

    private int there(int from, int to) {
        return there(from, to, i -> true);
    }

    private long evicted() {
        return engine.engine().keyspaces().shared().stats().evicted;
    }

    private boolean isWithinLimit() {
        return engine.engine().usedMemory() <= engine.engine().settings().maxMemory;
    }

    @Test
    void shouldRefuseWritesAndEvictNothingWhenNothingMayBeEvicted() {
        fill(0, 1000);
        limit(engine.engine().usedMemory() - 1);
        turns();
        assertEquals(OOM, engine.command("SET", "more", "v"));
        assertEquals(1000, there(0, 1000));
        for (int i = 0; i < 500; i++) {
            assertEquals(":1\r\n", engine.command("DEL", key(i)));
        }
        assertEquals("+OK\r\n", engine.command("SET", key(2), VALUE));
        assertEquals(0, evicted());
    }

    @ParameterizedTest
    @EnumSource(EvictionPolicy.class)
    void shouldEvictNothingWhenMemoryIsWithinTheLimit(EvictionPolicy policy) {
        policy(policy.toString().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
        limit(64 << 20);
        fill(0, 500);
        expire(7, 100_000);
        turns();
        assertEquals(500, there(0, 500));
        assertEquals(0, evicted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "volatile-lru"})
    void shouldKeepWhatWasUsedLatelyWhenTheLeastRecentlyUsedGo(String policy) {
        policy(policy);
        fill(0, 2000);
        for (int i = 0; i < 2000; i++) {
            expire(i, 1_000_000_000);
        }
        engine.clock().advanceMs(60_000);
        for (int i = 0; i < 2000; i += 2) {
            engine.command("GET", key(i));
        }
        engine.clock().advanceMs(60_000);
        evictBytes(700 * 120);
        assertTrue(isWithinLimit());
        int used = there(0, 2000, i -> i % 2 == 0);
        int idle = there(0, 2000, i -> i % 2 == 1);
        assertTrue(used >= 980, "kept of the 1000 used lately: " + used);
        assertTrue(idle < 500, "kept of the 1000 idle ones: " + idle);
        assertEquals(2000 - used - idle, evicted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lfu", "volatile-lfu"})
    void shouldKeepWhatIsUsedOftenWhenTheLeastFrequentlyUsedGo(String policy) {
        policy(policy);
        fill(0, 2000);
        for (int i = 0; i < 2000; i++) {
            expire(i, 1_000_000_000);
        }
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 2000; i += 2) {
                engine.command("GET", key(i));
            }
        }
        // The rare ones are the last used.
        engine.clock().advanceMs(2000);
        for (int i = 1; i < 2000; i += 2) {
            engine.command("GET", key(i));
        }
        evictBytes(700 * 120);
        int often = there(0, 2000, i -> i % 2 == 0);
        int rare = there(0, 2000, i -> i % 2 == 1);
        assertTrue(often >= 980, "kept of the 1000 used often: " + often);
        assertTrue(rare < 500, "kept of the 1000 rare ones: " + rare);
    }

    @Test
    void shouldEvictWhatExpiresNextWhenThePolicyLooksAtTimeToLive() {
        policy("volatile-ttl");
        fill(0, 2000);
        for (int i = 0; i < 1600; i++) {
            expire(i, 1_000_000 + 1000L * ((i * 7919) % 1600));
        }
        evictBytes(600 * 120);
        int nearest = there(0, 1600, i -> (i * 7919) % 1600 < 600);
        int farthest = there(0, 1600, i -> (i * 7919) % 1600 >= 1000);
        assertTrue(nearest < 120, "kept of the 600 that expire next: " + nearest);
        assertTrue(farthest >= 590, "kept of the 600 that expire last: " + farthest);
        assertEquals(400, there(1600, 2000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"})
    void shouldNeverEvictAKeyWithoutExpiryWhenOnlyOthersMayGo(String policy) {
        policy(policy);
        fill(0, 600);
        for (int i = 0; i < 300; i++) {
            expire(i, 1_000_000 + i);
        }
        engine.command("PERSIST", key(5));
        evictBytes(450 * 130);
        assertFalse(isWithinLimit());
        assertEquals(299, evicted());
        assertEquals(301, there(0, 600));
        assertTrue(isThere(5));
        assertEquals(OOM, engine.command("SET", "more", "v"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"})
    void shouldFindTheFewThatMayGoWhenNearlyAllMayNot(String policy) {
        policy(policy);
        fill(0, 20_000);
        for (int i = 0; i < 20_000; i += 2000) {
            expire(i, 1_000_000);
        }
        engine.command("SETEX", "another", "1000", VALUE);
        limit(1);
        assertEquals(OOM, engine.command("SET", "more", "v"));
        assertEquals(11, evicted());
        assertEquals(0, engine.engine().keyspaces().get(0).expiring());
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-random", "volatile-random"})
    void shouldEvictFromEverywhereWhenThePolicyIsRandom(String policy) {
        policy(policy);
        fill(0, 4000);
        for (int i = 0; i < 4000; i++) {
            expire(i, 1_000_000_000);
        }
        evictBytes(2000 * 130);
        int all = there(0, 4000);
        assertTrue(all > 1500 && all < 2500, "kept " + all);
        for (int tenth = 0; tenth < 4000; tenth += 400) {
            int kept = there(tenth, tenth + 400);
            assertTrue(Math.abs(kept - all / 10.0) < 50, kept + " of a tenth of " + all);
        }
    }

    @Test
    void shouldEvictFromEveryDatabaseWhenKeysAreInSeveral() {
        policy("allkeys-lru");
        fill(0, 300);
        engine.command("SELECT", "9");
        fill(0, 300);
        evictBytes(300 * 110);
        assertTrue(there(0, 300) < 250);
        engine.command("SELECT", "0");
        assertTrue(there(0, 300) < 250);
        assertTrue(isWithinLimit());
    }

    @Test
    void shouldStayWithinTheLimitWhenAPipelineWritesMoreThanFits() {
        policy("allkeys-lru");
        fill(0, 5000);
        limit(engine.engine().usedMemory());
        StringBuilder pipeline = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            pipeline.append(EngineHarness.frame("SET", "p:" + i, i + VALUE));
            pipeline.append(EngineHarness.frame("GET", "p:" + i / 2));
        }
        String out = engine.send(engine.session(), pipeline.toString());
        assertFalse(out.contains("OOM"), "refused though keys could go");
        for (int i = 990; i < 1000; i++) {
            String reply = engine.command("GET", "p:" + i);
            assertTrue(reply.equals("$-1\r\n") || reply.contains("\r\n" + i + "v"), reply);
        }
        engine.command("PING");
        turns();
        assertTrue(isWithinLimit());
        assertTrue(evicted() > 900);
    }

    @Test
    void shouldTellOfEvictionsWhenSomeoneListens() {
        policy("allkeys-lru");
        fill(0, 50);
        List<String> heard = new ArrayList<>();
        engine.command("CONFIG", "SET", "notify-keyspace-events", "Ee");
        engine.engine().observers().tracking(new Recorder(heard));
        long dirty = engine.engine().keyspaces().shared().stats().dirty;
        evictBytes(1);
        assertEquals(3, heard.size(), heard.toString());
        String key = heard.get(0).substring("evicted ".length());
        assertEquals(List.of("evicted " + key, "modified " + key, "event evicted " + key), heard);
        assertEquals(dirty, engine.engine().keyspaces().shared().stats().dirty);
        assertEquals("$-1\r\n", engine.command("GET", key));
    }

    @Test
    void shouldForgetACandidateWhenItIsUsedOrGone() {
        policy("allkeys-lru");
        fill(0, 400);
        engine.clock().advanceMs(10_000);
        // Fills the pool, with what is then used or deleted.
        evictBytes(1);
        for (int i = 0; i < 200; i++) {
            engine.command("DEL", key(i));
        }
        for (int i = 200; i < 300; i++) {
            engine.command("GET", key(i));
        }
        engine.command("SWAPDB", "0", "3");
        engine.command("SELECT", "3");
        int before = there(200, 300);
        evictBytes(60 * 100);
        assertEquals(before, there(200, 300));
        engine.command("FLUSHALL");
        turns();
        limit(1);
        assertEquals(OOM, engine.command("SET", "a", "v"));
    }

    @Test
    void shouldMeasureHowLongTheLimitIsExceeded() {
        fill(0, 100);
        limit(1000);
        engine.clock().advanceMs(5000);
        String info = engine.command("INFO", "stats");
        assertTrue(info.contains("current_eviction_exceeded_time:5000\r\n"), info);
        assertTrue(info.contains("total_eviction_exceeded_time:5000\r\n"), info);
        limit(0);
        engine.clock().advanceMs(5000);
        turns();
        info = engine.command("INFO", "stats");
        assertTrue(info.contains("current_eviction_exceeded_time:0\r\n"), info);
        assertTrue(info.contains("total_eviction_exceeded_time:5000\r\n"), info);
    }

    @Test
    void shouldLeaveEverythingWhenWritesArePaused() {
        policy("allkeys-lru");
        fill(0, 100);
        engine.command("CLIENT", "PAUSE", "100000", "WRITE");
        evictBytes(1000);
        assertEquals(0, evicted());
        engine.command("CLIENT", "UNPAUSE");
        turns();
        assertTrue(evicted() > 0);
    }

    @Test
    void shouldWaitLongerWhenTenacityIsGreater() {
        assertEquals(0, EvictionCycle.limitNs(0));
        assertEquals(250_000, EvictionCycle.limitNs(5));
        assertEquals(500_000, EvictionCycle.limitNs(10));
        assertEquals(575_000, EvictionCycle.limitNs(11), 1);
        assertTrue(EvictionCycle.limitNs(99) > 100_000_000_000L);
        assertEquals(Long.MAX_VALUE, EvictionCycle.limitNs(100));
    }

    @Test
    void shouldLetTheCommandRunAndGoOnInSlicesWhenTheTimeIsUp() {
        fill(0, 1000);
        Keyspaces keyspaces = engine.engine().keyspaces();
        long[] now = {0};
        long[] limit = {engine.engine().usedMemory() - 500 * 120};
        EvictionCycle cycle =
                new EvictionCycle(
                        keyspaces,
                        engine.engine()::usedMemory,
                        () -> now[0] += 30_000,
                        engine.engine().spikes());
        engine.engine().spikes().thresholdMs(1);
        cycle.configure(limit[0], EvictionPolicy.ALLKEYS_LRU, 5, 10, false);
        assertTrue(cycle.isRunning());
        assertTrue(cycle.makeRoom(), "the command may run");
        long first = evicted();
        assertTrue(first > 0 && first < 200, "evicted at once: " + first);
        int slices = 0;
        while (cycle.isRunning()) {
            long before = evicted();
            cycle.slice(Cron.SLICE_NS);
            assertTrue(evicted() - before < 100, "a slice that has no end");
            slices++;
        }
        assertTrue(slices > 3);
        assertTrue(engine.engine().usedMemory() <= limit[0]);
        assertTrue(cycle.overLimitNs() == 0 && keyspaces.shared().stats().overLimitNs > 0);
    }

    @Test
    void shouldRecordSpikesWhenEvictionTakesLong() {
        fill(0, 100);
        long[] now = {0};
        engine.engine().spikes().thresholdMs(1);
        EvictionCycle cycle =
                new EvictionCycle(
                        engine.engine().keyspaces(),
                        engine.engine()::usedMemory,
                        () -> now[0] += 2_000_000,
                        engine.engine().spikes());
        cycle.configure(
                engine.engine().usedMemory() - 1, EvictionPolicy.ALLKEYS_RANDOM, 5, 10, false);
        cycle.makeRoom();
        assertEquals(1, engine.engine().spikes().history("eviction-del").size());
        assertEquals(1, engine.engine().spikes().history("eviction-cycle").size());
    }

    private record Recorder(List<String> heard) implements KeyspaceListener {
        private void note(String what, long address, int length) {
            StringBuilder text = new StringBuilder(what).append(' ');
            for (int i = 0; i < length; i++) {
                text.append((char) UnsafeApi.getByte(address + i));
            }
            heard.add(text.toString());
        }

        @Override
        public void keyModified(int db, long keyAddress, int keyLength) {
            note("modified", keyAddress, keyLength);
        }

        @Override
        public void keyExpired(int db, long keyAddress, int keyLength) {
            note("expired", keyAddress, keyLength);
        }

        @Override
        public void keyEvicted(int db, long keyAddress, int keyLength) {
            note("evicted", keyAddress, keyLength);
        }

        @Override
        public void keyEvent(int db, KeyspaceEvent event, long keyAddress, int keyLength) {
            note("event " + event.name(), keyAddress, keyLength);
        }

        @Override
        public void flushed(int db) {
            heard.add("flushed " + db);
        }
    }
}

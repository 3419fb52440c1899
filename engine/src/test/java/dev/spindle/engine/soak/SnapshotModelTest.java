package dev.spindle.engine.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.EvictionPolicy;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.keyspace.Relocation;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.memory.Compaction;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.snapshot.DataView;
import dev.spindle.engine.snapshot.LiveView;
import dev.spindle.engine.snapshot.Snapshot;
import dev.spindle.engine.snapshot.SnapshotPurpose;
import dev.spindle.engine.snapshot.Snapshots;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.ViewDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Writers of all types go on, with expiry, eviction, defragmentation, FLUSHALL, SWAPDB and frees in slices, while another
 * thread reads one snapshot after the other. What it reads is compared with the exact state of the epoch: every key and value, and
 * every byte of the arena.
 *
 * <p>{@code -Dsnapshot.rounds} snapshots are taken (12 without); {@code -Dseed} repeats the writers' choices.
 */
class SnapshotModelTest {

    private static final List<SoakFamily> FAMILIES =
            List.of(
                    new StringFamily(),
                    new BitmapFamily(),
                    new SortedSetFamily(),
                    new ListFamily(),
                    new SetFamily(),
                    new HashFamily(),
                    new StreamFamily(),
                    new GenericFamily());

    private static final int PAGE = 4096;
    private static final int PASSES = 3;
    private static final int COMMANDS_BEFORE = 1_500;
    private static final int LEAST_COMMANDS_MEANWHILE = 1_500;

    private final EngineHarness engine = new EngineHarness(1L << 30);
    private final Arena arena = engine.engine().arena();
    private final Snapshots snapshots = engine.engine().snapshots();
    private final Session[] clients = {engine.session(), engine.connect(), engine.connect()};

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void shouldShowTheExactStateOfTheEpochWhileWritersGoOn() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        int rounds = Integer.getInteger("snapshot.rounds", 12);
        Random random = new Random(seed);
        String where = "seed " + seed;
        for (int i = 0; i < clients.length; i++) {
            engine.command(clients[i], "SELECT", "" + i);
        }
        for (int round = 0; round < rounds; round++) {
            turnSettings(random);
            if (round % 3 == 1) {
                // Whatever was drawn: now and then keys must go.
                set("maxmemory-policy", "allkeys-random");
                set("maxmemory", "500kb");
            }
            for (int i = 0; i < COMMANDS_BEFORE; i++) {
                write(random);
            }
            takeAndCompare(random, where + " round " + round);
        }
        KeyspaceStats stats = engine.engine().keyspaces().shared().stats();
        assertTrue(stats.evicted > 0, where + ": nothing was evicted");
        assertTrue(stats.expired > 0, where + ": nothing expired");
        assertTrue(stats.defragHits > 0, where + ": nothing was moved");
        assertTrue(snapshots.peakBytes() > 100 * PAGE, where + ": hardly a page was preserved");
        ArenaAudit.check(arena);
    }

    private void takeAndCompare(Random random, String where) throws Exception {
        Map<String, Long> expected =
                new ViewDigest(new LiveView(engine.engine().keyspaces(), 42)).keys();
        byte[] bytes = new byte[(int) arena.extentBytes()];
        long base = arena.limitAddress() - arena.reservedBytes();
        arena.memory().copyOut(base, bytes, 0, bytes.length);
        Snapshot snapshot = snapshots.begin(SnapshotPurpose.BGSAVE);
        DataView view = snapshot.view();
        long order = random.nextLong();
        CompletableFuture<Void> sweep =
                CompletableFuture.runAsync(
                        () -> {
                            for (int pass = 0; pass < PASSES; pass++) {
                                assertEquals(expected, new ViewDigest(view).keys(), where);
                                compareBytes(view, bytes, new Random(order + pass), where);
                            }
                        });
        int commands = 0;
        while (!sweep.isDone() || commands < LEAST_COMMANDS_MEANWHILE) {
            write(random);
            commands++;
        }
        sweep.get();
        // Now that much has changed, once more with nobody writing.
        assertEquals(expected, new ViewDigest(view).keys(), where);
        snapshot.end();
        assertTrue(snapshots.lastPreservedBytes() <= bytes.length, where);
    }

    // Every page in a random order; numbers at its edge too, in all widths.
    private static void compareBytes(DataView view, byte[] bytes, Random random, String where) {
        Memory memory = view.arena().memory();
        long base = view.arena().limitAddress() - view.arena().reservedBytes();
        java.nio.ByteBuffer model =
                java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int pages = bytes.length / PAGE;
        byte[] page = new byte[3 * PAGE];
        for (int i = 0; i < pages; i++) {
            int from = random.nextInt(pages) * PAGE + random.nextInt(PAGE);
            int length = Math.min(bytes.length - from, random.nextInt(page.length));
            memory.copyOut(base + from, page, 0, length);
            int wrong = Arrays.mismatch(bytes, from, from + length, page, 0, length);
            assertEquals(-1, wrong, () -> where + ": byte " + wrong + " from " + from);
            int at = Math.min(bytes.length - 8, (from & -PAGE) + PAGE - 8 + random.nextInt(8));
            assertEquals(model.getLong(at), memory.getLongUnaligned(base + at), where);
            assertEquals(model.getInt(at), memory.getIntUnaligned(base + at), where);
            assertEquals(model.getLong(at & -8), memory.getLong(base + (at & -8)), where);
            assertEquals(model.getInt(at & -4), memory.getInt(base + (at & -4)), where);
            assertEquals(model.getShort(at & -2), memory.getShort(base + (at & -2)), where);
            assertEquals(model.get(at), memory.getByte(base + at), where);
        }
    }

    private void write(Random random) {
        Session client = clients[random.nextInt(clients.length)];
        switch (random.nextInt(400)) {
            case 0 -> engine.command(client, "FLUSHDB", random.nextBoolean() ? "SYNC" : "ASYNC");
            case 1 -> engine.command("SWAPDB", "" + random.nextInt(3), "" + random.nextInt(3));
            case 2 -> {
                if (random.nextInt(8) == 0) {
                    engine.command("FLUSHALL", random.nextBoolean() ? "SYNC" : "ASYNC");
                }
            }
            case 3 -> relocate();
            case 4 ->
                    engine.command(
                            client,
                            "SET",
                            "large",
                            "x".repeat(random.nextInt(random.nextInt(1_000_000) + 1)));
            case 5 -> engine.command(client, "UNLINK", "x:" + random.nextInt(20), "large");
            case 6 -> fillSet(client, random);
            default ->
                    FAMILIES.get(random.nextInt(FAMILIES.size()))
                            .act(random, words -> engine.command(client, words));
        }
        if (random.nextInt(20) == 0) {
            engine.clock().advanceMs(1 + random.nextInt(30));
            engine.engine().cron(engine.clock().nanoTime());
            engine.engine().idleWork();
        }
    }

    // Grows the key table and a member table by thousands, or takes both down again.
    private void fillSet(Session client, Random random) {
        boolean grows = random.nextBoolean();
        int prefix = random.nextInt(3);
        for (int i = 0; i < 2_000; i++) {
            if (grows) {
                engine.command(client, "SET", "many:" + prefix + ":" + i, "v" + i);
                engine.command(client, "SADD", "set:" + prefix, "member:" + i);
            } else {
                engine.command(client, "DEL", "many:" + prefix + ":" + i);
                engine.command(client, "SREM", "set:" + prefix, "member:" + i);
            }
        }
    }

    // The defragmenter's own cycle rests while a snapshot runs; that it need not is checked here.
    private void relocate() {
        Compaction compaction = arena.compaction();
        compaction.begin();
        while (compaction.step()) {
            continue;
        }
        Relocation relocation = new Relocation(engine.engine().keyspaces());
        relocation.begin();
        while (relocation.step(64)) {
            continue;
        }
        compaction.end();
        while (compaction.step()) {
            continue;
        }
    }

    private void turnSettings(Random random) {
        EvictionPolicy[] policies = EvictionPolicy.values();
        EvictionPolicy policy = policies[random.nextInt(policies.length)];
        set("maxmemory-policy", policy.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        set("maxmemory", random.nextInt(3) == 0 ? "0" : (500 + random.nextInt(9000)) + "kb");
        set("lazyfree-lazy-eviction", random.nextBoolean() ? "yes" : "no");
        set("hash-max-listpack-entries", "" + (1 << random.nextInt(10)));
        set("list-max-listpack-size", "" + (1 << random.nextInt(8)));
    }

    private void set(String name, String value) {
        assertEquals("+OK\r\n", engine.command("CONFIG", "SET", name, value));
    }
}

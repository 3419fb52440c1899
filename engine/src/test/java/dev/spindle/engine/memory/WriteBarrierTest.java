package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.type.StringType;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * No store bypasses the barrier: while an engine is driven, every byte that changes was announced before it changed. Each
 * announcement is checked against a copy of the whole arena: what is announced for the first time must still be as it was.
 */
class WriteBarrierTest {

    private static final int KEYS = 3_000;
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private final EngineHarness harness = new EngineHarness(128L << 20);
    private final Arena arena = harness.engine().arena();
    private final Memory memory = arena.memory();
    private final long start = arena.limitAddress() - arena.reservedBytes();
    private final BitSet announced = new BitSet();
    private byte[] before;

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void shouldAnnounceEveryStoreBeforeItHappens() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        drive(random);
        arm();
        drive(random);
        memory.arm(null);
        String where = "seed " + seed;
        assertTrue(announced.cardinality() > 100_000, where + ": hardly a store was announced");
        assertTrue(changedBytes() > 100_000, where + ": hardly a byte changed");
        assertEquals(-1, firstUnannouncedChange(), where + ": offset changed unannounced");
        ArenaAudit.check(arena);
    }

    @Test
    void shouldNoticeAStoreThatBypassesTheBarrier() {
        harness.command("SET", "key", "a value of some length");
        arm();
        harness.command("SET", "other", "value");
        long address = start + (1L << PageRuns.PAGE_SHIFT) + 40_000;
        UnsafeApi.putByte(address, (byte) 99);
        assertEquals(address - start, firstUnannouncedChange());
        // Announced too late is as bad as not announced.
        assertThrows(AssertionError.class, () -> memory.putByte(address, (byte) 98));
    }

    @Test
    void shouldAnnounceExactlyTheBytesOfEachKindOfStore() {
        long block = arena.allocate(8_192);
        byte[] heap = new byte[100];
        expect(block + 3, 1, () -> memory.putByte(block + 3, (byte) 1));
        expect(block + 2, 2, () -> memory.putShort(block + 2, (short) 1));
        expect(block + 4, 4, () -> memory.putInt(block + 4, 1));
        expect(block + 8, 8, () -> memory.putLong(block + 8, 1));
        expect(block + 5, 4, () -> memory.putIntUnaligned(block + 5, 1));
        expect(block + 5, 8, () -> memory.putLongUnaligned(block + 5, 1));
        expect(block + 7, 50, () -> memory.copyIn(block + 1000, block + 7, 50));
        expect(block + 7, 500, () -> memory.copyIn(block + 1000, block + 7, 500));
        expect(block + 9, 90, () -> memory.copyIn(heap, 10, block + 9, 90));
        expect(block + 10, 300, () -> memory.move(block, block + 10, 300));
        expect(block + 1, 5_000, () -> memory.fill(block + 1, 5_000, (byte) 1));
    }

    private void expect(long address, long length, Runnable store) {
        long[] told = new long[3];
        memory.arm(
                (at, bytes) -> {
                    told[0] = at;
                    told[1] = bytes;
                    told[2]++;
                });
        store.run();
        memory.arm(null);
        assertEquals(address, told[0]);
        assertEquals(length, told[1]);
        assertEquals(1, told[2], "announcements");
    }

    private void arm() {
        // What lies beyond the frontier was never touched and is zero.
        before = new byte[64 << 20];
        UnsafeApi.copyMemory(null, start, before, BYTES, arena.extentBytes());
        announced.clear();
        memory.arm(this::announce);
    }

    private void announce(long address, long length) {
        int from = (int) (address - start);
        int to = from + (int) length;
        for (int at = announced.nextClearBit(from); at < to; at = announced.nextClearBit(at + 1)) {
            if (UnsafeApi.getByte(start + at) != before[at]) {
                throw new AssertionError("offset " + at + " changed before it was announced");
            }
        }
        announced.set(from, to);
    }

    private int firstUnannouncedChange() {
        int extent = (int) arena.extentBytes();
        for (int at = announced.nextClearBit(0); at < extent; at = announced.nextClearBit(at + 1)) {
            if (UnsafeApi.getByte(start + at) != before[at]) {
                return at;
            }
        }
        return -1;
    }

    private int changedBytes() {
        int changed = 0;
        for (int at = 0; at < arena.extentBytes(); at++) {
            if (UnsafeApi.getByte(start + at) != before[at]) {
                changed++;
            }
        }
        return changed;
    }

    private void drive(Random random) {
        for (int i = 0; i < 15_000; i++) {
            step(random);
            if (i % 5_000 == 4_999) {
                harness.command("FLUSHDB", i % 10_000 == 9_999 ? "SYNC" : "ASYNC");
                harness.engine().keyspaces().shared().freeAll();
                ArenaAudit.check(arena);
            }
        }
    }

    private void step(Random random) {
        Keyspace db = harness.engine().keyspaces().get(0);
        String key = key(random);
        String other = key(random);
        switch (random.nextInt(18)) {
            case 0, 1, 2, 3 -> harness.command("SET", key, value(random));
            case 4 -> harness.command("INCR", key);
            case 5 -> harness.command("GET", key);
            case 6 -> grow(db, key, random);
            case 7 -> harness.command("PEXPIRE", key, "" + random.nextInt(2_000));
            case 8 -> harness.command("PERSIST", key);
            case 9 -> harness.command("DEL", key, other);
            case 10 -> harness.command("UNLINK", key);
            case 11 -> harness.command("RENAME", key, other);
            case 12 -> harness.command("COPY", key, other, "REPLACE");
            case 13 -> harness.command("APPEND", key, value(random));
            case 14 -> {
                String offset = "" + random.nextInt(3_000);
                harness.command("SETRANGE", key, offset, value(random));
            }
            case 15 -> harness.command("SETBIT", key, "" + random.nextInt(9_000), "1");
            case 16 -> harness.command("MOVE", key, "1");
            default -> {
                harness.clock().advanceMs(1);
                db.sweep().advance();
            }
        }
    }

    private static String key(Random random) {
        return "key:" + random.nextInt(KEYS) + "k".repeat(random.nextInt(3));
    }

    private String value(Random random) {
        if (random.nextInt(4) == 0) {
            return Integer.toString(random.nextInt());
        }
        return "v".repeat(random.nextInt(random.nextInt(20) == 0 ? 20_000 : 300));
    }

    private void grow(Keyspace db, String key, Random random) {
        withEntry(
                db,
                key,
                entry -> {
                    long length = StringType.length(memory, entry);
                    if (length < 60_000) {
                        StringType strings = harness.engine().strings();
                        strings.grow(db, entry, length + 1 + random.nextInt(3_000));
                    }
                });
    }

    private void withEntry(Keyspace db, String key, java.util.function.LongConsumer action) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        long address = UnsafeApi.allocateMemory(bytes.length);
        UnsafeApi.copyMemory(bytes, BYTES, null, address, bytes.length);
        long hash = db.hash(address, bytes.length);
        long entry = db.lookupWrite(hash, address, bytes.length);
        if (entry != 0) {
            action.accept(entry);
        }
        UnsafeApi.freeMemory(address);
    }
}

package dev.spindle.engine.snapshot;

import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.PageImages;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets the compiler know that there will be snapshots, before it has compiled what loads and stores.
 *
 * <p>A compiler that has never seen the write barrier armed leaves that branch out of the code it makes, everywhere. The
 * first store of the first snapshot would then throw away all the code of the core's hot paths, and the core would interpret for
 * some hundred milliseconds: a pause of the kind that snapshots are made to avoid. The same goes for methods that the core and a
 * reader share, at the first load from a frozen memory. So a few stores and loads of an arena of its own take those branches while
 * the server starts: few, so that they are still known to be rare, and spread over the time in which counting begins.
 *
 * <p>What the core runs only while there is a snapshot is called often enough to be compiled right away: the first writes
 * after a beginning are those that preserve the most pages, and they should not wait for the compiler too.
 */
public final class SnapshotRehearsal {

    private static final int ROUNDS = 40;
    private static final int PLAIN = 600;
    private static final int ARMED = 6;
    private static final long BETWEEN_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int PAGE = PageImages.PAGE_BYTES;

    /** Snapshots, and pages of each: together more than the calls after which a method is compiled for good, 5000. */
    private static final int SNAPSHOTS = 200;

    private static final int PAGES = 64;
    private static final int BATCH = 16;
    private static final long KEYS = 1024;
    private static final int ALARM_EVERY = 16;

    private final Arena arena;
    private final PageImages images;
    private final Memory live;
    private final Memory frozen;
    private final long place;
    private final byte[] bytes = new byte[16];
    private final KeyTable table;
    private final long[] hashes = new long[BATCH];
    private final long[] places = new long[BATCH];
    private long sum;
    private int alarms;

    private SnapshotRehearsal() {
        arena = new Arena(1, false);
        images = new PageImages(arena);
        live = arena.memory();
        frozen = arena.frozen(images).memory();
        place = arena.allocate((long) PAGES * PAGE);
        table = new KeyTable(arena, 1);
        table.reserve(KEYS);
        for (int i = 1; i < BATCH; i++) {
            hashes[i] = i;
        }
        // Once only: what it finds in tables clients shall say.
        table.touch(hashes, BATCH);
    }

    /** Does it on a thread of its own; takes a tenth of a second there, most of it asleep. */
    public static void inBackground() {
        if (!Memory.hasBarrier()) {
            return;
        }
        Thread thread = new Thread(() -> new SnapshotRehearsal().run(), "snapshot-rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            for (int round = 0; round < ROUNDS; round++) {
                repeat(PLAIN, live);
                images.begin(-1, null);
                repeat(ARMED, frozen);
                images.end();
                LockSupport.parkNanos(BETWEEN_NS);
            }
            for (int i = 0; i < SNAPSHOTS; i++) {
                images.begin(i % ALARM_EVERY == 0 ? 1 : -1, () -> alarms++);
                preserve();
                images.end();
            }
        } finally {
            images.close();
            arena.close();
        }
    }

    // Batches of writers have no page, find it preserved or not, or come to one in use since.
    private void preserve() {
        long fresh = arena.limitAddress() - PAGE;
        for (int page = 0; page < PAGES; page += 2) {
            long at = place + (long) page * PAGE;
            long[] kinds = {0, place, at, fresh};
            for (int i = 0; i < BATCH; i++) {
                places[i] = kinds[i % kinds.length];
            }
            table.touchBeforeStores(hashes, BATCH);
            sum += images.touch(places, BATCH);
            images.beforeStore(at, Long.BYTES);
            images.beforeStore(at, Long.BYTES);
            images.beforeStore(at + PAGE - Integer.BYTES, Long.BYTES);
            images.beforeStore(at + PAGE - Integer.BYTES, Long.BYTES);
            images.beforeStore(arena.frontierAddress() - Integer.BYTES, Long.BYTES);
            images.beforeStore(fresh, Long.BYTES);
        }
    }

    private void repeat(int times, Memory from) {
        for (int i = 0; i < times; i++) {
            long at = place + (i & 1) * PAGE + 64L * (i & 15);
            store(at);
            load(from, at);
        }
    }

    private void store(long at) {
        live.putByte(at, (byte) 1);
        live.putShort(at + 2, (short) 1);
        live.putInt(at + 4, 1);
        live.putLong(at + 8, 1);
        live.putIntUnaligned(at + 17, 1);
        live.putLongUnaligned(at + 25, 1);
        live.copyIn(at, at + 40, 8);
        live.copyIn(bytes, 0, at + 48, 8);
        live.move(at, at + 4, 8);
        live.fill(at, 8, (byte) 0);
    }

    private void load(Memory from, long at) {
        sum += from.getByte(at);
        sum += from.getShort(at + 2);
        sum += from.getInt(at + 4);
        sum += from.getLong(at + 8);
        sum += from.getIntUnaligned(at + 17);
        sum += from.getLongUnaligned(at + 25);
        from.copyOut(at, bytes, 0, 8);
    }
}

package dev.spindle.engine.snapshot;

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
 */
public final class SnapshotRehearsal {

    private static final int ROUNDS = 40;
    private static final int PLAIN = 600;
    private static final int ARMED = 6;
    private static final long BETWEEN_NS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int PAGE = PageImages.PAGE_BYTES;

    private final Arena arena;
    private final PageImages images;
    private final Memory live;
    private final Memory frozen;
    private final long place;
    private final byte[] bytes = new byte[16];
    private long sum;

    private SnapshotRehearsal() {
        arena = new Arena(1, false);
        images = new PageImages(arena, false);
        live = arena.memory();
        frozen = arena.frozen(images).memory();
        place = arena.allocate(4L * PAGE);
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
        } finally {
            images.close();
            arena.close();
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

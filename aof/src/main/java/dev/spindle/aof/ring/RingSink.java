package dev.spindle.aof.ring;

import dev.spindle.engine.propagation.DurabilityGate;
import dev.spindle.engine.propagation.EffectSink;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.UnsafeApi;

/**
 * Puts effects into the ring, with SELECT where the database changes. On the core thread; a copy and two stores per unit, or for all of a pipeline's
 * units that come in one piece.
 *
 * <p><b>A full ring</b> holds the core up until the agent has taken something, as write(2) holds Redis up when the disk does not keep
 * pace. Not when the agent cannot write at all: then the log has to do without what comes from now on. It is {@linkplain #hasLost() incomplete}
 * and stays a prefix of the truth until a rewrite starts it anew, and nobody may write until then. Clients that write were refused before it came
 * that far, so what is lost are keys that expired or were evicted, or, where the agent got stuck within this turn of the core, what whoever is told
 * of the loss keeps from being acknowledged.
 */
public final class RingSink implements EffectSink {

    private static final byte[] SELECT =
            "*2\r\n$6\r\nSELECT\r\n$".getBytes(StandardCharsets.US_ASCII);
    private static final int SELECT_ROOM = 64;
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final EffectRing ring;
    private final RingReader reader;
    private final DurabilityGate gate;
    private final Runnable onLoss;
    private final long select = UnsafeApi.allocateMemory(SELECT_ROOM);
    private int database = -1;
    private boolean lost;
    private long waits;
    private long waitedNs;

    /**
     * A sink over a ring that nobody else fills.
     *
     * @param onLoss called within the command whose effects are the first to be dropped.
     */
    public RingSink(EffectRing ring, RingReader reader, DurabilityGate gate, Runnable onLoss) {
        this.onLoss = onLoss;
        this.ring = ring;
        this.reader = reader;
        this.gate = gate;
        UnsafeApi.copyMemory(SELECT, BYTES, null, select, SELECT.length);
    }

    @Override
    public void effect(int db, long address, int length) {
        if (lost) {
            return;
        }
        if (db != database) {
            select(db);
        }
        put(address, length);
    }

    @Override
    public void units(int db, long address, int length) {
        effect(db, address, length);
        complete();
    }

    @Override
    public void complete() {
        if (!lost) {
            ring.complete();
            gate.issued(ring.tail());
        }
    }

    private void select(int db) {
        database = db;
        long at = select + SELECT.length;
        at = line(at, digitsOf(db));
        at = line(at, db);
        put(select, at - select);
    }

    private static int digitsOf(int value) {
        int digits = 1;
        for (int rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    // A number and the end of its line.
    private static long line(long at, int value) {
        int digits = digitsOf(value);
        int rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            UnsafeApi.putByte(at + i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        UnsafeApi.putByte(at + digits, (byte) '\r');
        UnsafeApi.putByte(at + digits + 1, (byte) '\n');
        return at + digits + 2;
    }

    private void put(long address, long length) {
        long from = address;
        long left = length;
        while (left > 0 && !lost) {
            long now = Math.min(left, ring.room());
            if (now == 0) {
                awaitRoom();
            } else {
                ring.put(from, now);
                from += now;
                left -= now;
            }
        }
    }

    private void awaitRoom() {
        long beganNs = System.nanoTime();
        waits++;
        ring.publishPart();
        if (waits == 1) {
            reader.onFull();
        }
        while (ring.room() == 0) {
            if (reader.isStuck()) {
                lost = true;
                ring.lose();
                // No position of the log answers for what is dropped.
                gate.issued(ring.tail() + 1);
                reader.onLost();
                onLoss.run();
                break;
            }
            reader.wake();
            LockSupport.parkNanos(PAUSE_NS);
        }
        waitedNs += System.nanoTime() - beganNs;
    }

    /**
     * Begins a new generation: all that comes from now on, from the first effect on, goes there. {@link #generationBegun} is to follow in the same
     * step of the core, once the agent knows the position.
     *
     * @return the position in the ring from which on it does.
     */
    public long beginGeneration() {
        lost = false;
        database = -1;
        return ring.tail();
    }

    /**
     * The agent knows where the new generation begins. Not before that the positions may pass what a unit left half done when the ring
     * overflowed: an agent that did not know would append it as a whole one.
     */
    public void generationBegun() {
        ring.complete();
        gate.issued(ring.tail());
    }

    /** Whether effects were dropped that the log should have. */
    public boolean hasLost() {
        return lost;
    }

    /** How often the ring was full. */
    public long waits() {
        return waits;
    }

    /** How long the core waited for room in all. */
    public long waitedNs() {
        return waitedNs;
    }

    /** Frees what it holds outside the heap. */
    public void release() {
        UnsafeApi.freeMemory(select);
    }
}

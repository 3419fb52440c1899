package dev.spindle.engine.info;

import dev.spindle.engine.Engine;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.session.Session;

/**
 * Where the server's memory is, at one moment. INFO and MEMORY STATS show these.
 *
 * <pre>
 *   used      = data in the arena + buffers lent to clients + buffers kept for the next + page descriptors
 *   overhead  = what an empty server uses + clients + buckets of the key tables + names that hashes share
 *   dataset   = used - overhead
 *   allocated = bytes in slots and runs    active = pages that hold any    resident = pages below the frontier
 * </pre>
 *
 * The heap of the virtual machine is not in {@code used}, since it does not grow with data; it is in {@code rss}.
 */
public final class MemoryFigures {

    /** Bytes used, and the most ever used. */
    public final long used;

    public final long peak;

    /** Bytes used when the server had just started. */
    public final long startup;

    /** Bytes of the process that are resident. */
    public final long rss;

    /** Bytes of clients' buffers. */
    public final long clients;

    /** Bytes of the key tables' buckets. */
    public final long tables;

    /** Bytes of names of fields that hashes share. */
    public final long sharedNames;

    /** Bytes used that maxmemory does not bound. */
    public final long notCounted;

    public final long allocated;
    public final long active;
    public final long resident;
    public final long keys;

    MemoryFigures(Engine engine, ProcessFacts process, long startup, long peakBefore) {
        Arena arena = engine.arena();
        used = used(engine);
        peak = Math.max(used, peakBefore);
        this.startup = startup;
        rss = process.residentBytes();
        long held = 0;
        for (Session session : engine.clients().all()) {
            held += session.heldBytes();
        }
        clients = held;
        long buckets = 0;
        for (int i = 0; i < engine.keyspaces().count(); i++) {
            Keyspace db = engine.keyspaces().get(i);
            buckets += db.table().bytes();
        }
        tables = buckets;
        sharedNames = engine.hashes().sharedShapeBytes();
        notCounted = used - engine.usedMemory();
        allocated = arena.usedBytes();
        active = arena.extentBytes() - arena.freeRunBytes();
        resident = arena.extentBytes();
        keys = engine.keyspaces().size();
    }

    static long used(Engine engine) {
        return engine.usedMemory()
                + engine.blocks().pooledBytes()
                + engine.arena().descriptorBytes();
    }

    /** Bytes that are not data. */
    public long overhead() {
        return startup + clients + tables + sharedNames;
    }

    /** Bytes that are data. */
    public long dataset() {
        return Math.max(0, used - overhead());
    }

    /** Data in percent of what is used beyond an empty server. */
    public double datasetPercent() {
        long net = used - startup;
        return net <= 0 ? 0 : 100.0 * dataset() / net;
    }

    /** What is used now in percent of the peak. */
    public double peakPercent() {
        return 100.0 * used / peak;
    }

    /** One amount over another; 1 while there is nothing to compare with. */
    public static double ratio(long above, long below) {
        return below == 0 ? 1 : (double) above / below;
    }
}

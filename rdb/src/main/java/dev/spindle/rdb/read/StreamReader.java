package dev.spindle.rdb.read;

import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.type.StreamType;
import dev.spindle.rdb.format.RdbType;

/**
 * Reads streams: nodes of entries ({@link StreamNodeReader}), then ids and counts, then groups with what is pending in them and their
 * consumers.
 *
 * <pre>
 *   group     name | last delivered | [entries read] | pending: (id, time, deliveries) ... | consumers
 *   consumer  name | seen | [active] | its pending: id ...
 * </pre>
 *
 * Every pending entry of a group must be some consumer's, and what a consumer has pending must be in its group's list.
 */
final class StreamReader {

    private static final int PENDING_BYTES = 40;
    private static final int SEQUENCE = 8;
    private static final int TIME = 16;
    private static final int DELIVERIES = 24;
    private static final int TAKEN = 32;

    private final ReadContext context;
    private final StreamType streams;
    private final StreamNodeReader nodes;
    private final Scratch pending = new Scratch();
    private long root;
    private boolean hasCounts;
    private boolean hasActive;

    StreamReader(ReadContext context, StreamType streams) {
        this.context = context;
        this.streams = streams;
        nodes = new StreamNodeReader(context);
    }

    /** Reads a stream, which may be empty; answers its entry, in no table yet. */
    long read(int type) {
        hasCounts = type >= RdbType.STREAM_LISTPACKS_2;
        hasActive = type >= RdbType.STREAM_LISTPACKS_3;
        long entry = streams.make(context.db, context.key, context.keyLength);
        root = streams.root(entry);
        try {
            long count = context.reader.readCount();
            for (long i = 0; i < count; i++) {
                nodes.read(streams.log(root));
            }
            counts();
            long groups = context.reader.readCount();
            for (long i = 0; i < groups; i++) {
                group();
            }
        } catch (RdbFault | OutOfMemory e) {
            context.db.discard(entry);
            throw e;
        }
        return entry;
    }

    private void counts() {
        RdbReader reader = context.reader;
        StreamLog log = streams.log(root);
        long length = reader.readUnsigned();
        long lastMs = reader.readUnsigned();
        long lastSeq = reader.readUnsigned();
        if (length != log.length()) {
            throw reader.corrupt("Stream length is not the number of its entries");
        }
        if (StreamIds.compare(lastMs, lastSeq, log.lastMs(), log.lastSeq()) < 0) {
            throw reader.corrupt("Stream last id is before its last entry");
        }
        log.last(lastMs, lastSeq);
        if (!hasCounts) {
            log.added(length);
            return;
        }
        // The first id, which the entries tell.
        reader.readUnsigned();
        reader.readUnsigned();
        long deletedMs = reader.readUnsigned();
        long deletedSeq = reader.readUnsigned();
        log.maxDeleted(deletedMs, deletedSeq);
        long added = reader.readUnsigned();
        if (added < 0) {
            throw reader.corrupt("Stream counts beyond all bounds");
        }
        log.added(added);
    }

    private void group() {
        RdbReader reader = context.reader;
        StreamGroups groups = streams.groups();
        RdbText name = context.first;
        reader.readText(name);
        long group = groups.create(root, name.address(), name.length(), 0, 0, 0);
        if (group == 0) {
            throw reader.corrupt("Duplicated consumer group name");
        }
        long ms = reader.readUnsigned();
        long seq = reader.readUnsigned();
        groups.lastDelivered(group, ms, seq);
        groups.entriesRead(
                group, hasCounts ? reader.readUnsigned() : streams.entriesUpTo(root, ms, seq));
        readPending();
        long consumers = reader.readCount();
        for (long i = 0; i < consumers; i++) {
            consumer(group);
        }
        for (long at = TAKEN; at < pending.length(); at += PENDING_BYTES) {
            if (pending.longAt(at) == 0) {
                throw reader.corrupt("NACK entry without consumer found while loading stream");
            }
        }
    }

    // Kept aside until their consumers are known; ids ascend.
    private void readPending() {
        RdbReader reader = context.reader;
        pending.clear();
        long count = reader.readCount();
        long beforeMs = 0;
        long beforeSeq = 0;
        for (long i = 0; i < count; i++) {
            long ms = reader.readLongBigEndian();
            long seq = reader.readLongBigEndian();
            if (i > 0 && StreamIds.compare(beforeMs, beforeSeq, ms, seq) >= 0) {
                throw reader.corrupt("Duplicated global PEL entry loading stream consumer group");
            }
            beforeMs = ms;
            beforeSeq = seq;
            pending.appendLong(ms);
            pending.appendLong(seq);
            pending.appendLong(reader.readLong());
            pending.appendLong(reader.readUnsigned());
            pending.appendLong(0);
            context.element();
        }
    }

    private void consumer(long group) {
        RdbReader reader = context.reader;
        StreamGroups groups = streams.groups();
        RdbText name = context.first;
        reader.readText(name);
        if (groups.findConsumer(group, name.address(), name.length()) != 0) {
            throw reader.corrupt("Duplicate stream consumer detected");
        }
        long consumer = groups.createConsumer(group, name.address(), name.length(), 0);
        long seen = reader.readLong();
        groups.seen(consumer, seen);
        groups.active(consumer, hasActive ? reader.readLong() : seen);
        long count = reader.readCount();
        for (long i = 0; i < count; i++) {
            long ms = reader.readLongBigEndian();
            long seq = reader.readLongBigEndian();
            long at = find(ms, seq);
            if (at < 0 || pending.longAt(at + TAKEN) != 0) {
                throw reader.corrupt("Consumer entry not found in group global PEL");
            }
            pending.longAt(at + TAKEN, 1);
            groups.assign(
                    group,
                    consumer,
                    ms,
                    seq,
                    pending.longAt(at + TIME),
                    pending.longAt(at + DELIVERIES));
            context.element();
        }
    }

    // Offset of a pending entry, or -1.
    private long find(long ms, long seq) {
        long low = 0;
        long high = pending.length() / PENDING_BYTES - 1;
        while (low <= high) {
            long middle = low + high >>> 1;
            long at = middle * PENDING_BYTES;
            int order =
                    StreamIds.compare(pending.longAt(at), pending.longAt(at + SEQUENCE), ms, seq);
            if (order == 0) {
                return at;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** Gives back what it holds. */
    void release() {
        pending.release();
        nodes.release();
    }
}

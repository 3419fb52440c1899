package dev.spindle.rdb.write;

import dev.spindle.engine.encoding.IdTree;
import dev.spindle.engine.encoding.StreamBlockWalk;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.type.StreamType;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.format.RdbType;
import org.agrona.UnsafeApi;

/**
 * Writes streams: each block as a node of Redis, then what the stream knows of itself, then groups with what is pending.
 *
 * <pre>
 *   node:    first id (16 bytes as a string), listpack
 *   listpack: entries | deleted | number of fields | fields... | 0
 *            then per entry: flags | ms and sequence number above the first id | [number of fields] | [field] value ... | elements before
 * </pre>
 *
 * The flags are 1 for deleted, 2 for the node's own fields, in which case these are not repeated.
 */
final class StreamWriter {

    private static final int ID_BYTES = 16;
    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;

    /** Elements of an entry beside its fields and values and their number: flags and id. */
    private static final int HEAD_ELEMENTS = 3;

    private final StreamType types;
    private final StreamBlockWalk walk;
    private final RdbOutput out;
    private final StringWriter strings;
    private final PackBuilder pack;
    private final Scratch id = new Scratch();
    private WriteOptions options = WriteOptions.DEFAULT;

    StreamWriter(Arena arena, RdbOutput out, StringWriter strings, PackBuilder pack) {
        types = new StreamType(arena);
        walk = new StreamBlockWalk(arena);
        this.out = out;
        this.strings = strings;
        this.pack = pack;
        id.extend(ID_BYTES);
    }

    void options(WriteOptions chosen) {
        options = chosen;
    }

    int type() {
        return options.isRedis72() ? RdbType.STREAM_LISTPACKS_3 : RdbType.STREAM_LISTPACKS_2;
    }

    void write(long entry) {
        long root = types.root(entry);
        writeNodes(root);
        StreamLog log = types.log(root);
        out.putLength(log.length());
        putId(log.lastMs(), log.lastSeq());
        putId(log.firstMs(), log.firstSeq());
        putId(log.maxDeletedMs(), log.maxDeletedSeq());
        out.putLength(log.added());
        int groups = types.groups().count(root);
        out.putLength(groups);
        for (int i = 0; i < groups; i++) {
            writeGroup(types.groups().group(root, i));
        }
    }

    private void putId(long ms, long seq) {
        out.putLength(ms);
        out.putLength(seq);
    }

    private void writeNodes(long root) {
        walk.open(root);
        out.putLength(walk.blocks());
        while (walk.nextBlock()) {
            long key = id.address();
            UnsafeApi.putLong(key, Long.reverseBytes(walk.firstMs()));
            UnsafeApi.putLong(key + 8, Long.reverseBytes(walk.firstSeq()));
            strings.writeNative(key, ID_BYTES);
            buildNode();
            strings.writeNative(pack.address(), pack.bytes());
        }
    }

    private void buildNode() {
        pack.begin();
        pack.addLong(walk.standing());
        pack.addLong(walk.gone());
        int fields = walk.fields();
        pack.addLong(fields);
        for (int i = 0; i < fields; i++) {
            pack.add(walk.fieldAddress(i), walk.fieldLength(i));
        }
        pack.addLong(0);
        while (walk.nextEntry()) {
            addEntry();
        }
        pack.end();
    }

    private void addEntry() {
        boolean same = walk.hasBlockFields();
        pack.addLong((walk.isDeleted() ? DELETED : 0) | (same ? SAME_FIELDS : 0));
        pack.addLong(walk.ms() - walk.firstMs());
        pack.addLong(walk.seq() - walk.firstSeq());
        int pairs = walk.pairs();
        if (!same) {
            pack.addLong(pairs);
        }
        while (walk.nextPair()) {
            if (!same) {
                pack.add(walk.pairFieldAddress(), walk.pairFieldLength());
            }
            pack.add(walk.valueAddress(), walk.valueLength());
        }
        pack.addLong(HEAD_ELEMENTS + (same ? pairs : 2L * pairs + 1));
    }

    private void writeGroup(long group) {
        StreamGroups groups = types.groups();
        strings.write(groups.nameAddress(group), groups.nameLength(group));
        putId(groups.lastMs(group), groups.lastSeq(group));
        out.putLength(groups.entriesRead(group));
        IdTree pending = groups.groupPendingOf(group);
        out.putLength(pending.size());
        for (boolean more = pending.first(); more; more = pending.next()) {
            out.putId(pending.ms(), pending.seq());
            out.putLong(groups.delivered(pending));
            out.putLength(groups.deliveries(pending));
        }
        int consumers = groups.consumerCount(group);
        out.putLength(consumers);
        for (int i = 0; i < consumers; i++) {
            writeConsumer(groups.consumer(group, i));
        }
    }

    private void writeConsumer(long consumer) {
        StreamGroups groups = types.groups();
        strings.write(groups.nameAddress(consumer), groups.nameLength(consumer));
        out.putLong(groups.seen(consumer));
        if (options.isRedis72()) {
            out.putLong(groups.active(consumer));
        }
        IdTree pending = groups.pendingOf(consumer);
        out.putLength(pending.size());
        for (boolean more = pending.first(); more; more = pending.next()) {
            out.putId(pending.ms(), pending.seq());
        }
    }
}

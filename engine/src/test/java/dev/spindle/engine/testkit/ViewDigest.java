package dev.spindle.engine.testkit;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.IdTree;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.keyspace.TableWalk;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.snapshot.DataView;
import dev.spindle.engine.type.CollectionType;
import dev.spindle.engine.type.HashType;
import dev.spindle.engine.type.ListType;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.SortedSetType;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueDigest;
import dev.spindle.engine.type.ValueType;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a view holds, key by key, each value shrunk to a number: headers with type, encoding and access clock, expiry, all elements, and
 * groups, consumers and pending entries of streams. Two views that answer the same maps hold the same. For one thread.
 */
public final class ViewDigest implements ValueDigest {

    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private final DataView view;
    private final Memory memory;
    private final StringType strings = new StringType();
    private final CollectionType[] collections = new CollectionType[ValueType.COUNT];
    private final StreamType streams;
    private byte[] copy = new byte[4096];
    private long value;
    private long element;

    /** Reads a view; makes types of its own over its arena. */
    public ViewDigest(DataView view) {
        this.view = view;
        memory = view.arena().memory();
        KeyspaceShared shared = new KeyspaceShared(view.arena(), view.hashSeed());
        streams = new StreamType(view.arena());
        collections[ValueType.SET] = new SetType(view.arena(), view.hashSeed());
        collections[ValueType.HASH] = new HashType(shared, view.hashSeed());
        collections[ValueType.SORTED_SET] = new SortedSetType(view.arena(), view.hashSeed());
        collections[ValueType.LIST] = new ListType(view.arena());
        collections[ValueType.STREAM] = streams;
    }

    /** A number for each key, whose name is preceded by that of its database. */
    public Map<String, Long> keys() {
        Map<String, Long> digests = new TreeMap<>();
        TableWalk walk = new TableWalk();
        for (int db = 0; db < view.databases(); db++) {
            long found = 0;
            walk.start(view.table(db));
            while (walk.next()) {
                String name = db + ":" + key(walk.entry());
                if (digests.put(name, digest(walk.entry())) != null) {
                    throw new AssertionError("twice in the table: " + name);
                }
                found++;
            }
            if (found != view.table(db).size()) {
                throw new AssertionError(
                        found + " keys found of " + view.table(db).size() + " in " + db);
            }
            digests.put(db + " expiring", view.expiring(db));
        }
        return digests;
    }

    private String key(long entry) {
        long header = Entry.header(memory, entry);
        int length = Entry.keyLength(memory, entry, header);
        copied(Entry.keyAddress(entry, header), length);
        return new String(copy, 0, length, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private long digest(long entry) {
        long header = Entry.header(memory, entry);
        value = header * PRIME + Entry.expiry(memory, entry, header);
        if (StringType.isString(header)) {
            ByteView bytes = strings.view(memory, entry);
            mix(bytes.address(), bytes.length());
            return value;
        }
        CollectionType type = collections[Entry.type(header)];
        type.digest(entry, header, this);
        add(type.size(entry, header));
        if (Entry.type(header) == ValueType.STREAM) {
            addGroups(streams.root(entry));
        }
        return value;
    }

    private void addGroups(long root) {
        StreamGroups groups = streams.groups();
        for (int i = 0; i < groups.count(root); i++) {
            long group = groups.group(root, i);
            mix(groups.nameAddress(group), groups.nameLength(group));
            add(groups.lastMs(group));
            add(groups.lastSeq(group));
            add(groups.entriesRead(group));
            for (int j = 0; j < groups.consumerCount(group); j++) {
                long consumer = groups.consumer(group, j);
                mix(groups.nameAddress(consumer), groups.nameLength(consumer));
                add(groups.seen(consumer));
                add(groups.active(consumer));
                IdTree pending = groups.pendingOf(consumer);
                for (boolean more = pending.first(); more; more = pending.next()) {
                    add(pending.ms());
                    add(pending.seq());
                }
            }
            IdTree pending = groups.groupPendingOf(group);
            for (boolean more = pending.first(); more; more = pending.next()) {
                add(pending.ms());
                add(pending.seq());
                add(groups.delivered(pending));
                add(groups.deliveries(pending));
                long owner = groups.owner(pending);
                mix(groups.nameAddress(owner), groups.nameLength(owner));
            }
        }
    }

    private void add(long number) {
        value = (value ^ number) * PRIME;
        value ^= value >>> 29;
    }

    private void copied(long address, int length) {
        if (copy.length < length) {
            copy = new byte[length * 2];
        }
        memory.copyOut(address, copy, 0, length);
    }

    private long hash(long address, long length) {
        copied(address, Math.toIntExact(length));
        long hash = length * PRIME;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ copy[i]) * PRIME;
            hash ^= hash >>> 31;
        }
        return hash;
    }

    @Override
    public void mix(long address, long length) {
        add(hash(address, length));
    }

    @Override
    public void xor(long address, long length) {
        value += hash(address, length);
    }

    @Override
    public void mixElement(long address, long length) {
        element = (element ^ hash(address, length)) * PRIME;
        element ^= element >>> 29;
    }

    @Override
    public void mixElementNumber(long number) {
        element = (element ^ number) * PRIME;
        element ^= element >>> 29;
    }

    @Override
    public void xorElement() {
        value += element;
        element = 0;
    }
}

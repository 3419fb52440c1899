package dev.spindle.engine.type;

import dev.spindle.engine.encoding.StreamCursor;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.encoding.StreamRelocation;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.Scratch;

/**
 * Streams. They have one shape, that of a large collection: the entry's word points at the root of a {@link StreamLog},
 * which also holds the consumer {@link StreamGroups}. A stream without entries is a value like any other: its ids go on.
 *
 * <p>What is here: life and death of the value, and the arithmetic of how far a group has read, which needs both halves.
 */
public final class StreamType implements CollectionType {

    private final Arena arena;
    private final Memory memory;
    private final StreamLog log;
    private final StreamGroups groups;
    private final StreamCursor cursor;
    private final StreamRelocation relocation;
    private final Scratch text = new Scratch();

    public StreamType(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
        this.log = new StreamLog(arena);
        this.groups = new StreamGroups(arena);
        this.cursor = new StreamCursor(arena);
        this.relocation = new StreamRelocation(arena);
    }

    /** The root of an entry's stream. */
    public long root(long entry) {
        return CollectionEntry.root(memory, entry, Entry.header(memory, entry));
    }

    /** Whether an entry holds a stream. */
    public boolean isStream(long entry) {
        return Entry.type(Entry.header(memory, entry)) == ValueType.STREAM;
    }

    /** Points at the log of an entry's stream. */
    public StreamLog log(long root) {
        return log.wrap(root);
    }

    /** What works on consumer groups. */
    public StreamGroups groups() {
        return groups;
    }

    /** The walk over entries. */
    public StreamCursor cursor() {
        return cursor;
    }

    /**
     * Makes a key with an empty stream; there must be no such key.
     *
     * @return its entry.
     * @throws OutOfMemory when there is no room; nothing was changed then.
     */
    public long create(Keyspace db, long hash, long key, int keyLength) {
        long entry = make(db, key, keyLength);
        db.insert(hash, entry);
        return entry;
    }

    /**
     * Makes an entry with an empty stream, in no table yet; see {@link StringType#place}.
     *
     * @throws OutOfMemory when there is no room; nothing was changed then.
     */
    public long make(Keyspace db, long key, int keyLength) {
        long root = log.create();
        long word = memory.handle(root) & 0xFFFF_FFFFL;
        try {
            return CollectionEntry.large(
                    db, ValueType.STREAM, ValueType.STREAM_BLOCKS, key, keyLength, word);
        } catch (OutOfMemory full) {
            arena.free(root);
            throw full;
        }
    }

    /** Takes back a key that {@link #create} made, when what it was made for failed. */
    public void discard(Keyspace db, long hash, long key, int keyLength) {
        long entry = db.peek(hash, key, keyLength);
        db.removeFound(entry, Entry.header(memory, entry));
    }

    @Override
    public void dispose(long entry, long header) {
        long root = CollectionEntry.root(memory, entry, header);
        while (!freeSlice(root, FREE_AT_ONCE)) {
            continue;
        }
    }

    @Override
    public long effort(long entry, long header) {
        long root = CollectionEntry.root(memory, entry, header);
        return log.wrap(root).blocks() + groups.objects(root, FREE_AT_ONCE);
    }

    @Override
    public boolean disposeSome(long entry, long header, int most) {
        return freeSlice(CollectionEntry.root(memory, entry, header), most);
    }

    private boolean freeSlice(long root, int most) {
        if (log.wrap(root).freeBlocks(most) == most || !groups.freeSlice(root, most)) {
            return false;
        }
        arena.free(root);
        return true;
    }

    @Override
    public void copy(long from, long made) {
        long source = root(from);
        StreamLog copied = new StreamLog(arena);
        long root = copied.create();
        try {
            copied.copyEntries(source);
            groups.copy(source, root);
        } catch (OutOfMemory full) {
            while (!freeSlice(root, FREE_AT_ONCE)) {
                continue;
            }
            throw full;
        }
        memory.putLong(
                Entry.wordAddress(made, Entry.header(memory, made)),
                memory.handle(root) & 0xFFFF_FFFFL);
    }

    @Override
    public long relocate(long entry, long header, long at, int most) {
        long root =
                at == 0
                        ? CollectionEntry.relocateRoot(arena, entry, header)
                        : CollectionEntry.root(memory, entry, header);
        return relocation.relocate(root, at, most);
    }

    @Override
    public long bytes(long entry, long header) {
        long root = CollectionEntry.root(memory, entry, header);
        return log.wrap(root).bytes() + groups.bytes(root);
    }

    @Override
    public long size(long entry, long header) {
        return log.wrap(CollectionEntry.root(memory, entry, header)).length();
    }

    @Override
    public void digest(long entry, long header, ValueDigest digest) {
        long root = CollectionEntry.root(memory, entry, header);
        cursor.open(root, 0, 0, StreamIds.MAX, StreamIds.MAX, false);
        while (cursor.next()) {
            text.clear();
            appendUnsigned(cursor.ms());
            text.appendByte('.');
            appendUnsigned(cursor.seq());
            digest.mix(text.address(), text.length());
            while (cursor.nextPair()) {
                digest.mix(cursor.fieldAddress(), cursor.fieldLength());
                digest.mix(cursor.valueAddress(), cursor.valueLength());
            }
        }
    }

    private void appendUnsigned(long value) {
        String digits = Long.toUnsignedString(value);
        for (int i = 0; i < digits.length(); i++) {
            text.appendByte(digits.charAt(i));
        }
    }

    /**
     * How many entries were ever added up to an id, where that can be told: nothing was deleted in between, or the id is
     * the first or last.
     *
     * @return the number, or {@link StreamGroups#UNKNOWN}.
     */
    public long entriesUpTo(long root, long ms, long seq) {
        log.wrap(root);
        long added = log.added();
        if (added == 0) {
            return 0;
        }
        int toLast = StreamIds.compare(ms, seq, log.lastMs(), log.lastSeq());
        if (log.length() == 0 && toLast <= 0 || toLast == 0) {
            return added;
        }
        if (toLast > 0) {
            return StreamGroups.UNKNOWN;
        }
        boolean whole =
                log.maxDeletedMs() == 0 && log.maxDeletedSeq() == 0
                        || StreamIds.compare(
                                        log.maxDeletedMs(),
                                        log.maxDeletedSeq(),
                                        log.firstMs(),
                                        log.firstSeq())
                                < 0;
        if (whole) {
            int toFirst = StreamIds.compare(ms, seq, log.firstMs(), log.firstSeq());
            if (toFirst <= 0) {
                return added - log.length() + (toFirst == 0 ? 1 : 0);
            }
        }
        return StreamGroups.UNKNOWN;
    }

    /** Whether an entry at or behind an id was deleted out of the middle of what stands. */
    public boolean hasGapsFrom(long root, long ms, long seq) {
        log.wrap(root);
        long goneMs = log.maxDeletedMs();
        long goneSeq = log.maxDeletedSeq();
        if (log.length() == 0 || goneMs == 0 && goneSeq == 0) {
            return false;
        }
        return StreamIds.compare(log.firstMs(), log.firstSeq(), goneMs, goneSeq) <= 0
                && StreamIds.compare(ms, seq, goneMs, goneSeq) <= 0;
    }

    /**
     * Moves a group on to an entry that it delivers.
     *
     * @param group one of the stream's.
     */
    public void advance(long root, long group, long ms, long seq) {
        long read = groups.entriesRead(group);
        if (read != StreamGroups.UNKNOWN && !hasGapsFrom(root, ms, seq)) {
            groups.entriesRead(group, read + 1);
        } else if (log.wrap(root).added() != 0) {
            groups.entriesRead(group, entriesUpTo(root, ms, seq));
        }
        groups.lastDelivered(group, ms, seq);
    }

    /** How many entries a group has still to read, or {@link #LAG_UNKNOWN}. */
    public long lag(long root, long group) {
        long added = log.wrap(root).added();
        if (added == 0) {
            return 0;
        }
        long ms = groups.lastMs(group);
        long seq = groups.lastSeq(group);
        long read = groups.entriesRead(group);
        if (read == StreamGroups.UNKNOWN || hasGapsFrom(root, ms, seq)) {
            read = entriesUpTo(root, ms, seq);
        }
        return read == StreamGroups.UNKNOWN ? LAG_UNKNOWN : added - read;
    }

    /** What {@link #lag} answers where it cannot be told; a lag may be negative. */
    public static final long LAG_UNKNOWN = Long.MIN_VALUE;
}

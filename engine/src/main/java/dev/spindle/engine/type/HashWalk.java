package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.util.Arrays;

/**
 * A walk over all fields of a hash, those that have expired but are still there included: for whoever writes the hash down as it
 * is. The hash must not be changed meanwhile. Members of a table are loaded a batch at a time. One object serves many walks.
 */
public final class HashWalk {

    private static final int BATCH = 64;
    private static final int BUCKETS_AHEAD = 8;
    private static final long LOW = 0xFFFF_FFFFL;

    private final Memory memory;
    private final CompactHash compact;
    private final MemberTable table;
    private final ElementVisitor collect = this::collect;
    private final ByteView name = new ByteView();
    private long[] members = new long[2 * BATCH];
    private int count;
    private int place;
    private int bucket;
    private long entry;
    private long header;
    private long root;
    private boolean isCompact;
    private boolean begun;

    /**
     * Makes a walker.
     *
     * @param seed of field hashes.
     */
    public HashWalk(Arena arena, long seed) {
        memory = arena.memory();
        // It changes nothing, so it needs no shapes to change.
        compact = new CompactHash(memory, null, null);
        table = new MemberTable(arena, seed);
    }

    /** Begins a walk over the hash of an entry. */
    public void start(long hashEntry) {
        entry = hashEntry;
        header = Entry.header(memory, hashEntry);
        isCompact = CollectionEntry.isCompact(header);
        begun = false;
        count = 0;
        place = 0;
        bucket = 0;
        if (!isCompact) {
            root = CollectionEntry.root(memory, hashEntry, header);
            table.wrap(root);
        }
    }

    /** Whether the hash is one block. */
    public boolean isCompact() {
        return isCompact;
    }

    /** Number of fields. */
    public long size() {
        return isCompact ? CollectionEntry.count(header) : table.wrap(root).size();
    }

    /** Whether any field has a time. */
    public boolean hasTimes() {
        if (!isCompact) {
            return (table.wrap(root).word(0) & LOW) != 0;
        }
        return size() > 0 && compact.earliest(entry, header) != CompactHash.NONE;
    }

    /** Goes on to the next field; answers whether there is one. */
    public boolean next() {
        if (isCompact) {
            if (begun) {
                compact.step();
            } else {
                compact.begin(entry, header);
                begun = true;
            }
            return compact.isThere();
        }
        if (++place < count) {
            return true;
        }
        fetch();
        place = 0;
        return count > 0;
    }

    private void fetch() {
        table.wrap(root);
        count = 0;
        int buckets = table.buckets();
        while (bucket < buckets && count < BATCH) {
            int to = Math.min(bucket + BUCKETS_AHEAD, buckets);
            table.touchBuckets(bucket, to);
            while (bucket < to) {
                table.visitBucket(bucket++, collect);
            }
        }
    }

    private void collect(long member) {
        if (count == members.length) {
            members = Arrays.copyOf(members, 2 * count);
        }
        members[count++] = member;
    }

    /** Name of the field at hand, in the arena or not; valid until the next is asked for. */
    public ByteView name() {
        if (isCompact) {
            compact.name(name);
        } else {
            long member = members[place];
            name.wrap(Member.keyAddress(memory, member), Member.keyLength(memory, member));
        }
        return name;
    }

    /** Address of the field at hand, an element of a listpack; only of a compact hash. */
    public long element() {
        assert isCompact : "a field of a table is no element";
        return compact.field();
    }

    /** Address of the value of the field at hand, an element of a listpack. */
    public long value() {
        return isCompact ? compact.value() : HashMember.value(memory, members[place]);
    }

    /** When the field at hand expires, epoch milliseconds, or {@link HashType#NEVER}. */
    public long expiry() {
        return isCompact ? compact.expiry() : HashMember.expiry(memory, members[place]);
    }
}

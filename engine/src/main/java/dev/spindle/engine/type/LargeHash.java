package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.ElementMover;
import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.encoding.NewElement;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import java.util.function.LongSupplier;

/**
 * Hashes in a table ({@link MemberTable}), one member per field ({@link HashMember}).
 *
 * <h2>Fields that expire</h2>
 *
 * The table's own words say how many there are and when it is worth looking for those whose time has come:
 *
 * <pre>
 *   word 0   fields with a time (low half), next bucket of the pass (high half; 0: no pass is under way)
 *   word 1   no field expires before this; only with such fields
 * </pre>
 *
 * A pass goes over the buckets, a few per slice, once something may have expired. While it is under way word 1 gathers the
 * earliest expiry of the fields it has met and of those set meanwhile, so that at its end it is a bound again. A bucket that
 * is divided sends members to a bucket behind the pass; one that is merged brings some into a bucket that may have been
 * passed, whose times are then gathered once more. There is no index of times: it would cost every field with a time more
 * than the passes do.
 *
 * <p>One object serves all hashes.
 */
final class LargeHash {

    private static final int BUCKETS_AHEAD = 8;
    private static final int PICKS = 100;
    private static final long LOW = 0xFFFF_FFFFL;

    private final Arena arena;
    private final HashType owner;
    private final Memory memory;
    private final MemberTable table;
    private final ByteView name = new ByteView();
    private final ElementMover moveMember = this::moveMember;
    private final ElementVisitor toVisitor = this::visit;
    private final ElementVisitor freeMember = this::freeMember;
    private final ElementVisitor copyMember = this::copyMember;
    private final ElementVisitor weighMember = this::weighMember;
    private final ElementVisitor gatherTime = this::gatherTime;
    private final ElementVisitor noteDead = this::noteDead;
    private final ElementVisitor noteLive = this::noteLive;
    private final MemberTable copies;
    private long hash;
    private long member;
    private FieldVisitor visitor;
    private long nowMs;
    private long weight;
    private long[] dead = new long[64];
    private int deadCount;
    private long seen;

    LargeHash(Arena arena, long seed, HashType owner) {
        this.owner = owner;
        this.arena = arena;
        this.memory = arena.memory();
        this.table = new MemberTable(arena, seed);
        this.copies = new MemberTable(arena, seed);
    }

    private MemberTable at(long entry, long header) {
        return table.wrap(CollectionEntry.root(memory, entry, header));
    }

    /** Makes an empty table; answers the word of an entry that holds it. */
    long create() {
        return memory.handle(table.create()) & LOW;
    }

    /** Number of fields. */
    long size(long entry, long header) {
        return at(entry, header).size();
    }

    /** The table of a hash, for touching ahead. */
    MemberTable table(long entry, long header) {
        return at(entry, header);
    }

    /** Finds a field, expired or not. */
    boolean find(long entry, long header, long field, int length) {
        at(entry, header);
        hash = table.hash(field, length);
        member = table.find(hash, field, length);
        return member != 0;
    }

    /** The same in a table that is in no entry. */
    boolean findIn(long root, long field, int length) {
        table.wrap(root);
        hash = table.hash(field, length);
        member = table.find(hash, field, length);
        return member != 0;
    }

    /** Address of the value of the field found last. */
    long value() {
        return HashMember.value(memory, member);
    }

    /** Points a view at the name of the field found last. */
    void name(ByteView into) {
        into.wrap(Member.keyAddress(memory, member), Member.keyLength(memory, member));
    }

    /** When the field found last expires, or {@link HashType#NEVER}. */
    long expiry() {
        return HashMember.expiry(memory, member);
    }

    /** Gives the field found last another value. */
    void replace(NewElement value, long until) {
        long payload = Member.payload(memory, member);
        long before = HashMember.expiry(memory, member);
        long head = payload - member + HashMember.headBytes(until);
        long size = head + value.size();
        if (Arena.roundUp(size) == Arena.roundUp(HashMember.size(memory, member))) {
            value.write(memory, HashMember.writeHead(memory, payload, until));
        } else {
            long made = arena.allocate(size);
            memory.copyIn(member, made, payload - member);
            long to = HashMember.writeHead(memory, made + (payload - member), until);
            value.write(memory, to);
            exchange(made);
        }
        noteExpiry(before, until);
    }

    private void exchange(long made) {
        table.replaceFound(made);
        arena.free(member);
        member = made;
    }

    /** Adds the field that {@link #find} did not find. */
    void add(NewElement field, NewElement value, long until) {
        int length = field.length();
        long made = arena.allocate(Member.size(length, HashMember.headBytes(until) + value.size()));
        long payload = Member.init(memory, made, field.address(), length);
        value.write(memory, HashMember.writeHead(memory, payload, until));
        insert(made, until);
    }

    private void insert(long made, long until) {
        try {
            table.insert(hash, made);
        } catch (OutOfMemory full) {
            arena.free(made);
            throw full;
        }
        noteExpiry(HashType.NEVER, until);
    }

    /** Adds a field, which must not be there, with a value that is an element already. */
    void add(long root, ByteView field, long value, long until) {
        table.wrap(root);
        int length = (int) field.length();
        hash = table.hash(field.address(), length);
        long bytes = Listpack.next(memory, value) - value;
        long made = arena.allocate(Member.size(length, HashMember.headBytes(until) + bytes));
        long payload = Member.init(memory, made, field.address(), length);
        memory.copyIn(value, HashMember.writeHead(memory, payload, until), bytes);
        insert(made, until);
    }

    /** Removes the field found last. */
    void remove() {
        long until = HashMember.expiry(memory, member);
        int buckets = table.buckets();
        table.removeFound();
        arena.free(member);
        noteExpiry(until, HashType.NEVER);
        int now = table.buckets();
        if (now < buckets && passBucket() > 0) {
            // Bucket number `now` joined its buddy, which the pass may be beyond.
            table.visitBucket(now - Integer.highestOneBit(now), gatherTime);
        }
    }

    /** Changes when the field found last expires. */
    void expiry(long until) {
        long before = HashMember.expiry(memory, member);
        if (before == until) {
            return;
        }
        long payload = Member.payload(memory, member);
        if (before != HashType.NEVER && until != HashType.NEVER) {
            HashMember.writeHead(memory, payload, until);
        } else {
            long value = HashMember.value(memory, member);
            long bytes = Listpack.next(memory, value) - value;
            long head = payload - member;
            long made = arena.allocate(head + HashMember.headBytes(until) + bytes);
            memory.copyIn(member, made, head);
            memory.copyIn(value, HashMember.writeHead(memory, made + head, until), bytes);
            exchange(made);
        }
        noteExpiry(before, until);
    }

    private void noteExpiry(long before, long after) {
        if (before == HashType.NEVER && after == HashType.NEVER) {
            return;
        }
        long word = table.word(0);
        long timed = word & LOW;
        if (after != HashType.NEVER) {
            if (timed == 0) {
                table.word(1, after);
            } else if (after < table.word(1)) {
                table.word(1, after);
            }
        }
        timed += (after != HashType.NEVER ? 1 : 0) - (before != HashType.NEVER ? 1 : 0);
        table.word(0, timed == 0 ? 0 : word & ~LOW | timed);
    }

    private int passBucket() {
        return (int) (table.word(0) >>> 32);
    }

    /** Number of fields with a time. */
    long timed(long entry, long header) {
        return at(entry, header).word(0) & LOW;
    }

    /** Whether a field's time may have come, or a pass is under way. */
    boolean mayHaveExpired(long entry, long header, long now) {
        at(entry, header);
        return (table.word(0) & LOW) != 0 && (passBucket() > 0 || table.word(1) < now);
    }

    /**
     * Goes on with the pass over a hash that {@link #mayHaveExpired}: removes what has expired in some buckets.
     *
     * @return fields removed.
     */
    int expireSlice(Keyspace db, long entry, long header, long now) {
        at(entry, header);
        nowMs = now;
        seen = 0;
        int bucket = passBucket();
        if (bucket == 0) {
            table.word(1, Long.MAX_VALUE);
        }
        int to = Math.min(bucket + BUCKETS_AHEAD, table.buckets());
        table.touchBuckets(bucket, to);
        deadCount = 0;
        while (bucket < to) {
            table.visitBucket(bucket++, noteDead);
        }
        // Set before members go, since the buckets then may be merged.
        table.word(0, table.word(0) & LOW | (long) bucket << 32);
        int removed = deadCount;
        for (int i = 0; i < removed; i++) {
            long gone = dead[i];
            owner.tellGone(db, entry, keyAddress(gone), keyLength(gone));
            member = table.find(table.hashOf(gone), keyAddress(gone), keyLength(gone));
            assert member == gone : "a member is found by its own name";
            remove();
        }
        if (passBucket() >= table.buckets()) {
            table.word(0, table.word(0) & LOW);
        }
        return removed;
    }

    /** Fields with a time that the last {@link #expireSlice} met. */
    long seen() {
        return seen;
    }

    private long keyAddress(long of) {
        return Member.keyAddress(memory, of);
    }

    private int keyLength(long of) {
        return Member.keyLength(memory, of);
    }

    private void noteDead(long element) {
        long until = HashMember.expiry(memory, element);
        if (until == HashType.NEVER) {
            return;
        }
        seen++;
        if (until >= nowMs) {
            gatherTime(element);
            return;
        }
        if (deadCount == dead.length) {
            dead = java.util.Arrays.copyOf(dead, 2 * deadCount);
        }
        dead[deadCount++] = element;
    }

    private void gatherTime(long element) {
        long until = HashMember.expiry(memory, element);
        if (until != HashType.NEVER && until < table.word(1)) {
            table.word(1, until);
        }
    }

    /** Visits the fields that have not expired, all of them when {@code now} is 0. */
    void walk(long entry, long header, long now, FieldVisitor to) {
        at(entry, header);
        boolean skips = (table.word(0) & LOW) != 0;
        nowMs = skips ? now : 0;
        visitor = to;
        int buckets = table.buckets();
        for (int from = 0; from < buckets; from += BUCKETS_AHEAD) {
            int behind = Math.min(from + BUCKETS_AHEAD, buckets);
            table.touchBuckets(from, behind);
            for (int bucket = from; bucket < behind; bucket++) {
                table.visitBucket(bucket, toVisitor);
            }
        }
    }

    private void visit(long element) {
        if (nowMs != 0 && HashType.isPast(HashMember.expiry(memory, element), nowMs)) {
            return;
        }
        name.wrap(keyAddress(element), keyLength(element));
        visitor.field(name, HashMember.value(memory, element));
    }

    /** Visits the fields of some buckets as SCAN does; answers the next cursor. */
    long scan(long entry, long header, long cursor, long now, FieldVisitor to) {
        at(entry, header);
        nowMs = now;
        visitor = to;
        return table.scan(cursor, toVisitor);
    }

    /** Finds a field at random that has not expired; answers whether there seems to be one. */
    boolean random(long entry, long header, long now, LongSupplier random) {
        at(entry, header);
        nowMs = now;
        for (int i = 0; i < PICKS; i++) {
            member = table.random(random);
            if (member == 0 || !HashType.isPast(HashMember.expiry(memory, member), now)) {
                return member != 0;
            }
        }
        // Nearly all have expired: the first that has not, from somewhere on.
        int buckets = table.buckets();
        int from = (int) ((random.getAsLong() >>> 1) % buckets);
        member = 0;
        for (int i = 0; i < buckets && member == 0; i++) {
            table.visitBucket((int) ((from + (long) i) % buckets), noteLive);
        }
        return member != 0;
    }

    private void noteLive(long element) {
        if (!HashType.isPast(HashMember.expiry(memory, element), nowMs)) {
            member = element;
        }
    }

    /** Address of the member found last: what tells one pick from another. */
    long identity() {
        return member;
    }

    /** Goes back to a member by its {@link #identity}. */
    void moveTo(long identity) {
        member = identity;
    }

    /** Bytes of table and members. */
    long bytes(long entry, long header) {
        at(entry, header);
        weight = table.bytes();
        table.visitAll(weighMember);
        return weight;
    }

    private void weighMember(long element) {
        weight += arena.sizeOf(element);
    }

    /** Lets parts of a hash leave slabs that are being emptied; see {@link dev.spindle.engine.keyspace.ValueMover}. */
    long relocate(long entry, long header, long cursor, int most) {
        long root =
                cursor == 0
                        ? CollectionEntry.relocateRoot(arena, entry, header)
                        : CollectionEntry.root(memory, entry, header);
        return table.wrap(root).relocate(cursor, most, moveMember);
    }

    private long moveMember(long element) {
        return arena.compaction().move(element);
    }

    /** Gives a copied entry a table of its own. */
    void copy(long from, long made) {
        long header = Entry.header(memory, from);
        at(from, header);
        long root = copies.create();
        copies.word(0, table.word(0) & LOW);
        copies.word(1, table.word(1));
        if (passBucket() > 0) {
            // What the pass has gathered is not the copy's: it makes one of its own.
            copies.word(1, 0);
        }
        try {
            table.visitAll(copyMember);
        } catch (OutOfMemory full) {
            release(copies);
            throw full;
        }
        memory.putLong(
                Entry.wordAddress(made, Entry.header(memory, made)), memory.handle(root) & LOW);
    }

    private void copyMember(long element) {
        long bytes = HashMember.size(memory, element);
        long made = arena.allocate(bytes);
        memory.copyIn(element, made, bytes);
        try {
            copies.insert(table.hashOf(element), made);
        } catch (OutOfMemory full) {
            arena.free(made);
            throw full;
        }
    }

    /** Frees a table that is in no entry. */
    void release(long root) {
        release(table.wrap(root));
    }

    private void release(MemberTable of) {
        while (of.drainLast(freeMember)) {
            continue;
        }
        of.release();
    }

    /** Frees about so many members; answers whether table and all are gone. */
    boolean releaseSome(long root, int most) {
        table.wrap(root);
        long left = Math.max(0, table.size() - most);
        boolean more;
        do {
            more = table.drainLast(freeMember);
        } while (more && table.size() > left);
        if (!more) {
            table.release();
        }
        return !more;
    }

    private void freeMember(long element) {
        arena.free(element);
    }
}

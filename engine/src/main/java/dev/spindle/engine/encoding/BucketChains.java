package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import java.util.Arrays;

/**
 * Buckets of one cache line and the chains they form: what the key table and {@link MemberTable} do with a bucket once they
 * know which. What a place points at, an entry or a member of a collection, is the subclass's to compare.
 *
 * <pre>
 *   0        12       16                                        64
 *   [12 tags][overflow][handle 0][handle 1] ... [handle 11]
 *    u8 each   u32       u32 each
 * </pre>
 *
 * A chain is a primary bucket and the overflow buckets behind it. Chains are dense: only the last bucket has free places, and
 * if it is an overflow bucket it is filled from the front.
 */
public abstract class BucketChains {

    /** Bytes of a bucket. */
    public static final int BUCKET_BYTES = 64;

    /** Entries per bucket. */
    public static final int ENTRIES = 12;

    private static final int OVERFLOW = 12;
    private static final int HANDLES = 16;

    /** Marks the address of a bucket where that of an entry could stand; both are multiples of 8. */
    public static final long IS_BUCKET = 1;

    /** Entry lines loaded together at most. */
    private static final int LINES_AHEAD = 128;

    private static final long LOW_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private final Arena arena;
    private final Memory memory;
    private long overflowBuckets;

    // Where the last find ended; valid until the next change of the table.
    private long foundHead;
    private long foundBucket;
    private int foundIndex;

    // The entries of the chains being divided or merged, and the overflow buckets they leave
    // behind.
    private int[] gatheredHandles = new int[4 * ENTRIES];
    private byte[] gatheredTags = new byte[4 * ENTRIES];
    private int gathered;
    private int[] spareBuckets = new int[4];
    private int spares;

    // No chain has more buckets than this: the longest since the round of divisions before this one
    // began.
    private int longestChain = 1;
    private int longestThisRound = 1;

    private final long[] lines = new long[LINES_AHEAD];
    private long touched;

    protected BucketChains(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
    }

    /** Whether an element has a key. */
    protected abstract boolean matches(long element, long keyAddress, int keyLength);

    /** An address in the line where an element ends, or in that of what it points at. */
    protected abstract long farLine(long element);

    /** Sets what is known of the table at hand: where one object serves many, or one is taken over from another process. */
    public final void state(long overflow, int longest, int longestOfRound) {
        overflowBuckets = overflow;
        longestChain = longest;
        longestThisRound = longestOfRound;
    }

    /** Buckets of the longest chain, as far as known; never too few. */
    public final int longestChain() {
        return longestChain;
    }

    /** Buckets of the longest chain met since the table last began to divide all its buckets. */
    public final int longestThisRound() {
        return longestThisRound;
    }

    /** Overflow buckets in use. */
    public final long overflowBuckets() {
        return overflowBuckets;
    }

    private static long tagOf(long hash) {
        long tag = hash >>> 56;
        return tag == 0 ? 1 : tag;
    }

    // The high bit of each byte that is zero in word; a byte above a true one may be marked by
    // mistake.
    private static long zeroBytes(long word) {
        return (word - LOW_BITS) & ~word & HIGH_BITS;
    }

    /**
     * The entry that a key's tag points at in a bucket whose line is loaded; else the overflow bucket, with {@link
     * #IS_BUCKET}; 0 when there is neither.
     */
    public final long candidate(long bucket, long hash) {
        long tags = tagOf(hash) * LOW_BITS;
        long match = zeroBytes(memory.getLong(bucket) ^ tags);
        int index;
        if (match != 0) {
            index = Long.numberOfTrailingZeros(match) >>> 3;
        } else {
            match = zeroBytes(memory.getInt(bucket + 8) & 0xFFFF_FFFFL ^ tags) & 0xFFFF_FFFFL;
            if (match == 0) {
                int overflow = memory.getInt(bucket + OVERFLOW);
                return overflow == 0 ? 0 : memory.address(overflow) | IS_BUCKET;
            }
            index = 8 + (Long.numberOfTrailingZeros(match) >>> 3);
        }
        return entryAt(bucket, index);
    }

    /**
     * What will be needed behind a {@link #candidate} whose line is loaded: where the entry's value ends or lies, or the
     * candidate of an overflow bucket.
     */
    public final long behindCandidate(long candidate, long hash) {
        if (candidate == 0) {
            return 0;
        }
        return (candidate & IS_BUCKET) == 0
                ? farLine(candidate)
                : candidate(candidate - IS_BUCKET, hash);
    }

    /** Finds a key in a chain; 0 when it is not there. */
    public final long find(long head, long hash, long keyAddress, int keyLength) {
        long tags = tagOf(hash) * LOW_BITS;
        long bucket = head;
        while (true) {
            long match = zeroBytes(memory.getLong(bucket) ^ tags);
            while (match != 0) {
                int index = Long.numberOfTrailingZeros(match) >>> 3;
                long entry = entryAt(bucket, index);
                if (entry != 0 && matches(entry, keyAddress, keyLength)) {
                    return found(head, bucket, index, entry);
                }
                match &= match - 1;
            }
            match = zeroBytes(memory.getInt(bucket + 8) & 0xFFFF_FFFFL ^ tags) & 0xFFFF_FFFFL;
            while (match != 0) {
                int index = 8 + (Long.numberOfTrailingZeros(match) >>> 3);
                long entry = entryAt(bucket, index);
                if (entry != 0 && matches(entry, keyAddress, keyLength)) {
                    return found(head, bucket, index, entry);
                }
                match &= match - 1;
            }
            int overflow = memory.getInt(bucket + OVERFLOW);
            if (overflow == 0) {
                return 0;
            }
            bucket = memory.address(overflow);
        }
    }

    /**
     * Finds a place by what it points at, without looking at the element.
     *
     * @return whether the chain has it; then it is the place found last.
     */
    public final boolean findElement(long head, long hash, int handle) {
        byte tag = (byte) tagOf(hash);
        long bucket = head;
        while (true) {
            for (int i = 0; i < ENTRIES; i++) {
                if (memory.getInt(bucket + HANDLES + 4L * i) == handle
                        && memory.getByte(bucket + i) == tag) {
                    found(head, bucket, i, 0);
                    return true;
                }
            }
            int overflow = memory.getInt(bucket + OVERFLOW);
            if (overflow == 0) {
                return false;
            }
            bucket = memory.address(overflow);
        }
    }

    private long found(long head, long bucket, int index, long entry) {
        foundHead = head;
        foundBucket = bucket;
        foundIndex = index;
        return entry;
    }

    private long entryAt(long bucket, int index) {
        int handle = memory.getInt(bucket + HANDLES + 4L * index);
        return handle == 0 ? 0 : memory.address(handle);
    }

    /** Lets the place found last point at another entry. */
    public final void replaceFound(long entry) {
        memory.putInt(foundBucket + HANDLES + 4L * foundIndex, memory.handle(entry));
    }

    /** Frees the place found last. */
    public final void removeFound() {
        vacate(foundHead, foundBucket, foundIndex);
    }

    // Frees a place; where the chain has overflow, its last entry moves into the gap so that chains
    // stay dense.
    private void vacate(long head, long bucket, int index) {
        int overflow = memory.getInt(head + OVERFLOW);
        if (overflow == 0) {
            clearPlace(bucket, index);
            return;
        }
        long previous = head;
        long last = memory.address(overflow);
        for (int next = memory.getInt(last + OVERFLOW);
                next != 0;
                next = memory.getInt(last + OVERFLOW)) {
            previous = last;
            last = memory.address(next);
        }
        int from = lastUsed(last);
        if (last != bucket || from != index) {
            memory.putByte(bucket + index, memory.getByte(last + from));
            memory.putInt(bucket + HANDLES + 4L * index, memory.getInt(last + HANDLES + 4L * from));
        }
        clearPlace(last, from);
        if (from == 0) {
            memory.putInt(previous + OVERFLOW, 0);
            arena.free(last);
            overflowBuckets--;
        }
    }

    private void clearPlace(long bucket, int index) {
        memory.putByte(bucket + index, (byte) 0);
        memory.putInt(bucket + HANDLES + 4L * index, 0);
    }

    // Overflow buckets are filled from the front and emptied from the back.
    private int lastUsed(long bucket) {
        for (int i = ENTRIES - 1; i > 0; i--) {
            if (memory.getByte(bucket + i) != 0) {
                return i;
            }
        }
        return 0;
    }

    /**
     * Adds an entry to a chain.
     *
     * @throws OutOfMemory when the chain is full and cannot be continued; it is as before.
     */
    public final void add(long head, long hash, int handle) {
        long tag = tagOf(hash);
        long bucket = head;
        int length = 1;
        while (true) {
            int index = freePlace(bucket);
            if (index >= 0) {
                memory.putByte(bucket + index, (byte) tag);
                memory.putInt(bucket + HANDLES + 4L * index, handle);
                return;
            }
            int overflow = memory.getInt(bucket + OVERFLOW);
            if (overflow == 0) {
                long added = arena.allocate(BUCKET_BYTES);
                memory.fill(added, BUCKET_BYTES, (byte) 0);
                memory.putInt(bucket + OVERFLOW, memory.handle(added));
                overflowBuckets++;
                bucket = added;
                noteChain(length + 1);
            } else {
                bucket = memory.address(overflow);
            }
            length++;
        }
    }

    private void noteChain(int length) {
        longestChain = Math.max(longestChain, length);
        longestThisRound = Math.max(longestThisRound, length);
    }

    private int freePlace(long bucket) {
        long free = zeroBytes(memory.getLong(bucket));
        if (free != 0) {
            return Long.numberOfTrailingZeros(free) >>> 3;
        }
        free = zeroBytes(memory.getInt(bucket + 8) & 0xFFFF_FFFFL | 0xFFL << 32) & 0xFFFF_FFFFL;
        return free == 0 ? -1 : 8 + (Long.numberOfTrailingZeros(free) >>> 3);
    }

    /** Loads the line of each of a chain's entries before any is needed, so that the misses overlap. */
    public final void touch(long head) {
        touchCollected(collect(head, 0));
    }

    /** Loads the lines that {@link #collect} noted. */
    public final void touchCollected(int count) {
        touched += memory.touch(lines, count);
    }

    /** Notes the lines of a chain's entries behind those noted already, as far as there is room; answers how many there are. */
    public final int collect(long head, int from) {
        int count = from;
        long bucket = head;
        while (true) {
            if (count + ENTRIES > lines.length) {
                return count;
            }
            for (int i = 0; i < ENTRIES; i++) {
                int handle = memory.getInt(bucket + HANDLES + 4L * i);
                // Without a branch: what is not needed is written over.
                lines[count] = memory.address(handle);
                count += handle == 0 ? 0 : 1;
            }
            int overflow = memory.getInt(bucket + OVERFLOW);
            if (overflow == 0) {
                return count;
            }
            bucket = memory.address(overflow);
        }
    }

    /** What touches summed up to; only there to keep the loads alive. */
    public final long touched() {
        return touched;
    }

    /** Forgets what was gathered. */
    public final void clearGathered() {
        gathered = 0;
        spares = 0;
    }

    /** Entries gathered. */
    public final int gathered() {
        return gathered;
    }

    /** Address of a gathered entry. */
    public final long gatheredEntry(int index) {
        return memory.address(gatheredHandles[index]);
    }

    /** Lets two gathered entries change places. */
    public final void swapGathered(int a, int b) {
        int handle = gatheredHandles[a];
        byte tag = gatheredTags[a];
        gatheredHandles[a] = gatheredHandles[b];
        gatheredTags[a] = gatheredTags[b];
        gatheredHandles[b] = handle;
        gatheredTags[b] = tag;
    }

    /** Makes sure that so many chains can be built of what was gathered; answers whether there is memory for it. */
    public final boolean hasSparesFor(int chains) {
        if (gathered > (spares + chains) * ENTRIES) {
            try {
                addSpare(memory.handle(arena.allocate(BUCKET_BYTES)));
                overflowBuckets++;
            } catch (OutOfMemory full) {
                return false;
            }
        }
        return true;
    }

    /** Adds the entries of a chain to those gathered, and its overflow buckets to the spares. */
    public final void gather(long head) {
        long bucket = head;
        while (true) {
            if (gathered + ENTRIES > gatheredHandles.length) {
                gatheredHandles = Arrays.copyOf(gatheredHandles, 2 * gatheredHandles.length);
                gatheredTags = Arrays.copyOf(gatheredTags, gatheredHandles.length);
            }
            for (int i = 0; i < ENTRIES; i++) {
                int handle = memory.getInt(bucket + HANDLES + 4L * i);
                if (handle != 0) {
                    gatheredHandles[gathered] = handle;
                    gatheredTags[gathered++] = memory.getByte(bucket + i);
                }
            }
            int overflow = memory.getInt(bucket + OVERFLOW);
            if (overflow == 0) {
                return;
            }
            addSpare(overflow);
            bucket = memory.address(overflow);
        }
    }

    private void addSpare(int handle) {
        if (spares == spareBuckets.length) {
            spareBuckets = Arrays.copyOf(spareBuckets, 2 * spares);
        }
        spareBuckets[spares++] = handle;
    }

    /** Writes a chain of gathered entries from a head on, continuing it in spare buckets. */
    public final void build(long head, int from, int to) {
        long bucket = head;
        memory.fill(bucket, BUCKET_BYTES, (byte) 0);
        int place = 0;
        int length = 1;
        for (int i = from; i < to; i++) {
            if (place == ENTRIES) {
                int next = spareBuckets[--spares];
                memory.putInt(bucket + OVERFLOW, next);
                bucket = memory.address(next);
                memory.fill(bucket, BUCKET_BYTES, (byte) 0);
                place = 0;
                length++;
            }
            memory.putByte(bucket + place, gatheredTags[i]);
            memory.putInt(bucket + HANDLES + 4L * place, gatheredHandles[i]);
            place++;
        }
        noteChain(length);
    }

    /** Frees the spares that were not needed. */
    public final void freeSpares() {
        while (spares > 0) {
            arena.free(memory.address(spareBuckets[--spares]));
            overflowBuckets--;
        }
    }

    /** Frees the overflow buckets of a chain. */
    public final void freeOverflow(long bucket) {
        int overflow = memory.getInt(bucket + OVERFLOW);
        memory.putInt(bucket + OVERFLOW, 0);
        while (overflow != 0) {
            long address = memory.address(overflow);
            overflow = memory.getInt(address + OVERFLOW);
            arena.free(address);
            overflowBuckets--;
        }
    }

    /** Forgets how long chains were: all are empty. */
    public final void forgetLengths() {
        longestChain = 1;
        longestThisRound = 1;
    }

    /** A round of divisions is over: every bucket came out of one of them, so none is longer than what they saw. */
    public final void endRound() {
        longestChain = longestThisRound;
        longestThisRound = 1;
    }

    /** Merging is back in the round before: what is known of its chains is the bound of all. */
    public final void reopenRound() {
        longestThisRound = longestChain;
    }

    /** Places that the longest chain there may be has. */
    public final long mostPlaces() {
        return (long) ENTRIES * longestChain;
    }

    /** Visits the entries of a chain; answers how many they are. */
    public final int visit(long head, ElementVisitor visitor) {
        long bucket = head;
        int visited = 0;
        while (true) {
            for (int i = 0; i < ENTRIES; i++) {
                int handle = memory.getInt(bucket + HANDLES + 4L * i);
                if (handle != 0) {
                    visitor.entry(memory.address(handle));
                    visited++;
                }
            }
            int overflow = memory.getInt(bucket + OVERFLOW);
            if (overflow == 0) {
                return visited;
            }
            bucket = memory.address(overflow);
        }
    }

    /**
     * Lets the elements of a chain change places, and its overflow buckets too where their slabs are being emptied.
     */
    public final void relocate(long head, ElementMover mover) {
        long bucket = head;
        while (true) {
            for (int i = 0; i < ENTRIES; i++) {
                int handle = memory.getInt(bucket + HANDLES + 4L * i);
                if (handle == 0) {
                    continue;
                }
                long element = memory.address(handle);
                long moved = mover.move(element);
                if (moved != element) {
                    memory.putInt(bucket + HANDLES + 4L * i, memory.handle(moved));
                }
            }
            int overflow = memory.getInt(bucket + OVERFLOW);
            if (overflow == 0) {
                return;
            }
            long next = memory.address(overflow);
            long moved = arena.compaction().move(next);
            if (moved != next) {
                memory.putInt(bucket + OVERFLOW, memory.handle(moved));
            }
            bucket = moved;
        }
    }

    /** The entry at a place of a chain, counted over its buckets; 0 when it is free or beyond the end. */
    public final long at(long head, int place) {
        long bucket = head;
        int left = place;
        while (left >= ENTRIES) {
            int overflow = memory.getInt(bucket + OVERFLOW);
            if (overflow == 0) {
                return 0;
            }
            bucket = memory.address(overflow);
            left -= ENTRIES;
        }
        return entryAt(bucket, left);
    }

    /** Like {@link #at}, and what it answers counts as found last. */
    public final long pick(long head, int place) {
        long bucket = head;
        int left = place;
        while (left >= ENTRIES) {
            int overflow = memory.getInt(bucket + OVERFLOW);
            if (overflow == 0) {
                return 0;
            }
            bucket = memory.address(overflow);
            left -= ENTRIES;
        }
        return found(head, bucket, left, entryAt(bucket, left));
    }

    /** The first entry of a chain, or 0. */
    public final long first(long head) {
        for (int place = 0; place < ENTRIES; place++) {
            long entry = entryAt(head, place);
            if (entry != 0) {
                return entry;
            }
        }
        return 0;
    }
}

package dev.spindle.engine.keyspace;

import dev.spindle.engine.encoding.BucketChains;
import dev.spindle.engine.encoding.ElementMover;
import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.encoding.KeyHash;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.memory.PageImages;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The table that finds entries by key: linear hashing over buckets of one cache line.
 *
 * <h2>Bucket</h2>
 *
 * <pre>
 *   0        12       16                                        64
 *   [12 tags][overflow][handle 0][handle 1] ... [handle 11]
 *    u8 each   u32       u32 each
 * </pre>
 *
 * A tag is the top byte of the key's hash (0 marks a free place); eleven of twelve wrong entries are ruled out without
 * touching them, by comparing all tags at once within two registers. A full bucket continues in an overflow bucket of the
 * same form.
 *
 * <h2>Growth</h2>
 *
 * Linear hashing (Litwin, 1980): with {@code 2^level + split} buckets, bucket {@code split} is the next to be divided in
 * two, whichever bucket overflowed. A key's bucket is the low {@code level + 1} bits of its hash if that bucket exists
 * already, else the low {@code level} bits. One insertion divides one bucket, two while the table lags behind because
 * resizing was held back; one division makes room for eight entries, so it always catches up. There is never a moment at which
 * the table is copied or two tables exist: growth costs the same microsecond at a thousand keys and at a billion, memory
 * follows the number of keys, and shrinking is the same step backwards. Buckets live in segments of 16 KiB from the arena,
 * so they do not move either; the directory of segments is the only thing that is ever copied (8 bytes for 256 buckets).
 *
 * <p>Two chains that come out of one never need more overflow buckets than it had, so a division allocates nothing but, now
 * and then, a segment; a merge may need one bucket. What is needed is taken before anything is changed, and a table that
 * cannot get it stays as it is: slower, never wrong.
 *
 * <h2>Invariants</h2>
 *
 * Only a bucket without overflow has gaps; in a longer chain every bucket but the last is full, and the last is filled from
 * the front and never empty.
 *
 * <h2>SCAN</h2>
 *
 * The cursor is a position in the order of bit-reversed hashes. A bucket with k significant bits covers an interval of
 * that order; visiting it moves the cursor to the interval's end. Dividing or merging buckets only divides or merges
 * intervals, so an entry that stays in the table from start to end of a scan is always visited (this is Redis's reverse
 * binary cursor, per bucket instead of per table).
 *
 * <h2>Marks</h2>
 *
 * There is no second table of the keys with an expiry. Instead each {@link #GROUP} buckets have one bit, which is set when a
 * key with an expiry may be among their entries: so a walk that looks for such keys passes over 256 buckets by looking at
 * one word, and a database where one key in a million has an expiry is walked in microseconds. A bit is set with its first
 * key, is inherited and joined when buckets are divided and merged, and is taken back by a walk that looked in vain.
 *
 * <p>Duplicate keys are the caller's to avoid: {@link #insert} does not look.
 */
public final class KeyTable {

    private static final int BUCKET_BYTES = BucketChains.BUCKET_BYTES;
    private static final int SEGMENT_SHIFT = 8;
    private static final int SEGMENT_MASK = (1 << SEGMENT_SHIFT) - 1;
    private static final long SEGMENT_BYTES = (long) BUCKET_BYTES << SEGMENT_SHIFT;
    private static final int MIN_LEVEL = 4;

    /** Mean entries per bucket above which a bucket is divided. */
    private static final int GROW_LOAD = 8;

    /** Mean entries per bucket above which the table lags behind and two buckets are divided per insertion. */
    private static final int CATCH_UP_LOAD = GROW_LOAD + 1;

    /** Mean entries per bucket below which buckets are merged. */
    private static final int SHRINK_LOAD = 3;

    /** Random places looked at before a walk decides; a table of one key in 16 buckets takes 192 on average. */
    private static final int MOST_PICKS = 1 << 14;

    /** Entries that a bucket has on average, between growing and shrinking. */
    static final int MEAN_LOAD = 6;

    /** Bytes that an entry takes in a bucket: its tag and its handle. */
    public static final int PLACE_BYTES = 5;

    /** Keys that {@link #touch} takes at once: more misses than a core can have under way. */
    public static final int MOST_TOUCHED = PageImages.MOST_TOUCHED / 2;

    /** Buckets that share a mark. */
    public static final int GROUP = 4;

    private static final int GROUP_SHIFT = 2;

    private final Arena arena;
    private final Memory memory;
    private final BucketChains chains;
    private final long seed;
    private final long[] touchLines = new long[MOST_TOUCHED];
    private final long[] touchedEntries = new long[MOST_TOUCHED];
    private final long[] changedPlaces = new long[PageImages.MOST_TOUCHED];
    private long touched;

    private long[] segments = new long[4];
    private long[] marks = new long[4];
    private int segmentCount;

    // So many places of the directory a frozen table may be reading.
    private int sharedSegments;
    private int level = MIN_LEVEL;
    private long split;
    private long bucketCount;
    private long size;
    private boolean resizing = true;
    private long splits;
    private long merges;
    private long refusedSplits;

    public KeyTable(Arena arena, long seed) {
        this.arena = arena;
        this.memory = arena.memory();
        this.chains = new EntryChains(arena);
        this.seed = seed;
    }

    /** Writes what is known of the table outside the arena, so that another process can go on with it. */
    void writeState(DataOutput out) throws IOException {
        out.writeInt(level);
        out.writeLong(split);
        out.writeLong(bucketCount);
        out.writeLong(size);
        out.writeLong(chains.overflowBuckets());
        out.writeInt(chains.longestChain());
        out.writeInt(chains.longestThisRound());
        out.writeInt(segmentCount);
        for (int i = 0; i < segmentCount; i++) {
            out.writeInt(memory.handle(segments[i]));
            out.writeLong(marks[i]);
        }
    }

    /** Takes over what {@link #writeState} wrote, over the same arena. */
    void readState(DataInput in) throws IOException {
        level = in.readInt();
        split = in.readLong();
        bucketCount = in.readLong();
        size = in.readLong();
        chains.state(in.readLong(), in.readInt(), in.readInt());
        segmentCount = in.readInt();
        segments = new long[Math.max(segments.length, segmentCount)];
        marks = new long[segments.length];
        for (int i = 0; i < segmentCount; i++) {
            segments[i] = memory.address(in.readInt());
            marks[i] = in.readLong();
        }
    }

    /**
     * This table as it is now, over the frozen form of its arena: for walks by one other thread, however the table goes on. Takes no
     * longer for a large table: the directory of segments is shared until one of its places gets another segment.
     */
    public KeyTable frozen(Arena frozenArena) {
        KeyTable copy = new KeyTable(frozenArena, seed);
        copy.segments = segments;
        copy.segmentCount = segmentCount;
        copy.level = level;
        copy.split = split;
        copy.bucketCount = bucketCount;
        copy.size = size;
        copy.resizing = false;
        sharedSegments = segmentCount;
        return copy;
    }

    /** The hash that this table expects of a key. */
    public long hash(long keyAddress, int keyLength) {
        return KeyHash.hash(keyAddress, keyLength, seed);
    }

    /** Number of entries. */
    public long size() {
        return size;
    }

    /** Number of primary buckets. */
    public long buckets() {
        return bucketCount;
    }

    /** Number of overflow buckets. */
    public long overflowBuckets() {
        return chains.overflowBuckets();
    }

    /** Buckets divided so far. */
    public long splits() {
        return splits;
    }

    /** Buckets merged so far. */
    public long merges() {
        return merges;
    }

    /** Divisions that were due but found no memory. */
    public long refusedSplits() {
        return refusedSplits;
    }

    /** Bytes of buckets, overflow buckets included. */
    public long bytes() {
        return segmentCount * SEGMENT_BYTES + chains.overflowBuckets() * BUCKET_BYTES;
    }

    /** Whether deletions may merge buckets; iteration that must see each bucket once turns it off for a while. */
    public void allowResize(boolean allow) {
        resizing = allow;
    }

    /** What {@link #allowResize} was told last. */
    public boolean isResizeAllowed() {
        return resizing;
    }

    private long bucketAddress(long bucket) {
        return segments[(int) (bucket >>> SEGMENT_SHIFT)] + ((bucket & SEGMENT_MASK) << 6);
    }

    private long bucketOf(long hash) {
        long bucket = hash & ((2L << level) - 1);
        return bucket < bucketCount ? bucket : hash & ((1L << level) - 1);
    }

    /**
     * The batch touch: loads what the look-ups of several keys will need, all bucket lines first, then the entries' first
     * lines, then the lines where their values end or lie, so that the misses of one step overlap. Changes nothing.
     *
     * @param hashes of the keys; 0 stands for none.
     * @param count how many; at most {@link #MOST_TOUCHED}.
     */
    public void touch(long[] hashes, int count) {
        if (bucketCount == 0) {
            return;
        }
        long[] lines = touchLines;
        for (int i = 0; i < count; i++) {
            lines[i] = bucketAddress(bucketOf(hashes[i]));
        }
        long sum = memory.touch(lines, count);
        for (int i = 0; i < count; i++) {
            lines[i] = chains.candidate(lines[i], hashes[i]);
        }
        sum += memory.touch(lines, count);
        System.arraycopy(lines, 0, touchedEntries, 0, count);
        for (int i = 0; i < count; i++) {
            lines[i] = chains.behindCandidate(lines[i], hashes[i]);
        }
        touched += sum + memory.touch(lines, count);
    }

    /**
     * Loads what else the last {@link #touch}'s keys need that are to be changed: while a snapshot runs, their pages, which are preserved before.
     *
     * @param hashes as touched; 0 in place of those that are not changed.
     */
    public void touchBeforeStores(long[] hashes, int count) {
        if (bucketCount == 0) {
            return;
        }
        int places = 0;
        for (int i = 0; i < count; i++) {
            if (hashes[i] != 0) {
                long entry = touchedEntries[i] & -8L;
                long behind = touchLines[i] & -8L;
                changedPlaces[places] = entry;
                changedPlaces[places + 1] = behind;
                // On one page usually.
                places += (entry ^ behind) < PageImages.PAGE_BYTES ? 1 : 2;
            }
        }
        touched += memory.touchBeforeStores(changedPlaces, places);
    }

    /**
     * The entry that the last {@link #touch} came to for a hash: nearly always that of the key, rarely another whose tag is the same.
     *
     * @return its address, or 0 when there is none or it stands behind an overflow bucket.
     */
    public long touchedEntry(int index) {
        long candidate = touchedEntries[index];
        return (candidate & BucketChains.IS_BUCKET) == 0 ? candidate : 0;
    }

    /** What touches summed up to; there to keep the loads alive. */
    public long touched() {
        return touched;
    }

    /**
     * Finds a key.
     *
     * @return the address of its entry, or 0. {@link #replaceFound} and {@link #removeFound} refer to it until the table
     *     changes.
     */
    public long find(long hash, long keyAddress, int keyLength) {
        return bucketCount == 0
                ? 0
                : chains.find(bucketAddress(bucketOf(hash)), hash, keyAddress, keyLength);
    }

    /**
     * Finds an entry whose address was remembered: what stands there now may be another key's.
     *
     * @param hash of the key that it had.
     * @return whether the table holds an entry at the address, in the bucket of the hash; {@link #replaceFound} and {@link
     *     #removeFound} then refer to it.
     */
    public boolean findEntry(long hash, long entry) {
        return bucketCount > 0
                && chains.findElement(bucketAddress(bucketOf(hash)), hash, memory.handle(entry));
    }

    /** Finds the place of an entry that is in the table, as {@link #find} does. */
    public boolean findPlaceOf(long entry) {
        return findEntry(hashOfEntry(entry), entry);
    }

    /** Notes that a key with an expiry is in the bucket of a hash. */
    public void mark(long hash) {
        markBucket(bucketOf(hash));
    }

    /** Notes that the key of an entry in the table has an expiry. */
    public void markEntry(long entry) {
        mark(hashOfEntry(entry));
    }

    private void markBucket(long bucket) {
        marks[(int) (bucket >>> SEGMENT_SHIFT)] |= markOf(bucket);
    }

    private static long markOf(long bucket) {
        return 1L << ((bucket & SEGMENT_MASK) >>> GROUP_SHIFT);
    }

    private void inheritMark(long from, long to) {
        if ((marks[(int) (from >>> SEGMENT_SHIFT)] & markOf(from)) != 0) {
            markBucket(to);
        }
    }

    /** Takes the mark of a bucket's group back: the caller has seen that none of their keys has an expiry. */
    public void unmark(long bucket) {
        marks[(int) (bucket >>> SEGMENT_SHIFT)] &= ~markOf(bucket);
    }

    /** The first bucket from a number on whose group is marked; at least {@link #buckets} when there is none. */
    public long nextMarked(long from) {
        long bucket = from;
        while (bucket < bucketCount) {
            long word = marks[(int) (bucket >>> SEGMENT_SHIFT)] & -markOf(bucket);
            if (word != 0) {
                long group =
                        (bucket & ~(long) SEGMENT_MASK)
                                + ((long) Long.numberOfTrailingZeros(word) << GROUP_SHIFT);
                return Math.max(bucket, group);
            }
            bucket = (bucket | SEGMENT_MASK) + 1;
        }
        return bucket;
    }

    /** Lets the place found last point at another entry with the same key. */
    public void replaceFound(long entry) {
        chains.replaceFound(entry);
    }

    /** Takes the entry found last out of the table; its memory is the caller's. */
    public void removeFound() {
        chains.removeFound();
        size--;
        if (resizing && hasTooManyBuckets()) {
            mergeLast();
        }
    }

    private boolean hasTooManyBuckets() {
        return size < bucketCount * SHRINK_LOAD && bucketCount > 1L << MIN_LEVEL;
    }

    /**
     * Puts an entry into the table. Its key must not be there.
     *
     * @param hash of the entry's key.
     * @throws OutOfMemory when its bucket is full and cannot be continued; the table is as before.
     */
    public void insert(long hash, long entry) {
        if (bucketCount == 0) {
            start();
        }
        chains.add(bucketAddress(bucketOf(hash)), hash, memory.handle(entry));
        size++;
        if (size > bucketCount * GROW_LOAD && resizing) {
            grow();
        }
    }

    private void grow() {
        try {
            splitNext();
            if (size > bucketCount * CATCH_UP_LOAD) {
                splitNext();
            }
        } catch (OutOfMemory full) {
            // The entry is in; its caller need not know that the table could not grow.
            refusedSplits++;
        }
    }

    private void start() {
        addSegmentFor(0);
        level = MIN_LEVEL;
        split = 0;
        bucketCount = 1L << MIN_LEVEL;
        memory.fill(segments[0], bucketCount * BUCKET_BYTES, (byte) 0);
        chains.forgetLengths();
    }

    /**
     * Makes room for keys that are to come, in a table that never had any: they then need not be moved as they become more.
     *
     * @param keys how many; a wish that costs eight bytes each at once.
     * @throws OutOfMemory when there is no room; the table is usable then.
     */
    public void reserve(long keys) {
        if (bucketCount != 0 || keys <= GROW_LOAD << MIN_LEVEL) {
            return;
        }
        start();
        long wanted = (keys + GROW_LOAD - 1) / GROW_LOAD;
        while (bucketCount < wanted) {
            long bucket = bucketCount;
            addSegmentFor(bucket);
            memory.fill(bucketAddress(bucket), BUCKET_BYTES, (byte) 0);
            bucketCount++;
            split++;
            if (split == 1L << level) {
                level++;
                split = 0;
            }
        }
    }

    private void addSegmentFor(long bucket) {
        int segment = (int) (bucket >>> SEGMENT_SHIFT);
        if (segment < segmentCount) {
            return;
        }
        if (segment == segments.length) {
            segments = Arrays.copyOf(segments, segments.length * 2);
            marks = Arrays.copyOf(marks, segments.length);
            sharedSegments = 0;
        } else if (segment < sharedSegments) {
            segments = segments.clone();
            sharedSegments = 0;
        }
        segments[segment] = arena.allocate(SEGMENT_BYTES);
        marks[segment] = 0;
        segmentCount++;
    }

    // Divides bucket `split` between itself and its new buddy 2^level further on.
    private void splitNext() {
        long low = split;
        long high = split + (1L << level);
        addSegmentFor(high);
        long lowHead = bucketAddress(low);
        long highHead = bucketAddress(high);
        chains.touch(lowHead);
        chains.clearGathered();
        chains.gather(lowHead);
        int stay = partition(1L << level);
        chains.build(lowHead, 0, stay);
        chains.build(highHead, stay, chains.gathered());
        chains.freeSpares();
        inheritMark(low, high);
        bucketCount++;
        splits++;
        split++;
        if (split == 1L << level) {
            level++;
            split = 0;
            chains.endRound();
        }
    }

    // Brings the gathered entries whose hash lacks the bit to the front; answers how many they are.
    private int partition(long bit) {
        int low = 0;
        int high = chains.gathered();
        while (low < high) {
            if ((hashOfEntry(chains.gatheredEntry(low)) & bit) == 0) {
                low++;
            } else {
                high--;
                chains.swapGathered(low, high);
            }
        }
        return low;
    }

    /** The hash of an entry's key. */
    public long hashOfEntry(long entry) {
        long header = Entry.header(memory, entry);
        return hash(Entry.keyAddress(entry, header), Entry.keyLength(memory, entry, header));
    }

    // The step of growth backwards: the last bucket joins its buddy. Tags move along, so no entry
    // is touched. Answers whether there was memory for it.
    private boolean mergeLast() {
        int lowerLevel = split == 0 ? level - 1 : level;
        long low = (split == 0 ? 1L << lowerLevel : split) - 1;
        long lowHead = bucketAddress(low);
        long highHead = bucketAddress(low + (1L << lowerLevel));
        chains.clearGathered();
        chains.gather(lowHead);
        chains.gather(highHead);
        if (!chains.hasSparesFor(1)) {
            return false;
        }
        chains.build(lowHead, 0, chains.gathered());
        chains.freeSpares();
        inheritMark(low + (1L << lowerLevel), low);
        if (lowerLevel < level) {
            chains.reopenRound();
        }
        level = lowerLevel;
        split = low;
        bucketCount--;
        merges++;
        int needed = (int) ((bucketCount + SEGMENT_MASK) >>> SEGMENT_SHIFT);
        // One segment is kept, so that a table at the edge does not take and give it back all the
        // time.
        if (segmentCount > needed + 1) {
            segmentCount--;
            arena.free(segments[segmentCount]);
        }
        return true;
    }

    /** Whether deletions left the table with more buckets than it needs. */
    public boolean wantsShrink() {
        return hasTooManyBuckets() || size == 0 && bucketCount > 0;
    }

    /**
     * Merges buckets while there are more than needed; a table that is empty gives all of them back.
     *
     * @param most how many steps at most.
     * @return steps done.
     */
    public int shrink(int most) {
        int done = 0;
        while (done < most && resizing && hasTooManyBuckets() && mergeLast()) {
            done++;
        }
        if (done < most && resizing && size == 0 && bucketCount > 0) {
            releaseBuckets();
            done++;
        }
        return done;
    }

    /**
     * Visits the entries of one bucket.
     *
     * @param cursor 0 to begin, else what the last call returned.
     * @return the next cursor; 0 when all was visited.
     */
    public long scan(long cursor, ElementVisitor visitor) {
        if (bucketCount == 0) {
            return 0;
        }
        int bits = level + 1;
        long bucket = cursor & ((1L << bits) - 1);
        if (bucket >= bucketCount) {
            bits = level;
            bucket = cursor & ((1L << bits) - 1);
        } else if ((bucket & ((1L << level) - 1)) >= split) {
            // Not divided yet: the buddy does not exist, one bit fewer counts.
            bits = level;
        }
        chains.visit(bucketAddress(bucket), visitor);
        // Increment the reversed cursor at the highest significant bit of this bucket.
        long reversed = Long.reverse(cursor | -1L << bits);
        return Long.reverse(reversed + 1);
    }

    /** Visits the entries of a bucket by its number, from 0 to {@link #buckets} - 1. */
    public void visitBucket(long bucket, ElementVisitor visitor) {
        chains.visit(bucketAddress(bucket), visitor);
    }

    /** Lets the entries of a bucket change places; each stands for the same key afterwards. */
    void relocateBucket(long bucket, ElementMover mover) {
        chains.relocate(bucketAddress(bucket), mover);
    }

    /**
     * Loads the lines of some buckets and then of all their entries, so that a walk over them waits for many misses at a
     * time.
     */
    public void touchBuckets(long from, long to) {
        long end = Math.min(to, bucketCount);
        int count = 0;
        for (long bucket = from; bucket < end; bucket++) {
            count = chains.collect(bucketAddress(bucket), count);
        }
        chains.touchCollected(count);
    }

    /**
     * Picks an entry at random: a random place of a random bucket, anew until it is taken. Places are counted up to the
     * longest chain there may be, so every entry is equally likely however buckets differ in load.
     *
     * @param random a source of uniformly distributed longs.
     * @return an entry's address, or 0 when the table is empty.
     */
    public long random(java.util.function.LongSupplier random) {
        if (size == 0) {
            return 0;
        }
        for (int attempt = 0; attempt < MOST_PICKS; attempt++) {
            long bucket = (random.getAsLong() >>> 1) % bucketCount;
            int place = (int) ((random.getAsLong() >>> 1) % (chains.mostPlaces()));
            long entry = chains.at(bucketAddress(bucket), place);
            if (entry != 0) {
                return entry;
            }
        }
        return firstEntry(random.getAsLong());
    }

    // For a table that is almost empty: the first entry from a random bucket on.
    private long firstEntry(long start) {
        long from = (start >>> 1) % bucketCount;
        for (long i = 0; i < bucketCount; i++) {
            long entry = chains.first(bucketAddress((from + i) % bucketCount));
            if (entry != 0) {
                return entry;
            }
        }
        return 0;
    }

    /**
     * Empties the last bucket of a table that is being taken down, and drops it; nothing but this may be done with the table
     * from then on.
     *
     * @param visitor receives each entry; its memory is the visitor's.
     * @return whether there is more to do.
     */
    public boolean drainLast(ElementVisitor visitor) {
        if (bucketCount == 0) {
            return false;
        }
        long head = bucketAddress(--bucketCount);
        chains.touch(head);
        size -= chains.visit(head, visitor);
        chains.freeOverflow(head);
        int needed = (int) ((bucketCount + SEGMENT_MASK) >>> SEGMENT_SHIFT);
        if (segmentCount > needed) {
            arena.free(segments[--segmentCount]);
        }
        return bucketCount > 0;
    }

    /** Frees the buckets of a table that is empty. */
    public void releaseBuckets() {
        if (size != 0) {
            throw new IllegalStateException(size + " entries left");
        }
        while (segmentCount > 0) {
            arena.free(segments[--segmentCount]);
        }
        bucketCount = 0;
        split = 0;
        level = MIN_LEVEL;
    }
}

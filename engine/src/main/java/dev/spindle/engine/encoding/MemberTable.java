package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import java.util.function.LongSupplier;

/**
 * The table that finds the members of one large collection: a set's members, a hash's fields, a sorted set's members. It is
 * what the key table is to keys, linear hashing over buckets of one cache line ({@link BucketChains}), but all its state lies
 * in the arena, since there may be millions of such collections. One object serves all of them: {@link #wrap} points it at
 * one.
 *
 * <pre>
 *   root:       0 u64 members   8 u32 buckets   12 u8 level, u8 longest chain, u8 longest chain of this round, u8 unused
 *              16 u32 split    20 u32 overflow buckets   24 u32 directory   28 u32 segments
 *              32 u64, 40 u64  the type's own words
 *   directory:  u32 handles of segments; its capacity is the next power of two above their number, at least 4
 *   segments:   buckets 0 | 1 | 2-3 | 4-7 | then eight equal segments per doubling: 8, 9, .. 15 | 16-17, 18-19, .. | ...
 * </pre>
 *
 * Segments grow with the table, so a small table wastes little and the directory of a huge one stays short: at most an eighth
 * of a doubling lies idle. Each insertion divides at most two buckets and each deletion merges at most one; nothing is ever
 * rehashed as a whole. {@link #scan} gives Redis's guarantee: a member that stays from start to end is visited.
 *
 * <p>Members lie where {@link Member} says; their memory is the caller's. Duplicates are the caller's to avoid.
 */
public final class MemberTable {

    private static final int BUCKET_BYTES = BucketChains.BUCKET_BYTES;
    private static final int ROOT_BYTES = 48;
    private static final int BUCKETS = 8;
    private static final int LEVEL = 12;
    private static final int SPLIT = 16;
    private static final int OVERFLOW = 20;
    private static final int DIRECTORY = 24;
    private static final int SEGMENTS = 28;
    private static final int WORDS = 32;
    private static final int LEAST_CAPACITY = 4;

    /** Buckets below this lie in segments of their own sizes; above, each doubling is cut into eight. */
    private static final int SMALL_BUCKETS = 8;

    private static final int SMALL_SEGMENTS = 4;
    private static final int GROW_LOAD = 8;
    private static final int CATCH_UP_LOAD = GROW_LOAD + 1;
    private static final int SHRINK_LOAD = 3;
    private static final int MOST_BUCKETS = 1 << 30;
    private static final int MOST_PICKS = 1 << 14;

    /** Random picks drawn together, in tables of more than so many buckets that they are not in cache. */
    private static final int PICKS_AHEAD = 16;

    private static final int NEAR_BUCKETS = 1 << 12;

    private final Arena arena;
    private final Memory memory;
    private final MemberChains chains;
    private final long seed;
    private final long[] lines = new long[PICKS_AHEAD];
    private long root;
    private long touched;

    // Picks drawn ahead: how many buckets and places there were then, and which is next.
    private final int[] pickedBuckets = new int[PICKS_AHEAD];
    private final int[] pickedPlaces = new int[PICKS_AHEAD];
    private int pickBuckets;
    private int pickPlaces;
    private int nextPick = PICKS_AHEAD;

    /**
     * Makes a flyweight.
     *
     * @param seed of member hashes; random in production.
     */
    public MemberTable(Arena arena, long seed) {
        this.arena = arena;
        this.memory = arena.memory();
        this.chains = new MemberChains(arena);
        this.seed = seed;
    }

    /**
     * Makes an empty table and points at it.
     *
     * @return the address of its root, which never moves by itself.
     * @throws OutOfMemory when there is no room for it; nothing is left behind.
     */
    public long create() {
        long made = arena.allocate(ROOT_BYTES);
        memory.fill(made, ROOT_BYTES, (byte) 0);
        root = made;
        try {
            addSegmentFor(0);
        } catch (OutOfMemory full) {
            releaseSegments();
            arena.free(made);
            throw full;
        }
        memory.fill(bucketAddress(0), BUCKET_BYTES, (byte) 0);
        memory.putInt(made + BUCKETS, 1);
        level(0, 1, 1);
        return made;
    }

    /** Points at a table by its root. */
    public MemberTable wrap(long rootAddress) {
        root = rootAddress;
        return this;
    }

    /** Address of the root of the table pointed at. */
    public long root() {
        return root;
    }

    /** Number of members. */
    public long size() {
        return memory.getLong(root);
    }

    /** Number of primary buckets. */
    public int buckets() {
        return memory.getInt(root + BUCKETS);
    }

    /** One of the two words of the root that are the type's own; 0 in a new table. */
    public long word(int index) {
        return memory.getLong(root + WORDS + 8L * index);
    }

    /** Address of a word of the type's. */
    public long wordAddress(int index) {
        return root + WORDS + 8L * index;
    }

    /** Sets a word of the type's. */
    public void word(int index, long value) {
        memory.putLong(root + WORDS + 8L * index, value);
    }

    /** Bytes allocated for the table: root, directory, segments and overflow buckets; not the members. */
    public long bytes() {
        long bytes = arena.sizeOf(root);
        int segments = memory.getInt(root + SEGMENTS);
        long directory = memory.address(memory.getInt(root + DIRECTORY));
        bytes += arena.sizeOf(directory);
        for (int i = 0; i < segments; i++) {
            bytes += Arena.roundUp(segmentBytes(i));
        }
        return bytes + (long) memory.getInt(root + OVERFLOW) * Arena.roundUp(BUCKET_BYTES);
    }

    /** The hash of a member's key. */
    public long hash(long keyAddress, int keyLength) {
        return KeyHash.hash(keyAddress, keyLength, seed);
    }

    private static int segmentOf(int bucket) {
        if (bucket < SMALL_BUCKETS) {
            return Integer.SIZE - Integer.numberOfLeadingZeros(bucket);
        }
        int doubling = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(bucket) - 3;
        return SMALL_SEGMENTS + (doubling << 3) + (bucket >>> doubling & 7);
    }

    private static long segmentBytes(int segment) {
        int buckets =
                segment < SMALL_SEGMENTS
                        ? Integer.highestOneBit(1 << segment >>> 1 | 1)
                        : 1 << (segment - SMALL_SEGMENTS >>> 3);
        return (long) buckets * BUCKET_BYTES;
    }

    private long bucketAddress(int bucket) {
        int segment;
        int place;
        if (bucket < SMALL_BUCKETS) {
            segment = Integer.SIZE - Integer.numberOfLeadingZeros(bucket);
            place = bucket - Integer.highestOneBit(bucket);
        } else {
            int doubling = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(bucket) - 3;
            segment = SMALL_SEGMENTS + (doubling << 3) + (bucket >>> doubling & 7);
            place = bucket & (1 << doubling) - 1;
        }
        long directory = memory.address(memory.getInt(root + DIRECTORY));
        return memory.address(memory.getInt(directory + 4L * segment))
                + ((long) place * BUCKET_BYTES);
    }

    private int bucketOf(long hash) {
        int level = memory.getByte(root + LEVEL);
        int bucket = (int) (hash & ((2L << level) - 1));
        return bucket < buckets() ? bucket : (int) (hash & ((1L << level) - 1));
    }

    private void level(int level, int longest, int longestOfRound) {
        memory.putInt(
                root + LEVEL,
                level | Math.min(longest, 255) << 8 | Math.min(longestOfRound, 255) << 16);
    }

    private void loadChains() {
        int packed = memory.getInt(root + LEVEL);
        chains.state(
                memory.getInt(root + OVERFLOW) & 0xFFFF_FFFFL,
                packed >>> 8 & 255,
                packed >>> 16 & 255);
    }

    private void storeChains() {
        if (memory.getInt(root + OVERFLOW) != (int) chains.overflowBuckets()) {
            memory.putInt(root + OVERFLOW, (int) chains.overflowBuckets());
        }
        int packed = memory.getInt(root + LEVEL);
        int now =
                packed & 255
                        | Math.min(chains.longestChain(), 255) << 8
                        | Math.min(chains.longestThisRound(), 255) << 16;
        if (packed != now) {
            memory.putInt(root + LEVEL, now);
        }
    }

    /**
     * The batch touch for members: loads the bucket lines of several members of several tables, then the members' first lines,
     * so that the misses overlap. Changes nothing, and does not move {@link #wrap}.
     *
     * @param roots of the tables; 0 stands for none.
     * @param hashes of the members.
     * @param lines room for {@code count} addresses.
     */
    public void touch(long[] roots, long[] hashes, long[] lines, int count) {
        long kept = root;
        for (int i = 0; i < count; i++) {
            root = roots[i];
            lines[i] = root == 0 ? 0 : bucketAddress(bucketOf(hashes[i]));
        }
        long sum = memory.touch(lines, count);
        for (int i = 0; i < count; i++) {
            long line = lines[i];
            lines[i] = line == 0 ? 0 : chains.candidate(line, hashes[i]);
        }
        touched += sum + memory.touch(lines, count);
        root = kept;
    }

    /**
     * Loads the bucket lines of several members of this table, so that the misses overlap.
     *
     * @param hashes of the members.
     * @param lines room for {@code count} addresses.
     */
    public void touch(long[] hashes, long[] lines, int count) {
        for (int i = 0; i < count; i++) {
            lines[i] = bucketAddress(bucketOf(hashes[i]));
        }
        touched += memory.touch(lines, count);
    }

    /** What touches summed up to; there to keep the loads alive. */
    public long touched() {
        return touched;
    }

    /**
     * Finds a member by its key.
     *
     * @return its address, or 0. {@link #replaceFound} and {@link #removeFound} refer to it until any table is changed or
     *     searched.
     */
    public long find(long hash, long keyAddress, int keyLength) {
        return chains.find(bucketAddress(bucketOf(hash)), hash, keyAddress, keyLength);
    }

    /** Lets the place found last point at another member with the same key. */
    public void replaceFound(long member) {
        chains.replaceFound(member);
    }

    /** Takes the member found last out of the table; its memory is the caller's. */
    public void removeFound() {
        loadChains();
        chains.removeFound();
        long size = size() - 1;
        memory.putLong(root, size);
        storeChains();
        if (hasTooManyBuckets()) {
            mergeLast();
        }
    }

    private boolean hasTooManyBuckets() {
        int buckets = buckets();
        return size() < (long) buckets * SHRINK_LOAD && buckets > 1;
    }

    /**
     * Puts a member into the table. Its key must not be there.
     *
     * @throws OutOfMemory when its bucket is full and cannot be continued; the table is as before.
     */
    public void insert(long hash, long member) {
        loadChains();
        chains.add(bucketAddress(bucketOf(hash)), hash, memory.handle(member));
        long size = size() + 1;
        memory.putLong(root, size);
        storeChains();
        long buckets = buckets();
        if (size > buckets * GROW_LOAD && buckets < MOST_BUCKETS) {
            grow(size);
        }
    }

    private void grow(long size) {
        try {
            splitNext();
            if (size > (long) buckets() * CATCH_UP_LOAD) {
                splitNext();
            }
        } catch (OutOfMemory full) {
            // The member is in; the next insertion tries again.
            assert size > 0 : "nothing was inserted";
        }
    }

    private void addSegmentFor(int bucket) {
        int segment = segmentOf(bucket);
        int segments = memory.getInt(root + SEGMENTS);
        if (segment < segments) {
            return;
        }
        assert segment == segments : "segments are added in order";
        if (segments == 0) {
            memory.putInt(root + DIRECTORY, memory.handle(arena.allocate(4L * LEAST_CAPACITY)));
        } else if (segments >= LEAST_CAPACITY && Integer.bitCount(segments) == 1) {
            long from = memory.address(memory.getInt(root + DIRECTORY));
            long to = arena.allocate(8L * segments);
            memory.copyIn(from, to, 4L * segments);
            memory.putInt(root + DIRECTORY, memory.handle(to));
            arena.free(from);
        }
        long added;
        try {
            added = arena.allocate(segmentBytes(segment));
        } catch (OutOfMemory full) {
            shrinkDirectory(segments);
            throw full;
        }
        long directory = memory.address(memory.getInt(root + DIRECTORY));
        memory.putInt(directory + 4L * segment, memory.handle(added));
        memory.putInt(root + SEGMENTS, segments + 1);
    }

    // Undoes a doubling of the directory that was for nothing. Halving never needs more than was
    // freed.
    private void shrinkDirectory(int segments) {
        if (segments < LEAST_CAPACITY || Integer.bitCount(segments) != 1) {
            return;
        }
        long from = memory.address(memory.getInt(root + DIRECTORY));
        if (arena.sizeOf(from) <= Arena.roundUp(4L * segments)) {
            return;
        }
        long to;
        try {
            to = arena.allocate(4L * segments);
        } catch (OutOfMemory full) {
            return;
        }
        memory.copyIn(from, to, 4L * segments);
        memory.putInt(root + DIRECTORY, memory.handle(to));
        arena.free(from);
    }

    // Divides bucket `split` between itself and its new buddy 2^level further on.
    private void splitNext() {
        int level = memory.getByte(root + LEVEL);
        int low = memory.getInt(root + SPLIT);
        int high = low + (1 << level);
        addSegmentFor(high);
        loadChains();
        long lowHead = bucketAddress(low);
        long highHead = bucketAddress(high);
        chains.touch(lowHead);
        chains.clearGathered();
        chains.gather(lowHead);
        int stay = partition(1L << level);
        chains.build(lowHead, 0, stay);
        chains.build(highHead, stay, chains.gathered());
        chains.freeSpares();
        memory.putInt(root + BUCKETS, buckets() + 1);
        int split = low + 1;
        if (split == 1 << level) {
            chains.endRound();
            level++;
            split = 0;
        }
        memory.putInt(root + SPLIT, split);
        memory.putByte(root + LEVEL, (byte) level);
        storeChains();
    }

    // Brings the gathered members whose hash lacks the bit to the front; answers how many they are.
    private int partition(long bit) {
        int low = 0;
        int high = chains.gathered();
        while (low < high) {
            if ((hashOf(chains.gatheredEntry(low)) & bit) == 0) {
                low++;
            } else {
                high--;
                chains.swapGathered(low, high);
            }
        }
        return low;
    }

    /** The hash of a member, computed from its key. */
    public long hashOf(long member) {
        return hash(Member.keyAddress(memory, member), Member.keyLength(memory, member));
    }

    // The step of growth backwards: the last bucket joins its buddy. Tags move along, so no member
    // is touched.
    private void mergeLast() {
        int level = memory.getByte(root + LEVEL);
        int split = memory.getInt(root + SPLIT);
        int lowerLevel = split == 0 ? level - 1 : level;
        int low = (split == 0 ? 1 << lowerLevel : split) - 1;
        loadChains();
        long lowHead = bucketAddress(low);
        long highHead = bucketAddress(low + (1 << lowerLevel));
        chains.clearGathered();
        chains.gather(lowHead);
        chains.gather(highHead);
        if (!chains.hasSparesFor(1)) {
            return;
        }
        chains.build(lowHead, 0, chains.gathered());
        chains.freeSpares();
        if (lowerLevel < level) {
            chains.reopenRound();
        }
        memory.putByte(root + LEVEL, (byte) lowerLevel);
        memory.putInt(root + SPLIT, low);
        int buckets = buckets() - 1;
        memory.putInt(root + BUCKETS, buckets);
        storeChains();
        // One segment is kept, so that a table at the edge does not take and give it back all the
        // time.
        dropSegments(segmentOf(buckets - 1) + 2);
    }

    private void dropSegments(int keep) {
        int segments = memory.getInt(root + SEGMENTS);
        long directory = memory.address(memory.getInt(root + DIRECTORY));
        while (segments > keep) {
            segments--;
            arena.free(memory.address(memory.getInt(directory + 4L * segments)));
            memory.putInt(root + SEGMENTS, segments);
            shrinkDirectory(segments);
            directory = memory.address(memory.getInt(root + DIRECTORY));
        }
    }

    /**
     * Visits the members of one bucket.
     *
     * @param cursor 0 to begin, else what the last call returned.
     * @return the next cursor; 0 when all was visited.
     */
    public long scan(long cursor, ElementVisitor visitor) {
        int level = memory.getByte(root + LEVEL);
        int buckets = buckets();
        int bits = level + 1;
        long bucket = cursor & ((1L << bits) - 1);
        if (bucket >= buckets) {
            bits = level;
            bucket = cursor & ((1L << bits) - 1);
        } else if ((bucket & ((1L << level) - 1)) >= memory.getInt(root + SPLIT)) {
            // Not divided yet: the buddy does not exist, one bit fewer counts.
            bits = level;
        }
        chains.visit(bucketAddress((int) bucket), visitor);
        // Increment the reversed cursor at the highest significant bit of this bucket.
        long reversed = Long.reverse(cursor | -1L << bits);
        return Long.reverse(reversed + 1);
    }

    /** Visits the members of a bucket by its number, from 0 to {@link #buckets} - 1. */
    public void visitBucket(int bucket, ElementVisitor visitor) {
        chains.visit(bucketAddress(bucket), visitor);
    }

    /** Loads the lines of some buckets' members, so that a walk over them waits for many misses at a time. */
    public void touchBuckets(int from, int to) {
        int end = Math.min(to, buckets());
        int count = 0;
        for (int bucket = from; bucket < end; bucket++) {
            count = chains.collect(bucketAddress(bucket), count);
        }
        chains.touchCollected(count);
    }

    /** Visits all members; the table must not be changed meanwhile. */
    public void visitAll(ElementVisitor visitor) {
        int buckets = buckets();
        for (int bucket = 0; bucket < buckets; bucket++) {
            visitBucket(bucket, visitor);
        }
    }

    /**
     * Lets a part of the table leave slabs that are being emptied: first directory and segments, then the members of some
     * buckets with their overflow buckets. The root is the caller's to move before, since it knows who points at it.
     *
     * @param cursor 0 to begin, else what the last call returned; the table may have changed meanwhile.
     * @param most members to look at, roughly.
     * @param mover moves a member and what the type keeps behind it.
     * @return the next cursor; 0 when all was looked at.
     */
    public long relocate(long cursor, int most, ElementMover mover) {
        if (cursor == 0) {
            relocateSegments();
        }
        int buckets = buckets();
        int from = (int) Math.min(cursor, buckets);
        int to = Math.min(buckets, from + 1 + most / GROW_LOAD);
        touchBuckets(from, to);
        for (int bucket = from; bucket < to; bucket++) {
            chains.relocate(bucketAddress(bucket), mover);
        }
        return to < buckets ? to : 0;
    }

    private void relocateSegments() {
        long from = memory.address(memory.getInt(root + DIRECTORY));
        long directory = arena.compaction().move(from);
        if (directory != from) {
            memory.putInt(root + DIRECTORY, memory.handle(directory));
        }
        int segments = memory.getInt(root + SEGMENTS);
        for (int i = 0; i < segments; i++) {
            long segment = memory.address(memory.getInt(directory + 4L * i));
            long moved = arena.compaction().move(segment);
            if (moved != segment) {
                memory.putInt(directory + 4L * i, memory.handle(moved));
            }
        }
    }

    /**
     * Picks a member at random; every one is equally likely. {@link #removeFound} then refers to it.
     *
     * @param random a source of uniformly distributed longs.
     * @return its address, or 0 when the table is empty.
     */
    public long random(LongSupplier random) {
        if (size() == 0) {
            return 0;
        }
        loadChains();
        int buckets = buckets();
        int places = (int) chains.mostPlaces();
        // Most picks meet a free place.
        boolean near = buckets < NEAR_BUCKETS;
        for (int attempt = 0; attempt < MOST_PICKS; attempt++) {
            long member =
                    near
                            ? chains.pick(
                                    bucketAddress((int) below(buckets, random)),
                                    (int) below(places, random))
                            : pickAhead(buckets, places, random);
            if (member != 0) {
                return member;
            }
        }
        int from = (int) below(buckets, random);
        for (int i = 0; i < buckets; i++) {
            long head = bucketAddress((int) ((from + (long) i) % buckets));
            for (int place = 0; place < BucketChains.ENTRIES; place++) {
                long member = chains.pick(head, place);
                if (member != 0) {
                    return member;
                }
            }
        }
        return 0;
    }

    // The buckets of a large table are far away. So several picks are drawn at once and their lines
    // loaded together, then the
    // members' lines; those that are not needed now wait for the next call. A pick is a number of a
    // bucket and of a place in
    // it, below what there were then: as good for any table that has no more of them, where numbers
    // that it has not are passed
    // over.
    private long pickAhead(int buckets, int places, LongSupplier random) {
        if (nextPick == PICKS_AHEAD || buckets > pickBuckets || places > pickPlaces) {
            drawPicks(buckets, places, random);
        }
        int pick = nextPick++;
        return pickedBuckets[pick] < buckets && pickedPlaces[pick] < places
                ? chains.pick(bucketAddress(pickedBuckets[pick]), pickedPlaces[pick])
                : 0;
    }

    private void drawPicks(int buckets, int places, LongSupplier random) {
        pickBuckets = buckets;
        pickPlaces = places;
        nextPick = 0;
        for (int i = 0; i < PICKS_AHEAD; i++) {
            pickedBuckets[i] = (int) below(buckets, random);
            pickedPlaces[i] = (int) below(places, random);
            lines[i] = bucketAddress(pickedBuckets[i]);
        }
        touched += memory.touch(lines, PICKS_AHEAD);
        for (int i = 0; i < PICKS_AHEAD; i++) {
            lines[i] = chains.at(lines[i], pickedPlaces[i]);
        }
        touched += memory.touch(lines, PICKS_AHEAD);
    }

    // A number from 0 to bound - 1: the upper half of a product, which takes no division.
    private static long below(long bound, LongSupplier random) {
        return Math.multiplyHigh(random.getAsLong() >>> 1, bound << 1);
    }

    /**
     * Empties the last bucket of a table that is being taken down, and drops it; nothing but this and {@link #release} may be
     * done with the table from then on.
     *
     * @param visitor receives each member; its memory is the visitor's.
     * @return whether there is more to do.
     */
    public boolean drainLast(ElementVisitor visitor) {
        int buckets = buckets();
        if (buckets == 0) {
            return false;
        }
        loadChains();
        buckets--;
        long head = bucketAddress(buckets);
        chains.touch(head);
        long left = size() - chains.visit(head, visitor);
        chains.freeOverflow(head);
        memory.putLong(root, left);
        memory.putInt(root + BUCKETS, buckets);
        storeChains();
        dropSegments(buckets == 0 ? 0 : segmentOf(buckets - 1) + 1);
        return buckets > 0;
    }

    /** Frees a table whose members are gone or owned elsewhere: overflow buckets, segments, directory and root. */
    public void release() {
        loadChains();
        for (int bucket = buckets() - 1; bucket >= 0; bucket--) {
            chains.freeOverflow(bucketAddress(bucket));
        }
        releaseSegments();
        arena.free(root);
        root = 0;
    }

    private void releaseSegments() {
        int segments = memory.getInt(root + SEGMENTS);
        int handle = memory.getInt(root + DIRECTORY);
        if (handle == 0) {
            return;
        }
        long directory = memory.address(handle);
        for (int i = 0; i < segments; i++) {
            arena.free(memory.address(memory.getInt(directory + 4L * i)));
        }
        arena.free(directory);
        memory.putInt(root + SEGMENTS, 0);
        memory.putInt(root + DIRECTORY, 0);
    }
}

package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;

/**
 * An ordered map from stream ids to a few bytes: the index over a stream's blocks, and the lists of pending entries of a
 * group and of a consumer. A B+ tree whose nodes are single allocations; all state lies in the arena, and one object serves
 * every tree whose payload has its size: {@link #wrap} points it at one.
 *
 * <pre>
 *   state:  0 u32 root   4 u32 levels   8 u64 ids                       16 bytes, wherever the owner keeps them
 *   node:   0 u16 used   2 u16 capacity (4, 8, 16 or 32)   4 u32 unused
 *           8 ids, 16 bytes each, up to the capacity        then as many payloads; of an inner node, u32 handles of children
 * </pre>
 *
 * <p>An inner node's id is a lower bound of what lies below that child; the first counts as minus infinity, so nothing above
 * changes when an id smaller than all comes in. Ids nearly always arrive in order: a full node that is appended to gives
 * away only its last place, so nodes stay full behind the front, and a new node starts small and grows by doubling, so a
 * list of three pending entries takes one node of four places. A leaf that falls to a quarter is merged with a neighbour
 * where both fit; inner nodes just empty, since what is deleted is nearly always a whole range at the old end.
 *
 * <p>The object is also a cursor: it remembers the way from the root to one place. Changes end that place, except where a
 * method says otherwise. {@link #insert} allocates all it needs before it changes anything.
 */
public final class IdTree {

    /** Bytes of a tree's state; all 0 is an empty tree. */
    public static final int STATE_BYTES = 16;

    private static final int MOST = 32;
    private static final int LEAST = 4;
    private static final int HEAD = 8;
    private static final int ID = 16;
    private static final int CHILD = 4;
    private static final int MOST_LEVELS = 16;

    private final Arena arena;
    private final Memory memory;
    private final int payloadBytes;
    private final long[] nodes = new long[MOST_LEVELS];
    private final int[] slots = new int[MOST_LEVELS];
    private final long[] spares = new long[MOST_LEVELS + 1];
    private int spareCount;
    private long state;

    /**
     * Makes a flyweight.
     *
     * @param payloadBytes of each id; payloads stand at any alignment.
     */
    public IdTree(Arena arena, int payloadBytes) {
        this.arena = arena;
        this.memory = arena.memory();
        this.payloadBytes = payloadBytes;
    }

    /** Points at a tree by the address of its state. */
    public IdTree wrap(long stateAddress) {
        state = stateAddress;
        return this;
    }

    /** Number of ids. */
    public long size() {
        return memory.getLong(state + 8);
    }

    private int levels() {
        return memory.getInt(state + 4);
    }

    private int count(long node) {
        return memory.getShort(node);
    }

    private void count(long node, int used) {
        memory.putShort(node, (short) used);
    }

    private int capacity(long node) {
        return memory.getShort(node + 2);
    }

    private static long idAddress(long node, int slot) {
        return node + HEAD + (long) slot * ID;
    }

    private long payloadAddress(long node, int slot, int stride) {
        return node + HEAD + (long) capacity(node) * ID + (long) slot * stride;
    }

    private long child(long node, int slot) {
        return memory.address(memory.getInt(payloadAddress(node, slot, CHILD)));
    }

    private long make(int places, int stride) {
        long node = arena.allocate(HEAD + (long) places * (ID + stride));
        memory.putLong(node, (long) places << 16);
        return node;
    }

    // First place whose id is not below (or, with above, is above) this one.
    private int bound(long node, long ms, long seq, boolean above) {
        int low = 0;
        int high = count(node);
        // Appending is the usual case.
        if (high > 0 && isBefore(node, high - 1, ms, seq, above)) {
            return high;
        }
        while (low < high) {
            int middle = low + high >>> 1;
            if (isBefore(node, middle, ms, seq, above)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isBefore(long node, int slot, long ms, long seq, boolean orAt) {
        long at = idAddress(node, slot);
        int order = StreamIds.compare(memory.getLong(at), memory.getLong(at + 8), ms, seq);
        return order < 0 || orAt && order == 0;
    }

    // Sets the way to the leaf where an id belongs and the first place there that is not below it;
    // answers whether the id is
    // there.
    private boolean descend(long ms, long seq) {
        int leaf = levels() - 1;
        if (leaf < 0) {
            return false;
        }
        long node = memory.address(memory.getInt(state));
        for (int level = 0; level < leaf; level++) {
            int slot = Math.max(0, bound(node, ms, seq, true) - 1);
            nodes[level] = node;
            slots[level] = slot;
            node = child(node, slot);
        }
        int slot = bound(node, ms, seq, false);
        nodes[leaf] = node;
        slots[leaf] = slot;
        if (slot == count(node)) {
            return false;
        }
        long at = idAddress(node, slot);
        return memory.getLong(at) == ms && memory.getLong(at + 8) == seq;
    }

    /** Goes to an id; answers whether it is there. */
    public boolean find(long ms, long seq) {
        return descend(ms, seq);
    }

    /** Goes to the first id that is not below this one; answers whether there is one. */
    public boolean ceiling(long ms, long seq) {
        int leaf = levels() - 1;
        if (leaf < 0) {
            return false;
        }
        descend(ms, seq);
        return slots[leaf] < count(nodes[leaf]) || climb(leaf, 1);
    }

    /** Goes to the last id that is not above this one; answers whether there is one. */
    public boolean floor(long ms, long seq) {
        return levels() > 0 && (descend(ms, seq) || previous());
    }

    /** Goes to the first id; answers whether there is one. */
    public boolean first() {
        return levels() > 0 && edge(0, memory.address(memory.getInt(state)), 1);
    }

    /** Goes to the last id; answers whether there is one. */
    public boolean last() {
        return levels() > 0 && edge(0, memory.address(memory.getInt(state)), -1);
    }

    // From a node down to the leaf at its near edge: the left one going forward, else the right
    // one.
    private boolean edge(int from, long top, int direction) {
        int leaf = levels() - 1;
        long node = top;
        for (int level = from; ; level++) {
            nodes[level] = node;
            slots[level] = direction > 0 ? 0 : count(node) - 1;
            if (level == leaf) {
                return true;
            }
            node = child(node, slots[level]);
        }
    }

    /** Goes one id on; answers whether there is one. */
    public boolean next() {
        int leaf = levels() - 1;
        return ++slots[leaf] < count(nodes[leaf]) || climb(leaf, 1);
    }

    /** Goes one id back; answers whether there is one. */
    public boolean previous() {
        int leaf = levels() - 1;
        return --slots[leaf] >= 0 || climb(leaf, -1);
    }

    /** Goes one id on within the leaf; answers whether there is one. Where not, {@link #nextLeaf} may be called. */
    public boolean nextInLeaf() {
        int leaf = levels() - 1;
        return ++slots[leaf] < count(nodes[leaf]);
    }

    /** Goes to the first id of the next leaf; answers whether there is one. */
    public boolean nextLeaf() {
        return climb(levels() - 1, 1);
    }

    private boolean climb(int leaf, int direction) {
        for (int level = leaf - 1; level >= 0; level--) {
            int slot = slots[level] + direction;
            if (slot >= 0 && slot < count(nodes[level])) {
                slots[level] = slot;
                return edge(level + 1, child(nodes[level], slot), direction);
            }
        }
        return false;
    }

    private long place() {
        int leaf = levels() - 1;
        assert slots[leaf] >= 0 && slots[leaf] < count(nodes[leaf]) : "at no id";
        return idAddress(nodes[leaf], slots[leaf]);
    }

    /** Milliseconds of the id at hand. */
    public long ms() {
        return memory.getLong(place());
    }

    /** Sequence number of the id at hand. */
    public long seq() {
        return memory.getLong(place() + 8);
    }

    /** Address of the payload of the id at hand. */
    public long payload() {
        int leaf = levels() - 1;
        return payloadAddress(nodes[leaf], slots[leaf], payloadBytes);
    }

    private int stride(int level, int leaf) {
        return level == leaf ? payloadBytes : CHILD;
    }

    /**
     * Goes to an id, which is added where it is missing; its payload is then the caller's to write.
     *
     * @return whether it was added.
     * @throws OutOfMemory when it cannot be added; nothing was changed then.
     */
    public boolean insert(long ms, long seq) {
        int leaf = levels() - 1;
        if (leaf < 0) {
            long root = make(LEAST, payloadBytes);
            memory.putInt(state, memory.handle(root));
            memory.putInt(state + 4, 1);
            nodes[0] = root;
            slots[0] = 0;
            leaf = 0;
        } else if (descend(ms, seq)) {
            return false;
        } else if (count(nodes[leaf]) == MOST) {
            leaf = split(leaf);
        } else if (count(nodes[leaf]) == capacity(nodes[leaf])) {
            int places = capacity(nodes[leaf]) * 2;
            enlarge(leaf, leaf, make(places, payloadBytes));
        }
        open(nodes[leaf], slots[leaf], payloadBytes, ms, seq);
        memory.putLong(state + 8, size() + 1);
        return true;
    }

    private void open(long node, int slot, int stride, long ms, long seq) {
        int used = count(node);
        long id = idAddress(node, slot);
        memory.move(id, id + ID, (long) (used - slot) * ID);
        if (stride > 0) {
            long payload = payloadAddress(node, slot, stride);
            memory.move(payload, payload + stride, (long) (used - slot) * stride);
        }
        memory.putLong(id, ms);
        memory.putLong(id + 8, seq);
        count(node, used + 1);
    }

    private void close(long node, int slot, int stride) {
        int used = count(node);
        int behind = used - slot - 1;
        long id = idAddress(node, slot);
        memory.move(id + ID, id, (long) behind * ID);
        if (stride > 0) {
            long payload = payloadAddress(node, slot, stride);
            memory.move(payload + stride, payload, (long) behind * stride);
        }
        count(node, used - 1);
    }

    private void transfer(long from, int slot, long to, int at, int many, int stride) {
        memory.copyIn(idAddress(from, slot), idAddress(to, at), (long) many * ID);
        if (stride > 0) {
            memory.copyIn(
                    payloadAddress(from, slot, stride),
                    payloadAddress(to, at, stride),
                    (long) many * stride);
        }
    }

    // Puts a larger node in the place of one on the way.
    private void enlarge(int level, int leaf, long larger) {
        long node = nodes[level];
        transfer(node, 0, larger, 0, count(node), stride(level, leaf));
        count(larger, count(node));
        relink(level, larger);
        arena.free(node);
        nodes[level] = larger;
    }

    private void relink(int level, long node) {
        long link = level == 0 ? state : payloadAddress(nodes[level - 1], slots[level - 1], CHILD);
        memory.putInt(link, memory.handle(node));
    }

    // Divides the full leaf on the way and the full nodes above it, from above, so that each finds
    // room in its parent.
    private int split(int leaf) {
        int top = leaf;
        while (top >= 0 && count(nodes[top]) == MOST) {
            top--;
        }
        reserve(top, leaf);
        int bottom = leaf;
        if (top < 0) {
            addRoot(leaf);
            top = 0;
            bottom++;
        } else if (count(nodes[top]) == capacity(nodes[top])) {
            enlarge(top, leaf, spares[--spareCount]);
        }
        for (int level = top + 1; level <= bottom; level++) {
            divide(level, bottom);
        }
        assert spareCount == 0 : "more nodes reserved than used";
        return bottom;
    }

    private boolean isAppended(int level, int leaf) {
        return slots[level] >= (level == leaf ? MOST : MOST - 1);
    }

    // The nodes that a split takes, the first to be used last.
    private void reserve(int top, int leaf) {
        spareCount = 0;
        try {
            for (int level = leaf; level > top; level--) {
                int places = isAppended(level, leaf) ? 2 * LEAST : MOST;
                spares[spareCount++] = make(places, stride(level, leaf));
            }
            if (top < 0) {
                spares[spareCount++] = make(LEAST, CHILD);
            } else if (count(nodes[top]) == capacity(nodes[top])) {
                spares[spareCount++] = make(2 * capacity(nodes[top]), CHILD);
            }
        } catch (OutOfMemory full) {
            while (spareCount > 0) {
                arena.free(spares[--spareCount]);
            }
            throw full;
        }
    }

    private void addRoot(int leaf) {
        if (leaf + 2 > MOST_LEVELS) {
            throw new IllegalStateException("a tree of more ids than memory can hold");
        }
        long root = spares[--spareCount];
        long below = nodes[0];
        for (int level = leaf; level >= 0; level--) {
            nodes[level + 1] = nodes[level];
            slots[level + 1] = slots[level];
        }
        transferFirstId(below, root);
        memory.putInt(payloadAddress(root, 0, CHILD), memory.handle(below));
        count(root, 1);
        memory.putInt(state, memory.handle(root));
        memory.putInt(state + 4, leaf + 2);
        nodes[0] = root;
        slots[0] = 0;
    }

    private void transferFirstId(long from, long to) {
        memory.putLong(idAddress(to, 0), memory.getLong(idAddress(from, 0)));
        memory.putLong(idAddress(to, 0) + 8, memory.getLong(idAddress(from, 0) + 8));
    }

    private void divide(int level, int leaf) {
        long node = nodes[level];
        long right = spares[--spareCount];
        int stride = stride(level, leaf);
        int moved = isAppended(level, leaf) ? 1 : MOST / 2;
        int kept = MOST - moved;
        transfer(node, kept, right, 0, moved, stride);
        count(right, moved);
        count(node, kept);
        long parent = nodes[level - 1];
        int slot = slots[level - 1] + 1;
        long id = idAddress(right, 0);
        open(parent, slot, CHILD, memory.getLong(id), memory.getLong(id + 8));
        memory.putInt(payloadAddress(parent, slot, CHILD), memory.handle(right));
        if (slots[level] > kept || level < leaf && slots[level] == kept) {
            nodes[level] = right;
            slots[level] -= kept;
            slots[level - 1] = slot;
        }
    }

    /** Deletes the id at hand. The cursor is at no place afterwards. */
    public void remove() {
        int leaf = levels() - 1;
        long node = nodes[leaf];
        close(node, slots[leaf], payloadBytes);
        memory.putLong(state + 8, size() - 1);
        if (count(node) == 0) {
            unlink(leaf);
        } else if (leaf > 0 && count(node) <= MOST / 4) {
            merge(leaf);
        }
    }

    // Frees an empty node on the way and takes it out of its parent.
    private void unlink(int level) {
        arena.free(nodes[level]);
        if (level == 0) {
            memory.putInt(state, 0);
            memory.putInt(state + 4, 0);
            return;
        }
        long parent = nodes[level - 1];
        close(parent, slots[level - 1], CHILD);
        if (count(parent) == 0) {
            unlink(level - 1);
        } else {
            lowerRoot();
        }
    }

    private void lowerRoot() {
        long root = memory.address(memory.getInt(state));
        while (levels() > 1 && count(root) == 1) {
            long below = child(root, 0);
            arena.free(root);
            memory.putInt(state, memory.handle(below));
            memory.putInt(state + 4, levels() - 1);
            root = below;
        }
    }

    private void merge(int leaf) {
        long parent = nodes[leaf - 1];
        int slot = slots[leaf - 1];
        int left = slot + 1 < count(parent) ? slot : slot - 1;
        if (left < 0) {
            return;
        }
        long into = child(parent, left);
        long from = child(parent, left + 1);
        int total = count(into) + count(from);
        if (total > MOST / 2) {
            return;
        }
        slots[leaf - 1] = left;
        nodes[leaf] = into;
        if (capacity(into) < total) {
            try {
                enlarge(leaf, leaf, make(MOST / 2, payloadBytes));
            } catch (OutOfMemory full) {
                // It stays as it is: merging only saves memory.
                return;
            }
            into = nodes[leaf];
        }
        transfer(from, 0, into, count(into), count(from), payloadBytes);
        count(into, total);
        slots[leaf - 1] = left + 1;
        nodes[leaf] = from;
        unlink(leaf);
    }

    /**
     * Frees leaves from the end of the tree, with the ids in them.
     *
     * @param most how many leaves at most.
     * @return how many were freed; less than {@code most} when the tree is empty now.
     */
    public int freeLeaves(int most) {
        int freed = 0;
        while (freed < most && last()) {
            int leaf = levels() - 1;
            memory.putLong(state + 8, size() - count(nodes[leaf]));
            unlink(leaf);
            freed++;
        }
        return freed;
    }

    /** Lets the leaf at hand and the nodes above it leave slabs that are being emptied; the cursor stays at its place. */
    public void relocateNodes() {
        int leaf = levels() - 1;
        for (int level = 0; level <= leaf; level++) {
            long moved = arena.compaction().move(nodes[level]);
            if (moved != nodes[level]) {
                relink(level, moved);
                nodes[level] = moved;
            }
        }
    }

    /** Bytes allocated for the nodes. */
    public long bytes() {
        return levels() == 0 ? 0 : bytes(memory.address(memory.getInt(state)), levels());
    }

    private long bytes(long node, int height) {
        long sum = arena.sizeOf(node);
        if (height > 1) {
            for (int i = 0; i < count(node); i++) {
                sum += bytes(child(node, i), height - 1);
            }
        }
        return sum;
    }
}

package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;

/**
 * A list: elements in {@link ListNode}s, which stand in a {@link NodeDirectory} as soon as there are several.
 *
 * <pre>
 *   one node      the list is the node
 *   several       the list is the root:  [node|node|...|node]
 *                                          |            |
 *                                    push, pop      push, pop
 * </pre>
 *
 * One object serves all lists: {@link #open} points it at one, and after a change {@link #isSingle} and {@link #handle} say
 * where the list is now. A list that has become empty keeps a node without elements; its owner frees it.
 *
 * <h2>Nodes</h2>
 *
 * A small list's node is as large as it must be and grows by a quarter. A node at an end of a long list is made at its full
 * size and cut to what it holds once another is put before or behind it. An element larger than half a node has one of its own.
 *
 * <h2>When memory is full</h2>
 *
 * {@link OutOfMemory} leaves the list as it was. What only saves memory (cutting nodes, joining them) is left undone then.
 */
public final class Quicklist {

    private static final int SHIFT_SHARE = 8;

    private final Arena arena;
    private final Memory memory;
    private final ElementForm form = new ElementForm();
    private final ListElement scratch = new ListElement();
    private final ListSearch search = new ListSearch();
    private final ListNodes make;

    private long root;
    private long only;

    // Where seek stands: the node, the next element and how many are left in the node.
    private int slotAt;
    long nodeAt;
    long elementAt;
    int leftInNode;

    public Quicklist(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
        this.make = new ListNodes(arena);
    }

    /** Points at a list: of one node, whose handle it is, or of several, whose root's handle it is. */
    public void open(boolean single, int handle) {
        long address = memory.address(handle);
        root = single ? 0 : address;
        only = single ? address : 0;
    }

    /** Makes a list of one element. */
    public void create(long bytes, int length) {
        root = 0;
        only = make.forElement(bytes, length, false, true);
        append(only, bytes, length);
    }

    /** Whether the list is one node without a directory. */
    public boolean isSingle() {
        return root == 0;
    }

    /** Handle of the list's node or root. */
    public int handle() {
        return memory.handle(isSingle() ? only : root);
    }

    /** Bytes of the one node. */
    public long singleBytes() {
        return ListNode.capacity(memory, only);
    }

    /** Number of elements. */
    public long size() {
        return root == 0 ? ListNode.count(memory, only) : NodeDirectory.size(memory, root);
    }

    /** Number of nodes. */
    public int nodes() {
        return root == 0 ? 1 : NodeDirectory.nodes(memory, root);
    }

    /** Number of elements of a node. */
    public int count(int slot) {
        return root == 0 ? ListNode.count(memory, only) : NodeDirectory.count(memory, root, slot);
    }

    /** Bytes that the elements of the first nodes would take in a listpack of Redis, its head not included. */
    public long packBytes() {
        long pack = 0;
        for (int i = nodes() - 1; i >= 0; i--) {
            pack += ListNode.pack(memory, node(i));
        }
        return pack;
    }

    /** Bytes of everything. */
    public long bytes() {
        long bytes = root == 0 ? 0 : arena.sizeOf(root);
        for (int i = nodes() - 1; i >= 0; i--) {
            bytes += arena.sizeOf(node(i));
        }
        return bytes;
    }

    long node(int slot) {
        return root == 0 ? only : NodeDirectory.node(memory, root, slot);
    }

    private void replaced(int slot, long node) {
        if (root == 0) {
            only = node;
        } else {
            NodeDirectory.slot(memory, root, slot, node, ListNode.count(memory, node));
        }
    }

    private void counted(int slot, long node, int elements, long pack) {
        ListNode.add(memory, node, elements, pack);
        if (root != 0) {
            NodeDirectory.add(memory, root, slot, elements);
        }
    }

    /** Puts an element before the first or behind the last. The bytes must not be the list's own. */
    public void push(boolean front, long bytes, int length) {
        int slot = front ? 0 : nodes() - 1;
        long node = node(slot);
        form.measure(memory, node, bytes, length);
        long size = form.size();
        if (size > ListNode.MOST_SHARING || isClosed(node)) {
            insertNode(front ? 0 : nodes(), front, bytes, length);
            return;
        }
        long room =
                front
                        ? ListNode.first(memory, node) - ListNode.floor(memory, node)
                        : ListNode.limit(memory, node) - ListNode.end(memory, node);
        if (room < size) {
            node = makeRoom(slot, node, front, size);
            if (node == 0) {
                insertNode(front ? 0 : nodes(), front, bytes, length);
                return;
            }
        }
        put(node, front, bytes);
        counted(slot, node, 1, form.pack());
    }

    // Whether no element may be put in: there are too many, or one large one has the node for
    // itself.
    private boolean isClosed(long node) {
        return ListNode.count(memory, node) == ListNode.MOST_ELEMENTS
                || ListNode.capacity(memory, node) > ListNode.MOST_BYTES;
    }

    // Writes the measured element at an end of a node where there is room.
    private void put(long node, boolean front, long bytes) {
        if (front) {
            long at = ListNode.first(memory, node) - form.size();
            form.write(memory, at, bytes);
            ListNode.first(memory, node, at);
        } else {
            long at = ListNode.end(memory, node);
            form.write(memory, at, bytes);
            ListNode.end(memory, node, at + form.size());
        }
    }

    private void append(long node, long bytes, int length) {
        form.measure(memory, node, bytes, length);
        put(node, ListNode.first(memory, node) != ListNode.floor(memory, node), bytes);
        ListNode.add(memory, node, 1, form.pack());
    }

    // Room at one side of a node, by moving its elements or the whole; answers the node, or 0:
    // another must be made.
    private long makeRoom(int slot, long node, boolean front, long size) {
        long content = ListNode.content(memory, node);
        long free = ListNode.limit(memory, node) - node - content;
        long capacity = ListNode.capacity(memory, node);
        if (free >= size + content / SHIFT_SHARE) {
            long gap = ListNodes.gap(free - size, front) + (front ? size : 0);
            long from = ListNode.first(memory, node);
            long to = ListNode.floor(memory, node) + gap;
            long used = ListNode.end(memory, node) - from;
            ListNode.forgetMarks(memory, node);
            memory.move(from, to, used);
            ListNode.first(memory, node, to);
            ListNode.end(memory, node, to + used);
            return node;
        }
        long needed = content + size;
        if (capacity >= ListNode.MOST_BYTES || ListNode.fit(needed) > ListNode.MOST_BYTES) {
            return 0;
        }
        long grown = Math.min(ListNode.MOST_BYTES, ListNode.fit(needed + needed / 4));
        long spare = grown - ListNode.markRoom(grown) - needed;
        long moved = make.moved(node, grown, ListNodes.gap(spare, front) + (front ? size : 0));
        replaced(slot, moved);
        return moved;
    }

    // A new node with one element, at a place of the directory.
    private void insertNode(int slot, boolean front, long bytes, int length) {
        long node = make.forElement(bytes, length, front, false);
        append(node, bytes, length);
        link(slot, node);
        if (slot == 0) {
            cut(1);
        } else if (slot == nodes() - 1) {
            cut(slot - 1);
        }
    }

    private void link(int slot, long node) {
        try {
            if (root == 0) {
                root = NodeDirectory.make(arena, only);
                only = 0;
            }
            root = NodeDirectory.reserve(arena, root, NodeDirectory.isFront(slot, nodes()));
        } catch (OutOfMemory full) {
            arena.free(node);
            throw full;
        }
        NodeDirectory.insert(memory, root, slot, node);
    }

    // Gives back what a node has to spare, when that is worth the copy.
    private void cut(int slot) {
        long node = node(slot);
        long capacity = ListNode.capacity(memory, node);
        long fit = ListNode.fit(ListNode.content(memory, node));
        if (fit <= capacity - (capacity >>> 4)) {
            try {
                replaced(slot, make.moved(node, fit, 0));
            } catch (OutOfMemory full) {
                // It stays as it is.
                return;
            }
        }
    }

    /** Reads the first or last element; there must be one. */
    public void peek(boolean front, ListElement into) {
        long node = node(front ? 0 : nodes() - 1);
        into.read(memory, node, front ? ListNode.first(memory, node) : ListNode.last(memory, node));
    }

    /** Drops the first or last element, which was just read by {@link #peek}. */
    public void drop(boolean front, ListElement peeked) {
        int slot = front ? 0 : nodes() - 1;
        long node = node(slot);
        long pack = peeked.pack();
        if (ListNode.count(memory, node) == 1 && root != 0 && nodes() > 1) {
            removeNodes(slot, 1);
            return;
        }
        if (front) {
            ListNode.first(memory, node, peeked.next());
        } else {
            ListNode.end(memory, node, peeked.at());
        }
        counted(slot, node, -1, -pack);
    }

    private void removeNodes(int slot, int count) {
        for (int i = 0; i < count; i++) {
            arena.free(node(slot + i));
        }
        NodeDirectory.remove(memory, root, slot, count);
    }

    /** Stands before an element, for {@link #next}. */
    public void seek(long index) {
        int within = locate(index);
        nodeAt = node(slotAt);
        leftInNode = count(slotAt) - within;
        elementAt =
                leftInNode == 1
                        ? ListNode.last(memory, nodeAt)
                        : ListNode.at(memory, nodeAt, within);
    }

    // Finds the node of an element and answers its index there.
    private int locate(long index) {
        if (root == 0) {
            slotAt = 0;
            return (int) index;
        }
        long place = NodeDirectory.locate(memory, root, index);
        slotAt = (int) place;
        return (int) (place >>> 32);
    }

    /** Reads the next element; there must be one. */
    public void next(ListElement into) {
        enterNode();
        into.read(memory, nodeAt, elementAt);
        elementAt = into.next();
        leftInNode--;
    }

    void enterNode() {
        if (leftInNode == 0) {
            slotAt++;
            nodeAt = node(slotAt);
            leftInNode = count(slotAt);
            elementAt = ListNode.first(memory, nodeAt);
        }
    }

    /** Replaces an element. The bytes must not be the list's own. */
    public void set(long index, long bytes, int length) {
        int within = locate(index);
        int slot = slotAt;
        long node = node(slot);
        long at = ListNode.at(memory, node, within);
        scratch.read(memory, node, at);
        long size = scratch.next() - at;
        long pack = scratch.pack();
        form.measure(memory, node, bytes, length);
        if (form.size() == size) {
            form.write(memory, at, bytes);
            counted(slot, node, 0, form.pack() - pack);
            return;
        }
        if (form.size() <= ListNode.MOST_SHARING || count(slot) == 1) {
            long offset = at - ListNode.first(memory, node);
            long room = splice(slot, offset, size, form.size());
            if (room != 0) {
                form.write(memory, room, bytes);
                counted(slot, node(slot), 0, form.pack() - pack);
                if (ListNode.capacity(memory, node(slot)) > ListNode.MOST_BYTES) {
                    cut(slot);
                }
                return;
            }
        }
        // The new one before the old one's going: nothing is lost when memory runs out.
        insert(index, bytes, length);
        remove(index + 1);
    }

    /** Puts an element before the one at an index, or behind the last one where the index is the size. */
    public void insert(long index, long bytes, int length) {
        long size = size();
        if (index == 0 || index == size) {
            push(index == 0, bytes, length);
            return;
        }
        int within = locate(index);
        int slot = slotAt;
        long node = node(slot);
        form.measure(memory, node, bytes, length);
        if (form.size() <= ListNode.MOST_SHARING && !isClosed(node)) {
            long offset = ListNode.at(memory, node, within) - ListNode.first(memory, node);
            long room = splice(slot, offset, 0, form.size());
            if (room != 0) {
                form.write(memory, room, bytes);
                counted(slot, node(slot), 1, form.pack());
                return;
            }
        }
        if (within > 0) {
            split(slot, within);
            slot++;
        }
        // Between two nodes now: at the end of the one before, or in a node of its own.
        if (slot > 0 && appendTo(slot - 1, bytes, length)) {
            return;
        }
        insertNode(slot, false, bytes, length);
        cut(slot);
    }

    private boolean appendTo(int slot, long bytes, int length) {
        long node = node(slot);
        form.measure(memory, node, bytes, length);
        if (form.size() > ListNode.MOST_SHARING
                || isClosed(node)
                || ListNode.limit(memory, node) - ListNode.end(memory, node) < form.size()) {
            return false;
        }
        put(node, false, bytes);
        counted(slot, node, 1, form.pack());
        return true;
    }

    /**
     * Makes room within a node in the place of some bytes.
     *
     * @param offset from the first element.
     * @return the address of the room, or 0: the node would become too large, and nothing was changed.
     */
    private long splice(int slot, long offset, long removed, long inserted) {
        long node = node(slot);
        long first = ListNode.first(memory, node);
        long end = ListNode.end(memory, node);
        long more = inserted - removed;
        long behind = end - first - offset - removed;
        boolean frontFits = first - ListNode.floor(memory, node) >= more;
        boolean backFits = ListNode.limit(memory, node) - end >= more;
        if (frontFits && (offset < behind || !backFits)) {
            ListNode.forgetMarks(memory, node);
            memory.move(first, first - more, offset);
            ListNode.first(memory, node, first - more);
            return first - more + offset;
        }
        if (backFits) {
            ListNode.forgetMarks(memory, node);
            memory.move(end - behind, end - behind + more, behind);
            ListNode.end(memory, node, end + more);
            return first + offset;
        }
        long needed = ListNode.content(memory, node) + more;
        long fit = ListNode.fit(needed);
        if (fit > ListNode.MOST_BYTES && (removed == 0 || offset + behind > 0)) {
            return 0;
        }
        long roomy = ListNode.fit(needed + needed / 4);
        long moved = arena.allocate(roomy <= ListNode.MOST_BYTES ? roomy : fit);
        long hole = make.spliced(node, moved, offset, removed, inserted);
        replaced(slot, moved);
        arena.free(node);
        return hole;
    }

    // Takes the elements from an index on out of a node into a new one behind it.
    private void split(int slot, int within) {
        long node = node(slot);
        int base = ListNode.baseLength(memory, node);
        long from = ListNode.at(memory, node, within);
        long used = ListNode.end(memory, node) - from;
        int moving = ListNode.count(memory, node) - within;
        long pack = make.packOf(node, from, moving);
        long capacity = ListNode.fit(ListNode.HEADER + base + used);
        long made = arena.allocate(capacity);
        ListNode.init(memory, made, capacity, ListNode.base(node), base, false);
        long to = ListNode.floor(memory, made);
        memory.copyIn(from, to, used);
        ListNode.end(memory, made, to + used);
        ListNode.add(memory, made, moving, pack);
        // It counts for nothing in the directory until the other one has lost its elements.
        link(slot + 1, made);
        ListNode.end(memory, node, from);
        counted(slot, node, -moving, -pack);
    }

    private void remove(long index) {
        int within = locate(index);
        int slot = slotAt;
        long node = node(slot);
        if (count(slot) == 1 && nodes() > 1) {
            removeNodes(slot, 1);
            return;
        }
        long at = ListNode.at(memory, node, within);
        scratch.read(memory, node, at);
        long pack = scratch.pack();
        splice(slot, at - ListNode.first(memory, node), scratch.next() - at, 0);
        counted(slot, node, -1, -pack);
    }

    /** Drops elements from the front. */
    public void dropFront(long elements) {
        long left = elements;
        int nodes = 0;
        while (left > 0 && nodes < nodes() - 1 && left >= count(nodes)) {
            left -= count(nodes);
            nodes++;
        }
        if (nodes > 0) {
            removeNodes(0, nodes);
        }
        if (left > 0) {
            long node = node(0);
            long pack = make.packOf(node, ListNode.first(memory, node), (int) left);
            ListNode.first(memory, node, make.behind());
            counted(0, node, (int) -left, -pack);
        }
    }

    /** Drops elements from the back. */
    public void dropBack(long elements) {
        long left = elements;
        int last = nodes() - 1;
        while (left > 0 && last > 0 && left >= count(last)) {
            left -= count(last);
            last--;
        }
        int removed = nodes() - 1 - last;
        if (removed > 0) {
            removeNodes(last + 1, removed);
        }
        if (left > 0) {
            long node = node(last);
            int kept = count(last) - (int) left;
            long from = kept == 0 ? ListNode.first(memory, node) : ListNode.at(memory, node, kept);
            long pack = make.packOf(node, from, (int) left);
            ListNode.end(memory, node, from);
            counted(last, node, (int) -left, -pack);
        }
    }

    /**
     * Finds elements of a node by their bytes.
     *
     * @param most how many to look for.
     * @return how many there are; see {@link #match}.
     */
    public int search(int slot, long bytes, int length, int most) {
        long node = node(slot);
        form.measure(memory, node, bytes, length);
        return search.run(memory, node, form, bytes, most);
    }

    /** Index within its node of an element that {@link #search} found. */
    public int match(int number) {
        return search.index(number);
    }

    /**
     * Drops elements of a node that {@link #search} found last.
     *
     * @param from the first one dropped, by its number among those found.
     * @param end behind the last one.
     * @return whether the node is gone, too; the last one stays even without elements.
     */
    public boolean dropMatches(int slot, int from, int end) {
        int dropped = end - from;
        if (dropped == count(slot) && nodes() > 1) {
            removeNodes(slot, 1);
            return true;
        }
        long node = node(slot);
        ListNode.forgetMarks(memory, node);
        search.drop(memory, node, from, end, form.size());
        counted(slot, node, -dropped, -(long) dropped * form.pack());
        return false;
    }

    /** Joins a node with the one behind it where both have become small. */
    public void join(int slot) {
        if (slot < 0 || slot + 1 >= nodes()) {
            return;
        }
        long left = node(slot);
        long right = node(slot + 1);
        if (count(slot) + count(slot + 1) > ListNode.MOST_ELEMENTS / 2
                || ListNode.content(memory, left) + ListNode.content(memory, right)
                        > ListNode.MOST_SHARING) {
            return;
        }
        long made;
        try {
            made = arena.allocate(ListNode.MOST_BYTES);
        } catch (OutOfMemory full) {
            // They stay two.
            return;
        }
        make.copy(left, made, ListNode.MOST_BYTES, 0);
        if (!recode(right, made)) {
            arena.free(made);
            return;
        }
        // The directory first: it knows both counts.
        removeNodes(slot + 1, 1);
        int more = ListNode.count(memory, made) - ListNode.count(memory, left);
        NodeDirectory.add(memory, root, slot, more);
        replaced(slot, made);
        arena.free(left);
        cut(slot);
    }

    // Writes the elements of a node behind those of another, by its base; answers whether they fit.
    private boolean recode(long from, long to) {
        long at = ListNode.first(memory, from);
        for (int i = ListNode.count(memory, from); i > 0; i--) {
            scratch.read(memory, from, at);
            at = scratch.next();
            long bytes = scratch.bytes();
            form.measure(memory, to, bytes, (int) scratch.length());
            if (ListNode.limit(memory, to) - ListNode.end(memory, to) < form.size()) {
                return false;
            }
            put(to, false, bytes);
            ListNode.add(memory, to, 1, form.pack());
        }
        return true;
    }

    /** Number of nodes, from one end on, that hold nothing but the elements nearest to that end. */
    public int nodesWithin(boolean front, long elements) {
        long left = elements;
        int nodes = nodes();
        int within = 0;
        while (within < nodes) {
            left -= count(front ? within : nodes - 1 - within);
            if (left < 0) {
                break;
            }
            within++;
        }
        return within;
    }

    /**
     * Gives the nodes between two numbers a root of their own; the list is those from now on. The root that it had keeps the
     * others, for its owner to free. There must be nodes of both kinds.
     */
    public void part(int from, int end) {
        long made = NodeDirectory.empty(arena, end - from, 0);
        for (int i = from; i < end; i++) {
            NodeDirectory.insert(memory, made, i - from, node(i));
        }
        NodeDirectory.remove(memory, root, from, end - from);
        root = made;
    }

    /**
     * Lets nodes out of slabs that are being emptied.
     *
     * @param from the first node looked at.
     * @return the node to go on with; 0 when all were looked at, and the root.
     */
    public int relocate(int from, int most) {
        int nodes = nodes();
        int end = Math.min(nodes, from + most);
        for (int slot = from; slot < end; slot++) {
            long node = node(slot);
            long moved = arena.compaction().move(node);
            if (moved != node) {
                replaced(slot, moved);
            }
        }
        if (end < nodes) {
            return end;
        }
        if (root != 0) {
            root = arena.compaction().move(root);
        }
        return 0;
    }

    /** Makes a copy of the list of several nodes; answers its root's handle. */
    public int copy() {
        int nodes = nodes();
        long made = NodeDirectory.empty(arena, nodes, 0);
        try {
            for (int i = 0; i < nodes; i++) {
                long node = node(i);
                long capacity = ListNode.fit(ListNode.content(memory, node));
                long twin = arena.allocate(capacity);
                make.copy(node, twin, capacity, 0);
                NodeDirectory.insert(memory, made, i, twin);
            }
        } catch (OutOfMemory full) {
            root = made;
            freeSome(Integer.MAX_VALUE);
            throw full;
        }
        return memory.handle(made);
    }

    /**
     * Frees nodes of a list that nobody will use again, and the root behind the last one.
     *
     * @return whether nothing is left.
     */
    public boolean freeSome(int most) {
        if (root == 0) {
            arena.free(only);
            return true;
        }
        int nodes = nodes();
        int freed = Math.min(most, nodes);
        removeNodes(nodes - freed, freed);
        if (freed < nodes) {
            return false;
        }
        arena.free(root);
        return true;
    }
}

package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;

/**
 * The consumer groups of a stream: who was given which entries and has not acknowledged them yet.
 *
 * <pre>
 *   group      0 u32 length, 4 u32 offset of the name     8 u64 ms, 16 u64 sequence of the last id delivered
 *             24 i64 entries read, -1 unknown            32 IdTree: pending entries
 *             48 NameTable: consumers                    64 name
 *   consumer   0 u32 length, 4 u32 offset of the name     8 i64 seen, 16 i64 active (epoch ms, -1 never)
 *             24 IdTree: its pending entries             40 name
 *   pending    of a group: i64 delivered (epoch ms), u32 handle of the consumer, u64 deliveries
 *              of a consumer: nothing, the group knows the rest
 * </pre>
 *
 * <p>An id is in the group's list if and only if it is in the list of the consumer that the group's list names. Records
 * move only by {@link StreamRelocation}. Deliveries read by a consumer come in order, so both lists are appended to at their ends.
 */
public final class StreamGroups {

    /** Entries read of a group for which they are not known. */
    public static final long UNKNOWN = -1;

    private static final int PENDING_BYTES = 20;
    private static final int PENDING_OWNER = 8;
    private static final int GROUP_LAST = 8;
    private static final int GROUP_READ = 24;
    private static final int GROUP_PENDING = 32;
    private static final int GROUP_CONSUMERS = 48;
    private static final int GROUP_NAME = 64;
    private static final int SEEN = 8;
    private static final int ACTIVE = 16;
    private static final int CONSUMER_PENDING = 24;
    private static final int CONSUMER_NAME = 40;
    private static final int NODE_IDS = 16;

    private final Arena arena;
    private final Memory memory;
    private final NameTable groups;
    private final NameTable consumers;
    private final IdTree groupPending;
    private final IdTree consumerPending;

    public StreamGroups(Arena arena) {
        this.arena = arena;
        this.memory = arena.memory();
        this.groups = new NameTable(arena);
        this.consumers = new NameTable(arena);
        this.groupPending = new IdTree(arena, PENDING_BYTES);
        this.consumerPending = new IdTree(arena, IdTreePayload.NONE);
    }

    private NameTable groupsOf(long root) {
        return groups.wrap(root + StreamLog.GROUPS);
    }

    private NameTable consumersOf(long group) {
        return consumers.wrap(group + GROUP_CONSUMERS);
    }

    /** Number of groups of a stream. */
    public int count(long root) {
        return groupsOf(root).size();
    }

    /** Address of a group by its number, in the order of names. */
    public long group(long root, int index) {
        return groupsOf(root).record(index);
    }

    /** Finds a group by name; answers its address or 0. */
    public long find(long root, long name, int length) {
        return groupsOf(root).find(name, length);
    }

    /**
     * Makes a group.
     *
     * @param ms of the id behind which it begins to deliver.
     * @param read entries read, or {@link #UNKNOWN}.
     * @return its address, or 0 when the name is taken.
     * @throws OutOfMemory when there is no room; nothing was changed then.
     */
    public long create(long root, long name, int length, long ms, long seq, long read) {
        NameTable table = groupsOf(root);
        if (table.find(name, length) != 0) {
            return 0;
        }
        long group = record(table, (long) GROUP_NAME + length);
        memory.fill(group, GROUP_NAME, (byte) 0);
        NameTable.name(memory, group, GROUP_NAME, name, length);
        lastDelivered(group, ms, seq);
        entriesRead(group, read);
        table.insert(group);
        return group;
    }

    // Memory of a record, for which there is room in its table then.
    private long record(NameTable table, long size) {
        long made = arena.allocate(size);
        try {
            table.reserve();
        } catch (OutOfMemory full) {
            arena.free(made);
            throw full;
        }
        return made;
    }

    /** Deletes a group, which must be there, with its consumers. */
    public void destroy(long root, long name, int length) {
        long group = find(root, name, length);
        while (!freeSome(group, Integer.MAX_VALUE)) {
            continue;
        }
        groupsOf(root).removeFound();
        arena.free(group);
    }

    /** Milliseconds of the last id that a group delivered. */
    public long lastMs(long group) {
        return memory.getLong(group + GROUP_LAST);
    }

    /** Sequence number of the last id that a group delivered. */
    public long lastSeq(long group) {
        return memory.getLong(group + GROUP_LAST + 8);
    }

    /** Sets the last id that a group delivered. */
    public void lastDelivered(long group, long ms, long seq) {
        memory.putLong(group + GROUP_LAST, ms);
        memory.putLong(group + GROUP_LAST + 8, seq);
    }

    /** How many entries of the stream lie up to the last delivered, or {@link #UNKNOWN}. */
    public long entriesRead(long group) {
        return memory.getLong(group + GROUP_READ);
    }

    /** Sets that. */
    public void entriesRead(long group, long entries) {
        memory.putLong(group + GROUP_READ, entries);
    }

    /** Number of consumers of a group. */
    public int consumerCount(long group) {
        return consumersOf(group).size();
    }

    /** Address of a consumer by its number, in the order of names. */
    public long consumer(long group, int index) {
        return consumersOf(group).record(index);
    }

    /** Finds a consumer by name; answers its address or 0. */
    public long findConsumer(long group, long name, int length) {
        return consumersOf(group).find(name, length);
    }

    /**
     * Makes a consumer, which must not be there: {@link #findConsumer} has just answered 0.
     *
     * @throws OutOfMemory when there is no room; nothing was changed then.
     */
    public long createConsumer(long group, long name, int length, long nowMs) {
        NameTable table = consumersOf(group);
        long consumer = record(table, (long) CONSUMER_NAME + length);
        memory.fill(consumer, CONSUMER_NAME, (byte) 0);
        NameTable.name(memory, consumer, CONSUMER_NAME, name, length);
        seen(consumer, nowMs);
        active(consumer, -1);
        table.insert(consumer);
        return consumer;
    }

    /** Deletes the consumer that {@link #findConsumer} has just found; what it had pending is pending no more. */
    public void deleteConsumer(long group, long consumer) {
        IdTree own = pendingOf(consumer);
        IdTree all = groupPendingOf(group);
        for (boolean more = own.first(); more; more = own.next()) {
            if (all.find(own.ms(), own.seq())) {
                all.remove();
            }
        }
        own.freeLeaves(Integer.MAX_VALUE);
        consumersOf(group).removeFound();
        arena.free(consumer);
    }

    /** When a consumer was last heard of, epoch milliseconds. */
    public long seen(long consumer) {
        return memory.getLong(consumer + SEEN);
    }

    /** Sets that. */
    public void seen(long consumer, long ms) {
        memory.putLong(consumer + SEEN, ms);
    }

    /** When a consumer last got an entry, epoch milliseconds; -1 never. */
    public long active(long consumer) {
        return memory.getLong(consumer + ACTIVE);
    }

    /** Sets that. */
    public void active(long consumer, long ms) {
        memory.putLong(consumer + ACTIVE, ms);
    }

    /** Address of the name of a group or consumer. */
    public long nameAddress(long record) {
        return NameTable.nameAddress(memory, record);
    }

    /** Length of that name. */
    public int nameLength(long record) {
        return NameTable.nameLength(memory, record);
    }

    /** The list of a group's pending entries; the next call points it elsewhere. */
    public IdTree groupPendingOf(long group) {
        return groupPending.wrap(group + GROUP_PENDING);
    }

    /** The list of a consumer's pending entries; the next call points it elsewhere. */
    public IdTree pendingOf(long consumer) {
        return consumerPending.wrap(consumer + CONSUMER_PENDING);
    }

    /** When the entry at hand of a group's list was delivered, epoch milliseconds. */
    public long delivered(IdTree list) {
        return memory.getLongUnaligned(list.payload());
    }

    /** The consumer of the entry at hand of a group's list. */
    public long owner(IdTree list) {
        return memory.address(memory.getIntUnaligned(list.payload() + PENDING_OWNER));
    }

    /** How often the entry at hand of a group's list was delivered. */
    public long deliveries(IdTree list) {
        return memory.getLongUnaligned(list.payload() + 12);
    }

    private void pending(long payload, long deliveredMs, long consumer, long deliveries) {
        memory.putLongUnaligned(payload, deliveredMs);
        memory.putIntUnaligned(payload + PENDING_OWNER, memory.handle(consumer));
        memory.putLongUnaligned(payload + 12, deliveries);
    }

    /**
     * Makes an entry pending for a consumer, whoever had it before.
     *
     * @throws OutOfMemory when there is no room; it is as it was then.
     */
    public void assign(
            long group, long consumer, long ms, long seq, long deliveredMs, long deliveries) {
        boolean fresh = pendingOf(consumer).insert(ms, seq);
        IdTree all = groupPendingOf(group);
        boolean known;
        try {
            known = !all.insert(ms, seq);
        } catch (OutOfMemory full) {
            if (fresh && consumerPending.find(ms, seq)) {
                consumerPending.remove();
            }
            throw full;
        }
        long before = known ? owner(all) : consumer;
        pending(all.payload(), deliveredMs, consumer, deliveries);
        if (before != consumer && pendingOf(before).find(ms, seq)) {
            consumerPending.remove();
        }
    }

    /** Makes an entry pending no more; answers whether it was. */
    public boolean acknowledge(long group, long ms, long seq) {
        IdTree all = groupPendingOf(group);
        if (!all.find(ms, seq)) {
            return false;
        }
        long consumer = owner(all);
        all.remove();
        if (pendingOf(consumer).find(ms, seq)) {
            consumerPending.remove();
        }
        return true;
    }

    /** Counts another delivery of the entry at hand of a group's list. */
    public void redelivered(IdTree list, long deliveredMs) {
        pending(list.payload(), deliveredMs, owner(list), deliveries(list) + 1);
    }

    /** How many objects all groups are made of, roughly, or more than {@code enough}. */
    public long objects(long root, long enough) {
        long sum = count(root);
        for (int i = 0; i < count(root) && sum <= enough; i++) {
            long group = group(root, i);
            sum += consumerCount(group) + 2 * groupPendingOf(group).size() / NODE_IDS;
        }
        return sum;
    }

    /**
     * Frees a part of the groups of a stream that nobody sees any more.
     *
     * @param most how many objects at most, roughly.
     * @return whether nothing is left.
     */
    public boolean freeSlice(long root, int most) {
        int last = count(root) - 1;
        if (last < 0) {
            return true;
        }
        long group = group(root, last);
        if (freeSome(group, most)) {
            groupsOf(root).remove(last);
            arena.free(group);
        }
        return count(root) == 0;
    }

    // Frees a part of what a group consists of; answers whether nothing is left.
    private boolean freeSome(long group, int most) {
        if (groupPendingOf(group).freeLeaves(most) == most) {
            return false;
        }
        int freed = 0;
        for (int last = consumerCount(group) - 1; last >= 0; last--) {
            long consumer = consumer(group, last);
            freed += 1 + pendingOf(consumer).freeLeaves(most - freed);
            if (consumerPending.size() > 0) {
                return false;
            }
            consumersOf(group).remove(last);
            arena.free(consumer);
            if (freed >= most) {
                return last == 0;
            }
        }
        return true;
    }

    /** Copies the groups of another stream into one that has none. */
    public void copy(long from, long to) {
        StreamGroups source = new StreamGroups(arena);
        for (int i = 0; i < source.count(from); i++) {
            long group = source.group(from, i);
            long made =
                    create(
                            to,
                            nameAddress(group),
                            nameLength(group),
                            lastMs(group),
                            lastSeq(group),
                            entriesRead(group));
            for (int j = 0; j < source.consumerCount(group); j++) {
                copyConsumer(source, group, source.consumer(group, j), made);
            }
        }
    }

    private void copyConsumer(StreamGroups source, long group, long consumer, long made) {
        findConsumer(made, nameAddress(consumer), nameLength(consumer));
        long copy =
                createConsumer(made, nameAddress(consumer), nameLength(consumer), seen(consumer));
        active(copy, active(consumer));
        IdTree own = source.pendingOf(consumer);
        IdTree all = source.groupPendingOf(group);
        for (boolean more = own.first(); more; more = own.next()) {
            if (all.find(own.ms(), own.seq())) {
                assign(
                        made,
                        copy,
                        own.ms(),
                        own.seq(),
                        source.delivered(all),
                        source.deliveries(all));
            }
        }
    }

    /** Lets the array of a stream's groups leave a slab that is being emptied. */
    void relocateTable(long root) {
        groupsOf(root).relocateArray();
    }

    /** Lets a group and the array of its consumers leave slabs that are being emptied; answers the group's address now. */
    long relocateGroup(long root, int index) {
        long group = groupsOf(root).relocate(index);
        consumersOf(group).relocateArray();
        return group;
    }

    /**
     * Lets a consumer leave a slab that is being emptied. The group's list names the consumer at each entry that it has
     * pending; one that has too many to change them at once stays.
     *
     * @param most pending entries of a consumer that moves.
     * @return its address now.
     */
    long relocateConsumer(long group, int index, int most) {
        long consumer = consumer(group, index);
        if (!arena.isLeaving(consumer) || pendingOf(consumer).size() > most) {
            return consumer;
        }
        long moved = consumers.relocate(index);
        if (moved != consumer) {
            IdTree own = pendingOf(moved);
            IdTree all = groupPendingOf(group);
            for (boolean more = own.first(); more; more = own.next()) {
                if (all.find(own.ms(), own.seq())) {
                    memory.putIntUnaligned(all.payload() + PENDING_OWNER, memory.handle(moved));
                }
            }
        }
        return moved;
    }

    /** Bytes allocated for the groups of a stream. */
    public long bytes(long root) {
        long sum = groupsOf(root).bytes();
        for (int i = 0; i < count(root); i++) {
            long group = group(root, i);
            sum += arena.sizeOf(group) + groupPendingOf(group).bytes();
            sum += consumersOf(group).bytes();
            for (int j = 0; j < consumerCount(group); j++) {
                long consumer = consumer(group, j);
                sum += arena.sizeOf(consumer) + pendingOf(consumer).bytes();
            }
        }
        return sum;
    }
}

package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Arena;

/**
 * Moves what a stream is made of out of slabs that are being emptied, a part per call, while commands change the stream between.
 *
 * <pre>
 *   BLOCKS     the index, leaf by leaf, each with its blocks
 *   GROUP      a group's record and the array of its consumers
 *   PENDING    the leaves of its list of pending entries
 *   CONSUMER   a consumer's record
 *   OWN        the leaves of its list            ... the next consumer, the next group
 * </pre>
 *
 * <p>Where in a tree it stands is an id, which no cursor of 64 bits holds: it is kept here. A number of a group or consumer, and
 * an id, mean something whatever happened to the stream meanwhile, even if it is another stream: at worst some parts are
 * passed over and stay where they are.
 */
public final class StreamRelocation {

    /** Pending entries of a consumer that moves: each is looked up, which must end within a slice. */
    static final int MOST_PENDING = 256;

    private static final int BLOCKS = 1;
    private static final int GROUP = 2;
    private static final int PENDING = 3;
    private static final int CONSUMER = 4;
    private static final int OWN = 5;

    private static final int PHASE_SHIFT = 60;
    private static final int GROUP_SHIFT = 30;
    private static final int NUMBER_MASK = (1 << GROUP_SHIFT) - 1;

    /** Objects that a leaf and what it leads to are counted as. */
    private static final int LEAF_OBJECTS = 32;

    private final StreamLog log;
    private final StreamGroups groups;
    private long ms;
    private long seq;
    private long root;
    private int phase;
    private int group;
    private int consumer;

    public StreamRelocation(Arena arena) {
        log = new StreamLog(arena);
        groups = new StreamGroups(arena);
    }

    /**
     * Looks at a part of a stream.
     *
     * @param rootAddress of the stream; the root itself is moved by whoever points at it.
     * @param cursor 0 to begin, else what the last call answered.
     * @param most objects to look at, roughly.
     * @return where to go on; 0 when all was looked at.
     */
    public long relocate(long rootAddress, long cursor, int most) {
        root = rootAddress;
        phase = (int) (cursor >>> PHASE_SHIFT);
        group = (int) (cursor >>> GROUP_SHIFT) & NUMBER_MASK;
        consumer = (int) cursor & NUMBER_MASK;
        if (cursor == 0) {
            groups.relocateTable(root);
            enter(BLOCKS);
        }
        int seen = 0;
        while (seen < most) {
            boolean leaf = phase == BLOCKS || phase == PENDING || phase == OWN;
            seen += leaf ? LEAF_OBJECTS : 1;
            if (!step()) {
                return 0;
            }
        }
        return (long) phase << PHASE_SHIFT | (long) group << GROUP_SHIFT | consumer;
    }

    private void enter(int next) {
        phase = next;
        ms = 0;
        seq = 0;
    }

    // Looks at one record or leaf; answers whether there is more.
    private boolean step() {
        if (phase == BLOCKS) {
            if (log.wrap(root).relocateLeaf(ms, seq)) {
                ms = log.foundMs();
                seq = log.foundSeq();
            } else {
                enter(GROUP);
                group = 0;
            }
            return true;
        }
        if (group >= groups.count(root)) {
            return false;
        }
        if (phase == GROUP) {
            groups.relocateGroup(root, group);
            enter(PENDING);
        } else if (phase == PENDING) {
            if (!leaf(groups.groupPendingOf(groups.group(root, group)))) {
                enter(CONSUMER);
                consumer = 0;
            }
        } else {
            consumer(groups.group(root, group));
        }
        return true;
    }

    private void consumer(long record) {
        if (consumer >= groups.consumerCount(record)) {
            enter(GROUP);
            group++;
            consumer = 0;
        } else if (phase == CONSUMER) {
            groups.relocateConsumer(record, consumer, MOST_PENDING);
            enter(OWN);
        } else if (!leaf(groups.pendingOf(groups.consumer(record, consumer)))) {
            enter(CONSUMER);
            consumer++;
        }
    }

    // Looks at the leaf of the id at hand; answers whether there is another one behind it.
    private boolean leaf(IdTree list) {
        if (!list.ceiling(ms, seq)) {
            return false;
        }
        list.relocateNodes();
        if (!list.nextLeaf()) {
            return false;
        }
        ms = list.ms();
        seq = list.seq();
        return true;
    }
}

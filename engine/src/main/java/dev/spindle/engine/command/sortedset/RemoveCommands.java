package dev.spindle.engine.command.sortedset;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.ValueType;

/** ZREM and the three ZREMRANGEBY commands. */
final class RemoveCommands {

    private static final KeyspaceEvent REMOVED = event("zrem");
    private static final KeyspaceEvent BY_RANK = event("zremrangebyrank");
    private static final KeyspaceEvent BY_SCORE = event("zremrangebyscore");
    private static final KeyspaceEvent BY_LEX = event("zremrangebylex");

    private final IndexRange ranks = new IndexRange();
    private final ScoreRange scores = new ScoreRange();
    private final LexRange members = new LexRange();

    private static KeyspaceEvent event(String name) {
        return new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, name);
    }

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("zrem", -3, "write fast", "sortedset", RemoveCommands::zrem)
                    .keys(range("RW delete", 1, 0, 1))
                    .member(2),
            command(
                            "zremrangebyrank",
                            4,
                            "write",
                            "sortedset",
                            in -> removeRange(in, ranks, BY_RANK))
                    .keys(range("RW delete", 1, 0, 1)),
            command(
                            "zremrangebyscore",
                            4,
                            "write",
                            "sortedset",
                            in -> removeRange(in, scores, BY_SCORE))
                    .keys(range("RW delete", 1, 0, 1)),
            command(
                            "zremrangebylex",
                            4,
                            "write",
                            "sortedset",
                            in -> removeRange(in, members, BY_LEX))
                    .keys(range("RW delete", 1, 0, 1)),
        };
    }

    private static void zrem(Invocation in) {
        long entry = in.writeAs(1, ValueType.SORTED_SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        int removed = 0;
        boolean gone = false;
        if (entry != 0) {
            SortedSet set = in.engine().sortedSets().wrap(in.db(), entry);
            for (int i = 2; i < in.argc() && !gone; i++) {
                if (set.find(in.argAddress(i), in.argLength(i))) {
                    gone = !set.removeFound();
                    removed++;
                }
            }
        }
        if (removed > 0) {
            announce(in, entry, removed, gone, REMOVED);
        }
        in.reply().integer(removed);
    }

    /** Tells that elements went, and lets the key go when it was all of them. The key must be the one looked up last. */
    static void announce(
            Invocation in, long entry, long removed, boolean gone, KeyspaceEvent event) {
        // Who hears of it may look keys up, so the table comes first.
        if (gone) {
            in.db().removeFound(entry, Entry.header(in.db().memory(), entry));
        }
        in.event(event, 1);
        if (gone) {
            in.event(KeyspaceEvent.DEL, 1);
        }
        in.modified(1);
        in.db().shared().stats().dirty += removed - 1;
    }

    private static void removeRange(Invocation in, RankRange range, KeyspaceEvent event) {
        if (!range.parse(in, 2, 3)) {
            return;
        }
        long entry = in.writeAs(1, ValueType.SORTED_SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        long removed = 0;
        if (entry != 0) {
            SortedSet set = in.engine().sortedSets().wrap(in.db(), entry);
            range.select(set);
            removed = range.count();
            boolean gone = removed == set.size();
            if (removed > 0) {
                if (!gone) {
                    set.removeRange(range.from(), removed);
                }
                announce(in, entry, removed, gone, event);
            }
        }
        in.reply().integer(removed);
    }
}

package dev.spindle.engine.command.list;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.Quicklist;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.ListType;
import dev.spindle.engine.type.ValueType;

/** Commands that change a list anywhere. */
final class ListEdits {

    private static final byte[] BEFORE = Ascii.bytes("before");
    private static final byte[] AFTER = Ascii.bytes("after");

    private static final KeyspaceEvent LINSERT =
            new KeyspaceEvent(KeyspaceEvent.Kind.LIST, "linsert");
    private static final KeyspaceEvent LREM = new KeyspaceEvent(KeyspaceEvent.Kind.LIST, "lrem");
    private static final KeyspaceEvent LSET = new KeyspaceEvent(KeyspaceEvent.Kind.LIST, "lset");
    private static final KeyspaceEvent LTRIM = new KeyspaceEvent(KeyspaceEvent.Kind.LIST, "ltrim");

    private ListEdits() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("linsert", 5, "write denyoom", "list", ListEdits::linsert)
                    .keys(range("RW insert", 1, 0, 1)),
            command("lrem", 4, "write", "list", ListEdits::lrem).keys(range("RW delete", 1, 0, 1)),
            command("lset", 4, "write denyoom", "list", ListEdits::lset)
                    .keys(range("RW update", 1, 0, 1)),
            command("ltrim", 4, "write", "list", ListEdits::ltrim)
                    .keys(range("RW delete", 1, 0, 1)),
        };
    }

    static void linsert(Invocation in) {
        boolean after = in.argIs(2, AFTER);
        if (!after && !in.argIs(2, BEFORE)) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        long entry = in.writeAs(1, ValueType.LIST);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().integer(0);
            return;
        }
        ListType lists = in.engine().lists();
        lists.beforeGrowth(entry, ListCommands.fill(in), in.argLength(4), 1);
        long pivot = find(lists.open(entry), in.argAddress(3), in.argLength(3));
        if (pivot < 0) {
            in.reply().integer(-1);
            return;
        }
        lists.insert(entry, after ? pivot + 1 : pivot, in.argAddress(4), in.argLength(4));
        long size = lists.list().size();
        in.event(LINSERT, 1);
        in.modified(1);
        in.reply().integer(size);
    }

    // Index of the first element that equals some bytes, or -1.
    private static long find(Quicklist list, long bytes, int length) {
        long before = 0;
        int nodes = list.nodes();
        for (int slot = 0; slot < nodes; slot++) {
            if (list.search(slot, bytes, length, 1) > 0) {
                return before + list.match(0);
            }
            before += list.count(slot);
        }
        return -1;
    }

    static void lrem(Invocation in) {
        if (!in.requireLong(2)) {
            return;
        }
        long count = in.longValue();
        if (count == Long.MIN_VALUE) {
            in.reply().errorLine(ListReads.OUT_OF_RANGE);
            return;
        }
        long entry = in.writeAs(1, ValueType.LIST);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        ListType lists = in.engine().lists();
        long removed =
                entry == 0 ? 0 : lists.remove(entry, count, in.argAddress(3), in.argLength(3));
        if (removed > 0) {
            boolean empty = lists.list().size() == 0;
            in.event(LREM, 1);
            shrunk(in, entry, empty);
            in.db().shared().stats().dirty += removed - 1;
            in.modified(1);
        }
        in.reply().integer(removed);
    }

    private static void shrunk(Invocation in, long entry, boolean empty) {
        ListServing.shrunk(
                in.engine(),
                in.db(),
                in.keyHash(1),
                in.argAddress(1),
                in.argLength(1),
                entry,
                empty);
    }

    static void lset(Invocation in) {
        long entry = in.writeAs(1, ValueType.LIST);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().errorLine(ReplyErrors.NO_SUCH_KEY);
            return;
        }
        if (!in.requireLong(2)) {
            return;
        }
        ListType lists = in.engine().lists();
        long index = in.longValue();
        lists.beforeGrowth(entry, ListCommands.fill(in), in.argLength(3), 1);
        long size = lists.length(entry);
        if (index < 0) {
            index += size;
        }
        if (index < 0 || index >= size) {
            in.reply().errorLine(ReplyErrors.INDEX_OUT_OF_RANGE);
            return;
        }
        lists.set(entry, index, in.argAddress(3), in.argLength(3));
        lists.afterRemoval(entry, ListCommands.fill(in));
        in.event(LSET, 1);
        in.modified(1);
        in.reply().ok();
    }

    static void ltrim(Invocation in) {
        if (!in.requireLong(2)) {
            return;
        }
        long start = in.longValue();
        if (!in.requireLong(3)) {
            return;
        }
        long end = in.longValue();
        long entry = in.writeAs(1, ValueType.LIST);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().ok();
            return;
        }
        ListType lists = in.engine().lists();
        long size = lists.length(entry);
        start = Math.max(0, start < 0 ? start + size : start);
        end = Math.min(size - 1, end < 0 ? end + size : end);
        boolean empty = start > end || start >= size;
        long removed = empty ? size : size - (end - start + 1);
        if (!empty) {
            entry = lists.trim(in.db(), entry, start, size - 1 - end);
        }
        in.event(LTRIM, 1);
        shrunk(in, entry, empty);
        in.db().shared().stats().dirty += removed - 1;
        in.modified(1);
        in.reply().ok();
    }
}

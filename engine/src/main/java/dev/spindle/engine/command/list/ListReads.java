package dev.spindle.engine.command.list;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ListBulks;
import dev.spindle.engine.encoding.ListElement;
import dev.spindle.engine.encoding.Quicklist;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.resp.ReplyBuffer;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.ListType;
import dev.spindle.engine.type.ValueType;

/** Commands that read a list anywhere. */
final class ListReads {

    private static final byte[] RANK = Ascii.bytes("rank");
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] MAXLEN = Ascii.bytes("maxlen");

    private static final byte[] NO_RANK =
            Reply.errorLine(
                    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative"
                            + " to start from the end of the list");
    static final byte[] OUT_OF_RANGE =
            Reply.errorLine(
                    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
    private static final byte[] BAD_COUNT = Reply.errorLine("ERR COUNT can't be negative");
    private static final byte[] BAD_MAXLEN = Reply.errorLine("ERR MAXLEN can't be negative");

    private ListReads() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("lindex", 3, "readonly", "list", ListReads::lindex)
                    .keys(range("RO access", 1, 0, 1)),
            command("lrange", 4, "readonly", "list", ListReads::lrange)
                    .keys(range("RO access", 1, 0, 1)),
            command("lpos", -3, "readonly", "list", ListReads::lpos)
                    .keys(range("RO access", 1, 0, 1)),
        };
    }

    private static void answer(Invocation in, ListElement element) {
        in.reply()
                .bulk(
                        element.prefix(),
                        element.prefixLength(),
                        element.suffix(),
                        element.suffixLength());
    }

    static void lindex(Invocation in) {
        long entry = in.readAs(1, ValueType.LIST);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        if (!in.requireLong(2)) {
            return;
        }
        ListType lists = in.engine().lists();
        long index = in.longValue();
        Quicklist list = lists.open(entry);
        if (index < 0) {
            index += list.size();
        }
        if (index < 0 || index >= list.size()) {
            in.reply().nullBulk();
            return;
        }
        list.seek(index);
        list.next(lists.element());
        answer(in, lists.element());
    }

    static void lrange(Invocation in) {
        if (!in.requireLong(2)) {
            return;
        }
        long start = in.longValue();
        if (!in.requireLong(3)) {
            return;
        }
        long end = in.longValue();
        long entry = in.readAs(1, ValueType.LIST);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().array(0);
            return;
        }
        ListType lists = in.engine().lists();
        Quicklist list = lists.open(entry);
        long size = list.size();
        start = Math.max(0, start < 0 ? start + size : start);
        end = Math.min(size - 1, end < 0 ? end + size : end);
        if (start > end || start >= size) {
            in.reply().array(0);
            return;
        }
        in.reply().array(end - start + 1);
        list.seek(start);
        answerNext(in, lists, end - start + 1);
    }

    // Answers elements from where the list stands: short ones many at a time, others by themselves.
    private static void answerNext(Invocation in, ListType lists, long count) {
        ReplyBuffer out = in.reply().buffer();
        ListBulks bulks = lists.bulks();
        long left = count;
        while (left > 0) {
            long to = out.reserve(ListBulks.ROOM);
            long written = bulks.write(to, to + out.room(), left);
            out.advance(bulks.end());
            left -= written;
            if (left > 0 && out.room() >= ListBulks.ROOM) {
                lists.list().next(lists.element());
                answer(in, lists.element());
                left--;
            }
        }
    }

    static void lpos(Invocation in) {
        long rank = 1;
        long count = -1;
        long most = 0;
        for (int i = 3; i < in.argc(); i += 2) {
            boolean last = i + 1 == in.argc();
            if (in.argIs(i, RANK) && !last) {
                if (!in.requireLong(i + 1)) {
                    return;
                }
                rank = in.longValue();
                if (rank == Long.MIN_VALUE || rank == 0) {
                    in.reply().errorLine(rank == 0 ? NO_RANK : OUT_OF_RANGE);
                    return;
                }
            } else if (in.argIs(i, COUNT) && !last) {
                if (!in.isLong(i + 1) || in.longValue() < 0) {
                    in.reply().errorLine(BAD_COUNT);
                    return;
                }
                count = in.longValue();
            } else if (in.argIs(i, MAXLEN) && !last) {
                if (!in.isLong(i + 1) || in.longValue() < 0) {
                    in.reply().errorLine(BAD_MAXLEN);
                    return;
                }
                most = in.longValue();
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return;
            }
        }
        long entry = in.readAs(1, ValueType.LIST);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            if (count >= 0) {
                in.reply().array(0);
            } else {
                in.reply().nullBulk();
            }
            return;
        }
        ListType lists = in.engine().lists();
        Scratch found = lists.scratch();
        search(in, lists.open(entry), rank, Math.abs(count), most, found);
        if (count >= 0) {
            in.reply().array(found.length() / 8);
        } else if (found.length() == 0) {
            in.reply().nullBulk();
        }
        for (long i = 0; i < found.length(); i += 8) {
            in.reply().integer(found.longAt(i));
        }
    }

    /**
     * Finds an element's positions.
     *
     * @param rank 1 to begin with the first match, 2 with the second; negative from the end.
     * @param count how many; 0 for all.
     * @param most elements to look at; 0 for all.
     */
    private static void search(
            Invocation in, Quicklist list, long rank, long count, long most, Scratch into) {
        boolean backward = rank < 0;
        long skip = Math.abs(rank) - 1;
        long wanted = count == 0 ? Long.MAX_VALUE : count;
        long left = most == 0 ? Long.MAX_VALUE : most;
        long size = list.size();
        int nodes = list.nodes();
        // Index of the node's first element.
        long base = backward ? size : 0;
        for (int n = 0; n < nodes && wanted > 0 && left > 0; n++) {
            int slot = backward ? nodes - 1 - n : n;
            int elements = list.count(slot);
            base -= backward ? elements : 0;
            int limit =
                    backward
                            ? elements
                            : (int)
                                    Math.min(
                                            elements,
                                            Math.min(skip, elements) + Math.min(wanted, elements));
            int found = list.search(slot, in.argAddress(2), in.argLength(2), limit);
            for (int i = 0; i < found && wanted > 0; i++) {
                int match = list.match(backward ? found - 1 - i : i);
                if ((backward ? elements - 1 - match : match) >= left) {
                    return;
                }
                if (skip > 0) {
                    skip--;
                } else {
                    into.appendLong(base + match);
                    wanted--;
                }
            }
            base += backward ? 0 : elements;
            left -= elements;
        }
    }
}

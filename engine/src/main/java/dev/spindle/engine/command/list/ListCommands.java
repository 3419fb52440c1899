package dev.spindle.engine.command.list;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.ListType;
import dev.spindle.engine.type.ValueType;
import java.util.Arrays;
import java.util.stream.Stream;

/** Commands that work at the ends of a list, and the rows of the family. */
public final class ListCommands {

    static final byte[] NOT_POSITIVE =
            Reply.errorLine("ERR value is out of range, must be positive");

    private static final KeyspaceEvent LPUSH = new KeyspaceEvent(KeyspaceEvent.Kind.LIST, "lpush");
    private static final KeyspaceEvent RPUSH = new KeyspaceEvent(KeyspaceEvent.Kind.LIST, "rpush");

    private ListCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return Stream.of(
                        ends(),
                        ListReads.rows(),
                        ListEdits.rows(),
                        ListMoves.rows(),
                        BlockingListCommands.rows())
                .flatMap(Arrays::stream)
                .toArray(CommandSpec[]::new);
    }

    private static CommandSpec[] ends() {
        return new CommandSpec[] {
            command("lpush", -3, "write denyoom fast", "list", ListCommands::lpush)
                    .keys(range("RW insert", 1, 0, 1)),
            command("rpush", -3, "write denyoom fast", "list", ListCommands::rpush)
                    .keys(range("RW insert", 1, 0, 1)),
            command("lpushx", -3, "write denyoom fast", "list", ListCommands::lpushx)
                    .keys(range("RW insert", 1, 0, 1)),
            command("rpushx", -3, "write denyoom fast", "list", ListCommands::rpushx)
                    .keys(range("RW insert", 1, 0, 1)),
            command("lpop", -2, "write fast", "list", ListCommands::lpop)
                    .keys(range("RW access delete", 1, 0, 1)),
            command("rpop", -2, "write fast", "list", ListCommands::rpop)
                    .keys(range("RW access delete", 1, 0, 1)),
            command("llen", 2, "readonly fast", "list", ListCommands::llen)
                    .keys(range("RO", 1, 0, 1)),
        };
    }

    static KeyspaceEvent pushed(boolean front) {
        return front ? LPUSH : RPUSH;
    }

    /** The value of list-max-listpack-size. */
    static int fill(Invocation in) {
        return in.engine().config().hot().listMaxListpackSize();
    }

    static void lpush(Invocation in) {
        push(in, true, false);
    }

    static void rpush(Invocation in) {
        push(in, false, false);
    }

    static void lpushx(Invocation in) {
        push(in, true, true);
    }

    static void rpushx(Invocation in) {
        push(in, false, true);
    }

    private static void push(Invocation in, boolean front, boolean onlyExisting) {
        long found = in.writeAs(1, ValueType.LIST);
        if (found == Invocation.WRONG_TYPE) {
            return;
        }
        if (found == 0 && onlyExisting) {
            in.reply().integer(0);
            return;
        }
        ListType lists = in.engine().lists();
        int elements = in.argc() - 2;
        long bytes = 0;
        for (int i = 2; i < in.argc(); i++) {
            bytes += in.argLength(i);
        }
        if (found != 0) {
            lists.beforeGrowth(found, fill(in), bytes, elements);
        }
        long entry = found;
        int pushed = 0;
        try {
            while (pushed < elements) {
                entry =
                        lists.push(
                                in.db(),
                                in.keyHash(1),
                                in.argAddress(1),
                                in.argLength(1),
                                entry,
                                front,
                                in.argAddress(2 + pushed),
                                in.argLength(2 + pushed));
                pushed++;
            }
        } catch (OutOfMemory full) {
            // Those before are in.
            if (pushed > 0) {
                in.engine().propagation().upTo(2 + pushed);
                announce(in, front, found == 0, pushed);
            }
            throw full;
        }
        if (found == 0) {
            lists.afterCreation(entry, fill(in), bytes, elements);
        }
        long size = lists.list().size();
        announce(in, front, found == 0, pushed);
        in.reply().integer(size);
    }

    private static void announce(Invocation in, boolean front, boolean created, int pushed) {
        if (created) {
            in.event(KeyspaceEvent.NEW, 1);
        }
        in.event(pushed(front), 1);
        in.db().shared().stats().dirty += pushed - 1;
        in.modified(1);
    }

    static void lpop(Invocation in) {
        pop(in, true);
    }

    static void rpop(Invocation in) {
        pop(in, false);
    }

    private static void pop(Invocation in, boolean front) {
        if (in.argc() > 3) {
            in.reply()
                    .error(
                            "ERR wrong number of arguments for '"
                                    + in.spec().fullName()
                                    + "' command");
            return;
        }
        boolean counted = in.argc() == 3;
        long count = 1;
        if (counted) {
            if (!in.isLong(2) || in.longValue() < 0) {
                in.reply().errorLine(NOT_POSITIVE);
                return;
            }
            count = in.longValue();
        }
        long entry = in.writeAs(1, ValueType.LIST);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            if (counted) {
                in.reply().nullArray();
            } else {
                in.reply().nullBulk();
            }
            return;
        }
        if (count == 0) {
            in.reply().array(0);
            return;
        }
        count = Math.min(count, in.engine().lists().length(entry));
        if (counted) {
            in.reply().array(count);
        }
        ListServing.pop(
                in.engine(),
                in.db(),
                in.keyHash(1),
                in.argAddress(1),
                in.argLength(1),
                entry,
                front,
                count,
                in.reply());
    }

    static void llen(Invocation in) {
        long entry = in.readAs(1, ValueType.LIST);
        if (entry != Invocation.WRONG_TYPE) {
            in.reply().integer(entry == 0 ? 0 : in.engine().lists().length(entry));
        }
    }
}

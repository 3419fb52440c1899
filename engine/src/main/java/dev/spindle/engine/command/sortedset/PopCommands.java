package dev.spindle.engine.command.sortedset;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.keynum;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.ValueType;

/**
 * ZPOPMIN, ZPOPMAX and ZMPOP, and what the commands that wait for elements need: {@link #pop} removes elements of a key and
 * answers them, {@link #mpopArguments} reads what ZMPOP and BZMPOP have in common.
 */
public final class PopCommands {

    private static final byte[] MIN = Ascii.bytes("min");
    private static final byte[] MAX = Ascii.bytes("max");
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] ZPOPMIN = Ascii.bytes("ZPOPMIN");
    private static final byte[] ZPOPMAX = Ascii.bytes("ZPOPMAX");
    private static final byte[] NOT_POSITIVE =
            Reply.errorLine("ERR value is out of range, must be positive");
    private static final byte[] NUMKEYS = Reply.errorLine("ERR numkeys should be greater than 0");
    private static final byte[] COUNT_NOT_POSITIVE =
            Reply.errorLine("ERR count should be greater than 0");

    private static final KeyspaceEvent POPPED_MIN =
            new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "zpopmin");
    private static final KeyspaceEvent POPPED_MAX =
            new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "zpopmax");

    /** Elements in one flat array, member before score: ZPOPMIN without a count, and any in RESP2. */
    public static final int FLAT = 0;

    /** Elements as pairs in one array: ZPOPMIN with a count in RESP3. */
    public static final int PAIRS = 1;

    /** The key, then the one element, in a flat array: BZPOPMIN. */
    public static final int KEY_AND_ELEMENT = 2;

    /** The key, then an array of pairs: ZMPOP and BZMPOP. */
    public static final int KEY_AND_PAIRS = 3;

    private static final int AHEAD = 8;

    private PopCommands() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("zpopmin", -2, "write fast", "sortedset", in -> pop(in, false))
                    .keys(range("RW access delete", 1, 0, 1)),
            command("zpopmax", -2, "write fast", "sortedset", in -> pop(in, true))
                    .keys(range("RW access delete", 1, 0, 1)),
            command("zmpop", -4, "write movablekeys", "sortedset", PopCommands::zmpop)
                    .keys(keynum("RW access delete", 1)),
        };
    }

    private static void pop(Invocation in, boolean greatest) {
        if (in.argc() > 3) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        long count = 1;
        if (in.argc() == 3) {
            if (!in.isLong(2) || in.longValue() < 0) {
                in.reply().errorLine(NOT_POSITIVE);
                return;
            }
            count = in.longValue();
        }
        long entry = in.writeAs(1, ValueType.SORTED_SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0 || count == 0) {
            in.reply().array(0);
            return;
        }
        boolean pairs = in.argc() == 3 && in.reply().protocol() == 3;
        pop(in, 1, entry, greatest, count, pairs ? PAIRS : FLAT);
    }

    /**
     * Removes the least or greatest elements of a sorted set and answers them.
     *
     * @param key the key's argument.
     * @param entry its entry, the one looked up last.
     * @param greatest whether from the upper end.
     * @param most how many at most; at least 1.
     * @param form of the reply: {@link #FLAT}, {@link #PAIRS}, {@link #KEY_AND_ELEMENT} or {@link #KEY_AND_PAIRS}.
     */
    public static void pop(
            Invocation in, int key, long entry, boolean greatest, long most, int form) {
        SortedSet set = in.engine().sortedSets().wrap(in.db(), entry);
        long size = set.size();
        long count = Math.min(most, size);
        reply(in, key, set, greatest, count, form);
        // Who hears of it may look keys up, so the table comes first.
        if (count == size) {
            in.db().removeFound(entry, Entry.header(in.db().memory(), entry));
        } else {
            set.removeRange(greatest ? size - count : 0, count);
        }
        in.event(greatest ? POPPED_MAX : POPPED_MIN, key);
        if (count == size) {
            in.event(KeyspaceEvent.DEL, key);
        }
        in.modified(key);
        in.db().shared().stats().dirty += count - 1;
        if (form == KEY_AND_ELEMENT || form == KEY_AND_PAIRS) {
            tell(in, key, greatest, form == KEY_AND_ELEMENT ? 0 : count);
        }
    }

    // What waits or looks for a key that is there is repeated as what it found.
    private static void tell(Invocation in, int key, boolean greatest, long count) {
        Propagation effects = in.engine().propagation();
        if (!effects.isActive()) {
            return;
        }
        effects.begin(in, greatest ? ZPOPMAX : ZPOPMIN).arg(in, key);
        if (count > 0) {
            effects.number(count);
        }
        effects.end();
    }

    private static void reply(
            Invocation in, int key, SortedSet set, boolean greatest, long count, int form) {
        Reply reply = in.reply();
        boolean nested = form == PAIRS || form == KEY_AND_PAIRS;
        switch (form) {
            case FLAT -> reply.array(2 * count);
            case PAIRS -> reply.array(count);
            case KEY_AND_ELEMENT -> {
                reply.array(1 + 2 * count);
                reply.bulk(in.argAddress(key), in.argLength(key));
            }
            default -> {
                reply.array(2);
                reply.bulk(in.argAddress(key), in.argLength(key));
                reply.array(count);
            }
        }
        long size = set.size();
        // What is popped once will be popped again: every eighth time the next members are loaded,
        // and
        // their places in the table.
        long ahead = size % AHEAD == 0 ? Math.max(count, AHEAD) : count;
        set.seek(greatest ? size - 1 : 0, greatest ? -ahead : ahead);
        set.willRemove();
        for (long left = count; left > 0; left--) {
            if (nested) {
                reply.array(2);
            }
            ByteView member = set.member();
            reply.bulk(member.address(), member.length());
            reply.real(set.score());
            if (left > 1) {
                if (greatest) {
                    set.previous();
                } else {
                    set.next();
                }
            }
        }
    }

    private static void zmpop(Invocation in) {
        long arguments = mpopArguments(in, 1);
        if (arguments == 0) {
            return;
        }
        int keys = mpopKeys(in, 1);
        for (int key = 2; key < 2 + keys; key++) {
            long entry = in.writeAs(key, ValueType.SORTED_SET);
            if (entry == Invocation.WRONG_TYPE) {
                return;
            }
            if (entry != 0) {
                pop(in, key, entry, arguments < 0, Math.abs(arguments), KEY_AND_PAIRS);
                return;
            }
        }
        in.reply().nullArray();
    }

    /** The number of keys of a ZMPOP or BZMPOP whose arguments are known to be right. */
    public static int mpopKeys(Invocation in, int numkeys) {
        return in.isLong(numkeys) ? (int) in.longValue() : 0;
    }

    /**
     * Reads {@code numkeys key [key ...] MIN|MAX [COUNT count]}.
     *
     * @param numkeys its argument.
     * @return the count, negative for MAX; 0 when an error was answered.
     */
    public static long mpopArguments(Invocation in, int numkeys) {
        if (!in.isLong(numkeys) || in.longValue() < 1) {
            in.reply().errorLine(NUMKEYS);
            return 0;
        }
        long where = in.longValue() > in.argc() ? in.argc() : numkeys + in.longValue() + 1;
        if (where >= in.argc()) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return 0;
        }
        int at = (int) where;
        boolean greatest = in.argIs(at, MAX);
        if (!greatest && !in.argIs(at, MIN)) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return 0;
        }
        long count = -1;
        for (int i = at + 1; i < in.argc(); i += 2) {
            if (count != -1 || i + 1 >= in.argc() || !in.argIs(i, COUNT)) {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return 0;
            }
            if (!in.isLong(i + 1) || in.longValue() < 1) {
                in.reply().errorLine(COUNT_NOT_POSITIVE);
                return 0;
            }
            count = in.longValue();
        }
        count = Math.max(1, count);
        return greatest ? -count : count;
    }
}

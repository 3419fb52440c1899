package dev.spindle.engine.command.list;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.keynum;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;

/** What moves elements between lists, and LMPOP. */
final class ListMoves {

    private static final byte[] LEFT = Ascii.bytes("left");
    private static final byte[] RIGHT = Ascii.bytes("right");
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] BAD_KEY_COUNT =
            Reply.errorLine("ERR numkeys should be greater than 0");
    private static final byte[] BAD_COUNT = Reply.errorLine("ERR count should be greater than 0");

    private static final byte[] LPOP = Ascii.bytes("LPOP");
    private static final byte[] RPOP = Ascii.bytes("RPOP");

    private ListMoves() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("lmove", 5, "write denyoom", "list", ListMoves::lmove)
                    .keys(range("RW access delete", 1, 0, 1), range("RW insert", 2, 0, 1)),
            command("rpoplpush", 3, "write denyoom", "list", ListMoves::rpoplpush)
                    .keys(range("RW access delete", 1, 0, 1), range("RW insert", 2, 0, 1)),
            command("lmpop", -4, "write", "list", ListMoves::lmpop)
                    .keys(keynum("RW access delete", 1)),
        };
    }

    // 1 for LEFT, 0 for RIGHT, -1 after Redis's error was answered.
    static int side(Invocation in, int index) {
        if (in.argIs(index, LEFT)) {
            return 1;
        }
        if (in.argIs(index, RIGHT)) {
            return 0;
        }
        in.reply().errorLine(ReplyErrors.SYNTAX);
        return -1;
    }

    static void lmove(Invocation in) {
        int from = side(in, 3);
        if (from < 0) {
            return;
        }
        int to = side(in, 4);
        if (to >= 0) {
            move(in, from == 1, to == 1);
        }
    }

    static void rpoplpush(Invocation in) {
        move(in, false, true);
    }

    private static void move(Invocation in, boolean fromFront, boolean toFront) {
        int served =
                ListServing.serveMove(
                        in.engine(),
                        in.db(),
                        in.argAddress(1),
                        in.argLength(1),
                        in.argAddress(2),
                        in.argLength(2),
                        fromFront,
                        toFront,
                        in.reply());
        if (served == ListServing.NOTHING) {
            in.reply().nullBulk();
        }
    }

    static void lmpop(Invocation in) {
        long count = multiPopArguments(in, 1);
        if (count != 0 && !tryMultiPop(in, 1, count)) {
            in.reply().nullArray();
        }
    }

    /**
     * Reads {@code numkeys key [key ...] LEFT|RIGHT [COUNT count]}, as LMPOP and BLMPOP have it.
     *
     * @param numkeys its argument.
     * @return the count, negative for RIGHT; 0 when an error was answered.
     */
    static long multiPopArguments(Invocation in, int numkeys) {
        if (!in.isLong(numkeys) || in.longValue() < 1) {
            in.reply().errorLine(BAD_KEY_COUNT);
            return 0;
        }
        long keys = in.longValue();
        if (keys >= in.argc() - 1 - numkeys) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return 0;
        }
        int where = (int) keys + 1 + numkeys;
        int side = side(in, where);
        if (side < 0) {
            return 0;
        }
        long count = 1;
        if (where + 1 < in.argc()) {
            if (!in.argIs(where + 1, COUNT) || where + 3 != in.argc()) {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return 0;
            }
            if (!in.isLong(where + 2) || in.longValue() < 1) {
                in.reply().errorLine(BAD_COUNT);
                return 0;
            }
            count = in.longValue();
        }
        return side == 1 ? count : -count;
    }

    /** The number of keys of arguments that are known to be right. */
    static int multiPopKeys(Invocation in, int numkeys) {
        return in.isLong(numkeys) ? (int) in.longValue() : 0;
    }

    /**
     * Pops from the first list that there is.
     *
     * @param count as {@link #multiPopArguments} answers it.
     * @return whether a reply was written.
     */
    static boolean tryMultiPop(Invocation in, int numkeys, long count) {
        int end = numkeys + 1 + multiPopKeys(in, numkeys);
        for (int i = numkeys + 1; i < end; i++) {
            long before = in.db().shared().stats().dirty;
            int served =
                    ListServing.serveMultiPop(
                            in.engine(),
                            in.db(),
                            in.argAddress(i),
                            in.argLength(i),
                            count > 0,
                            Math.abs(count),
                            in.reply());
            if (served != ListServing.NOTHING) {
                if (served == ListServing.SERVED && in.engine().propagation().isActive()) {
                    in.engine()
                            .propagation()
                            .begin(in, count > 0 ? LPOP : RPOP)
                            .arg(in, i)
                            .number(in.db().shared().stats().dirty - before)
                            .end();
                }
                return true;
            }
        }
        return false;
    }
}

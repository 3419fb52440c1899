package dev.spindle.engine.command.list;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.keynum;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.blocking.BlockedOperation;
import dev.spindle.engine.blocking.BlockingTimeout;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.ValueType;

/**
 * The list commands that wait for elements. Each tries first what it would do without waiting, and gives the same attempt to {@code
 * BlockedClients} as what serves its client later.
 */
final class BlockingListCommands {

    private static final BlockedOperation POP_FRONT = (in, memo) -> tryPop(in, true);
    private static final BlockedOperation POP_BACK = (in, memo) -> tryPop(in, false);
    private static final BlockedOperation MOVE = (in, memo) -> tryMove(in);
    private static final BlockedOperation POP_AND_PUSH = (in, memo) -> tryPopAndPush(in);
    private static final BlockedOperation MULTI_POP = (in, memo) -> tryMultiPop(in);

    private static final byte[] LPOP = Ascii.bytes("LPOP");
    private static final byte[] RPOP = Ascii.bytes("RPOP");
    private static final byte[] LMOVE = Ascii.bytes("LMOVE");
    private static final byte[] RPOPLPUSH = Ascii.bytes("RPOPLPUSH");

    private BlockingListCommands() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("blpop", -3, "write blocking", "list", BlockingListCommands::blpop)
                    .keys(range("RW access delete", 1, -2, 1)),
            command("brpop", -3, "write blocking", "list", BlockingListCommands::brpop)
                    .keys(range("RW access delete", 1, -2, 1)),
            command("blmove", 6, "write denyoom blocking", "list", BlockingListCommands::blmove)
                    .keys(range("RW access delete", 1, 0, 1), range("RW insert", 2, 0, 1)),
            command(
                            "brpoplpush",
                            4,
                            "write denyoom blocking",
                            "list",
                            BlockingListCommands::brpoplpush)
                    .keys(range("RW access delete", 1, 0, 1), range("RW insert", 2, 0, 1)),
            command(
                            "blmpop",
                            -5,
                            "write blocking movablekeys",
                            "list",
                            BlockingListCommands::blmpop)
                    .keys(keynum("RW access delete", 2)),
        };
    }

    static void blpop(Invocation in) {
        pop(in, true);
    }

    static void brpop(Invocation in) {
        pop(in, false);
    }

    private static void pop(Invocation in, boolean front) {
        long timeoutMs = BlockingTimeout.require(in, in.argc() - 1);
        if (timeoutMs == BlockingTimeout.WRONG || tryPop(in, front)) {
            return;
        }
        if (in.mayBlock()) {
            block(in, front ? POP_FRONT : POP_BACK, 1, in.argc() - 2, timeoutMs);
        } else {
            in.reply().nullArray();
        }
    }

    private static void block(
            Invocation in, BlockedOperation operation, int firstKey, int keys, long timeoutMs) {
        in.engine()
                .blocked()
                .block(in, operation, null, firstKey, keys, ValueType.LIST, false, timeoutMs);
    }

    private static boolean tryPop(Invocation in, boolean front) {
        for (int i = 1; i < in.argc() - 1; i++) {
            int served =
                    ListServing.servePop(
                            in.engine(),
                            in.db(),
                            in.argAddress(i),
                            in.argLength(i),
                            front,
                            in.reply());
            if (served != ListServing.NOTHING) {
                if (served == ListServing.SERVED && in.engine().propagation().isActive()) {
                    in.engine().propagation().begin(in, front ? LPOP : RPOP).arg(in, i).end();
                }
                return true;
            }
        }
        return false;
    }

    static void blmove(Invocation in) {
        if (ListMoves.side(in, 3) < 0 || ListMoves.side(in, 4) < 0) {
            return;
        }
        long timeoutMs = BlockingTimeout.require(in, 5);
        if (timeoutMs != BlockingTimeout.WRONG && !tryMove(in)) {
            waitForSource(in, MOVE, timeoutMs);
        }
    }

    private static boolean tryPopAndPush(Invocation in) {
        long before = in.db().shared().stats().dirty;
        boolean answered = tryMove(in, false, true);
        if (in.db().shared().stats().dirty != before && in.engine().propagation().isActive()) {
            in.engine().propagation().begin(in, RPOPLPUSH).arg(in, 1).arg(in, 2).end();
        }
        return answered;
    }

    static void brpoplpush(Invocation in) {
        long timeoutMs = BlockingTimeout.require(in, 3);
        if (timeoutMs != BlockingTimeout.WRONG && !tryPopAndPush(in)) {
            waitForSource(in, POP_AND_PUSH, timeoutMs);
        }
    }

    private static void waitForSource(Invocation in, BlockedOperation operation, long timeoutMs) {
        if (in.mayBlock()) {
            block(in, operation, 1, 1, timeoutMs);
        } else {
            in.reply().nullBulk();
        }
    }

    private static boolean tryMove(Invocation in) {
        long before = in.db().shared().stats().dirty;
        boolean answered = tryMove(in, ListMoves.side(in, 3) == 1, ListMoves.side(in, 4) == 1);
        if (in.db().shared().stats().dirty != before && in.engine().propagation().isActive()) {
            in.engine()
                    .propagation()
                    .begin(in, LMOVE)
                    .arg(in, 1)
                    .arg(in, 2)
                    .arg(in, 3)
                    .arg(in, 4)
                    .end();
        }
        return answered;
    }

    private static boolean tryMove(Invocation in, boolean fromFront, boolean toFront) {
        return ListServing.serveMove(
                        in.engine(),
                        in.db(),
                        in.argAddress(1),
                        in.argLength(1),
                        in.argAddress(2),
                        in.argLength(2),
                        fromFront,
                        toFront,
                        in.reply())
                != ListServing.NOTHING;
    }

    static void blmpop(Invocation in) {
        long timeoutMs = BlockingTimeout.require(in, 1);
        if (timeoutMs == BlockingTimeout.WRONG) {
            return;
        }
        long count = ListMoves.multiPopArguments(in, 2);
        if (count == 0 || ListMoves.tryMultiPop(in, 2, count)) {
            return;
        }
        if (in.mayBlock()) {
            block(in, MULTI_POP, 3, ListMoves.multiPopKeys(in, 2), timeoutMs);
        } else {
            in.reply().nullArray();
        }
    }

    private static boolean tryMultiPop(Invocation in) {
        return ListMoves.tryMultiPop(in, 2, ListMoves.multiPopArguments(in, 2));
    }
}

package dev.spindle.engine.command.sortedset;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.keynum;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.blocking.BlockedOperation;
import dev.spindle.engine.blocking.BlockingTimeout;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.type.ValueType;

/** BZPOPMIN, BZPOPMAX and BZMPOP: the commands that wait for elements of sorted sets. */
final class BlockingPopCommands {

    private static final BlockedOperation POP_LEAST = (in, memo) -> tryPop(in, false);
    private static final BlockedOperation POP_GREATEST = (in, memo) -> tryPop(in, true);
    private static final BlockedOperation MULTI_POP =
            (in, memo) -> tryMultiPop(in, PopCommands.mpopArguments(in, 2));

    private BlockingPopCommands() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command(
                            "bzpopmin",
                            -3,
                            "write blocking fast",
                            "sortedset",
                            BlockingPopCommands::bzpopmin)
                    .keys(range("RW access delete", 1, -2, 1)),
            command(
                            "bzpopmax",
                            -3,
                            "write blocking fast",
                            "sortedset",
                            BlockingPopCommands::bzpopmax)
                    .keys(range("RW access delete", 1, -2, 1)),
            command(
                            "bzmpop",
                            -5,
                            "write blocking movablekeys",
                            "sortedset",
                            BlockingPopCommands::bzmpop)
                    .keys(keynum("RW access delete", 2)),
        };
    }

    static void bzpopmin(Invocation in) {
        pop(in, false);
    }

    static void bzpopmax(Invocation in) {
        pop(in, true);
    }

    private static void pop(Invocation in, boolean greatest) {
        long timeoutMs = BlockingTimeout.require(in, in.argc() - 1);
        if (timeoutMs != BlockingTimeout.WRONG && !tryPop(in, greatest)) {
            block(in, greatest ? POP_GREATEST : POP_LEAST, 1, in.argc() - 2, timeoutMs);
        }
    }

    private static void block(
            Invocation in, BlockedOperation operation, int firstKey, int keys, long timeoutMs) {
        if (in.mayBlock()) {
            in.engine()
                    .blocked()
                    .block(
                            in,
                            operation,
                            null,
                            firstKey,
                            keys,
                            ValueType.SORTED_SET,
                            false,
                            timeoutMs);
        } else {
            in.reply().nullArray();
        }
    }

    private static boolean tryPop(Invocation in, boolean greatest) {
        return popFirst(in, 1, in.argc() - 1, greatest, 1, PopCommands.KEY_AND_ELEMENT);
    }

    // From the first of some keys that has something; answers whether a reply was written.
    private static boolean popFirst(
            Invocation in, int from, int end, boolean greatest, long most, int form) {
        for (int key = from; key < end; key++) {
            long entry = in.writeAs(key, ValueType.SORTED_SET);
            if (entry == Invocation.WRONG_TYPE) {
                return true;
            }
            if (entry != 0) {
                PopCommands.pop(in, key, entry, greatest, most, form);
                return true;
            }
        }
        return false;
    }

    static void bzmpop(Invocation in) {
        long timeoutMs = BlockingTimeout.require(in, 1);
        if (timeoutMs == BlockingTimeout.WRONG) {
            return;
        }
        long count = PopCommands.mpopArguments(in, 2);
        if (count != 0 && !tryMultiPop(in, count)) {
            block(in, MULTI_POP, 3, PopCommands.mpopKeys(in, 2), timeoutMs);
        }
    }

    private static boolean tryMultiPop(Invocation in, long count) {
        int end = 3 + PopCommands.mpopKeys(in, 2);
        return popFirst(in, 3, end, count < 0, Math.abs(count), PopCommands.KEY_AND_PAIRS);
    }
}

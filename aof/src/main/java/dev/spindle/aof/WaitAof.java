package dev.spindle.aof;

import dev.spindle.engine.blocking.BlockedOperation;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;

/**
 * WAITAOF: waits until the effects of what was executed so far are on disk. There are no replicas, so who waits for some waits until its time
 * is up, as with a Redis that has none.
 */
final class WaitAof implements BlockedOperation {

    private static final WaitAof OPERATION = new WaitAof();

    private static final byte[] NOT_AN_INTEGER =
            Reply.errorLine("ERR value is not an integer or out of range");
    private static final byte[] NOT_0_OR_1 =
            Reply.errorLine("ERR value is out of range, value must between 0 and 1");
    private static final byte[] NOT_POSITIVE =
            Reply.errorLine("ERR value is out of range, must be positive");
    private static final byte[] WRONG_TIMEOUT =
            Reply.errorLine("ERR timeout is not an integer or out of range");
    private static final byte[] NEGATIVE_TIMEOUT = Reply.errorLine("ERR timeout is negative");
    private static final byte[] OFF =
            Reply.errorLine(
                    "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.");

    private static final int POSITION = 0;
    private static final int LOCAL = 1;
    private static final int REPLICAS = 2;

    private WaitAof() {}

    static void execute(Invocation in) {
        long local = number(in, 1);
        if (local < 0) {
            return;
        }
        if (local > 1) {
            in.reply().errorLine(NOT_0_OR_1);
            return;
        }
        long replicas = number(in, 2);
        if (replicas < 0) {
            return;
        }
        if (!in.isLong(3)) {
            in.reply().errorLine(WRONG_TIMEOUT);
            return;
        }
        long timeoutMs = in.longValue();
        if (timeoutMs < 0) {
            in.reply().errorLine(NEGATIVE_TIMEOUT);
            return;
        }
        AppendOnly log = AppendOnly.of(in.engine());
        if (local > 0 && !log.isOn()) {
            in.reply().errorLine(OFF);
            return;
        }
        long[] memo = {in.engine().durability().issued(), local, replicas};
        if (!in.mayBlock()) {
            answer(in, memo);
        } else if (!OPERATION.tryServe(in, memo)) {
            in.engine().blocked().block(in, OPERATION, memo, 0, 0, -1, false, timeoutMs);
            log.await(in.session());
        }
    }

    private static long number(Invocation in, int index) {
        if (!in.isLong(index)) {
            in.reply().errorLine(NOT_AN_INTEGER);
            return -1;
        }
        if (in.longValue() < 0) {
            in.reply().errorLine(index == 1 ? NOT_0_OR_1 : NOT_POSITIVE);
        }
        return in.longValue();
    }

    private static boolean isDurable(Invocation in, long[] memo) {
        AppendOnly log = AppendOnly.of(in.engine());
        return log.isOn() && log.durable() - memo[POSITION] >= 0;
    }

    @Override
    public boolean tryServe(Invocation in, long[] memo) {
        if (memo[LOCAL] > 0 && !AppendOnly.of(in.engine()).isOn()) {
            in.reply().errorLine(OFF);
            return true;
        }
        if (memo[LOCAL] > 0 && !isDurable(in, memo) || memo[REPLICAS] > 0) {
            return false;
        }
        answer(in, memo);
        return true;
    }

    @Override
    public boolean giveUp(Invocation in, long[] memo) {
        answer(in, memo);
        return true;
    }

    private static void answer(Invocation in, long[] memo) {
        in.reply().array(2);
        in.reply().integer(isDurable(in, memo) ? 1 : 0);
        in.reply().integer(0);
    }
}

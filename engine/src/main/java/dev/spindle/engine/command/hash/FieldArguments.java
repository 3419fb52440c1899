package dev.spindle.engine.command.hash;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;

/** The parts that commands on fields' times share: {@code FIELDS numfields field ...} and times. */
final class FieldArguments {

    static final byte[] FIELDS = {'f', 'i', 'e', 'l', 'd', 's'};
    static final byte[] EX = {'e', 'x'};
    static final byte[] PX = {'p', 'x'};
    static final byte[] EXAT = {'e', 'x', 'a', 't'};
    static final byte[] PXAT = {'p', 'x', 'a', 't'};

    /** Latest time that a field can expire at, epoch milliseconds. */
    static final long MOST_MS = 0x3FFF_FFFF_FFFFL;

    static final byte[] NOT_A_NUMBER_OF_FIELDS =
            Reply.errorLine("ERR Number of fields must be a positive integer");
    static final byte[] NO_FIELDS =
            Reply.errorLine("ERR Parameter `numFields` should be greater than 0");
    private static final byte[] MISSING =
            Reply.errorLine(
                    "ERR Mandatory argument FIELDS is missing or not at the right position");
    private static final byte[] MISMATCH =
            Reply.errorLine("ERR The `numfields` parameter must match the number of arguments");
    private static final byte[] NEGATIVE = Reply.errorLine("ERR invalid expire time, must be >= 0");

    private FieldArguments() {}

    /**
     * Checks the part from FIELDS to the end.
     *
     * @param at argument where FIELDS must stand.
     * @param notANumber the error for a bad number.
     * @return argument of the first field; -1 when an error was answered.
     */
    static int first(Invocation in, int at, byte[] notANumber) {
        if (at >= in.argc() || !in.argIs(at, FIELDS)) {
            in.reply().errorLine(MISSING);
            return -1;
        }
        if (at + 1 >= in.argc()) {
            HashKey.wrongArity(in);
            return -1;
        }
        if (!in.isLong(at + 1) || in.longValue() < 1) {
            in.reply().errorLine(notANumber);
            return -1;
        }
        if (in.longValue() != in.argc() - at - 2) {
            in.reply().errorLine(MISMATCH);
            return -1;
        }
        return at + 2;
    }

    /**
     * The moment that an argument names.
     *
     * @return epoch milliseconds, at least 0; -1 when an error was answered.
     */
    static long time(Invocation in, int index, boolean seconds, boolean relative) {
        if (!in.requireLong(index)) {
            return -1;
        }
        long time = in.longValue();
        if (time < 0) {
            in.reply().errorLine(NEGATIVE);
            return -1;
        }
        long base = relative ? in.nowMs() : 0;
        if (time > (seconds ? MOST_MS / 1000 : MOST_MS)
                || (seconds ? time * 1000 : time) > MOST_MS - base) {
            in.reply().error("ERR invalid expire time in '" + in.spec().fullName() + "' command");
            return -1;
        }
        return (seconds ? time * 1000 : time) + base;
    }
}

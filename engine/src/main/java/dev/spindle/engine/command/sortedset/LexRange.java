package dev.spindle.engine.command.sortedset;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.SortedSet;
import org.agrona.UnsafeApi;

/** A range of members in the order of their bytes: {@code [a}, {@code (a}, {@code -} for the very first, {@code +} for the last. */
final class LexRange extends RankRange {

    private static final byte[] NOT_VALID =
            Reply.errorLine("ERR min or max not valid string range item");
    private static final int CLOSED = '[';
    private static final int OPEN = '(';
    private static final int FIRST = '-';
    private static final int LAST = '+';

    private int leastKind;
    private long least;
    private int leastLength;
    private int mostKind;
    private long most;
    private int mostLength;

    @Override
    boolean parse(Invocation in, int leastArg, int mostArg) {
        leastKind = kind(in, leastArg);
        mostKind = kind(in, mostArg);
        if (leastKind == 0 || mostKind == 0) {
            in.reply().errorLine(NOT_VALID);
            return false;
        }
        least = in.argAddress(leastArg) + 1;
        leastLength = in.argLength(leastArg) - 1;
        most = in.argAddress(mostArg) + 1;
        mostLength = in.argLength(mostArg) - 1;
        return true;
    }

    private static int kind(Invocation in, int arg) {
        int length = in.argLength(arg);
        int first = length == 0 ? 0 : UnsafeApi.getByte(in.argAddress(arg));
        return switch (first) {
            case CLOSED, OPEN -> first;
            case FIRST, LAST -> length == 1 ? first : 0;
            default -> 0;
        };
    }

    @Override
    void select(SortedSet set) {
        long from =
                switch (leastKind) {
                    case FIRST -> 0;
                    case LAST -> set.size();
                    default -> set.countLexBelow(least, leastLength, leastKind == OPEN);
                };
        long end =
                switch (mostKind) {
                    case FIRST -> 0;
                    case LAST -> set.size();
                    default -> set.countLexBelow(most, mostLength, mostKind == CLOSED);
                };
        ranks(from, end);
    }
}

package dev.spindle.engine.command.sortedset;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.DoubleResult;
import dev.spindle.engine.text.Doubles;
import dev.spindle.engine.type.SortedSet;
import org.agrona.UnsafeApi;

/** A range of scores; an end in front of which stands a bracket is not part of it. */
final class ScoreRange extends RankRange {

    private static final byte[] NOT_A_FLOAT = Reply.errorLine("ERR min or max is not a float");

    private final DoubleResult number = new DoubleResult();
    private double least;
    private double most;
    private boolean aboveLeast;
    private boolean belowMost;

    @Override
    boolean parse(Invocation in, int leastArg, int mostArg) {
        aboveLeast = isOpen(in, leastArg);
        belowMost = isOpen(in, mostArg);
        if (!number(in, leastArg, aboveLeast)) {
            return false;
        }
        least = number.value;
        if (!number(in, mostArg, belowMost)) {
            return false;
        }
        most = number.value;
        return true;
    }

    private static boolean isOpen(Invocation in, int arg) {
        return in.argLength(arg) > 0 && UnsafeApi.getByte(in.argAddress(arg)) == '(';
    }

    private boolean number(Invocation in, int arg, boolean open) {
        int skip = open ? 1 : 0;
        if (Doubles.parseLoosely(in.argAddress(arg) + skip, in.argLength(arg) - skip, number)) {
            return true;
        }
        in.reply().errorLine(NOT_A_FLOAT);
        return false;
    }

    @Override
    void select(SortedSet set) {
        ranks(set.countBelow(least, aboveLeast), set.countBelow(most, !belowMost));
    }
}

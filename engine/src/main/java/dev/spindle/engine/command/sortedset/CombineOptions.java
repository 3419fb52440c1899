package dev.spindle.engine.command.sortedset;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.text.DoubleResult;
import dev.spindle.engine.text.Doubles;
import java.util.Arrays;

/** What stands behind the keys of ZUNION and its like, and what it means for scores. */
final class CombineOptions {

    private static final byte[] WEIGHTS = Ascii.bytes("weights");
    private static final byte[] AGGREGATE = Ascii.bytes("aggregate");
    private static final byte[] WITHSCORES = Ascii.bytes("withscores");
    private static final byte[] LIMIT = Ascii.bytes("limit");
    private static final byte[] SUM = Ascii.bytes("sum");
    private static final byte[] MIN = Ascii.bytes("min");
    private static final byte[] MAX = Ascii.bytes("max");
    private static final byte[] NOT_A_WEIGHT = Reply.errorLine("ERR weight value is not a float");
    private static final byte[] NEGATIVE_LIMIT = Reply.errorLine("ERR LIMIT can't be negative");

    private enum Aggregate {
        SUM,
        MIN,
        MAX
    }

    private final DoubleResult number = new DoubleResult();
    private double[] weights = new double[16];
    private Aggregate aggregate;
    boolean withScores;
    long limit;

    /**
     * Reads all options.
     *
     * @param numkeys the argument that says how many keys there are.
     * @param keys how many.
     * @param scored whether there may be weights and a way to aggregate.
     * @param shown whether scores may be asked for.
     * @return false when an error was answered.
     */
    boolean parse(Invocation in, int numkeys, int keys, boolean scored, boolean shown) {
        if (weights.length < keys) {
            weights = new double[Math.max(keys, 2 * weights.length)];
        }
        Arrays.fill(weights, 0, keys, 1);
        aggregate = Aggregate.SUM;
        withScores = false;
        int i = numkeys + 1 + keys;
        while (i < in.argc()) {
            int left = in.argc() - i;
            if (scored && left >= keys + 1 && in.argIs(i, WEIGHTS)) {
                if (!weights(in, i + 1, keys)) {
                    return false;
                }
                i += keys + 1;
            } else if (scored && left >= 2 && in.argIs(i, AGGREGATE) && aggregate(in, i + 1)) {
                i += 2;
            } else if (shown && in.argIs(i, WITHSCORES)) {
                withScores = true;
                i++;
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return false;
            }
        }
        return true;
    }

    private boolean weights(Invocation in, int from, int keys) {
        for (int i = 0; i < keys; i++) {
            if (!Doubles.parse(in.argAddress(from + i), in.argLength(from + i), number)) {
                in.reply().errorLine(NOT_A_WEIGHT);
                return false;
            }
            weights[i] = number.value;
        }
        return true;
    }

    private boolean aggregate(Invocation in, int arg) {
        if (in.argIs(arg, SUM)) {
            aggregate = Aggregate.SUM;
        } else if (in.argIs(arg, MIN)) {
            aggregate = Aggregate.MIN;
        } else if (in.argIs(arg, MAX)) {
            aggregate = Aggregate.MAX;
        } else {
            return false;
        }
        return true;
    }

    /** Reads the one option of ZINTERCARD; 0 is no limit. */
    boolean parseLimit(Invocation in, int numkeys, int keys) {
        limit = 0;
        for (int i = numkeys + 1 + keys; i < in.argc(); i += 2) {
            if (i + 1 >= in.argc() || !in.argIs(i, LIMIT)) {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return false;
            }
            if (!in.isLong(i + 1) || in.longValue() < 0) {
                in.reply().errorLine(NEGATIVE_LIMIT);
                return false;
            }
            limit = in.longValue();
        }
        return true;
    }

    /** Weight of an input. */
    double weight(int input) {
        return weights[input];
    }

    /** A score times its input's weight; 0 for what is no number. */
    double weighted(int input, double score) {
        double value = weights[input] * score;
        return value != value ? 0 : value;
    }

    /** Two scores of the same member as one. */
    double aggregate(double score, double value) {
        switch (aggregate) {
            case MIN -> {
                return value < score ? value : score;
            }
            case MAX -> {
                return value > score ? value : score;
            }
            default -> {
                // Infinities of both signs.
                double sum = score + value;
                return sum != sum ? 0 : sum;
            }
        }
    }
}

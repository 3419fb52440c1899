package dev.spindle.engine.command.sortedset;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.text.DoubleResult;
import dev.spindle.engine.text.Doubles;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.SortedSetType;
import dev.spindle.engine.type.ValueType;
import java.util.Arrays;

/** ZADD; ZINCRBY, which is ZADD with INCR; and what GEOADD needs of it. */
public final class AddCommands {

    /** Only add. */
    public static final int NX = 1;

    /** Only change. */
    public static final int XX = 2;

    private static final int GT = 4;
    private static final int LT = 8;

    /** Answer how many were changed, not only how many are new. */
    public static final int CH = 16;

    private static final int INCR = 32;

    private static final byte[][] OPTIONS = {
        Ascii.bytes("nx"),
        Ascii.bytes("xx"),
        Ascii.bytes("gt"),
        Ascii.bytes("lt"),
        Ascii.bytes("ch"),
        Ascii.bytes("incr")
    };

    private static final byte[] LOWER_CASE_ZADD = Ascii.bytes("zadd");

    private static final byte[] NX_AND_XX =
            Reply.errorLine("ERR XX and NX options at the same time are not compatible");
    private static final byte[] GT_LT_NX =
            Reply.errorLine("ERR GT, LT, and/or NX options at the same time are not compatible");
    private static final byte[] ONE_PAIR =
            Reply.errorLine("ERR INCR option supports a single increment-element pair");
    private static final byte[] NOT_A_NUMBER =
            Reply.errorLine("ERR resulting score is not a number (NaN)");

    private static final KeyspaceEvent ADDED =
            new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "zadd");
    private static final KeyspaceEvent INCREMENTED =
            new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "zincr");

    private final DoubleResult number = new DoubleResult();
    private double[] scores = new double[64];

    // Where the members of the command at hand stand among its arguments.
    private int firstMember;
    private int step;
    private int pairs;

    private int done;
    private int added;
    private int updated;
    private boolean skipped;
    private double result;

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("zadd", -4, "write denyoom fast", "sortedset", this::zadd)
                    .keys(range("RW update", 1, 0, 1))
                    .member(3),
            command("zincrby", 4, "write denyoom fast", "sortedset", in -> add(in, INCR, 2))
                    .keys(range("RW access update", 1, 0, 1))
                    .member(3),
        };
    }

    private static int option(Invocation in, int arg) {
        int length = in.argLength(arg);
        if (length != 2 && length != 4) {
            return 0;
        }
        for (int i = 0; i < OPTIONS.length; i++) {
            if (in.argIs(arg, OPTIONS[i])) {
                return 1 << i;
            }
        }
        return 0;
    }

    private void zadd(Invocation in) {
        int options = 0;
        int arg = 2;
        for (; arg < in.argc(); arg++) {
            int option = option(in, arg);
            if (option == 0) {
                break;
            }
            options |= option;
        }
        add(in, options, arg);
    }

    private static byte[] refusal(int options, int words) {
        if ((words & 1) != 0 || words == 0) {
            return ReplyErrors.SYNTAX;
        }
        if ((options & (NX | XX)) == (NX | XX)) {
            return NX_AND_XX;
        }
        int exclusive = options & (GT | LT | NX);
        if ((exclusive & exclusive - 1) != 0) {
            return GT_LT_NX;
        }
        return (options & INCR) != 0 && words > 2 ? ONE_PAIR : null;
    }

    private void add(Invocation in, int options, int first) {
        byte[] refusal = refusal(options, in.argc() - first);
        if (refusal != null) {
            in.reply().errorLine(refusal);
            return;
        }
        if (parseScores(in, first, in.argc() - first >> 1)) {
            run(in, options, first + 1, 2, in.argc() - first >> 1);
        }
    }

    /** Room for the scores of a command's elements, for {@link #run}. */
    public double[] scores(int count) {
        if (scores.length < count) {
            scores = Arrays.copyOf(scores, Math.max(count, 2 * scores.length));
        }
        return scores;
    }

    /**
     * Adds elements to the sorted set of argument 1 and answers.
     *
     * @param options {@link #NX}, {@link #XX}, {@link #CH}, or'd.
     * @param first argument of the first member.
     * @param distance between members.
     * @param count of elements; their {@link #scores} are set.
     */
    public void run(Invocation in, int options, int first, int distance, int count) {
        firstMember = first;
        step = distance;
        pairs = count;
        long entry = in.writeAs(1, ValueType.SORTED_SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        done = 0;
        added = 0;
        updated = 0;
        skipped = false;
        if (entry != 0 || (options & XX) == 0) {
            try {
                addAll(in, entry, options);
            } finally {
                // Memory may run out after some were added.
                announce(in, options);
            }
        } else {
            skipped = true;
        }
        if (in.reply().hasError()) {
            return;
        }
        if ((options & INCR) == 0) {
            in.reply().integer((options & CH) != 0 ? added + updated : added);
        } else if (skipped) {
            in.reply().nullBulk();
        } else {
            in.reply().real(result);
        }
    }

    private boolean parseScores(Invocation in, int first, int count) {
        scores(count);
        for (int i = 0; i < count; i++) {
            int arg = first + 2 * i;
            if (!Doubles.parse(in.argAddress(arg), in.argLength(arg), number)) {
                in.reply().errorLine(ReplyErrors.NOT_FLOAT);
                return false;
            }
            scores[i] = number.value;
        }
        return true;
    }

    private void addAll(Invocation in, long entry, int options) {
        SortedSetType type = in.engine().sortedSets();
        HotParameters hot = in.engine().config().hot();
        SortedSet set = type.first();
        int from = 0;
        if (entry == 0) {
            create(in);
            from = 1;
        } else {
            set.wrap(in.db(), entry);
        }
        for (int i = from; i < pairs; i++) {
            done = i;
            int arg = firstMember + step * i;
            double score = scores[i];
            if (set.find(in.argAddress(arg), in.argLength(arg))) {
                if (!change(set, options, score)) {
                    in.reply().errorLine(NOT_A_NUMBER);
                    return;
                }
            } else if ((options & XX) != 0) {
                skipped = true;
            } else {
                set.add(score, hot.zsetMaxListpackEntries(), hot.zsetMaxListpackValue());
                result = score;
                added++;
            }
        }
        done = pairs;
    }

    // As Redis 7.2 does: the whole command decides how the new set starts.
    private void create(Invocation in) {
        HotParameters hot = in.engine().config().hot();
        int longest = 0;
        for (int i = 0; i < pairs; i++) {
            longest = Math.max(longest, in.argLength(firstMember + step * i));
        }
        boolean large =
                pairs > hot.zsetMaxListpackEntries() || longest > hot.zsetMaxListpackValue();
        in.engine()
                .sortedSets()
                .create(
                        in.db(),
                        in.keyHash(1),
                        in.argAddress(1),
                        in.argLength(1),
                        large,
                        scores[0],
                        in.argAddress(firstMember),
                        in.argLength(firstMember));
        in.event(KeyspaceEvent.NEW, 1);
        result = scores[0];
        added = 1;
    }

    // The element found gets its new score, if the options allow; answers false for NaN.
    private boolean change(SortedSet set, int options, double score) {
        double before = set.foundScore();
        if ((options & NX) != 0) {
            skipped = true;
            return true;
        }
        double after = (options & INCR) != 0 ? before + score : score;
        if (after != after) {
            return false;
        }
        if ((options & LT) != 0 && after >= before || (options & GT) != 0 && after <= before) {
            skipped = true;
            return true;
        }
        result = after;
        if (after != before) {
            set.rescore(after);
            updated++;
        }
        return true;
    }

    // Of positions the scores are repeated; of what found no memory for all, those that found it.
    private void tell(Invocation in) {
        Propagation effects = in.engine().propagation();
        if (step == 2) {
            effects.upTo(firstMember - 1 + 2 * done);
            return;
        }
        if (!effects.isActive()) {
            return;
        }
        effects.begin(in, LOWER_CASE_ZADD);
        for (int i = 1; i < firstMember - 2; i++) {
            effects.arg(in, i);
        }
        for (int i = 0; i < done; i++) {
            effects.number((long) scores[i]).arg(in, firstMember + step * i);
        }
        effects.end();
    }

    private void announce(Invocation in, int options) {
        int changes = added + updated;
        if (changes > 0) {
            in.modified(1);
            in.db().shared().stats().dirty += changes - 1;
            in.event((options & INCR) != 0 ? INCREMENTED : ADDED, 1);
            tell(in);
        }
    }
}

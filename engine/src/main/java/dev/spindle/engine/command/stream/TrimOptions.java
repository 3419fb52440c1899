package dev.spindle.engine.command.stream;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import org.agrona.UnsafeApi;

/** The options that XADD and XTRIM have in common, and XADD's id. Reused; each parse replaces what was there. */
final class TrimOptions {

    private static final byte[] MAXLEN = Ascii.bytes("maxlen");
    private static final byte[] MINID = Ascii.bytes("minid");
    private static final byte[] LIMIT = Ascii.bytes("limit");
    private static final byte[] NOMKSTREAM = Ascii.bytes("nomkstream");

    private static final byte[] BOTH =
            Reply.errorLine(
                    "ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
    private static final byte[] NEGATIVE_LENGTH =
            Reply.errorLine("ERR The MAXLEN argument must be >= 0.");
    private static final byte[] NEGATIVE_LIMIT =
            Reply.errorLine("ERR The LIMIT argument must be >= 0.");
    private static final byte[] LIMIT_ALONE =
            Reply.errorLine(
                    "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
    private static final byte[] NO_STRATEGY =
            Reply.errorLine("ERR syntax error, XTRIM must be called with a trimming strategy");
    private static final byte[] LIMIT_EXACT =
            Reply.errorLine("ERR syntax error, LIMIT cannot be used without the special ~ option");

    private static final byte[] EXACTLY = {'='};

    private static final int NONE = 0;
    private static final int BY_LENGTH = 1;
    private static final int BY_ID = 2;

    // How many blocks approximate trimming without a limit goes through at most, and the bounds in
    // entries.
    private static final long BLOCKS = 100;
    private static final long USUAL_LIMIT = 10_000;
    private static final long MOST_LIMIT = 1_000_000;

    private final StreamId least = new StreamId();
    private int strategy;
    private boolean approximate;
    private boolean limitGiven;
    private int limitAt;
    private int thresholdAt;
    private long limit;
    private long length;

    /** XADD's id, where {@link #idGiven}. */
    final StreamId id = new StreamId();

    boolean idGiven;
    boolean noMakeStream;

    /** The argument at which options end: XADD's id. */
    int end;

    /** Parses from argument 2; answers an error itself and then false. */
    boolean parse(Invocation in, boolean add) {
        strategy = NONE;
        approximate = false;
        limitGiven = false;
        limit = 0;
        idGiven = false;
        noMakeStream = false;
        int index = 2;
        while (index < in.argc()) {
            boolean more = index + 1 < in.argc();
            if (add && isChar(in, index, '*')) {
                break;
            } else if (more && in.argIs(index, MAXLEN)) {
                index = threshold(in, index, BY_LENGTH);
            } else if (more && in.argIs(index, MINID)) {
                index = threshold(in, index, BY_ID);
            } else if (more && in.argIs(index, LIMIT)) {
                index = limit(in, index + 1);
            } else if (add && in.argIs(index, NOMKSTREAM)) {
                noMakeStream = true;
                index++;
            } else if (add) {
                if (!id.requireOrChosen(in, index)) {
                    return false;
                }
                idGiven = true;
                break;
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return false;
            }
            if (index < 0) {
                return false;
            }
        }
        end = index;
        return check(in, add);
    }

    static boolean isChar(Invocation in, int index, int wanted) {
        return in.argLength(index) == 1 && UnsafeApi.getByte(in.argAddress(index)) == wanted;
    }

    // Answers the argument behind, or -1 after an error.
    private int threshold(Invocation in, int index, int kind) {
        if (strategy != NONE) {
            in.reply().errorLine(BOTH);
            return -1;
        }
        int at = index + 1;
        approximate = false;
        if (at + 1 < in.argc()) {
            approximate = isChar(in, at, '~');
            at += approximate || isChar(in, at, '=') ? 1 : 0;
        }
        if (kind == BY_ID) {
            if (!least.require(in, at)) {
                return -1;
            }
        } else {
            if (!in.requireLong(at)) {
                return -1;
            }
            length = in.longValue();
            if (length < 0) {
                in.reply().errorLine(NEGATIVE_LENGTH);
                return -1;
            }
        }
        strategy = kind;
        thresholdAt = at;
        return at + 1;
    }

    private int limit(Invocation in, int index) {
        if (!in.requireLong(index)) {
            return -1;
        }
        limit = in.longValue();
        if (limit < 0) {
            in.reply().errorLine(NEGATIVE_LIMIT);
            return -1;
        }
        limitGiven = true;
        limitAt = index - 1;
        return index + 1;
    }

    private boolean check(Invocation in, boolean add) {
        byte[] error = null;
        if (limit != 0 && strategy == NONE) {
            error = LIMIT_ALONE;
        } else if (!add && strategy == NONE) {
            error = NO_STRATEGY;
        } else if (limitGiven && !approximate) {
            error = LIMIT_EXACT;
        }
        if (error != null) {
            in.reply().errorLine(error);
            return false;
        }
        if (!limitGiven && approximate) {
            limit = BLOCKS * in.engine().config().hot().streamNodeMaxEntries();
            limit = limit <= 0 ? USUAL_LIMIT : Math.min(limit, MOST_LIMIT);
        }
        return true;
    }

    /** Whether anything is to be trimmed at all. */
    boolean trims() {
        return strategy != NONE;
    }

    /** Whether the options, and XADD's id, say the same whenever they are repeated. */
    boolean isAbsolute() {
        return !approximate && idGiven && id.seqGiven;
    }

    boolean isApproximate() {
        return approximate;
    }

    /**
     * Writes key and options so that they say the same whenever they are repeated: what an approximate one came to is exact, and
     * needs no limit.
     *
     * @param log the stream, trimmed.
     * @param to behind the last option.
     */
    void tell(Invocation in, Propagation effects, StreamLog log, int to) {
        for (int i = 1; i < to; i++) {
            if (approximate && i == thresholdAt - 1) {
                effects.bulk(EXACTLY);
            } else if (approximate && i == thresholdAt) {
                tellThreshold(effects, log);
            } else if (limitGiven && i == limitAt) {
                i++;
            } else {
                effects.arg(in, i);
            }
        }
    }

    private void tellThreshold(Propagation effects, StreamLog log) {
        if (strategy == BY_LENGTH) {
            effects.number(log.length());
        } else if (log.length() == 0) {
            effects.id(StreamIds.MAX, StreamIds.MAX);
        } else {
            effects.id(log.firstMs(), log.firstSeq());
        }
    }

    /** Trims a stream; answers how many entries went. */
    long trim(StreamLog log) {
        return strategy == BY_LENGTH
                ? log.trimToLength(length, approximate, limit)
                : log.trimBelow(least.ms, least.seq, approximate, limit);
    }
}

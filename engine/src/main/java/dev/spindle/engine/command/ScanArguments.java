package dev.spindle.engine.command;

import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.GlobPattern;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/**
 * Cursor, MATCH and COUNT of the commands that walk one collection: SSCAN, HSCAN, ZSCAN. One object serves many calls; what it
 * holds is valid until the command returns.
 */
public final class ScanArguments {

    private static final byte[] INVALID_CURSOR = Reply.errorLine("ERR invalid cursor");
    private static final byte[] COUNT = "count".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MATCH = "match".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOVALUES = "novalues".getBytes(StandardCharsets.US_ASCII);
    private static final int OPTIONS = 3;
    private static final long DEFAULT_COUNT = 10;
    private static final int BUCKETS_PER_ELEMENT = 10;

    private long cursor;
    private long count;
    private long pattern;
    private int patternLength;
    private boolean noValues;

    /** Reads a cursor; answers Redis's error itself when it is none. */
    public boolean parseCursor(Invocation in, int arg) {
        if (read(in.argAddress(arg), in.argLength(arg))) {
            return true;
        }
        in.reply().errorLine(INVALID_CURSOR);
        return false;
    }

    /**
     * Reads MATCH and COUNT of a walk over a key's elements. Where there is no key the walk is over, whatever the options are.
     *
     * @param entry of the key; 0: there is none; {@link Invocation#WRONG_TYPE}: an error was answered.
     * @param haveValues whether NOVALUES may stand there too.
     * @return whether to walk; if not, all is answered.
     */
    public boolean begin(Invocation in, long entry, boolean haveValues) {
        if (entry == 0) {
            in.reply().array(2);
            in.reply().bulkInteger(0);
            in.reply().array(0);
            return false;
        }
        return entry != Invocation.WRONG_TYPE && parseOptions(in, haveValues);
    }

    // C's strtoul, which clients meet here: a sign is fine, nothing at all is 0, a negative number
    // wraps around.
    private boolean read(long address, int length) {
        int at = 0;
        boolean negative = false;
        if (length > 0) {
            byte sign = UnsafeApi.getByte(address);
            negative = sign == '-';
            at = negative || sign == '+' ? 1 : 0;
        }
        if (at == length && length > 0) {
            return false;
        }
        long value = 0;
        for (; at < length; at++) {
            int digit = UnsafeApi.getByte(address + at) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            // -1 / 10 as unsigned: the most that takes one more digit.
            int order = Long.compareUnsigned(value, Long.divideUnsigned(-1, 10));
            if (order > 0 || order == 0 && digit > 5) {
                return false;
            }
            value = value * 10 + digit;
        }
        cursor = negative ? -value : value;
        return true;
    }

    // Answers Redis's error itself when there is one.
    private boolean parseOptions(Invocation in, boolean haveValues) {
        count = DEFAULT_COUNT;
        patternLength = -1;
        noValues = false;
        for (int i = OPTIONS; i < in.argc(); i += 2) {
            if (haveValues && in.argIs(i, NOVALUES)) {
                noValues = true;
                i--;
            } else if (i + 1 == in.argc() || !option(in, i)) {
                if (!in.reply().hasError()) {
                    in.reply().errorLine(ReplyErrors.SYNTAX);
                }
                return false;
            }
        }
        return true;
    }

    private boolean option(Invocation in, int index) {
        if (in.argIs(index, COUNT)) {
            if (!in.requireLong(index + 1)) {
                return false;
            }
            count = in.longValue();
            return count > 0;
        }
        if (in.argIs(index, MATCH)) {
            pattern = in.argAddress(index + 1);
            patternLength = in.argLength(index + 1);
            if (GlobPattern.matchesAll(pattern, patternLength)) {
                patternLength = -1;
            }
            return true;
        }
        return false;
    }

    /** Whether values are left out. */
    public boolean noValues() {
        return noValues;
    }

    /** The cursor. */
    public long cursor() {
        return cursor;
    }

    /** How many elements a call should look at, at least 1. */
    public long count() {
        return count;
    }

    /** How many buckets a call looks at, at most. */
    public long mostBuckets() {
        return count > Long.MAX_VALUE / BUCKETS_PER_ELEMENT
                ? Long.MAX_VALUE
                : count * BUCKETS_PER_ELEMENT;
    }

    /** Whether an element is asked for. */
    public boolean matches(long address, int length) {
        return patternLength < 0
                || GlobPattern.matches(pattern, patternLength, address, length, false);
    }
}

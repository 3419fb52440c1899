package dev.spindle.engine.command.stream;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import org.agrona.UnsafeApi;

/** An id as an argument writes it, and what it can be besides a plain one. Reused; each parse replaces what was there. */
final class StreamId {

    private static final byte[] INVALID =
            Reply.errorLine("ERR Invalid stream ID specified as stream command argument");
    private static final byte[] INVALID_START =
            Reply.errorLine("ERR invalid start ID for the interval");
    private static final byte[] INVALID_END =
            Reply.errorLine("ERR invalid end ID for the interval");
    private static final int MOST_LENGTH = 127;

    private final LongResult number = new LongResult();

    long ms;
    long seq;

    /** Whether the sequence number was written out and not left to be chosen. */
    boolean seqGiven;

    /** Parses an id {@code ms}, {@code ms-seq}; answers an error when it is none. */
    boolean require(Invocation in, int index) {
        if (isStrict(in, index)) {
            return true;
        }
        in.reply().errorLine(INVALID);
        return false;
    }

    /** The same, where {@code ms-*} is an id whose sequence number is to be chosen. */
    boolean requireOrChosen(Invocation in, int index) {
        if (parse(in.argAddress(index), in.argLength(index), 0, true, true)) {
            return true;
        }
        in.reply().errorLine(INVALID);
        return false;
    }

    /** The same, where {@code -} and {@code +} are the least and the greatest id. */
    boolean requireOrEnd(Invocation in, int index) {
        if (parse(in.argAddress(index), in.argLength(index), 0, false, false)) {
            return true;
        }
        in.reply().errorLine(INVALID);
        return false;
    }

    /** Parses an id without answering an error. */
    boolean isStrict(Invocation in, int index) {
        return parse(in.argAddress(index), in.argLength(index), 0, true, false);
    }

    /** Parses the start of an interval, after {@code (} the id before it. */
    boolean requireStart(Invocation in, int index) {
        boolean exclusive = isExclusive(in, index);
        if (!bound(in, index, exclusive, 0)) {
            return false;
        }
        if (exclusive && !increment()) {
            in.reply().errorLine(INVALID_START);
            return false;
        }
        return true;
    }

    /** Parses the end of an interval, after {@code (} the id behind it. */
    boolean requireEnd(Invocation in, int index) {
        boolean exclusive = isExclusive(in, index);
        if (!bound(in, index, exclusive, StreamIds.MAX)) {
            return false;
        }
        if (exclusive && !decrement()) {
            in.reply().errorLine(INVALID_END);
            return false;
        }
        return true;
    }

    private static boolean isExclusive(Invocation in, int index) {
        return in.argLength(index) > 1 && UnsafeApi.getByte(in.argAddress(index)) == '(';
    }

    private boolean bound(Invocation in, int index, boolean exclusive, long missingSeq) {
        int skip = exclusive ? 1 : 0;
        if (parse(
                in.argAddress(index) + skip,
                in.argLength(index) - skip,
                missingSeq,
                exclusive,
                false)) {
            return true;
        }
        in.reply().errorLine(INVALID);
        return false;
    }

    /** Goes to the next id; false when there is none, and the id is then the least. */
    boolean increment() {
        if (++seq == 0) {
            ms++;
            return ms != 0;
        }
        return true;
    }

    private boolean decrement() {
        if (seq == 0) {
            if (ms == 0) {
                return false;
            }
            ms--;
        }
        seq--;
        return true;
    }

    private boolean parse(
            long address, int bytes, long missingSeq, boolean strict, boolean mayChoose) {
        if (bytes > MOST_LENGTH) {
            return false;
        }
        int length = textLength(address, bytes);
        seqGiven = true;
        if (length == 1) {
            byte only = UnsafeApi.getByte(address);
            if (only == '-' || only == '+') {
                ms = only == '-' ? 0 : StreamIds.MAX;
                seq = ms;
                return !strict;
            }
        }
        int dash = 0;
        while (dash < length && UnsafeApi.getByte(address + dash) != '-') {
            dash++;
        }
        if (!unsigned(address, dash)) {
            return false;
        }
        ms = number.value;
        seq = missingSeq;
        if (dash == length) {
            return true;
        }
        long behind = address + dash + 1;
        int left = length - dash - 1;
        if (mayChoose && left == 1 && UnsafeApi.getByte(behind) == '*') {
            seq = 0;
            seqGiven = false;
            return true;
        }
        if (!unsigned(behind, left)) {
            return false;
        }
        seq = number.value;
        return true;
    }

    // Redis reads the argument as a C string.
    private static int textLength(long address, int bytes) {
        int length = 0;
        while (length < bytes && UnsafeApi.getByte(address + length) != 0) {
            length++;
        }
        return length;
    }

    // A canonical number that is not negative, or what C's strtoull takes: blanks, a sign, leading
    // zeros, up to 2^64 - 1.
    private boolean unsigned(long address, int length) {
        if (Numbers.parseLong(address, length, number)) {
            return number.value >= 0;
        }
        int at = 0;
        while (at < length && isBlank(UnsafeApi.getByte(address + at))) {
            at++;
        }
        boolean negative = false;
        if (at < length) {
            byte sign = UnsafeApi.getByte(address + at);
            negative = sign == '-';
            at += negative || sign == '+' ? 1 : 0;
        }
        if (at == length) {
            return false;
        }
        long value = 0;
        for (; at < length; at++) {
            int digit = UnsafeApi.getByte(address + at) - '0';
            if (digit < 0 || digit > 9 || !fits(value, digit)) {
                return false;
            }
            value = value * 10 + digit;
        }
        number.value = negative ? -value : value;
        return true;
    }

    private static boolean fits(long value, int digit) {
        long most = Long.divideUnsigned(-1L, 10);
        int order = Long.compareUnsigned(value, most);
        return order < 0 || order == 0 && digit <= 5;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b >= 9 && b <= 13;
    }
}

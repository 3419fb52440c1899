package dev.spindle.engine.command.hash;

import dev.spindle.engine.text.LongResult;
import org.agrona.UnsafeApi;

/** Cursors as C's strtoul reads them, which clients meet here: a sign is fine, nothing is 0, a negative number wraps. */
final class ScanCursor {

    private ScanCursor() {}

    /** Parses a cursor; answers false when it is none. */
    static boolean parse(long address, int length, LongResult cursor) {
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
        cursor.value = negative ? -value : value;
        return true;
    }
}

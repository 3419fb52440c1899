package dev.spindle.engine.resp;

import dev.spindle.engine.text.QuotedWords;
import java.util.List;
import org.agrona.UnsafeApi;

/**
 * Finds complete requests in received bytes, in either form: an array of bulk strings, or an inline line.
 *
 * <pre>
 *   *2\r\n$3\r\nGET\r\n$3\r\nkey\r\n        GET key\r\n
 * </pre>
 *
 * Arguments are addresses into the buffer; nothing is copied but the words of inline requests with quotes. An incomplete
 * request at the end is left for the next call; a long one is remembered in a {@link PartialRequest}. Every length is
 * checked before it is used. After a protocol error the requests before it are still valid and the client must be closed.
 */
public final class RequestParser {

    private static final long INCOMPLETE = -1;
    private static final long FAILED = -2;
    private static final int INLINE_MAX = 64 << 10;
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int UNAUTHENTICATED_ARGS = 10;
    private static final int UNAUTHENTICATED_BULK = 16384;
    private static final long LONGEST_BULK = Integer.MAX_VALUE - 64L;

    private static final short LINE_END = '\r' | '\n' << 8;

    private long maxBulkLength = 512L << 20;
    private ProtocolError error = ProtocolError.NONE;
    private byte offending;
    private long errorAt;
    private long number;
    private boolean clean;
    private long scratch;
    private long scratchSize;
    private long scratchUsed;

    /** Sets proto-max-bulk-len; what an int cannot count is out of reach whatever is set. */
    public void maxBulkLength(long bytes) {
        maxBulkLength = Math.min(bytes, LONGEST_BULK);
    }

    /** What went wrong in the last call. */
    public ProtocolError error() {
        return error;
    }

    /** Where the offending line begins, counted from the address that was parsed. */
    public long errorAt() {
        return errorAt;
    }

    /** The text of the error, without code. */
    public String errorText() {
        return error.text(offending);
    }

    /**
     * Parses as many requests as are complete and fit the batch; only one while the client is not authenticated, since that one
     * may lift the limits for the next.
     *
     * @param address first unconsumed byte.
     * @param length number of bytes.
     * @param authenticated whether the client may send large requests yet.
     * @param partial what the last call remembered for this client.
     * @param batch receives the requests; cleared first.
     * @return bytes up to the end of the last complete request, empty ones (which give nothing to execute) included.
     */
    public long parse(
            long address,
            long length,
            boolean authenticated,
            PartialRequest partial,
            RequestBatch batch) {
        batch.clear();
        error = ProtocolError.NONE;
        scratchUsed = 0;
        if (partial.needed() > length) {
            return 0;
        }
        long at = 0;
        while (at < length && !batch.isFull()) {
            batch.begin();
            long from = address + at;
            boolean array = UnsafeApi.getByte(from) == '*' || partial.isKept();
            // What was seen of a request in an earlier call is not looked at again.
            clean = !partial.isKept();
            long next =
                    array
                            ? parseMultibulk(address, at, length, authenticated, partial, batch)
                            : parseInline(address, at, length, batch);
            if (next < 0) {
                break;
            }
            at = next;
            if (batch.pendingArgs() > 0) {
                batch.complete(at, array && clean ? from : 0);
                if (!authenticated) {
                    break;
                }
            }
        }
        return at;
    }

    private long fail(ProtocolError what, long position) {
        error = what;
        errorAt = position;
        return FAILED;
    }

    private long parseMultibulk(
            long address,
            long from,
            long length,
            boolean authenticated,
            PartialRequest partial,
            RequestBatch batch) {
        long at;
        long remaining;
        boolean kept = partial.isKept() && from == 0;
        if (kept) {
            at = partial.position();
            remaining = partial.remaining();
        } else {
            at = readNumber(address, from + 1, length);
            if (at == INCOMPLETE) {
                return length - from > INLINE_MAX
                        ? fail(ProtocolError.BIG_MULTIBULK_COUNT, from)
                        : INCOMPLETE;
            }
            if (at == FAILED || number > Integer.MAX_VALUE) {
                return fail(ProtocolError.INVALID_MULTIBULK_LENGTH, from);
            }
            if (number > UNAUTHENTICATED_ARGS && !authenticated) {
                return fail(ProtocolError.UNAUTHENTICATED_MULTIBULK, from);
            }
            remaining = Math.max(0, number);
        }
        while (remaining > 0) {
            long next = parseBulk(address, from, at, length, authenticated, partial, batch);
            if (next < 0) {
                if (kept) {
                    partial.reached(remaining, at);
                } else if (from == 0 && batch.pendingArgs() >= PartialRequest.WORTH_KEEPING) {
                    partial.keep(batch, address, remaining, at);
                }
                return next;
            }
            at = next;
            remaining--;
        }
        if (from == 0) {
            if (kept) {
                partial.restore(batch, address);
            }
            partial.clear();
        }
        return at;
    }

    private long parseBulk(
            long address,
            long from,
            long position,
            long length,
            boolean authenticated,
            PartialRequest partial,
            RequestBatch batch) {
        if (position >= length) {
            return INCOMPLETE;
        }
        byte type = UnsafeApi.getByte(address + position);
        if (type != '$') {
            if (readLineEnd(address, position, length) < 0) {
                return length - position > INLINE_MAX
                        ? fail(ProtocolError.BIG_BULK_COUNT, position)
                        : INCOMPLETE;
            }
            offending = type;
            return fail(ProtocolError.EXPECTED_DOLLAR, position);
        }
        long at = readNumber(address, position + 1, length);
        if (at == INCOMPLETE) {
            return length - position > INLINE_MAX
                    ? fail(ProtocolError.BIG_BULK_COUNT, position)
                    : INCOMPLETE;
        }
        if (at == FAILED || number < 0 || number > maxBulkLength) {
            return fail(ProtocolError.INVALID_BULK_LENGTH, position);
        }
        if (number > UNAUTHENTICATED_BULK && !authenticated) {
            return fail(ProtocolError.UNAUTHENTICATED_BULK, position);
        }
        long end = at + number + 2;
        if (end > length) {
            if (from == 0) {
                partial.needed(end);
            }
            return INCOMPLETE;
        }
        clean &= UnsafeApi.getShort(address + end - 2) == LINE_END;
        if (from == 0 && partial.isKept()) {
            partial.add(at, (int) number);
        } else {
            batch.addArg(address + at, (int) number);
        }
        return end;
    }

    // A NUL hides the rest of the line: Redis looks for the end of a line as the end of a C string.
    private long readLineEnd(long address, long from, long length) {
        for (long i = from; i < length - 1; i++) {
            byte b = UnsafeApi.getByte(address + i);
            if (b == '\r') {
                return i;
            }
            if (b == 0) {
                break;
            }
        }
        return INCOMPLETE;
    }

    // Reads digits up to CR LF into `number`; answers the position behind them.
    private long readNumber(long address, long from, long length) {
        long at = from;
        // The usual case: one to nine digits, complete.
        int value = 0;
        int digits = 0;
        while (at < length - 1) {
            int digit = UnsafeApi.getByte(address + at) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            value = value * 10 + digit;
            digits++;
            at++;
            if (digits > 9) {
                clean = false;
                return readLongNumber(address, from, length);
            }
        }
        if (at >= length - 1) {
            return INCOMPLETE;
        }
        if (digits > 0
                && UnsafeApi.getByte(address + at) == '\r'
                && (digits == 1 || leading(address + from) != '0')) {
            number = value;
            clean &= UnsafeApi.getByte(address + at + 1) == '\n';
            return at + 2;
        }
        clean = false;
        return readLongNumber(address, from, length);
    }

    private static byte leading(long address) {
        return UnsafeApi.getByte(address);
    }

    // Everything else: signs, more digits, leading zeros, rubbish. Rules of a strict decimal long.
    private long readLongNumber(long address, long from, long length) {
        long end = readLineEnd(address, from, length);
        if (end < 0) {
            return INCOMPLETE;
        }
        boolean negative = UnsafeApi.getByte(address + from) == '-';
        long at = negative ? from + 1 : from;
        int digits = (int) Math.min(end - at, 100);
        if (digits <= 0 || digits > 19) {
            return FAILED;
        }
        byte first = UnsafeApi.getByte(address + at);
        if (first == '0' && (digits > 1 || negative)) {
            return FAILED;
        }
        // Negative values reach one further, so the sum is kept below zero.
        long value = 0;
        long least = negative ? Long.MIN_VALUE : -Long.MAX_VALUE;
        for (; at < end; at++) {
            int digit = UnsafeApi.getByte(address + at) - '0';
            if (digit < 0 || digit > 9 || value < (least + digit) / 10) {
                return FAILED;
            }
            value = value * 10 - digit;
        }
        number = negative ? value : -value;
        return end + 2;
    }

    private long parseInline(long address, long from, long length, RequestBatch batch) {
        long end = from;
        boolean quoted = false;
        byte b = 0;
        while (end < length) {
            b = UnsafeApi.getByte(address + end);
            if (b == '\n' || b == 0) {
                break;
            }
            quoted |= b == '"' || b == '\'';
            end++;
        }
        if (end == length || b == 0) {
            return length - from > INLINE_MAX ? fail(ProtocolError.BIG_INLINE, from) : INCOMPLETE;
        }
        long lineEnd = end > from && UnsafeApi.getByte(address + end - 1) == '\r' ? end - 1 : end;
        if (quoted) {
            return splitQuoted(address, from, (int) (lineEnd - from), batch, end + 1);
        }
        long at = from;
        while (at < lineEnd) {
            while (at < lineEnd && isSpace(UnsafeApi.getByte(address + at))) {
                at++;
            }
            long word = at;
            while (at < lineEnd && !endsWord(UnsafeApi.getByte(address + at))) {
                at++;
            }
            if (at > word) {
                batch.addArg(address + word, (int) (at - word));
            }
        }
        return end + 1;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b >= 9 && b <= 13;
    }

    // Narrower than isSpace, as in Redis: a vertical tab inside a word belongs to it.
    private static boolean endsWord(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    // Unescaped words stand in a scratch block, which is valid until the next parse.
    private long splitQuoted(long address, long from, int length, RequestBatch batch, long end) {
        if (scratchSize - scratchUsed < length) {
            if (scratchUsed > 0) {
                // The words of earlier requests of this batch are in use; this line waits for the
                // next batch.
                return INCOMPLETE;
            }
            if (scratch != 0) {
                UnsafeApi.freeMemory(scratch);
            }
            scratchSize = Math.max(4096, 2L * length);
            scratch = UnsafeApi.allocateMemory(scratchSize);
        }
        byte[] line = new byte[length];
        UnsafeApi.copyMemory(null, address + from, line, BYTES, length);
        List<byte[]> words = QuotedWords.split(line);
        if (words == null) {
            return fail(ProtocolError.UNBALANCED_QUOTES, from);
        }
        for (byte[] word : words) {
            long to = scratch + scratchUsed;
            UnsafeApi.copyMemory(word, BYTES, null, to, word.length);
            batch.addArg(to, word.length);
            scratchUsed += word.length;
        }
        return end;
    }
}

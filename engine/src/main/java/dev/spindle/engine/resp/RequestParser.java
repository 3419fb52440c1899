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

    private long maxBulkLength = 512L << 20;
    private ProtocolError error = ProtocolError.NONE;
    private byte offending;
    private long number;
    private long scratch;
    private long scratchSize;
    private long scratchUsed;

    /** Sets proto-max-bulk-len. */
    public void maxBulkLength(long bytes) {
        maxBulkLength = bytes;
    }

    /** What went wrong in the last call. */
    public ProtocolError error() {
        return error;
    }

    /** The text of the error, without code. */
    public String errorText() {
        return error.text(offending);
    }

    /**
     * Parses as many requests as are complete and fit the batch.
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
            long next =
                    UnsafeApi.getByte(address + at) == '*' || partial.isKept()
                            ? parseMultibulk(address, at, length, authenticated, partial, batch)
                            : parseInline(address, at, length, batch);
            if (next < 0) {
                break;
            }
            at = next;
            if (batch.pendingArgs() > 0) {
                batch.complete(at);
            }
        }
        return at;
    }

    private long fail(ProtocolError what) {
        error = what;
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
        if (partial.isKept() && from == 0) {
            partial.restore(batch, address);
            at = partial.position();
            remaining = partial.remaining();
        } else {
            at = readNumber(address, from + 1, length);
            if (at == INCOMPLETE) {
                return length - from > INLINE_MAX
                        ? fail(ProtocolError.BIG_MULTIBULK_COUNT)
                        : INCOMPLETE;
            }
            if (at == FAILED || number > Integer.MAX_VALUE) {
                return fail(ProtocolError.INVALID_MULTIBULK_LENGTH);
            }
            if (number > UNAUTHENTICATED_ARGS && !authenticated) {
                return fail(ProtocolError.UNAUTHENTICATED_MULTIBULK);
            }
            remaining = Math.max(0, number);
        }
        while (remaining > 0) {
            long next = parseBulk(address, from, at, length, authenticated, partial, batch);
            if (next == INCOMPLETE
                    && from == 0
                    && batch.pendingArgs() >= PartialRequest.WORTH_KEEPING) {
                partial.keep(batch, address, remaining, at);
            }
            if (next < 0) {
                return next;
            }
            at = next;
            remaining--;
        }
        if (from == 0) {
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
                        ? fail(ProtocolError.BIG_BULK_COUNT)
                        : INCOMPLETE;
            }
            offending = type;
            return fail(ProtocolError.EXPECTED_DOLLAR);
        }
        long at = readNumber(address, position + 1, length);
        if (at == INCOMPLETE) {
            return length - position > INLINE_MAX ? fail(ProtocolError.BIG_BULK_COUNT) : INCOMPLETE;
        }
        if (at == FAILED || number < 0 || number > maxBulkLength) {
            return fail(ProtocolError.INVALID_BULK_LENGTH);
        }
        if (number > UNAUTHENTICATED_BULK && !authenticated) {
            return fail(ProtocolError.UNAUTHENTICATED_BULK);
        }
        long end = at + number + 2;
        if (end > length) {
            if (from == 0) {
                partial.needed(end);
            }
            return INCOMPLETE;
        }
        batch.addArg(address + at, (int) number);
        return end;
    }

    private long readLineEnd(long address, long from, long length) {
        for (long i = from; i < length - 1; i++) {
            if (UnsafeApi.getByte(address + i) == '\r') {
                return i;
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
            return at + 2;
        }
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
        long value = 0;
        for (; at < end; at++) {
            int digit = UnsafeApi.getByte(address + at) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return FAILED;
            }
            value = value * 10 + digit;
        }
        number = negative ? -value : value;
        return end + 2;
    }

    private long parseInline(long address, long from, long length, RequestBatch batch) {
        long end = from;
        boolean quoted = false;
        while (end < length) {
            byte b = UnsafeApi.getByte(address + end);
            if (b == '\n') {
                break;
            }
            quoted |= b == '"' || b == '\'' || b == 0;
            end++;
        }
        if (end == length) {
            return length - from > INLINE_MAX ? fail(ProtocolError.BIG_INLINE) : INCOMPLETE;
        }
        long lineEnd = end > from && UnsafeApi.getByte(address + end - 1) == '\r' ? end - 1 : end;
        if (quoted) {
            return splitQuoted(address + from, (int) (lineEnd - from), batch, end + 1);
        }
        long at = from;
        while (at < lineEnd) {
            while (at < lineEnd && isSpace(UnsafeApi.getByte(address + at))) {
                at++;
            }
            long word = at;
            while (at < lineEnd && !isSpace(UnsafeApi.getByte(address + at))) {
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

    // Unescaped words stand in a scratch block, which is valid until the next parse.
    private long splitQuoted(long address, int length, RequestBatch batch, long end) {
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
        UnsafeApi.copyMemory(null, address, line, BYTES, length);
        List<byte[]> words = QuotedWords.split(line);
        if (words == null) {
            return fail(ProtocolError.UNBALANCED_QUOTES);
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

package dev.spindle.engine.resp;

import dev.spindle.engine.memory.ByteCopy;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.text.BulkHeader;
import dev.spindle.engine.text.Doubles;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/**
 * Writes replies in the protocol version of the client at hand. One writer serves all clients: it is pointed at a
 * client's buffer before each batch. The methods that take addresses are the hot ones and allocate nothing; those that
 * take Strings are for the control plane.
 */
public final class Reply {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final byte[] NULL_BULK = Ascii.bytes("$-1\r\n");
    private static final byte[] NULL_ARRAY = Ascii.bytes("*-1\r\n");
    private static final byte[] NULL3 = Ascii.bytes("_\r\n");
    private static final int SHARED_INTEGERS = 10_000;
    private static final int MAX_LONG = 20;

    // ":n\r\n" for small n, as 8 bytes and a length each: one load and one store.
    private static final long[] SMALL_INTEGER = new long[SHARED_INTEGERS];

    static {
        for (int i = 0; i < SHARED_INTEGERS; i++) {
            SMALL_INTEGER[i] = word(":" + i + "\r\n");
        }
    }

    private ReplyBuffer out;
    private int protocol = 2;
    private byte[] errorLine;
    private boolean errorShared;

    private static long word(String text) {
        long word = 0;
        for (int i = text.length() - 1; i >= 0; i--) {
            word = word << 8 | text.charAt(i);
        }
        return word;
    }

    /** Points the writer at a client. */
    public void target(ReplyBuffer buffer, int protocolVersion) {
        out = buffer;
        protocol = protocolVersion;
    }

    /** Changes the protocol version of what follows, as HELLO does. */
    public void protocol(int version) {
        protocol = version;
    }

    /** 2 or 3. */
    public int protocol() {
        return protocol;
    }

    /** The buffer written to. */
    public ReplyBuffer buffer() {
        return out;
    }

    /** Whether an error was written since {@link #takeError}. */
    public boolean hasError() {
        return errorLine != null;
    }

    /** Whether the last error's line is one that is made once and written often. */
    public boolean isErrorShared() {
        return errorShared;
    }

    /** The line of the last error written, or null; the call forgets it. Feeds the error statistics. */
    public byte[] takeError() {
        byte[] line = errorLine;
        errorLine = null;
        return line;
    }

    /** {@code +OK}. */
    public void ok() {
        long to = out.reserve(8);
        UnsafeApi.putLong(to, 0x0A0D4B4F2BL);
        out.advance(to + 5);
    }

    /** An integer. */
    public void integer(long value) {
        if (value >= 0 && value < SHARED_INTEGERS) {
            long to = out.reserve(8);
            long word = SMALL_INTEGER[(int) value];
            UnsafeApi.putLong(to, word);
            out.advance(to + 8 - (Long.numberOfLeadingZeros(word) >>> 3));
            return;
        }
        header((byte) ':', value);
    }

    private void header(byte type, long value) {
        out.advance(line(out.reserve(MAX_LONG + 3), type, value));
    }

    // The next three write where there is room already, and give the address behind what they
    // wrote.

    private static long line(long to, byte type, long value) {
        UnsafeApi.putByte(to, type);
        return crlf(DecimalWriter.write(to + 1, value));
    }

    private static long bulkLine(long to, long length) {
        if (length >= BulkHeader.LENGTHS) {
            return line(to, (byte) '$', length);
        }
        long word = BulkHeader.word((int) length);
        UnsafeApi.putLong(to, word);
        return to + BulkHeader.size(word);
    }

    private static long crlf(long to) {
        UnsafeApi.putByte(to, (byte) '\r');
        UnsafeApi.putByte(to + 1, (byte) '\n');
        return to + 2;
    }

    /** A bulk string of bytes outside the heap. */
    public void bulk(long address, long length) {
        if (length > 4096) {
            largeBulk(address, length);
            return;
        }
        long to = bulkLine(out.reserve(length + 16), length);
        ByteCopy.copy(address, to, length);
        out.advance(crlf(to + length));
    }

    /** A bulk string that lies in two places outside the heap. */
    public void bulk(long first, long firstLength, long second, long secondLength) {
        long length = firstLength + secondLength;
        if (length > 4096) {
            header((byte) '$', length);
            out.append(first, firstLength);
            out.append(second, secondLength);
            crlf();
            return;
        }
        long to = bulkLine(out.reserve(length + 16), length);
        ByteCopy.copy(first, to, firstLength);
        to += firstLength;
        ByteCopy.copy(second, to, secondLength);
        out.advance(crlf(to + secondLength));
    }

    private void largeBulk(long address, long length) {
        header((byte) '$', length);
        out.append(address, length);
        crlf();
    }

    private void crlf() {
        out.advance(crlf(out.reserve(2)));
    }

    /** A bulk string of heap bytes. */
    public void bulk(byte[] bytes) {
        header((byte) '$', bytes.length);
        raw(bytes);
        crlf();
    }

    /** A bulk string of text, as UTF-8. */
    public void bulk(String text) {
        bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A bulk string holding a decimal number. */
    public void bulkInteger(long value) {
        int digits = DecimalWriter.length(value);
        long to = line(out.reserve(MAX_LONG + 16), (byte) '$', digits);
        out.advance(crlf(DecimalWriter.write(to, value)));
    }

    /** A simple string; ASCII without line ends. */
    public void simple(String text) {
        raw(Ascii.bytes("+" + text + "\r\n"));
    }

    /**
     * An error.
     *
     * @param text code and message without the leading dash, such as {@code ERR syntax error}. Line ends become spaces.
     */
    public void error(String text) {
        byte[] line =
                ("-" + text.replace('\r', ' ').replace('\n', ' ') + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        errorLine = line;
        errorShared = false;
        raw(line);
    }

    /**
     * An error that was made once, without allocation.
     *
     * @param line the whole line from {@code -} to the line end; see {@link #errorLine}.
     */
    public void errorLine(byte[] line) {
        errorLine = line;
        errorShared = true;
        raw(line);
    }

    /** Makes the line for {@link #errorLine(byte[])}. */
    public static byte[] errorLine(String text) {
        return Ascii.bytes("-" + text + "\r\n");
    }

    /** Bytes as they are; they must be a well-formed reply or a part of one. */
    public void raw(byte[] bytes) {
        raw(bytes, bytes.length);
    }

    private void raw(byte[] bytes, int length) {
        long to = out.reserve(length);
        UnsafeApi.copyMemory(bytes, BYTES, null, to, length);
        out.advance(to + length);
    }

    /** The absence of a value where a bulk string could stand: {@code $-1} or {@code _}. */
    public void nullBulk() {
        raw(protocol == 3 ? NULL3 : NULL_BULK);
    }

    /** The absence of a value where an array could stand: {@code *-1} or {@code _}. */
    public void nullArray() {
        raw(protocol == 3 ? NULL3 : NULL_ARRAY);
    }

    /** The start of an array; its elements follow. */
    public void array(long elements) {
        header((byte) '*', elements);
    }

    /** The start of a map: as many pairs follow; in RESP2 a flat array. */
    public void map(long pairs) {
        if (protocol == 3) {
            header((byte) '%', pairs);
        } else {
            header((byte) '*', pairs * 2);
        }
    }

    /** The start of a set; in RESP2 an array. */
    public void set(long elements) {
        header(protocol == 3 ? (byte) '~' : (byte) '*', elements);
    }

    /** The start of an out-of-band push; in RESP2 an array. */
    public void push(long elements) {
        header(protocol == 3 ? (byte) '>' : (byte) '*', elements);
    }

    /** The start of an attribute; only meaningful in RESP3. */
    public void attribute(long pairs) {
        header((byte) '|', pairs);
    }

    /** A boolean; in RESP2 1 or 0. */
    public void bool(boolean value) {
        if (protocol == 3) {
            raw(Ascii.bytes(value ? "#t\r\n" : "#f\r\n"));
        } else {
            integer(value ? 1 : 0);
        }
    }

    /**
     * A double.
     *
     * @param text its decimal form as Redis writes it; a bulk string in RESP2.
     */
    public void doubleText(String text) {
        if (protocol == 3) {
            raw(Ascii.bytes("," + text + "\r\n"));
        } else {
            bulk(text);
        }
    }

    /** A double, as Redis writes it; a bulk string in RESP2. Allocates nothing. */
    public void real(double value) {
        long to = out.reserve(2L * Doubles.MAX_LENGTH + 16);
        if (protocol == 3) {
            UnsafeApi.putByte(to, (byte) ',');
            to += 1 + Doubles.write(to + 1, value);
        } else {
            // The length comes first, so the text is moved to where it leaves off.
            long text = to + Doubles.MAX_LENGTH + 8;
            int length = Doubles.write(text, value);
            to = line(to, (byte) '$', length);
            ByteCopy.copy(text, to, length);
            to += length;
        }
        out.advance(crlf(to));
    }

    /** A big number; a bulk string in RESP2. */
    public void bigNumber(String digits) {
        if (protocol == 3) {
            raw(Ascii.bytes("(" + digits + "\r\n"));
        } else {
            bulk(digits);
        }
    }

    /**
     * Text with a format of three letters, such as {@code txt}; a bulk string in RESP2.
     */
    public void verbatim(String format, byte[] text) {
        verbatim(format, text, text.length);
    }

    /** The same with the first bytes of an array. */
    public void verbatim(String format, byte[] text, int length) {
        if (protocol == 3) {
            header((byte) '=', length + 4L);
            raw(Ascii.bytes(format + ":"));
        } else {
            header((byte) '$', length);
        }
        raw(text, length);
        crlf();
    }

    /** An array of bulk strings. */
    public void bulks(Iterable<String> texts) {
        int n = 0;
        for (String ignored : texts) {
            n++;
        }
        array(n);
        for (String text : texts) {
            bulk(text);
        }
    }
}

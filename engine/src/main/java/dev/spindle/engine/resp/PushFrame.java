package dev.spindle.engine.resp;

import dev.spindle.engine.memory.Scratch;
import org.agrona.UnsafeApi;

/**
 * A message that is put together once and appended to the outputs of many clients. Both versions of the protocol have the same
 * bytes but for the first: a push is an array to RESP2. Used again and again; allocates nothing.
 */
public final class PushFrame {

    private static final int MOST_DIGITS = 20;

    private final Scratch bytes = new Scratch();

    /** Starts a message of so many elements; they follow. */
    public void begin(long elements) {
        clear();
        header('>', elements);
    }

    /** Empties it, for elements that are to be appended to a message. */
    public void clear() {
        bytes.clear();
    }

    /** The elements that stand in another. */
    public void append(PushFrame elements) {
        bytes.append(elements.bytes.address(), elements.bytes.length());
    }

    /** The start of an array among the elements. */
    public void array(long elements) {
        header('*', elements);
    }

    /** An integer. */
    public void integer(long value) {
        header(':', value);
    }

    private void header(char type, long value) {
        long to = bytes.extend(MOST_DIGITS + 3);
        UnsafeApi.putByte(to, (byte) type);
        long end = DecimalWriter.write(to + 1, value);
        UnsafeApi.putByte(end, (byte) '\r');
        UnsafeApi.putByte(end + 1, (byte) '\n');
        bytes.length(end + 2 - bytes.address());
    }

    /** A bulk string of bytes outside the heap. */
    public void bulk(long address, long length) {
        header('$', length);
        bytes.append(address, length);
        lineEnd();
    }

    /** A bulk string of heap bytes. */
    public void bulk(byte[] text) {
        header('$', text.length);
        raw(text);
        lineEnd();
    }

    /** Bytes as they are; well-formed elements. */
    public void raw(byte[] text) {
        bytes.append(text);
    }

    private void lineEnd() {
        long to = bytes.extend(2);
        UnsafeApi.putByte(to, (byte) '\r');
        UnsafeApi.putByte(to + 1, (byte) '\n');
    }

    /** Appends it to the output of a client that speaks a version of the protocol. */
    public void appendTo(ReplyBuffer output, int protocol) {
        speak(protocol);
        output.append(bytes.address(), bytes.length());
    }

    /** Appends it to what is kept for a client that speaks a version of the protocol. */
    public void appendTo(Scratch kept, int protocol) {
        speak(protocol);
        kept.append(bytes.address(), bytes.length());
    }

    private void speak(int protocol) {
        UnsafeApi.putByte(bytes.address(), (byte) (protocol == 3 ? '>' : '*'));
    }

    /** Bytes of the message. */
    public long length() {
        return bytes.length();
    }
}

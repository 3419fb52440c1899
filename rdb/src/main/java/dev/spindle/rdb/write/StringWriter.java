package dev.spindle.rdb.write;

import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import dev.spindle.rdb.format.LzfCompressor;
import dev.spindle.rdb.format.RdbLength;
import dev.spindle.rdb.format.RdbOutput;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/**
 * Writes strings in the shortest of their forms: what reads as an integer of 32 bits in one to four bytes; what is longer than 20
 * bytes compressed, if that saves four bytes at least; anything else as length and bytes.
 *
 * <p>Compression needs its input in one piece, so it is copied; strings above {@link #MOST_COMPRESSED} are written as they are, in
 * slices.
 */
final class StringWriter {

    /** Longest string that is compressed, in bytes; bounds what a writer takes beside the data. */
    static final int MOST_COMPRESSED = 64 << 20;

    private static final int MOST_DIGITS = 11;
    private static final int LEAST_COMPRESSED = 21;
    private static final int LEAST_SAVED = 4;

    private final Memory memory;
    private final RdbOutput out;
    private final LzfCompressor compressor = new LzfCompressor();
    private final Scratch plain = new Scratch();
    private final Scratch packed = new Scratch();
    private final LongResult number = new LongResult();
    private boolean compresses;

    StringWriter(Memory memory, RdbOutput out) {
        this.memory = memory;
        this.out = out;
    }

    /** Whether to compress from now on. */
    void compresses(boolean on) {
        compresses = on;
    }

    /** Writes bytes, of the memory or of a buffer outside of it, as a string. */
    void write(long from, long length) {
        if (length <= MOST_DIGITS) {
            writeShort(from, (int) length);
        } else if (compresses && length >= LEAST_COMPRESSED && length <= MOST_COMPRESSED) {
            plain.clear();
            plain.append(memory, from, length);
            writeNative(plain.address(), (int) length);
        } else {
            out.putLength(length);
            copy(from, length);
        }
    }

    /** Writes bytes of a buffer outside of the memory as a string that is no integer. */
    void writeNative(long from, int length) {
        if (compresses && length >= LEAST_COMPRESSED && length <= MOST_COMPRESSED) {
            packed.clear();
            long to = packed.extend(length);
            int bytes = compressor.compress(from, length, to, length - LEAST_SAVED);
            if (bytes > 0) {
                out.putByte(RdbLength.SPECIAL | RdbLength.LZF);
                out.putLength(bytes);
                out.putLength(length);
                out.putBytes(to, bytes);
                return;
            }
        }
        out.putLength(length);
        out.putBytes(from, length);
    }

    private void writeShort(long from, int length) {
        // Where the bytes go, or give way to the integer that they are.
        long to = out.room(1 + MOST_DIGITS);
        memory.copyOut(from, to + 1, length);
        if (Numbers.parseLong(to + 1, length, number) && number.value == (int) number.value) {
            writeInt((int) number.value);
            return;
        }
        UnsafeApi.putByte(to, (byte) length);
        out.wrote(1L + length);
    }

    /** Writes an integer as a string. */
    void writeLong(long value) {
        if (value == (int) value) {
            writeInt((int) value);
            return;
        }
        long to = out.room(1 + Numbers.MAX_LONG_LENGTH);
        int length = Numbers.writeLong(to + 1, value);
        UnsafeApi.putByte(to, (byte) length);
        out.wrote(1L + length);
    }

    private void writeInt(int value) {
        long to = out.room(5);
        if (value == (byte) value) {
            UnsafeApi.putByte(to, (byte) (RdbLength.SPECIAL | RdbLength.INT8));
            UnsafeApi.putByte(to + 1, (byte) value);
            out.wrote(2);
        } else if (value == (short) value) {
            UnsafeApi.putByte(to, (byte) (RdbLength.SPECIAL | RdbLength.INT16));
            UnsafeApi.putByte(to + 1, (byte) value);
            UnsafeApi.putByte(to + 2, (byte) (value >> 8));
            out.wrote(3);
        } else {
            UnsafeApi.putByte(to, (byte) (RdbLength.SPECIAL | RdbLength.INT32));
            UnsafeApi.putInt(to + 1, value);
            out.wrote(5);
        }
    }

    /** Writes text, one byte per character, as a string. */
    void writeText(String text) {
        plain.clear();
        plain.append(text.getBytes(StandardCharsets.ISO_8859_1));
        if (plain.length() <= MOST_DIGITS) {
            writeShort(plain.address(), (int) plain.length());
        } else {
            writeNative(plain.address(), (int) plain.length());
        }
    }

    /** Writes bytes of the memory as they are. */
    void copy(long from, long length) {
        long source = from;
        long left = length;
        while (left > 0) {
            if (out.free() == 0) {
                out.flush();
            }
            long part = Math.min(left, out.free());
            memory.copyOut(source, out.address(), part);
            out.wrote(part);
            source += part;
            left -= part;
        }
    }

    /** Gives back what the largest string took. */
    void trim() {
        plain.clear();
        packed.clear();
    }
}

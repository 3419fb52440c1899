package dev.spindle.rdb.read;

import dev.spindle.engine.memory.Scratch;
import dev.spindle.rdb.format.LzfDecompressor;
import dev.spindle.rdb.format.RdbLength;
import org.agrona.UnsafeApi;

/** The small things an RDB consists of: lengths, texts, times, scores. See {@link RdbLength} for how they are written. */
public final class RdbReader {

    /** The longest text that is taken. */
    static final long MOST_TEXT = Integer.MAX_VALUE - 16L;

    // What the two highest bits of a first byte are where no length is.
    private static final int SPECIAL = 3;

    private final Scratch unpacked = new Scratch();
    private RdbInput input;
    private int special;

    /** Reads from an input from now on. */
    public RdbReader from(RdbInput bytes) {
        input = bytes;
        return this;
    }

    /** Where it reads from. */
    public RdbInput input() {
        return input;
    }

    /** How many bytes were read. */
    public long offset() {
        return input.offset();
    }

    /** Makes a fault of bytes that contradict the format, where the reading has come to. */
    public RdbFault corrupt(String what) {
        return new RdbFault(RdbFault.Kind.CORRUPT, offset(), what);
    }

    /** A byte, 0 to 255. */
    public int readByte() {
        return UnsafeApi.getByte(input.take(1)) & 255;
    }

    /** Four bytes, the lowest first. */
    public int readInt() {
        return UnsafeApi.getInt(input.take(4));
    }

    /** Eight bytes, the lowest first. */
    public long readLong() {
        return UnsafeApi.getLong(input.take(8));
    }

    /** Eight bytes, the highest first, as the halves of stream ids are. */
    public long readLongBigEndian() {
        return Long.reverseBytes(readLong());
    }

    // A length, or -1 with the form of a text in `special`; lengths of 64 bits may look negative.
    private long lengthOrForm() {
        int first = readByte();
        special = -1;
        switch (first >>> 6) {
            case 0:
                return first & 63;
            case 1:
                return (first & 63) << 8 | readByte();
            case SPECIAL:
                special = first & 63;
                return -1;
            default:
                break;
        }
        if (first == RdbLength.BITS_32) {
            return Integer.reverseBytes(readInt()) & 0xFFFF_FFFFL;
        }
        if (first == RdbLength.BITS_64) {
            return readLongBigEndian();
        }
        throw corrupt("Unknown length encoding " + first);
    }

    /** An unsigned number written as a length. */
    public long readUnsigned() {
        long value = lengthOrForm();
        if (special >= 0) {
            throw corrupt("A length is missing");
        }
        return value;
    }

    /** A number of things that must all follow, each at least a byte. */
    public long readCount() {
        long count = readUnsigned();
        long size = input.size();
        if (count < 0 || size >= 0 && count > size) {
            throw corrupt("A number of elements beyond all bounds");
        }
        return count;
    }

    /** A text; its bytes are good until the next text is read. */
    public void readText(RdbText into) {
        long length = lengthOrForm();
        if (special < 0) {
            if (length < 0 || length > MOST_TEXT) {
                throw corrupt("A string beyond all bounds");
            }
            into.bytes(input.take(length), length);
            return;
        }
        switch (special) {
            case RdbLength.INT8 -> into.number(UnsafeApi.getByte(input.take(1)));
            case RdbLength.INT16 -> into.number(UnsafeApi.getShort(input.take(2)));
            case RdbLength.INT32 -> into.number(readInt());
            case RdbLength.LZF -> readCompressed(into);
            default -> throw corrupt("Unknown RDB string encoding type " + special);
        }
    }

    private void readCompressed(RdbText into) {
        long compressed = readUnsigned();
        long length = readUnsigned();
        if (compressed <= 0 || compressed > MOST_TEXT || length <= 0 || length > MOST_TEXT) {
            throw corrupt("Invalid LZF compressed string");
        }
        // Not a byte of room before as many bytes have come as it takes to fill it.
        long from = input.take(compressed);
        if (length > compressed * LzfDecompressor.MOST_EXPANSION) {
            throw corrupt("Invalid LZF compressed string");
        }
        unpacked.clear();
        long to = unpacked.extend(length);
        if (!LzfDecompressor.decompress(from, compressed, to, length)) {
            throw corrupt("Invalid LZF compressed string");
        }
        into.bytes(to, length);
    }

    /** Gives back what it holds. */
    public void release() {
        unpacked.release();
    }
}

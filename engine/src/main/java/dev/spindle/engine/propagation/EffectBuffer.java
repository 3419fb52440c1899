package dev.spindle.engine.propagation;

import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.DecimalWriter;
import org.agrona.UnsafeApi;

/**
 * The effects of one unit, one behind the other, outside the heap.
 *
 * <pre>
 *   db | kind     4 + 4 bytes
 *   size | length 4 + 4 bytes: of the whole record, and of the command at its end
 *   gap           up to 16 bytes, so that the number of arguments need not be known before they are there
 *   *n $len arg $len arg ...
 * </pre>
 */
final class EffectBuffer {

    private static final int HEADER = 16;

    /** Room for {@code *2147483647} and a line's end. */
    private static final int COUNT_ROOM = 16;

    /** {@code $}, up to ten digits, two line ends. */
    private static final int BULK_ROOM = 16;

    private static final short LINE_END = '\r' | '\n' << 8;
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private final Scratch bytes = new Scratch();
    private long record;
    private int arguments;
    private boolean open;

    /** Forgets all effects. */
    void clear() {
        assert !open : "an effect is not complete";
        bytes.clear();
    }

    void release() {
        bytes.release();
    }

    long length() {
        return bytes.length();
    }

    /** Begins an effect; arguments follow, then {@link #end}. */
    void begin(int db, int kind) {
        assert !open : "an effect is not complete";
        open = true;
        arguments = 0;
        record = bytes.length();
        long at = bytes.extend(HEADER + COUNT_ROOM);
        UnsafeApi.putInt(at, db);
        UnsafeApi.putInt(at + 4, kind);
    }

    /** Adds an argument that lies anywhere outside the heap. */
    void bulk(long address, int length) {
        long at = bytes.extend(BULK_ROOM + (long) length);
        long end = header(at, length);
        UnsafeApi.copyMemory(address, end, length);
        bulkEnd(end + length);
    }

    /** Adds an argument of the heap. */
    void bulk(byte[] word) {
        long at = bytes.extend(BULK_ROOM + (long) word.length);
        long end = header(at, word.length);
        UnsafeApi.copyMemory(word, BYTES, null, end, word.length);
        bulkEnd(end + word.length);
    }

    /** Adds a number in decimal. */
    void number(long value) {
        int length = DecimalWriter.length(value);
        long at = bytes.extend(BULK_ROOM + (long) length);
        bulkEnd(DecimalWriter.write(header(at, length), value));
    }

    /** Where the next argument will stand, for {@link #numberAt}. */
    long mark() {
        return bytes.length();
    }

    /** Adds a number in decimal before arguments that are there already. */
    void numberAt(long mark, long value) {
        int length = DecimalWriter.length(value);
        bytes.splice(mark, 0, 5 + length + DecimalWriter.length(length));
        long to = DecimalWriter.write(header(bytes.address() + mark, length), value);
        UnsafeApi.putShort(to, LINE_END);
    }

    /** Adds a stream's id. */
    void id(long ms, long seq) {
        int length = unsignedLength(ms) + 1 + unsignedLength(seq);
        long at = bytes.extend(BULK_ROOM + (long) length);
        long to = unsigned(header(at, length), ms);
        UnsafeApi.putByte(to, (byte) '-');
        bulkEnd(unsigned(to + 1, seq));
    }

    private static int unsignedLength(long value) {
        return value >= 0 ? DecimalWriter.length(value) : 1 + unsignedLength(tenth(value));
    }

    private static long unsigned(long at, long value) {
        if (value >= 0) {
            return DecimalWriter.write(at, value);
        }
        long tenth = tenth(value);
        long to = DecimalWriter.write(at, tenth);
        UnsafeApi.putByte(to, (byte) ('0' + (value - tenth * 10)));
        return to + 1;
    }

    private static long tenth(long value) {
        return Long.divideUnsigned(value, 10);
    }

    private long header(long at, int length) {
        UnsafeApi.putByte(at, (byte) '$');
        long to = DecimalWriter.write(at + 1, length);
        UnsafeApi.putShort(to, LINE_END);
        arguments++;
        return to + 2;
    }

    // The room that the digits did not take goes back.
    private void bulkEnd(long end) {
        UnsafeApi.putShort(end, LINE_END);
        bytes.length(end + 2 - bytes.address());
    }

    boolean isOpen() {
        return open;
    }

    /** Completes an effect. */
    void end() {
        assert open : "no effect was begun";
        open = false;
        long at = bytes.address() + record;
        int digits = DecimalWriter.length(arguments);
        long start = at + HEADER + COUNT_ROOM - digits - 3;
        UnsafeApi.putByte(start, (byte) '*');
        UnsafeApi.putShort(DecimalWriter.write(start + 1, arguments), LINE_END);
        long end = bytes.address() + bytes.length();
        UnsafeApi.putInt(at + 8, Math.toIntExact(end - at));
        UnsafeApi.putInt(at + 12, (int) (end - start));
    }

    /** Forgets an effect that was begun. */
    void cancel() {
        assert open : "no effect was begun";
        open = false;
        bytes.length(record);
    }

    int db(long at) {
        return UnsafeApi.getInt(bytes.address() + at);
    }

    int kind(long at) {
        return UnsafeApi.getInt(bytes.address() + at + 4);
    }

    /** Where the next record is. */
    long next(long at) {
        return at + UnsafeApi.getInt(bytes.address() + at + 8);
    }

    int commandLength(long at) {
        return UnsafeApi.getInt(bytes.address() + at + 12);
    }

    long commandAddress(long at) {
        return bytes.address() + next(at) - commandLength(at);
    }
}

package dev.spindle.aof.ring;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What the agent notes in the ring before it appends a frame, and when it goes over to a generation: which position of the ring the log
 * comes to with that.
 *
 * <pre>
 *    0  sequence  u64  of the frame; of the last one before it, for a generation
 *    8  position  u64  where the frame's effects end; where the generation's begin
 *   16  log       u64  id of the generation
 *   24  frame     u32  the frame's checksum; 0 for a generation
 *   28  checksum  u32  CRC32C of the 28 bytes before
 * </pre>
 *
 * @param sequence number of a frame.
 * @param position in the ring.
 * @param log id of a generation.
 * @param frame checksum of the frame.
 */
public record RingMark(long sequence, long position, long log, int frame) {

    /** Bytes of a mark. */
    public static final int LENGTH = 32;

    static final int SEQUENCE = 0;
    static final int POSITION = 8;
    static final int LOG = 16;
    static final int FRAME = 24;
    static final int CHECKSUM = 28;

    /** Puts a mark together, from index 0 of a little-endian buffer; moves the buffer's position and limit. Allocates nothing. */
    static void encode(
            ByteBuffer to, CRC32C with, long sequence, long position, long log, int frame) {
        to.clear();
        to.putLong(SEQUENCE, sequence);
        to.putLong(POSITION, position);
        to.putLong(LOG, log);
        to.putInt(FRAME, frame);
        to.putInt(CHECKSUM, checksum(to, with));
    }

    private static int checksum(ByteBuffer of, CRC32C with) {
        of.position(0).limit(CHECKSUM);
        with.reset();
        with.update(of);
        of.clear();
        return (int) with.getValue();
    }

    /** Reads a mark from index 0 of a little-endian buffer; null when there is none, or not a whole one. */
    static RingMark decode(ByteBuffer from) {
        if (checksum(from, new CRC32C()) != from.getInt(CHECKSUM)
                || from.getLong(LOG) == 0
                || from.getLong(SEQUENCE) < 0
                || from.getLong(POSITION) < 0) {
            return null;
        }
        return new RingMark(
                from.getLong(SEQUENCE),
                from.getLong(POSITION),
                from.getLong(LOG),
                from.getInt(FRAME));
    }
}

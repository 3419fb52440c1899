package dev.spindle.aof.frame;

import java.nio.ByteBuffer;

/**
 * Layout of a frame, the unit in which a log grows: what the agent drained from the ring in one go.
 *
 * <pre>
 *    0  magic      u32  "SPF1": format and its version
 *    4  flags      u32
 *    8  sequence   u64  one more than the frame before, across generations and restarts; where STARTS is set, the id of
 *                     the generation: any number, 0 in those of older versions
 *   16  time       u64  when it was written, milliseconds since 1970
 *   24  length     u32  bytes of effects behind the header
 *   28  checksum   u32  CRC32C of the 28 bytes before and of the effects
 *   32  effects         commands as arrays of bulk strings, one behind the other
 * </pre>
 *
 * All numbers are little-endian. A frame without {@link #CONTINUES} ends where a reader may stop; one with it does not: what it holds counts
 * only together with all that follows up to the next frame without. So a recovery never repeats half a transaction.
 */
public final class FrameDescriptor {

    public static final int MAGIC = 'S' | 'P' << 8 | 'F' << 16 | '1' << 24;

    public static final int FLAGS = 4;
    public static final int SEQUENCE = 8;
    public static final int TIME = 16;
    public static final int LENGTH = 24;
    public static final int CHECKSUM = 28;
    public static final int HEADER = 32;

    /** More frames follow that belong to the same units. */
    public static final int CONTINUES = 1;

    /** Begins a generation and holds no effects. */
    public static final int STARTS = 2;

    /** Flags that may be set. */
    public static final int KNOWN_FLAGS = CONTINUES | STARTS;

    /** Most bytes of a frame with its header: far below a quarter of a block of Chronicle's, which is as much as fits there. */
    public static final int MAX_FRAME = 4 << 20;

    /** Most bytes of effects in a frame. */
    public static final int MAX_EFFECTS = MAX_FRAME - HEADER;

    private FrameDescriptor() {}

    /** The id in a frame that begins a generation. */
    public static long idOf(ByteBuffer first) {
        return first.getLong(first.position() + SEQUENCE);
    }
}

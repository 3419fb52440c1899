package dev.spindle.aof.ring;

/**
 * Layout of a ring's memory, in a file or not: a page of positions and marks, then the data.
 *
 * <pre>
 *     0  magic      u64  "SPRING01"                       written last, when everything else is ready
 *     8  version    u32
 *    12  checksum   u32  CRC32C of magic, version, capacity
 *    16  capacity   u64  bytes of data, a power of two
 *   256  head       u64  each position on a line of its own
 *   384  completed  u64
 *   512  written    u64
 *   640  lost       u64  where whole units ended when the first effect was dropped; -1 while none was
 *  1024  marks      4 of 128 bytes: two of frames, two of generations; see {@link RingMark}
 *  4096  data
 * </pre>
 *
 * All numbers are little-endian, as the processors are that files are made on.
 */
public final class RingDescriptor {

    public static final long MAGIC = 0x3130474E49525053L;
    public static final int VERSION = 1;

    public static final int VERSION_AT = 8;
    public static final int CHECKSUM = 12;
    public static final int CAPACITY = 16;
    public static final int HEAD = 256;
    public static final int COMPLETED = 384;
    public static final int WRITTEN = 512;
    public static final int LOST = 640;
    public static final int MARKS = 1024;
    public static final int MARK_STRIDE = 128;
    public static final int DATA = 4096;

    /** Marks of frames; as many of generations follow. */
    public static final int FRAME_MARKS = 2;

    /** All marks. */
    public static final int ALL_MARKS = 2 * FRAME_MARKS;

    /** Least bytes of data: several frames fit. */
    public static final long MIN_CAPACITY = 1 << 20;

    /** Most bytes of data. */
    public static final long MAX_CAPACITY = 1L << 35;

    /** Value of {@link #LOST} while nothing was dropped. */
    public static final long NOTHING_LOST = -1;

    private RingDescriptor() {}

    /** Where a mark is. */
    public static int mark(int slot) {
        return MARKS + slot * MARK_STRIDE;
    }
}

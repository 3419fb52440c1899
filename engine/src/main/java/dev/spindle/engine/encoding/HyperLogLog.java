package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Memory;
import org.agrona.UnsafeApi;

/**
 * HyperLogLog: how many different elements were added, to 0.81 %, in at most 12 KiB. A value is a string whose bytes are Redis's,
 * so that dumps, replicas and clients that GET and SET them agree.
 *
 * <pre>
 *   0   "HYLL"
 *   4   u8   0 dense, 1 sparse; three bytes unused
 *   8   u64  the cardinality as last computed, little-endian; the top bit says that it is out of date
 *  16   registers
 *         dense:  16384 of 6 bits each, the lowest bits first
 *         sparse: runs; see {@link SparseHyperLogLog}
 * </pre>
 *
 * An element is hashed to 64 bits (MurmurHash64A): 14 of them choose a register, which keeps the longest run of zeros, plus one, that
 * the other 50 began with. The estimate is Ertl's improved one ("New cardinality estimation algorithms for HyperLogLog sketches",
 * arXiv:1702.01284), from the histogram of registers alone.
 *
 * <p>Reads take any address; stores go to the arena. Bytes may come from a client: whatever they are, nothing is read outside of them.
 */
public final class HyperLogLog {

    /** Bytes before the registers. */
    public static final int HEADER_BYTES = 16;

    /** Number of registers. */
    public static final int REGISTERS = 1 << 14;

    /** Bytes of a dense value. */
    public static final int DENSE_BYTES = HEADER_BYTES + REGISTERS * 6 / 8;

    /** Encoding of a value with all its registers. */
    public static final int DENSE = 0;

    /** Encoding of a value with runs of registers. */
    public static final int SPARSE = 1;

    /** Counts of registers by their value; see {@link #estimate}. */
    public static final int HISTOGRAM = 64;

    /** Offset of the byte whose top bit says that the cardinality is out of date. */
    public static final int STALE_BYTE = 15;

    /** That bit. */
    public static final int STALE_BIT = 0x80;

    private static final int MAGIC = 'H' | 'Y' << 8 | 'L' << 16 | 'L' << 24;
    private static final int ENCODING = 4;
    private static final int CARDINALITY = 8;
    private static final int INDEX_BITS = 14;
    private static final int RANK_BITS = 50;
    private static final int GROUPS = REGISTERS / 4;
    private static final int REGISTER_MASK = 63;
    private static final double ALPHA = 0.721347520444481703680;
    private static final long SEED = 0xADC8_3B19L;
    private static final long MULTIPLIER = 0xC6A4_A793_5BD1_E995L;
    private static final int SHIFT = 47;

    private HyperLogLog() {}

    /** Whether a string may be a HyperLogLog, as far as its header and length tell. */
    public static boolean isValid(long address, long length) {
        if (length < HEADER_BYTES || UnsafeApi.getInt(address) != MAGIC) {
            return false;
        }
        int encoding = encoding(address);
        return encoding == SPARSE || encoding == DENSE && length == DENSE_BYTES;
    }

    /** Encoding of a value. */
    public static int encoding(long address) {
        return UnsafeApi.getByte(address + ENCODING) & 255;
    }

    /** The cardinality that is kept in a value; negative when it is out of date. */
    public static long cardinality(long address) {
        return UnsafeApi.getLong(address + CARDINALITY);
    }

    /** Keeps a cardinality in a value. */
    public static void cardinality(Memory memory, long address, long value) {
        memory.putLongUnaligned(address + CARDINALITY, value);
    }

    /** The magic word that begins a value. */
    static int magic() {
        return MAGIC;
    }

    /** The hash of an element. */
    public static long hash(long address, int length) {
        long hash = SEED ^ length * MULTIPLIER;
        int words = length & ~7;
        for (int i = 0; i < words; i += 8) {
            long word = UnsafeApi.getLong(address + i) * MULTIPLIER;
            word = (word ^ word >>> SHIFT) * MULTIPLIER;
            hash = (hash ^ word) * MULTIPLIER;
        }
        if (words < length) {
            long rest = 0;
            for (int i = length - 1; i >= words; i--) {
                rest = rest << 8 | UnsafeApi.getByte(address + i) & 255;
            }
            hash = (hash ^ rest) * MULTIPLIER;
        }
        hash = (hash ^ hash >>> SHIFT) * MULTIPLIER;
        return hash ^ hash >>> SHIFT;
    }

    /** The register of a hash. */
    public static int index(long hash) {
        return (int) hash & REGISTERS - 1;
    }

    /** What the register of a hash must at least be: 1 to 51. */
    public static int rank(long hash) {
        return Long.numberOfTrailingZeros(hash >>> INDEX_BITS | 1L << RANK_BITS) + 1;
    }

    /** A register of a dense value. */
    public static int register(long value, int index) {
        int bit = index * 6;
        long at = value + HEADER_BYTES + (bit >>> 3);
        int low = UnsafeApi.getByte(at) & 255;
        // The last register ends with the last byte.
        int high = index == REGISTERS - 1 ? 0 : UnsafeApi.getByte(at + 1) & 255;
        return (low | high << 8) >>> (bit & 7) & REGISTER_MASK;
    }

    /** Raises a register of a dense value; answers whether it was lower. */
    public static boolean raise(Memory memory, long value, int index, int rank) {
        if (register(value, index) >= rank) {
            return false;
        }
        int bit = index * 6;
        int shift = bit & 7;
        long at = value + HEADER_BYTES + (bit >>> 3);
        memory.putByte(at, (byte) (memory.getByte(at) & ~(REGISTER_MASK << shift) | rank << shift));
        if (shift > 2) {
            int high = memory.getByte(at + 1) & 255;
            memory.putByte(
                    at + 1, (byte) (high & ~(REGISTER_MASK >>> 8 - shift) | rank >>> 8 - shift));
        }
        return true;
    }

    /** Counts the registers of a value by what they are; answers whether the value is whole. */
    public static boolean count(long value, long length, int[] histogram) {
        if (encoding(value) == SPARSE) {
            return SparseHyperLogLog.count(value, length, histogram);
        }
        for (int i = 0; i < GROUPS; i++) {
            int group = group(value, i);
            histogram[group & REGISTER_MASK]++;
            histogram[group >>> 6 & REGISTER_MASK]++;
            histogram[group >>> 12 & REGISTER_MASK]++;
            histogram[group >>> 18]++;
        }
        return true;
    }

    /** Raises registers, a byte each, to those of a value; answers whether the value is whole. */
    public static boolean merge(long value, long length, byte[] registers) {
        if (encoding(value) == SPARSE) {
            return SparseHyperLogLog.merge(value, length, registers);
        }
        for (int i = 0; i < GROUPS; i++) {
            int group = group(value, i);
            if (group != 0) {
                raise(registers, 4 * i, group & REGISTER_MASK);
                raise(registers, 4 * i + 1, group >>> 6 & REGISTER_MASK);
                raise(registers, 4 * i + 2, group >>> 12 & REGISTER_MASK);
                raise(registers, 4 * i + 3, group >>> 18);
            }
        }
        return true;
    }

    private static void raise(byte[] registers, int index, int rank) {
        registers[index] = (byte) Math.max(registers[index], rank);
    }

    // Four registers of a dense value: three bytes.
    private static int group(long value, int number) {
        long at = value + HEADER_BYTES + 3L * number;
        return number < GROUPS - 1
                ? UnsafeApi.getInt(at) & 0xFF_FFFF
                : UnsafeApi.getInt(at - 1) >>> 8;
    }

    /** The cardinality that a histogram of registers tells. */
    public static long estimate(int[] histogram) {
        double registers = REGISTERS;
        double z = registers * tau((registers - histogram[RANK_BITS + 1]) / registers);
        for (int rank = RANK_BITS; rank >= 1; rank--) {
            z += histogram[rank];
            z *= 0.5;
        }
        z += registers * sigma(histogram[0] / registers);
        return Math.round(ALPHA * registers * registers / z);
    }

    private static double sigma(double of) {
        if (of == 1.0) {
            return Double.POSITIVE_INFINITY;
        }
        double x = of;
        double y = 1;
        double z = x;
        double before;
        do {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        } while (before != z);
        return z;
    }

    private static double tau(double of) {
        if (of == 0.0 || of == 1.0) {
            return 0.0;
        }
        double x = of;
        double y = 1.0;
        double z = 1 - x;
        double before;
        do {
            x = Math.sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        } while (before != z);
        return z / 3;
    }
}

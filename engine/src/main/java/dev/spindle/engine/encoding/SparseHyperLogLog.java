package dev.spindle.engine.encoding;

import dev.spindle.engine.memory.Scratch;
import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * A {@link HyperLogLog} whose registers are runs, as long as few of them are set; and the bench on which values are changed. Runs,
 * one behind the other, cover all registers:
 *
 * <pre>
 *   00llllll            l + 1 registers are 0
 *   01llllll llllllll   l + 1 registers are 0
 *   1vvvvvll            l + 1 registers are v + 1
 * </pre>
 *
 * A value is copied here, changed and stored again: it is at most some thousand bytes, and changes length with nearly every new
 * register. It becomes dense, here too, when a register does not fit (more than 32) or the limit of its length is passed. How runs
 * are divided and joined is Redis's to the byte, since a value's bytes can be seen.
 *
 * <p>A run that begins with the last byte but needs two, and runs that do not cover exactly all registers, are corruption.
 */
public final class SparseHyperLogLog {

    /** {@link #raise}: the register was as high already. */
    public static final int SAME = 0;

    /** {@link #raise}: the register was raised. */
    public static final int RAISED = 1;

    /** {@link #raise}: the value is corrupt. */
    public static final int CORRUPT = -1;

    private static final int HEADER = HyperLogLog.HEADER_BYTES;
    private static final int REGISTERS = HyperLogLog.REGISTERS;
    private static final int MOST_RANK = 32;
    private static final int MOST_SAME = 4;
    private static final int MOST_SHORT_ZEROS = 64;
    private static final int RUNS_JOINED = 5;

    // The same in each byte of a word.
    private static final long LONG_RUNS = 0x4040_4040_4040_4040L;
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
    private static final long SIX_BITS = 0x3F3F_3F3F_3F3F_3F3FL;
    private static final long EVEN_BYTES = 0x00FF_00FF_00FF_00FFL;

    private final Scratch bytes = new Scratch();

    // The run found last: its offset, the one before it (0: none), its first register, its length.
    private int found;
    private int before;
    private int first;
    private int span;

    // What a run becomes.
    private final int[] parts = new int[5];
    private int partCount;

    private final byte[] registers = new byte[REGISTERS];

    /** Makes an empty value. */
    public void create() {
        bytes.clear();
        bytes.extend(HEADER);
        bytes.zero(0);
        int magic = HyperLogLog.magic();
        for (int i = 0; i < 4; i++) {
            bytes.byteAt(i, magic >>> 8 * i);
        }
        bytes.byteAt(4, HyperLogLog.SPARSE);
        bytes.appendByte(0x40 | REGISTERS - 1 >>> 8);
        bytes.appendByte(REGISTERS - 1 & 255);
    }

    /** Takes a copy of a value, of either encoding. */
    public void load(long value, long length) {
        bytes.clear();
        bytes.append(value, length);
    }

    /** Address of the value on the bench. */
    public long address() {
        return bytes.address();
    }

    /** Its length. */
    public int length() {
        return (int) bytes.length();
    }

    /** Whether it is dense. */
    public boolean isDense() {
        return bytes.byteAt(4) == HyperLogLog.DENSE;
    }

    /** Says that the cardinality it holds is out of date. */
    public void makeStale() {
        bytes.byteAt(
                HyperLogLog.STALE_BYTE,
                bytes.byteAt(HyperLogLog.STALE_BYTE) | HyperLogLog.STALE_BIT);
    }

    // Runs.

    private static boolean isValue(int run) {
        return run >= 0x80;
    }

    private static boolean isLong(int run) {
        return run >= 0x40 && run < 0x80;
    }

    private static int valueOf(int run) {
        return (run >>> 2 & 31) + 1;
    }

    private static int value(int rank, int length) {
        return 0x80 | rank - 1 << 2 | length - 1;
    }

    // Registers that a run covers; 0 when its second byte is missing.
    private static int lengthOf(long at, long end) {
        int run = UnsafeApi.getByte(at) & 255;
        if (isValue(run)) {
            return (run & 3) + 1;
        }
        if (!isLong(run)) {
            return run + 1;
        }
        return at + 1 < end ? ((run & 63) << 8 | UnsafeApi.getByte(at + 1) & 255) + 1 : 0;
    }

    private static int bytesOf(int run) {
        return isLong(run) ? 2 : 1;
    }

    static boolean count(long value, long length, int[] histogram) {
        long end = value + length;
        long at = value + HEADER;
        int reached = 0;
        while (at < end) {
            int run = UnsafeApi.getByte(at) & 255;
            int covered = lengthOf(at, end);
            reached += covered;
            if (covered == 0 || reached > REGISTERS) {
                return false;
            }
            histogram[isValue(run) ? valueOf(run) : 0] += covered;
            at += bytesOf(run);
        }
        return reached == REGISTERS;
    }

    static boolean merge(long value, long length, byte[] into) {
        long end = value + length;
        long at = value + HEADER;
        int reached = 0;
        while (at < end) {
            int run = UnsafeApi.getByte(at) & 255;
            int covered = lengthOf(at, end);
            if (covered == 0 || reached + covered > REGISTERS) {
                return false;
            }
            if (isValue(run)) {
                byte rank = (byte) valueOf(run);
                for (int i = reached; i < reached + covered; i++) {
                    if (rank > into[i]) {
                        into[i] = rank;
                    }
                }
            }
            reached += covered;
            at += bytesOf(run);
        }
        return reached == REGISTERS;
    }

    /** Appends the runs of a sparse value as PFDEBUG DECODE shows them. */
    public static void describe(long value, long length, StringBuilder to) {
        long end = value + length;
        long at = value + HEADER;
        while (at < end) {
            int run = UnsafeApi.getByte(at) & 255;
            int covered = lengthOf(at, end);
            if (to.length() > 0) {
                to.append(' ');
            }
            if (isValue(run)) {
                to.append("v:").append(valueOf(run)).append(',').append(covered);
            } else {
                to.append(isLong(run) ? "Z:" : "z:").append(covered);
            }
            at += bytesOf(run);
        }
    }

    // Changing.

    /**
     * Raises a register.
     *
     * @param mostBytes that the value may have while it is sparse.
     * @return {@link #SAME}, {@link #RAISED} or {@link #CORRUPT}.
     */
    public int raise(int index, int rank, long mostBytes) {
        if (isDense()) {
            return raiseDense(index, rank) ? RAISED : SAME;
        }
        if (rank > MOST_RANK) {
            return promote(index, rank);
        }
        if (!find(bytes.address(), bytes.length(), index)) {
            return CORRUPT;
        }
        int run = bytes.byteAt(found);
        if (isValue(run) && valueOf(run) >= rank) {
            return SAME;
        }
        if (span == 1 && !isLong(run)) {
            bytes.byteAt(found, value(rank, 1));
        } else {
            divide(run, index, rank);
            int old = bytesOf(run);
            if (partCount > old && bytes.length() + partCount - old > mostBytes) {
                return promote(index, rank);
            }
            bytes.splice(found, old, partCount);
            for (int i = 0; i < partCount; i++) {
                bytes.byteAt(found + i, parts[i]);
            }
        }
        join();
        makeStale();
        return RAISED;
    }

    /**
     * Whether {@link #raise} would change a sparse value, looked up where it stands: most elements change nothing.
     *
     * @return {@link #SAME}, {@link #RAISED} or {@link #CORRUPT}.
     */
    public int wouldRaise(long value, long length, int index, int rank) {
        if (rank > MOST_RANK) {
            return RAISED;
        }
        if (!find(value, length, index)) {
            return CORRUPT;
        }
        int run = UnsafeApi.getByte(value + found) & 255;
        return isValue(run) && valueOf(run) >= rank ? SAME : RAISED;
    }

    // The loop that most of the time goes into.
    private boolean find(long start, long length, int index) {
        long end = start + length;
        long at = start + HEADER;
        long previous = start;
        int register = 0;
        while (at < end) {
            while (at + Long.BYTES <= end) {
                int covered = coveredByWord(UnsafeApi.getLong(at));
                if (covered == 0 || index < register + covered) {
                    break;
                }
                register += covered;
                at += Long.BYTES;
                previous = at - 1;
            }
            // Less than a word, or one with a run of two bytes or with the register.
            long stop = Math.min(end, at + Long.BYTES);
            while (at < stop) {
                int run = UnsafeApi.getByte(at) & 255;
                int covered = lengthOf(at, end);
                if (covered == 0) {
                    return false;
                }
                if (index < register + covered) {
                    found = (int) (at - start);
                    before = (int) (previous - start);
                    first = register;
                    span = covered;
                    return true;
                }
                previous = at;
                at += bytesOf(run);
                register += covered;
            }
        }
        return false;
    }

    // Registers that eight runs of one byte each cover; 0 when there is a longer run among them.
    private static int coveredByWord(long word) {
        if ((~word >>> 1 & word & LONG_RUNS) != 0) {
            return 0;
        }
        // Of a run of zeros six bits are its length less one, of another two.
        long values = word >>> 7 & LOWEST_BITS;
        long lengths = word & (SIX_BITS ^ values * 0x3C);
        long pairs = (lengths & EVEN_BYTES) + (lengths >>> 8 & EVEN_BYTES);
        return (int) (pairs * 0x0001_0001_0001_0001L >>> 48) + Long.BYTES;
    }

    // The run found, with one register of it raised.
    private void divide(int run, int index, int rank) {
        partCount = 0;
        int left = index - first;
        int right = first + span - 1 - index;
        part(run, left);
        parts[partCount++] = value(rank, 1);
        part(run, right);
    }

    private void part(int run, int length) {
        if (length == 0) {
            return;
        }
        if (isValue(run)) {
            parts[partCount++] = value(valueOf(run), length);
        } else if (length > MOST_SHORT_ZEROS) {
            parts[partCount++] = 0x40 | length - 1 >>> 8;
            parts[partCount++] = length - 1 & 255;
        } else {
            parts[partCount++] = length - 1;
        }
    }

    // Neighbours of the same value become one run where it has room.
    private void join() {
        long at = before == 0 ? HEADER : before;
        for (int i = 0; i < RUNS_JOINED && at < bytes.length(); i++) {
            int run = bytes.byteAt(at);
            if (!isValue(run)) {
                at += bytesOf(run);
                continue;
            }
            int next = at + 1 < bytes.length() ? bytes.byteAt(at + 1) : 0;
            int together = (run & 3) + (next & 3) + 2;
            if (isValue(next) && valueOf(next) == valueOf(run) && together <= MOST_SAME) {
                bytes.splice(at, 2, 1);
                bytes.byteAt(at, value(valueOf(run), together));
            } else {
                at++;
            }
        }
    }

    private int promote(int index, int rank) {
        if (!makeDense()) {
            return CORRUPT;
        }
        raiseDense(index, rank);
        return RAISED;
    }

    /** Makes the value dense; answers false, and changes nothing, when it is corrupt. */
    public boolean makeDense() {
        if (isDense()) {
            return true;
        }
        Arrays.fill(registers, (byte) 0);
        if (!merge(bytes.address(), bytes.length(), registers)) {
            return false;
        }
        bytes.length(HEADER);
        bytes.extend(HyperLogLog.DENSE_BYTES - HEADER);
        bytes.zero(HEADER);
        bytes.byteAt(4, HyperLogLog.DENSE);
        for (int i = 0; i < REGISTERS; i++) {
            if (registers[i] != 0) {
                raiseDense(i, registers[i]);
            }
        }
        return true;
    }

    private boolean raiseDense(int index, int rank) {
        if (HyperLogLog.register(bytes.address(), index) >= rank) {
            return false;
        }
        int bit = index * 6;
        int shift = bit & 7;
        int at = HEADER + (bit >>> 3);
        bytes.byteAt(at, bytes.byteAt(at) & ~(63 << shift) | rank << shift);
        if (shift > 2) {
            bytes.byteAt(at + 1, bytes.byteAt(at + 1) & ~(63 >>> 8 - shift) | rank >>> 8 - shift);
        }
        return true;
    }
}

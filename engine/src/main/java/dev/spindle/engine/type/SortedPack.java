package dev.spindle.engine.type;

import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.memory.Memory;
import java.util.Arrays;

/**
 * A compact sorted set taken apart: where each pair begins and what its score is, so that it is as good as an array to look at.
 *
 * <pre>
 *   member | score | member | score | ...      a listpack, in the order of scores, then of members
 * </pre>
 *
 * A score that is a whole number is kept as an integer of a byte or two; any other as a string of the eight bytes of the double,
 * which reads faster than digits and takes less. 0 and -0 are the same here.
 */
final class SortedPack {

    private static final double EXACT_INTEGERS = 0x1p53;
    private static final int RAW_BYTES = 8;

    private final Memory memory;
    private int[] offsets = new int[64];
    private double[] scores = new double[64];
    private int count;
    private long block;
    private long length;

    SortedPack(Memory memory) {
        this.memory = memory;
    }

    private static boolean isWhole(double score) {
        return score == (long) score && Math.abs(score) <= EXACT_INTEGERS;
    }

    /** Bytes that a score takes. */
    static int sizeOfScore(double score) {
        return isWhole(score) ? Listpack.sizeOfLong((long) score) : 1 + RAW_BYTES;
    }

    /** Writes a score; answers the address behind it. */
    static long writeScore(Memory memory, long to, double score) {
        if (isWhole(score)) {
            return Listpack.writeLong(memory, to, (long) score);
        }
        memory.putByte(to, (byte) (0x80 | RAW_BYTES));
        memory.putLongUnaligned(to + 1, Double.doubleToRawLongBits(score));
        return to + 1 + RAW_BYTES;
    }

    /** The score at an address. */
    static double scoreAt(Memory memory, long at) {
        return Listpack.isLong(memory, at)
                ? Listpack.longAt(memory, at)
                : Double.longBitsToDouble(memory.getLongUnaligned(at + 1));
    }

    /** Takes a block of pairs apart. */
    void open(long blockAddress, long blockLength, int pairs) {
        block = blockAddress;
        length = blockLength;
        count = pairs;
        if (offsets.length < pairs) {
            offsets = new int[Math.max(pairs, 2 * offsets.length)];
            scores = Arrays.copyOf(scores, offsets.length);
        }
        long at = blockAddress;
        for (int i = 0; i < pairs; i++) {
            offsets[i] = (int) (at - blockAddress);
            long score = Listpack.next(memory, at);
            scores[i] = scoreAt(memory, score);
            at = Listpack.next(memory, score);
        }
        assert at == blockAddress + blockLength : "pairs do not fill the block";
    }

    /** Number of pairs. */
    int count() {
        return count;
    }

    /** Address of a pair's member. */
    long member(int row) {
        return block + offsets[row];
    }

    /** Offset of a pair in the block; of the end for the number of pairs. */
    long offset(int row) {
        return row == count ? length : offsets[row];
    }

    /** Score of a pair. */
    double score(int row) {
        return scores[row];
    }

    /** The row whose member is at an address. */
    int rowOf(long member) {
        int row = Arrays.binarySearch(offsets, 0, count, (int) (member - block));
        assert row >= 0 : "no member there";
        return row;
    }

    /** How many rows have a lower score, or one that is not higher. */
    int countBelow(double score, boolean orEqual) {
        int row = 0;
        while (row < count && (scores[row] < score || orEqual && scores[row] == score)) {
            row++;
        }
        return row;
    }
}

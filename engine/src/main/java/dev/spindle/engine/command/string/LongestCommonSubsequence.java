package dev.spindle.engine.command.string;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.StringType;
import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * LCS: the longest subsequence that two strings share, by dynamic programming (Wagner and Fischer, 1974).
 *
 * <p>Lengths need only the row above, so two rows are kept. The way back through the matrix, from its far corner, needs one
 * bit per cell: whether the better neighbour is the one above; ties go to the left, which decides among subsequences of
 * the same length and so is part of the protocol. Redis keeps the whole matrix, 32 times as much; its limit on that
 * matrix is kept, since clients see it.
 */
final class LongestCommonSubsequence {

    private static final byte[] NOT_STRINGS =
            Reply.errorLine("ERR The specified keys must contain string values");
    private static final byte[] LENGTH_AND_INDEXES =
            Reply.errorLine("ERR If you want both the length and indexes, please just use IDX.");
    private static final byte[] TOO_LARGE =
            Reply.errorLine(
                    "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int CELL_BYTES = 4;
    private static final long MOST_BYTES = 1L << 30;

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("lcs", -3, "readonly", "string", LongestCommonSubsequence::lcs)
                    .keys(range("RO access", 1, 1, 1)),
        };
    }

    private final byte[] a;
    private final byte[] b;
    private final long[] goUp;
    private int length;

    private LongestCommonSubsequence(byte[] a, byte[] b, boolean withPath) {
        this.a = a;
        this.b = b;
        long cells = withPath ? (long) a.length * b.length : 0;
        goUp = new long[(int) ((cells + 63) >>> 6)];
        fill(withPath);
    }

    private void fill(boolean withPath) {
        int[] above = new int[b.length + 1];
        int[] row = new int[b.length + 1];
        long cell = 0;
        for (byte x : a) {
            for (int j = 1; j <= b.length; j++, cell++) {
                if (x == b[j - 1]) {
                    row[j] = above[j - 1] + 1;
                } else if (above[j] > row[j - 1]) {
                    row[j] = above[j];
                    if (withPath) {
                        goUp[(int) (cell >>> 6)] |= 1L << cell;
                    }
                } else {
                    row[j] = row[j - 1];
                }
            }
            int[] finished = row;
            row = above;
            above = finished;
        }
        length = above[b.length];
    }

    private boolean isUp(int i, int j) {
        long cell = (i - 1L) * b.length + (j - 1);
        return (goUp[(int) (cell >>> 6)] >>> cell & 1) != 0;
    }

    private byte[] text() {
        byte[] text = new byte[length];
        int left = length;
        int i = a.length;
        int j = b.length;
        while (left > 0) {
            if (a[i - 1] == b[j - 1]) {
                text[--left] = a[i - 1];
                i--;
                j--;
            } else if (isUp(i, j)) {
                i--;
            } else {
                j--;
            }
        }
        return text;
    }

    /** The runs that match, last first, as triples: where they begin in a and in b, and their length. */
    private int[] matches(long least) {
        int[] triples = new int[48];
        int count = 0;
        int run = 0;
        int i = a.length;
        int j = b.length;
        while (i > 0 && j > 0) {
            boolean same = a[i - 1] == b[j - 1];
            if (same) {
                run++;
                i--;
                j--;
            }
            boolean ends = !same || i == 0 || j == 0;
            if (ends && run > 0) {
                if (run >= least) {
                    if (count == triples.length) {
                        triples = Arrays.copyOf(triples, count * 2);
                    }
                    triples[count] = i;
                    triples[count + 1] = j;
                    triples[count + 2] = run;
                    count += 3;
                }
                run = 0;
            }
            if (!same) {
                if (isUp(i, j)) {
                    i--;
                } else {
                    j--;
                }
            }
        }
        return Arrays.copyOf(triples, count);
    }

    /** What a request asks for. */
    private record Options(boolean length, boolean indexes, boolean matchLengths, long least) {}

    static void lcs(Invocation in) {
        long first = in.lookupRead(1);
        long second = in.lookupRead(2);
        if (isOther(in, first) || isOther(in, second)) {
            in.reply().errorLine(NOT_STRINGS);
            return;
        }
        Options options = options(in);
        if (options == null) {
            return;
        }
        if (options.length && options.indexes) {
            in.reply().errorLine(LENGTH_AND_INDEXES);
            return;
        }
        long rows = length(in, first) + 1;
        long columns = length(in, second) + 1;
        long cells = in.engine().settings().maxBulkLength / CELL_BYTES;
        if (rows > cells / columns || rows > MOST_BYTES || columns > MOST_BYTES) {
            in.reply().errorLine(TOO_LARGE);
            return;
        }
        byte[] a = bytes(in, first);
        byte[] b = bytes(in, second);
        answer(in.reply(), options, new LongestCommonSubsequence(a, b, !options.length));
    }

    private static boolean isOther(Invocation in, long entry) {
        return entry != 0 && !StringType.isString(Entry.header(in.db().memory(), entry));
    }

    private static long length(Invocation in, long entry) {
        return entry == 0 ? 0 : StringType.length(in.db().memory(), entry);
    }

    private static byte[] bytes(Invocation in, long entry) {
        if (entry == 0) {
            return new byte[0];
        }
        ByteView value = in.engine().strings().view(in.db().memory(), entry);
        byte[] copy = new byte[(int) value.length()];
        UnsafeApi.copyMemory(null, value.address(), copy, BYTES, copy.length);
        return copy;
    }

    private static Options options(Invocation in) {
        boolean length = false;
        boolean indexes = false;
        boolean matchLengths = false;
        long least = 0;
        for (int i = 3; i < in.argc(); i++) {
            if (in.argIs(i, "LEN")) {
                length = true;
            } else if (in.argIs(i, "IDX")) {
                indexes = true;
            } else if (in.argIs(i, "WITHMATCHLEN")) {
                matchLengths = true;
            } else if (in.argIs(i, "MINMATCHLEN") && i + 1 < in.argc()) {
                i++;
                if (!in.requireLong(i)) {
                    return null;
                }
                least = Math.max(0, in.longValue());
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return null;
            }
        }
        return new Options(length, indexes, matchLengths, least);
    }

    private static void answer(Reply reply, Options options, LongestCommonSubsequence found) {
        if (options.length) {
            reply.integer(found.length);
            return;
        }
        if (!options.indexes) {
            reply.bulk(found.text());
            return;
        }
        int[] triples = found.matches(options.least);
        reply.map(2);
        reply.bulk("matches");
        reply.array(triples.length / 3);
        for (int t = 0; t < triples.length; t += 3) {
            int run = triples[t + 2];
            reply.array(options.matchLengths ? 3 : 2);
            span(reply, triples[t], run);
            span(reply, triples[t + 1], run);
            if (options.matchLengths) {
                reply.integer(run);
            }
        }
        reply.bulk("len");
        reply.integer(found.length);
    }

    private static void span(Reply reply, int start, int run) {
        reply.array(2);
        reply.integer(start);
        reply.integer(start + run - 1L);
    }
}

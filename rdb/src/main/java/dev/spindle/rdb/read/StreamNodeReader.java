package dev.spindle.rdb.read;

import dev.spindle.engine.encoding.StreamFields;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.memory.Scratch;
import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * Reads a node of a stream: the id that its entries count from, and a listpack.
 *
 * <pre>
 *   head:   entries that stand | deleted | fields | field ... | 0
 *   entry:  flags (1 deleted, 2 fields of the head) | ms and sequence since the node's id
 *           | [fields | (field | value) ...]  or  [value ...]  | elements of the entry without this one
 * </pre>
 */
final class StreamNodeReader implements StreamFields {

    private static final int ID_BYTES = 16;
    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;
    private static final int HEAD_ELEMENTS = 3;

    /** For a text whose bytes stand in the scratch, marked so in its address. */
    private static final long IN_SCRATCH = 1L << 63;

    private final ReadContext context;
    private final Scratch digits = new Scratch();
    private long[] heads = new long[16];
    private int[] headLengths = new int[16];
    private int headCount;
    private long headDigits;
    private long[] texts = new long[32];
    private int[] lengths = new int[32];
    private int pairs;
    private long baseMs;
    private long baseSeq;

    StreamNodeReader(ReadContext context) {
        this.context = context;
    }

    private RdbFault broken() {
        return context.reader.corrupt("Stream listpack integrity check failed.");
    }

    /** Reads a node into a log. */
    void read(StreamLog log) {
        RdbText text = context.first;
        context.reader.readText(text);
        if (text.length() != ID_BYTES) {
            throw context.reader.corrupt("Stream node key entry is not the size of a stream ID");
        }
        baseMs = Long.reverseBytes(UnsafeApi.getLong(text.address()));
        baseSeq = Long.reverseBytes(UnsafeApi.getLong(text.address() + 8));
        context.reader.readText(text);
        ListpackReader pack = context.listpack;
        pack.open(text);
        digits.clear();
        long standing = pack.requireLong(context.second);
        long deleted = pack.requireLong(context.second);
        readHead(pack);
        if (standing < 0 || deleted < 0) {
            throw broken();
        }
        long stood = 0;
        long gone = 0;
        while (pack.next(context.second)) {
            if (readEntry(pack, log)) {
                stood++;
            } else {
                gone++;
            }
            context.element();
        }
        if (stood != standing || gone != deleted || stood + gone == 0) {
            throw broken();
        }
    }

    private void readHead(ListpackReader pack) {
        headCount = count(pack);
        if (headCount > heads.length) {
            heads = new long[headCount];
            headLengths = new int[headCount];
        }
        for (int i = 0; i < headCount; i++) {
            pack.require(context.second);
            heads[i] = place(context.second);
            headLengths[i] = context.second.length();
        }
        headDigits = digits.length();
        if (pack.requireLong(context.second) != 0) {
            throw broken();
        }
    }

    // A number of fields: the elements that it stands for must have room in the pack.
    private int count(ListpackReader pack) {
        long count = pack.requireLong(context.second);
        if (count < 0 || count > pack.left()) {
            throw broken();
        }
        return (int) count;
    }

    // Reads an entry whose flags were just taken; answers whether it stands.
    private boolean readEntry(ListpackReader pack, StreamLog log) {
        if (!context.second.isNumber()) {
            throw broken();
        }
        long flags = context.second.number();
        long ms = baseMs + pack.requireLong(context.second);
        long seq = baseSeq + pack.requireLong(context.second);
        boolean same = (flags & SAME_FIELDS) != 0;
        digits.length(headDigits);
        pairs = same ? headCount : count(pack);
        room();
        for (int i = 0; i < pairs; i++) {
            if (same) {
                texts[2 * i] = heads[i];
                lengths[2 * i] = headLengths[i];
            } else {
                take(pack, 2 * i);
            }
            take(pack, 2 * i + 1);
        }
        long elements = HEAD_ELEMENTS + (same ? pairs : 2L * pairs + 1);
        if (pack.requireLong(context.second) != elements || pairs == 0) {
            throw broken();
        }
        if ((flags & DELETED) != 0) {
            return false;
        }
        if (StreamIds.compare(ms, seq, log.lastMs(), log.lastSeq()) <= 0) {
            throw context.reader.corrupt("Stream entries are not in the order of their IDs");
        }
        log.append(
                ms,
                seq,
                this,
                context.limits.streamNodeMaxBytes(),
                context.limits.streamNodeMaxEntries());
        return true;
    }

    private void room() {
        if (2 * pairs > texts.length) {
            texts = Arrays.copyOf(texts, 2 * pairs);
            lengths = Arrays.copyOf(lengths, 2 * pairs);
        }
    }

    private void take(ListpackReader pack, int index) {
        pack.require(context.second);
        texts[index] = place(context.second);
        lengths[index] = context.second.length();
    }

    // Digits move when more of them are kept, so their place is an offset.
    private long place(RdbText text) {
        if (!text.isNumber()) {
            return text.address();
        }
        long offset = digits.length();
        digits.append(text.address(), text.length());
        return offset | IN_SCRATCH;
    }

    @Override
    public int pairs() {
        return pairs;
    }

    @Override
    public long address(int index) {
        long place = texts[index];
        return place < 0 ? digits.address() + (place & ~IN_SCRATCH) : place;
    }

    @Override
    public int length(int index) {
        return lengths[index];
    }

    /** Gives back what it holds. */
    void release() {
        digits.release();
    }
}

package dev.spindle.engine.command.generic;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.ListElement;
import dev.spindle.engine.encoding.Quicklist;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.DoubleResult;
import dev.spindle.engine.text.Doubles;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.SetWalk;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.ValueType;
import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * The elements of one SORT: copied out of their collection, weighed, and put in order by a stable merge sort of their numbers.
 * Text is compared byte by byte, as the C locale does.
 */
final class SortVector {

    private static final int FEW = 8;
    private static final int MOST_KEPT = 1 << 16;

    private final Scratch bytes = new Scratch();
    private final Scratch texts = new Scratch();
    private final DoubleResult parsed = new DoubleResult();

    // By element: where its bytes begin, and those of the text that it is sorted by (or -1); one
    // more says where the last ends.
    private long[] starts = new long[1];
    private long[] textStarts = new long[0];
    private int[] textLengths = new int[0];
    private double[] scores = new double[0];
    private int[] order = new int[0];
    private int[] merged = new int[0];
    private int count;
    private boolean alpha;
    private boolean byText;
    private int sign;

    /** Copies the elements of a list, set or sorted set; of the latter by score. */
    void collect(Invocation in, long entry) {
        clear();
        if (entry == 0) {
            return;
        }
        switch (Entry.type(Entry.header(in.db().memory(), entry))) {
            case ValueType.LIST -> collectList(in, entry);
            case ValueType.SET -> collectSet(in, entry);
            default -> collectSortedSet(in, entry);
        }
    }

    /** Forgets all elements; what was needed for many is given back. */
    void clear() {
        bytes.clear();
        texts.clear();
        count = 0;
        if (starts.length > MOST_KEPT) {
            starts = new long[1];
            textStarts = new long[0];
            textLengths = new int[0];
            scores = new double[0];
            order = new int[0];
            merged = new int[0];
        }
        starts[0] = 0;
    }

    private void collectList(Invocation in, long entry) {
        Quicklist list = in.engine().lists().open(entry);
        ListElement element = in.engine().lists().element();
        room(list.size());
        list.seek(0);
        for (long left = list.size(); left > 0; left--) {
            list.next(element);
            element.appendTo(bytes);
            starts[++count] = bytes.length();
        }
    }

    private void collectSet(Invocation in, long entry) {
        SetType sets = in.engine().sets();
        room(sets.size(entry));
        SetWalk walk = sets.walk();
        walk.start(entry);
        for (int batch = walk.next(); batch > 0; batch = walk.next()) {
            for (int i = 0; i < batch; i++) {
                add(sets.view(walk.encoding(), walk.ref(i)));
            }
        }
    }

    private void collectSortedSet(Invocation in, long entry) {
        SortedSet set = in.engine().sortedSets().wrap(in.db(), entry);
        room(set.size());
        set.seek(0, set.size());
        do {
            add(set.member());
        } while (set.next());
    }

    private void room(long elements) {
        int needed = Math.toIntExact(elements + 1);
        if (starts.length < needed) {
            starts = new long[needed];
        }
        if (order.length < needed) {
            order = new int[needed];
        }
        for (int i = 0; i < needed; i++) {
            order[i] = i;
        }
    }

    private void add(ByteView element) {
        bytes.append(element.address(), element.length());
        starts[++count] = bytes.length();
    }

    /** Number of elements. */
    int count() {
        return count;
    }

    /** Address of the element at a place of the order. */
    long address(int place) {
        return bytes.address() + starts[order[place]];
    }

    /** Length of the element at a place of the order. */
    int length(int place) {
        return lengthOf(order[place]);
    }

    private int lengthOf(int element) {
        return (int) (starts[element + 1] - starts[element]);
    }

    /** Turns the order around. */
    void reverse() {
        for (int i = 0, j = count - 1; i < j; i++, j--) {
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }

    /**
     * Sorts.
     *
     * @param by what the elements are sorted by, or null for themselves.
     * @param asText whether by bytes, or as numbers.
     * @return false when something is no number; the order is then as it was.
     */
    boolean sort(Invocation in, SortPattern by, boolean asText, boolean descending) {
        alpha = asText;
        byText = asText && by != null;
        sign = descending ? -1 : 1;
        if (!weigh(in, by)) {
            return false;
        }
        if (merged.length < count) {
            merged = new int[count];
        }
        sort(0, count);
        return true;
    }

    private boolean weigh(Invocation in, SortPattern by) {
        if (byText) {
            if (textStarts.length < count) {
                textStarts = new long[count];
                textLengths = new int[count];
            }
        } else if (!alpha) {
            if (scores.length < count) {
                scores = new double[count];
            }
            Arrays.fill(scores, 0, count, 0);
        }
        boolean allNumbers = true;
        for (int i = 0; i < count; i++) {
            long at = bytes.address() + starts[i];
            int length = lengthOf(i);
            if (by == null) {
                allNumbers &= alpha || score(i, at, length);
                continue;
            }
            boolean found = by.resolve(in, at, length);
            if (byText) {
                textStarts[i] = found ? texts.length() : -1;
                if (found) {
                    textLengths[i] = (int) by.value().length();
                    texts.append(by.value().address(), by.value().length());
                }
            } else if (found) {
                allNumbers &= score(i, by.value().address(), (int) by.value().length());
            }
        }
        return allNumbers;
    }

    // As strtod does: spaces before the number are passed over, and no text at all is zero.
    private boolean score(int element, long address, int length) {
        if (length == 0) {
            return true;
        }
        int from = 0;
        while (from < length && isSpace(UnsafeApi.getByte(address + from))) {
            from++;
        }
        if (!Doubles.parse(address + from, length - from, parsed)) {
            return false;
        }
        scores[element] = parsed.value;
        return true;
    }

    private static boolean isSpace(int b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    private void sort(int from, int end) {
        if (end - from <= FEW) {
            for (int i = from + 1; i < end; i++) {
                int element = order[i];
                int to = i;
                while (to > from && compare(order[to - 1], element) > 0) {
                    order[to] = order[to - 1];
                    to--;
                }
                order[to] = element;
            }
            return;
        }
        int middle = (from + end) >>> 1;
        sort(from, middle);
        sort(middle, end);
        if (compare(order[middle - 1], order[middle]) <= 0) {
            return;
        }
        System.arraycopy(order, from, merged, from, middle - from);
        int left = from;
        int right = middle;
        int to = from;
        while (left < middle) {
            if (right < end && compare(merged[left], order[right]) > 0) {
                order[to++] = order[right++];
            } else {
                order[to++] = merged[left++];
            }
        }
    }

    private int compare(int a, int b) {
        if (byText) {
            return sign * compareTexts(a, b);
        }
        int difference = alpha ? 0 : Double.compare(scores[a] + 0.0, scores[b] + 0.0);
        if (difference == 0) {
            difference =
                    ByteRange.compare(
                            bytes.address() + starts[a],
                            lengthOf(a),
                            bytes.address() + starts[b],
                            lengthOf(b));
        }
        return difference < 0 ? -sign : difference > 0 ? sign : 0;
    }

    private int compareTexts(int a, int b) {
        if (textStarts[a] < 0 || textStarts[b] < 0) {
            return Boolean.compare(textStarts[a] >= 0, textStarts[b] >= 0);
        }
        return Integer.signum(
                ByteRange.compare(
                        texts.address() + textStarts[a],
                        textLengths[a],
                        texts.address() + textStarts[b],
                        textLengths[b]));
    }
}

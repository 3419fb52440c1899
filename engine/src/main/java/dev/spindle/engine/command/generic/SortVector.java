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
 * The elements of one SORT: copied out of their collection, weighed, and put in order by sorting their numbers. Text is compared byte
 * by byte, as the C locale does.
 *
 * <h2>Windows</h2>
 *
 * LIMIT asks for some places of the order only. What lies outside need not be sorted, only be on the right side:
 *
 * <pre>
 *   places   [ ........... | window | ................... ]
 *   pivot            ^                                         both parts overlap or one does: go on with those that do
 *                    [ not needed ][ a part within: sorted whole, by merging ]
 * </pre>
 *
 * So a window of k places costs O(n + k log k) comparisons, as Redis's partial quicksort does. A part that pivots divide badly too
 * often is sorted whole, which bounds the worst case by O(n log n). The order is total, since elements that compare equal stay in the
 * order they were met in: a window holds what it would hold if all were sorted.
 *
 * <p>Where nothing is to be sorted ({@code BY nosort}), only the window is copied.
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

    // By place of the order: the element, and the number that it is sorted by, which moves along so
    // that comparisons
    // need not go and find it. By bytes all numbers are 0.
    private int[] order = new int[0];
    private double[] scores = new double[0];
    private int[] merged = new int[0];
    private double[] mergedScores = new double[0];
    private int count;

    // The window, as places of the order.
    private int windowFrom;
    private int windowEnd;
    private boolean alpha;
    private boolean byText;
    private int sign;

    /**
     * Copies elements of a list, set or sorted set; of the latter by score.
     *
     * @param from how many to leave out, in the collection's own order.
     * @param end behind which of them to stop; as many must be there.
     */
    void collect(Invocation in, long entry, int from, int end) {
        clear();
        if (from == end) {
            return;
        }
        room(end - from);
        switch (Entry.type(Entry.header(in.db().memory(), entry))) {
            case ValueType.LIST -> collectList(in, entry, from, end);
            case ValueType.SET -> collectSet(in, entry, from, end);
            default -> collectSortedSet(in, entry, from, end);
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
            mergedScores = new double[0];
        }
        starts[0] = 0;
    }

    private void collectList(Invocation in, long entry, int from, int end) {
        Quicklist list = in.engine().lists().open(entry);
        ListElement element = in.engine().lists().element();
        list.seek(from);
        for (int left = end - from; left > 0; left--) {
            list.next(element);
            element.appendTo(bytes);
            starts[++count] = bytes.length();
        }
    }

    private void collectSet(Invocation in, long entry, int from, int end) {
        SetType sets = in.engine().sets();
        SetWalk walk = sets.walk();
        walk.start(entry);
        int met = 0;
        while (met < end) {
            int batch = walk.next();
            for (int i = Math.max(0, from - met); i < Math.min(batch, end - met); i++) {
                add(sets.view(walk.encoding(), walk.ref(i)));
            }
            met += batch;
        }
    }

    private void collectSortedSet(Invocation in, long entry, int from, int end) {
        SortedSet set = in.engine().sortedSets().wrap(in.db(), entry);
        set.seek(from, end - from);
        for (int left = end - from; left > 0; left--) {
            add(set.member());
            set.next();
        }
    }

    private void room(int elements) {
        int needed = Math.addExact(elements, 1);
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
     * Brings the elements of some places of the order there.
     *
     * @param by what the elements are sorted by, or null for themselves.
     * @param asText whether by bytes, or as numbers.
     * @param from the first place that matters.
     * @param end behind the last place that matters.
     * @return false when something is no number; the order is then as it was.
     */
    boolean sort(
            Invocation in, SortPattern by, boolean asText, boolean descending, int from, int end) {
        alpha = asText;
        byText = asText && by != null;
        sign = descending ? -1 : 1;
        if (!weigh(in, by)) {
            return false;
        }
        windowFrom = from;
        windowEnd = end;
        select(0, count, 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(count)));
        return true;
    }

    private boolean weigh(Invocation in, SortPattern by) {
        if (byText) {
            if (textStarts.length < count) {
                textStarts = new long[count];
                textLengths = new int[count];
            }
        }
        if (scores.length < count) {
            scores = new double[count];
        }
        Arrays.fill(scores, 0, count, 0);
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
        // Zeros are equal whatever their sign.
        scores[element] = parsed.value + 0.0;
        return true;
    }

    private static boolean isSpace(int b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    // Settles the places of the window that are between from and end, while only elements of theirs
    // are there.
    private void select(int from, int end, int divisions) {
        int low = from;
        int high = end;
        int left = divisions;
        while (low < windowEnd && high > windowFrom && high > low) {
            boolean within = low >= windowFrom && high <= windowEnd;
            if (within || high - low <= FEW || left == 0) {
                sortWhole(low, high);
                return;
            }
            left--;
            int pivot = partition(low, high);
            select(low, pivot, left);
            low = pivot + 1;
        }
    }

    // Divides by a middling element; answers its place, which is settled.
    private int partition(int from, int end) {
        int step = (end - from) / FEW;
        int middle = (from + end) >>> 1;
        int last = end - 1;
        int chosen =
                median(
                        median(from, from + step, from + 2 * step),
                        median(middle - step, middle, middle + step),
                        median(last - 2 * step, last - step, last));
        int pivot = order[chosen];
        double score = scores[chosen];
        put(chosen, order[from], scores[from]);
        int low = from + 1;
        int high = last;
        while (true) {
            while (low <= high && compare(order[low], scores[low], pivot, score) < 0) {
                low++;
            }
            while (low <= high && compare(order[high], scores[high], pivot, score) > 0) {
                high--;
            }
            if (low > high) {
                break;
            }
            int swapped = order[low];
            double swappedScore = scores[low];
            put(low++, order[high], scores[high]);
            put(high--, swapped, swappedScore);
        }
        put(from, order[high], scores[high]);
        put(high, pivot, score);
        return high;
    }

    private void put(int place, int element, double score) {
        order[place] = element;
        scores[place] = score;
    }

    private int median(int a, int b, int c) {
        if (isBefore(a, b)) {
            return isBefore(b, c) ? b : isBefore(a, c) ? c : a;
        }
        return isBefore(c, b) ? b : isBefore(c, a) ? c : a;
    }

    private boolean isBefore(int place, int other) {
        return compare(order[place], scores[place], order[other], scores[other]) < 0;
    }

    private void sortWhole(int from, int end) {
        int half = (end - from) >>> 1;
        if (merged.length < half) {
            merged = new int[half];
            mergedScores = new double[half];
        }
        merge(from, end);
    }

    private void merge(int from, int end) {
        if (end - from <= FEW) {
            for (int i = from + 1; i < end; i++) {
                int element = order[i];
                double score = scores[i];
                int to = i;
                while (to > from && compare(order[to - 1], scores[to - 1], element, score) > 0) {
                    put(to, order[to - 1], scores[to - 1]);
                    to--;
                }
                put(to, element, score);
            }
            return;
        }
        int middle = (from + end) >>> 1;
        merge(from, middle);
        merge(middle, end);
        if (isBefore(middle - 1, middle)) {
            return;
        }
        int lefts = middle - from;
        System.arraycopy(order, from, merged, 0, lefts);
        System.arraycopy(scores, from, mergedScores, 0, lefts);
        int left = 0;
        int right = middle;
        int to = from;
        while (left < lefts) {
            if (right < end
                    && compare(merged[left], mergedScores[left], order[right], scores[right]) > 0) {
                put(to++, order[right], scores[right]);
                right++;
            } else {
                put(to++, merged[left], mergedScores[left]);
                left++;
            }
        }
    }

    // Less or greater than zero; zero only for one element and itself.
    private int compare(int a, double score, int b, double other) {
        if (score != other) {
            return score < other ? -sign : sign;
        }
        return compareBytes(a, b);
    }

    private int compareBytes(int a, int b) {
        if (byText) {
            int order = sign * compareTexts(a, b);
            return order != 0 ? order : Integer.compare(a, b);
        }
        int difference =
                ByteRange.compare(
                        bytes.address() + starts[a],
                        lengthOf(a),
                        bytes.address() + starts[b],
                        lengthOf(b));
        return difference < 0 ? -sign : difference > 0 ? sign : Integer.compare(a, b);
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

package dev.spindle.perf.agent;

import dev.spindle.perf.os.Posix;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * A set of cpus, as {@code redis.conf} and {@code taskset} write it.
 *
 * <pre>
 *   list  = item *("," item)        0,2,4-7
 *   item  = cpu | cpu "-" cpu [":" stride]      0-10:2 is 0,2,4,6,8,10
 * </pre>
 *
 * <p>Blanks around an item are ignored; an empty text is the empty list, which asks for nothing. Cpus that the machine does not
 * have may be named: the kernel ignores them as long as one remains. Values are immutable.
 */
public final class CpuList {
    /** The list that names no cpu. */
    public static final CpuList EMPTY = new CpuList(new BitSet());

    /** The kernel's fixed-size set ends here. */
    public static final int MAX_CPUS = Posix.CPU_SET_LONGS * Long.SIZE;

    private final BitSet cpus;

    private CpuList(BitSet cpus) {
        this.cpus = cpus;
    }

    /**
     * Parses a list.
     *
     * @throws IllegalArgumentException saying which item is wrong and why
     */
    public static CpuList parse(String text) {
        if (text.isBlank()) {
            return EMPTY;
        }
        final BitSet cpus = new BitSet();
        for (final String item : text.split(",", -1)) {
            addItem(cpus, item.strip(), text);
        }
        return new CpuList(cpus);
    }

    /** The list of some cpus. */
    public static CpuList of(int... cpus) {
        final BitSet set = new BitSet();
        for (final int cpu : cpus) {
            if (cpu < 0 || cpu >= MAX_CPUS) {
                throw new IllegalArgumentException(
                        "cpu " + cpu + " is not in 0.." + (MAX_CPUS - 1));
            }
            set.set(cpu);
        }
        return new CpuList(set);
    }

    /** The list that a kernel's cpu set stands for. */
    public static CpuList ofMask(long[] cpuSet) {
        return new CpuList(BitSet.valueOf(cpuSet));
    }

    /** The kernel's cpu set: {@link Posix#CPU_SET_LONGS} longs, bit n of the whole stands for cpu n. */
    public long[] mask() {
        final long[] mask = new long[Posix.CPU_SET_LONGS];
        final long[] words = cpus.toLongArray();
        System.arraycopy(words, 0, mask, 0, words.length);
        return mask;
    }

    /** The cpus of this list that another does not name. */
    public CpuList without(CpuList other) {
        final BitSet left = (BitSet) cpus.clone();
        left.andNot(other.cpus);
        return new CpuList(left);
    }

    public boolean isEmpty() {
        return cpus.isEmpty();
    }

    public int size() {
        return cpus.cardinality();
    }

    public boolean contains(int cpu) {
        return cpu >= 0 && cpus.get(cpu);
    }

    /** The cpus in rising order. */
    public IntStream stream() {
        return cpus.stream();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CpuList list && cpus.equals(list.cpus);
    }

    @Override
    public int hashCode() {
        return cpus.hashCode();
    }

    /** The shortest list without strides that parses to the same set. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        int from = cpus.nextSetBit(0);
        while (from >= 0) {
            final int end = cpus.nextClearBit(from);
            text.append(text.isEmpty() ? "" : ",").append(from);
            if (end - from > 1) {
                text.append('-').append(end - 1);
            }
            from = cpus.nextSetBit(end);
        }
        return text.toString();
    }

    private static void addItem(BitSet cpus, String item, String list) {
        final int dash = item.indexOf('-');
        if (dash < 0) {
            cpus.set(cpu(item, item, list));
            return;
        }
        final int colon = item.indexOf(':', dash);
        final int first = cpu(item.substring(0, dash), item, list);
        final int last =
                cpu(item.substring(dash + 1, colon < 0 ? item.length() : colon), item, list);
        final int stride = colon < 0 ? 1 : number(item.substring(colon + 1), item, list);
        if (last < first) {
            throw wrong("runs backwards", item, list);
        }
        if (stride < 1) {
            throw wrong("has a stride below 1", item, list);
        }
        for (int cpu = first; cpu <= last; cpu += stride) {
            cpus.set(cpu);
        }
    }

    private static int cpu(String digits, String item, String list) {
        final int cpu = number(digits, item, list);
        if (cpu >= MAX_CPUS) {
            throw wrong("names a cpu above " + (MAX_CPUS - 1), item, list);
        }
        return cpu;
    }

    private static int number(String digits, String item, String list) {
        // No sign, no blanks; five digits hold every cpu and every sensible stride and cannot
        // overflow.
        if (!digits.matches("[0-9]{1,5}")) {
            throw wrong("is not a cpu or a range of cpus", item, list);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException wrong(String what, String item, String list) {
        return new IllegalArgumentException("cpu list '" + list + "': '" + item + "' " + what);
    }
}

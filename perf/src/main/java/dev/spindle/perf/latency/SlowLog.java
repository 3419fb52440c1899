package dev.spindle.perf.latency;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The last commands that passed a threshold: by their duration, or by the size of the request or of the reply.
 *
 * <p>One instance keeps one kind; the unit of the value (microseconds, bytes) is the caller's. The caller asks
 * {@link #exceeds(long)} first, which is one comparison, and builds what an entry needs only after a yes.
 *
 * <p><b>What is kept</b> (Redis 7's rules): at most {@value #MAX_ARGUMENTS} arguments, the last place then saying how many there were
 * more; at most {@value #MAX_ARGUMENT_BYTES} bytes of each, followed by a text that says how many more. Both are copies, since the
 * originals lie in a receive buffer. Ids rise by one for ever, also through {@link #reset()} and while the length is zero. A shorter
 * length takes effect at once. Secrets must be masked by the caller.
 */
public final class SlowLog {
    /** Places for arguments in an entry. */
    public static final int MAX_ARGUMENTS = 32;

    /** Bytes of an argument that are kept. */
    public static final int MAX_ARGUMENT_BYTES = 128;

    /** The arguments of a command, wherever they lie. */
    public interface Arguments {
        /** How many there are, the command's name included. */
        int count();

        /** Length of one, in bytes. */
        int length(int index);

        /** Copies the first bytes of one to the start of an array. */
        void copy(int index, byte[] target, int length);

        /** The arguments of an array of arrays. */
        static Arguments of(byte[]... arguments) {
            return new Arguments() {
                @Override
                public int count() {
                    return arguments.length;
                }

                @Override
                public int length(int index) {
                    return arguments[index].length;
                }

                @Override
                public void copy(int index, byte[] target, int length) {
                    System.arraycopy(arguments[index], 0, target, 0, length);
                }
            };
        }
    }

    /**
     * One command.
     *
     * @param id rises by one from entry to entry
     * @param epochSeconds when it was logged
     * @param value what passed the threshold, in the log's unit
     * @param arguments trimmed copies; not to be changed
     * @param peer the address of who sent it
     * @param clientName the name it gave itself, or empty
     */
    public record Entry(
            long id,
            long epochSeconds,
            long value,
            List<byte[]> arguments,
            String peer,
            String clientName) {}

    private final ArrayDeque<Entry> newestFirst = new ArrayDeque<>();
    private long threshold;
    private int maxEntries;
    private long nextId;

    /**
     * @param threshold as {@link #threshold(long)}
     * @param maxEntries as {@link #maxEntries(int)}
     */
    public SlowLog(long threshold, int maxEntries) {
        threshold(threshold);
        maxEntries(maxEntries);
    }

    /** Whether a value is to be logged. */
    public boolean exceeds(long value) {
        return value >= threshold;
    }

    /** Logs a command whose value {@link #exceeds(long)} the threshold. */
    public void add(
            long value, long epochSeconds, Arguments arguments, String peer, String clientName) {
        final Entry entry =
                new Entry(nextId++, epochSeconds, value, trimmed(arguments), peer, clientName);
        newestFirst.addFirst(entry);
        trimToLength();
    }

    /** Values from this one on are logged: 0 logs everything, below 0 nothing. */
    public void threshold(long newThreshold) {
        threshold = newThreshold < 0 ? Long.MAX_VALUE : newThreshold;
    }

    /** How many entries are kept, 0 or more. */
    public void maxEntries(int newMaxEntries) {
        if (newMaxEntries < 0) {
            throw new IllegalArgumentException("a log cannot keep " + newMaxEntries + " entries");
        }
        maxEntries = newMaxEntries;
        trimToLength();
    }

    /** Entries kept now. */
    public int size() {
        return newestFirst.size();
    }

    /**
     * The newest entries, newest first.
     *
     * @param count at most so many; below 0 means all
     */
    public List<Entry> newest(int count) {
        final int wanted = count < 0 ? size() : Math.min(count, size());
        final List<Entry> entries = new ArrayList<>(wanted);
        for (final Entry entry : newestFirst) {
            if (entries.size() == wanted) {
                break;
            }
            entries.add(entry);
        }
        return entries;
    }

    /** Forgets all entries; ids go on. */
    public void reset() {
        newestFirst.clear();
    }

    private void trimToLength() {
        while (newestFirst.size() > maxEntries) {
            newestFirst.removeLast();
        }
    }

    private static List<byte[]> trimmed(Arguments arguments) {
        final int count = arguments.count();
        final boolean tooMany = count > MAX_ARGUMENTS;
        final int whole = tooMany ? MAX_ARGUMENTS - 1 : count;
        final List<byte[]> kept = new ArrayList<>(Math.min(count, MAX_ARGUMENTS));
        for (int i = 0; i < whole; i++) {
            kept.add(trimmed(arguments, i));
        }
        if (tooMany) {
            kept.add(ascii("... (" + (count - whole) + " more arguments)"));
        }
        return kept;
    }

    private static byte[] trimmed(Arguments arguments, int index) {
        final int length = arguments.length(index);
        if (length <= MAX_ARGUMENT_BYTES) {
            final byte[] copy = new byte[length];
            arguments.copy(index, copy, length);
            return copy;
        }
        final byte[] more = ascii("... (" + (length - MAX_ARGUMENT_BYTES) + " more bytes)");
        final byte[] copy = new byte[MAX_ARGUMENT_BYTES + more.length];
        arguments.copy(index, copy, MAX_ARGUMENT_BYTES);
        System.arraycopy(more, 0, copy, MAX_ARGUMENT_BYTES, more.length);
        return copy;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

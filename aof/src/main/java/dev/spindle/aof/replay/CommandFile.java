package dev.spindle.aof.replay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Walks through a file of commands as Redis writes it: arrays of bulk strings, and lines of {@code #} between them that tell the time.
 * Nothing but lengths and names is looked at, so a value of any size is stepped over.
 *
 * <p>A command between MULTI and EXEC counts only together with all up to EXEC: {@link #completeUpTo} stays at MULTI until then.
 */
final class CommandFile implements AutoCloseable {

    private static final int WINDOW = 1 << 20;

    /** Longest line that tells a length, or the time. */
    private static final int MOST_LINE = 1024;

    private static final long MOST_ARGUMENTS = Integer.MAX_VALUE;
    private static final long MOST_LENGTH = 1L << 40;
    private static final int MOST_NAME = 5;

    /** What stands at a place. */
    enum Item {
        COMMAND,
        ANNOTATION,
        /** The file is over, within something or not. */
        END,
        /** No command: {@link #damage} tells. */
        DAMAGE
    }

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW);
    private long windowStart;
    private int windowLength;
    private long offset;
    private long itemStart;
    private long completeUpTo;
    private long multiAt = -1;
    private String damage;
    private long timeMs;

    CommandFile(Path file, long from) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        size = channel.size();
        offset = from;
        completeUpTo = from;
    }

    /** Steps over what comes next. */
    Item next() throws IOException {
        itemStart = offset;
        int first = at(offset);
        if (first < 0) {
            return Item.END;
        }
        if (first == '#') {
            return annotation();
        }
        if (first != '*') {
            return damaged("a command does not begin with '*'");
        }
        long arguments = number('*', MOST_ARGUMENTS);
        if (arguments < 0) {
            return incomplete();
        }
        if (arguments == 0) {
            return damaged("a command without a name");
        }
        String name = null;
        for (long i = 0; i < arguments; i++) {
            long length = number('$', MOST_LENGTH);
            if (length < 0) {
                return incomplete();
            }
            if (i == 0) {
                name = name(length);
            }
            offset += length;
            int end = at(offset + 1);
            if (end < 0) {
                return Item.END;
            }
            if (at(offset) != '\r' || end != '\n') {
                return damaged("an argument does not end with a line's end");
            }
            offset += 2;
        }
        return follow(name);
    }

    private Item follow(String name) {
        if ("multi".equals(name)) {
            if (multiAt >= 0) {
                return damaged("MULTI within MULTI");
            }
            multiAt = itemStart;
        } else if ("exec".equals(name)) {
            if (multiAt < 0) {
                return damaged("EXEC without MULTI");
            }
            multiAt = -1;
        }
        if (multiAt < 0) {
            completeUpTo = offset;
        }
        return Item.COMMAND;
    }

    private Item annotation() throws IOException {
        StringBuilder line = new StringBuilder();
        int c;
        while ((c = at(offset)) >= 0 && c != '\n') {
            offset++;
            line.append((char) c);
            if (line.length() > MOST_LINE) {
                return damaged("an endless annotation");
            }
        }
        if (c < 0) {
            return Item.END;
        }
        offset++;
        String text = line.toString().trim();
        if (text.startsWith("#TS:") && text.substring(4).matches("\\d{1,15}")) {
            timeMs = Long.parseLong(text.substring(4)) * 1000;
        }
        if (multiAt < 0) {
            completeUpTo = offset;
        }
        return Item.ANNOTATION;
    }

    private Item incomplete() {
        return damage == null ? Item.END : Item.DAMAGE;
    }

    private Item damaged(String what) {
        damage = what;
        return Item.DAMAGE;
    }

    // -1 when the file ends within it or it is none; then damage tells which.
    private long number(char mark, long most) throws IOException {
        int first = at(offset);
        if (first < 0) {
            return -1;
        }
        if (first != mark) {
            damaged("'" + mark + "' expected");
            return -1;
        }
        long value = 0;
        long from = offset + 1;
        long to = from;
        int c;
        while ((c = at(to)) >= '0' && c <= '9') {
            value = value * 10 + c - '0';
            to++;
            if (value > most) {
                damaged("a number that is too large");
                return -1;
            }
        }
        if (c < 0 || to > from && c == '\r' && at(to + 1) < 0) {
            return -1;
        }
        if (to == from || c != '\r' || at(to + 1) != '\n') {
            damaged("no number where one belongs");
            return -1;
        }
        offset = to + 2;
        return value;
    }

    private String name(long length) throws IOException {
        if (length > MOST_NAME) {
            return null;
        }
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int c = at(offset + i);
            name.append((char) Character.toLowerCase(c));
        }
        return name.toString();
    }

    private int at(long where) throws IOException {
        if (where < windowStart || where >= windowStart + windowLength) {
            if (where >= size) {
                return -1;
            }
            window.clear();
            windowStart = where;
            while (window.hasRemaining() && channel.read(window, where + window.position()) > 0) {
                assert window.position() > 0;
            }
            windowLength = window.position();
            if (windowLength == 0) {
                return -1;
            }
        }
        return window.get((int) (where - windowStart)) & 0xff;
    }

    /** Where the item at hand begins. */
    long itemStart() {
        return itemStart;
    }

    /** Where the next item begins; where reading stopped after the end or damage. */
    long offset() {
        return offset;
    }

    /** Up to where everything is complete. */
    long completeUpTo() {
        return completeUpTo;
    }

    /** What was wrong, or null. */
    String damage() {
        return damage;
    }

    /** Bytes of the file. */
    long size() {
        return size;
    }

    /** The time that the last annotation told, milliseconds since 1970; 0 before the first. */
    long timeMs() {
        return timeMs;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

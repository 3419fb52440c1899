package dev.spindle.net.server;

import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.config.ConfigException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * The server's log, line for line as Redis writes it.
 *
 * <pre>
 *   1234:M 23 Nov 2026 17:48:43.123 * Ready to accept connections
 *   pid role            local time  level: . debug  - verbose  * notice  # warning
 * </pre>
 *
 * <p>The core must not wait for a disk, so a line goes into a bounded ring and a thread of the log's own writes it. When the ring is
 * full lines are dropped and counted, and the count is logged as soon as there is room again. Closing writes everything that is
 * in the ring; a line is lost otherwise only when the process is killed.
 *
 * <p>The file is opened anew for each burst of lines, as Redis does for each line, so it can be moved away at any time.
 */
public final class ServerLog implements AutoCloseable {

    /** Lines that may wait to be written. */
    private static final int CAPACITY = 4096;

    private static final long IDLE_WAIT_NS = 200_000_000;
    private static final String LEVELS = ".-*#";
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private record Line(long epochMs, char role, char level, String text) {}

    private final String pid = Long.toString(ProcessHandle.current().pid());
    private final ManyToOneConcurrentArrayQueue<Line> ring =
            new ManyToOneConcurrentArrayQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;
    private volatile Path file;
    private volatile LogLevel level;
    private volatile char role = 'C';
    private volatile boolean closing;

    /**
     * Opens a log.
     *
     * @param fileOrNull where to; null is standard output.
     */
    public ServerLog(Path fileOrNull, LogLevel level) {
        this.file = fileOrNull;
        this.level = level;
        writer = new Thread(this::write, "log");
        writer.setDaemon(true);
        writer.start();
    }

    /**
     * Looks whether a file can be written, which makes it if it is not there.
     *
     * @throws ConfigException in Redis's words.
     */
    static void check(Path fileOrNull) {
        if (fileOrNull == null) {
            return;
        }
        try {
            new FileOutputStream(fileOrNull.toFile(), true).close();
        } catch (IOException e) {
            // The JDK puts the reason in parentheses behind the name.
            String text = String.valueOf(e.getMessage());
            boolean known = text.endsWith(")");
            String reason =
                    known ? text.substring(text.lastIndexOf('(') + 1, text.length() - 1) : text;
            throw ConfigException.of("Can't open the log file: " + reason);
        }
    }

    /** Changes where lines go from now on; null is standard output. */
    void file(Path fileOrNull) {
        file = fileOrNull;
    }

    /** Changes from which level on lines are written. */
    public void level(LogLevel newLevel) {
        level = newLevel;
    }

    /** Whether lines of a level are written. */
    public boolean isEnabled(LogLevel wanted) {
        return wanted.compareTo(level) >= 0;
    }

    /** Changes the letter behind the pid: C while starting, M for a master, S for a replica. */
    public void role(char newRole) {
        role = newRole;
    }

    /** Logs a line. From any thread; never blocks. */
    public void log(LogLevel at, String text) {
        if (isEnabled(at)) {
            offer(new Line(System.currentTimeMillis(), role, LEVELS.charAt(at.ordinal()), text));
        }
    }

    /** Logs a line in the form that Redis's signal handler uses. */
    public void logSignal(String text) {
        offer(new Line(System.currentTimeMillis(), role, (char) 0, text));
    }

    /** Writes text as it is, without date and level. */
    public void raw(String text) {
        offer(new Line(0, role, (char) 0, text));
    }

    private void offer(Line line) {
        if (!ring.offer(line)) {
            dropped.incrementAndGet();
        }
        LockSupport.unpark(writer);
    }

    private void write() {
        ZoneId zone = ZoneId.systemDefault();
        StringBuilder text = new StringBuilder(1024);
        while (true) {
            boolean last = closing;
            Line line;
            while ((line = ring.poll()) != null) {
                append(text, line, zone);
            }
            long lost = dropped.getAndSet(0);
            if (lost > 0) {
                String note = lost + " lines of log were dropped since they came too fast to write";
                append(text, new Line(System.currentTimeMillis(), role, '#', note), zone);
            }
            if (text.length() > 0) {
                put(text.toString().getBytes(StandardCharsets.UTF_8));
                text.setLength(0);
            } else if (last) {
                return;
            } else {
                LockSupport.parkNanos(this, IDLE_WAIT_NS);
            }
        }
    }

    private void append(StringBuilder text, Line line, ZoneId zone) {
        if (line.epochMs == 0) {
            text.append(line.text);
            return;
        }
        text.append(pid).append(':');
        if (line.level == 0) {
            text.append("signal-handler (").append(line.epochMs / 1000).append(") ");
        } else {
            text.append(line.role).append(' ');
            appendDate(text, line.epochMs, zone);
            text.append(' ').append(line.level).append(' ');
        }
        text.append(line.text).append('\n');
    }

    static void appendDate(StringBuilder text, long epochMs, ZoneId zone) {
        var date = Instant.ofEpochMilli(epochMs).atZone(zone);
        appendPadded(text, date.getDayOfMonth(), 2).append(' ');
        text.append(MONTHS[date.getMonthValue() - 1]).append(' ');
        text.append(date.getYear()).append(' ');
        appendPadded(text, date.getHour(), 2).append(':');
        appendPadded(text, date.getMinute(), 2).append(':');
        appendPadded(text, date.getSecond(), 2).append('.');
        appendPadded(text, (int) Math.floorMod(epochMs, 1000L), 3);
    }

    private static StringBuilder appendPadded(StringBuilder text, int value, int width) {
        String digits = Integer.toString(value);
        for (int i = digits.length(); i < width; i++) {
            text.append('0');
        }
        return text.append(digits);
    }

    // A log that cannot be written must not take the server down, as in Redis.
    private void put(byte[] bytes) {
        try {
            Path target = file;
            if (target == null) {
                Console.OUT.write(bytes);
            } else {
                try (OutputStream out = new FileOutputStream(target.toFile(), true)) {
                    out.write(bytes);
                }
            }
        } catch (IOException e) {
            dropped.incrementAndGet();
            LockSupport.parkNanos(this, IDLE_WAIT_NS);
        }
    }

    /** Writes what waits and ends. Later lines go nowhere. */
    @Override
    public void close() {
        closing = true;
        boolean interrupted = false;
        while (writer.isAlive()) {
            LockSupport.unpark(writer);
            try {
                writer.join(50);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Standard output without the encoding and buffering that {@code System.out} puts around it. */
    private static final class Console {
        static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);
    }
}

package dev.spindle.aof.replay;

import dev.spindle.aof.frame.FrameReader;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogEntry;
import dev.spindle.aof.manifest.LogRefusal;
import dev.spindle.engine.Engine;
import dev.spindle.engine.resp.InputBuffer;
import dev.spindle.engine.session.NoTransport;
import dev.spindle.engine.session.ReplyMode;
import dev.spindle.engine.session.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * Repeats what a log holds: its base is loaded, then all commands go through a session like those of a client, whose replies are dropped.
 * So replay has the look-ahead and the speed of the way that clients go, and nothing of its own that could differ.
 *
 * <p>Meanwhile nothing expires, nothing is evicted and nobody is told: see {@link Engine#replaying}.
 */
public final class LogReplay implements AutoCloseable {

    /** Bytes given to the session at a time: enough for many batches, little enough to be in cache still when they are executed. */
    private static final int CHUNK = 64 << 10;

    private static final long ANY_LENGTH = 1L << 40;

    private final Engine engine;
    private final BaseLoader bases;
    private final Runnable between;
    private final CheckThread checks;
    private final Session session;
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    private long bytes;
    private long passed;

    /**
     * Gets ready.
     *
     * @param between called after each chunk, for whoever is to be served meanwhile.
     * @param checks looks through commands of a base before they are repeated.
     * @param before bytes that loading is told of as behind it already.
     */
    public LogReplay(
            Engine engine, BaseLoader bases, Runnable between, CheckThread checks, long before) {
        this.engine = engine;
        this.between = between;
        this.checks = checks;
        passed = before;
        this.bases = bases;
        session = engine.connect(new NoTransport("", ""));
        session.authenticated(true);
        session.internal(true);
        session.replyMode(ReplyMode.OFF);
        session.noEvict(true);
        // What was accepted then is accepted now, whatever the limit has become.
        engine.loop().parser().maxBulkLength(ANY_LENGTH);
        engine.replaying(true);
    }

    /** Loads a base: a snapshot, a file of commands, or one with the other behind it. */
    public void base(LogDirectory directory, LogEntry base, boolean mayCut) throws IOException {
        Path file = directory.path(base);
        long before = passed;
        long from = LogCheck.isSnapshot(file) ? bases.load(engine, file) : 0;
        passed(before + from);
        LogPart rest = checks.run(upTo -> LogCheck.commands(base, file, from, -1, passing(upTo)));
        passed(passed + rest.size() - from);
        if (rest.size() > from && !rest.isWhole()) {
            boolean onlyOne = directory.manifest().increments().isEmpty();
            if (!rest.isCut() || !mayCut || !onlyOne) {
                throw new LogRefusal(
                        "Bad file format reading the append only file "
                                + base.name()
                                + ": at offset "
                                + rest.damageAt()
                                + " there is "
                                + rest.damage());
            }
            LogCheck.cut(file, rest.end());
        }
        commands(rest, from);
    }

    private LongConsumer passing(LongConsumer upTo) {
        long before = passed;
        return bytes -> upTo.accept(before + bytes);
    }

    // Bytes of files that are behind us: within one those of commands alone, at its end all.
    private void passed(long upTo) {
        passed = upTo;
        engine.loading().progress(upTo);
    }

    /** Repeats a part that was looked through. */
    public void part(LogPart part) throws IOException {
        long before = passed;
        if (part.entry().format() == null) {
            commands(part, 0);
        } else {
            frames(part);
        }
        boolean within = session.input().length() > 0 || session.transaction().isOpen();
        if (within && !part.goesOn()) {
            throw new LogRefusal(
                    "Bad file format reading the append only file "
                            + part.entry().name()
                            + ": it ends within a command");
        }
        passed(before + part.end());
    }

    private void frames(LogPart part) throws IOException {
        boolean inQueue = part.entry().format() == LogFormat.CHRONICLE;
        try (FrameReader reader = new FrameReader(part.file(), inQueue, -1)) {
            while (reader.endOffset() < part.end() && reader.next()) {
                feed(part, reader.effectsAddress(), reader.effectsLength());
            }
            if (reader.endOffset() < part.end()) {
                throw new LogRefusal(
                        "The file "
                                + part.entry().name()
                                + " is not what it was when it was looked through: at offset "
                                + reader.stoppedAt()
                                + " there is "
                                + (reader.damage() == null ? "its end" : reader.damage()));
            }
        }
    }

    // Lines that tell the time are left out.
    private void commands(LogPart part, long from) throws IOException {
        try (CommandFile walk = new CommandFile(part.file(), from);
                FileChannel channel = FileChannel.open(part.file(), StandardOpenOption.READ)) {
            long start = from;
            while (walk.completeUpTo() < part.end()) {
                CommandFile.Item item = walk.next();
                if (item == CommandFile.Item.ANNOTATION) {
                    feed(part, channel, start, walk.itemStart());
                    start = walk.offset();
                } else if (item != CommandFile.Item.COMMAND) {
                    break;
                }
            }
            feed(part, channel, start, part.end());
        }
    }

    private void feed(LogPart part, FileChannel channel, long from, long to) throws IOException {
        long at = from;
        while (at < to) {
            chunk.clear().limit((int) Math.min(CHUNK, to - at));
            int read = channel.read(chunk, at);
            if (read < 0) {
                throw new LogRefusal("The file " + part.entry().name() + " got shorter");
            }
            feed(part, BufferUtil.address(chunk), read);
            at += read;
        }
    }

    private void feed(LogPart part, long address, long length) throws IOException {
        InputBuffer input = session.input();
        long from = address;
        long left = length;
        while (left > 0) {
            long now = Math.min(left, CHUNK);
            // A request whose size is known gets a buffer that fits it.
            long missing = session.partial().needed() - input.length();
            long to = input.reserve(input.length() == 0 ? CHUNK : Math.max(now, missing));
            UnsafeApi.copyMemory(from, to, now);
            input.received(now);
            engine.loop().consume(session);
            if (session.isCloseAfterReply() || session.isClosed()) {
                throw new LogRefusal(
                        "Bad file format reading the append only file " + part.entry().name());
            }
            session.output().clear();
            passed(passed + now);
            between.run();
            from += now;
            left -= now;
        }
        bytes += length;
    }

    /** Bytes of commands repeated. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        engine.replaying(false);
        engine.disconnect(session);
        engine.loop().parser().maxBulkLength(engine.settings().maxBulkLength);
    }
}

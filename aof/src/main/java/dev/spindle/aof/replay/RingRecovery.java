package dev.spindle.aof.replay;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.aof.frame.FrameReader;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.log.LogTail;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.ring.LeftRing;
import dev.spindle.aof.ring.RingMark;
import dev.spindle.aof.ring.UnusableRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;

/**
 * Brings a log to its end with what a killed process has left in its {@linkplain dev.spindle.aof.ring.RingFile ring}: as the agent would have done in the next
 * millisecond. Before anything is repeated, so all that follows, replay, tools, the next kill, sees nothing but a log that is longer.
 *
 * <h2>Up to where the log holds the ring</h2>
 *
 * The log's last good frame tells the truth; the ring's head does not, since a kill may come between an append and its move. Before
 * each append the agent notes <i>frame number, position where its effects end, id of the generation, checksum of the frame</i>, in two places
 * by turns; with each generation <i>number of the last frame, position where it begins, id</i>, in two others.
 *
 * <pre>
 *   log ends with frame s       note of s   ► what follows in the ring is from its position on
 *   killed while s+1 is appended note of s+1 is there too, and does not matter: s+1 is not in the log, or torn and cut off
 *   killed while s+1 is noted    that note's checksum is wrong, the note of s is in the other place
 *   generation with no frames    note of the generation, whose id is in its first frame
 * </pre>
 *
 * Killed means that each thread leaves a prefix of its stores; the machine goes on, and caches with it. So nothing is missing before
 * the position at which the core said that a unit is complete, nothing behind it was acknowledged, and it is not taken.
 *
 * <h2>Units in parts</h2>
 *
 * Frames that continue a unit whose end was still in the ring would be cut off by {@link LogCheck#settle}; here they are gone on with. When the
 * unit was completed exactly where the frames end, an empty frame tells. When it never was completed, nobody has been told that it
 * was executed, and it is cut as ever.
 *
 * <h2>Where it goes to</h2>
 *
 * To the generation with the last frame, or to the one that the ring's note begins; those listed behind it hold nothing (one is made
 * ahead of each switch) and are no longer listed, so frames keep following one another. What the ring holds is, byte for
 * byte, what comes next in the stream, across a switch too: SELECT is part of it and the first effect of a generation has one, so one session repeats it all
 * with the right database. A rewrite's new base counts only after the agent has gone over; until then the old base, the old generations and the ring
 * behind them are the whole truth, afterwards the new base, its generation, and the ring behind that.
 *
 * <h2>What is refused</h2>
 *
 * A ring whose notes do not know the log's last frame by number, checksum and the id of its generation: the log was restored,
 * replaced, repaired ({@code check-aof --fix}), or went on without it; a ring that serves a generation without a base yet, which is not listed; one whose room
 * was used again for something else than the log needs. Then a line says why and the log is loaded as it is. Where effects were dropped while the disk
 * refused, what was complete before that is taken, so that the log stays a prefix of the truth.
 *
 * <h2>What protects the bytes</h2>
 *
 * Header and notes have checksums. The data have none, and need none against a kill. A thread that is killed ends between two
 * instructions; its stores so far are in the page cache, which no kill touches, in its order; and the position that tells of bytes is stored behind them with
 * release. So there is no instant at which <i>completed</i> covers a byte that was not stored, and what is torn lies behind it. A disk tears
 * sectors, which is why frames have checksums; memory does not. What could still be wrong are positions, by a mistake or a damaged
 * header: these are looked at one against the other, against the file's size and against the frame that the log ends with. And all that is
 * taken must be commands that are known, each of the lengths it says, one behind the other to the last byte, transactions closed: a position that is off
 * by one byte, or an old round of the ring, is no such thing.
 *
 * <p>What is not noticed is a bit that changes within a value or a key: memory that fails, or a stray store of this process. Both hit the data
 * themselves a thousand times as likely, where nothing notices either. Only the core could compute a checksum that would: the agent sees the bytes when it makes a frame of
 * them, which has one from then on, and what is taken from here is just what it has not seen. It would cost the core some ten nanoseconds per effect, as much
 * as the copy. Frames written here get their CRC32C at once and are read again from the file before they are repeated.
 *
 * <h2>Killed meanwhile</h2>
 *
 * Notes are kept here too, and the file goes only when all is forced to disk; so the next start finds the same situation one or more frames further on.
 */
public final class RingRecovery {

    private final LogDirectory directory;
    private final LogCheck check;
    private final List<LogPart> parts;
    private final LeftRing ring;
    private final FrameBuffer buffer = new FrameBuffer();

    private LogPart last;
    private LogPart target;
    private long from;
    private long sequence;

    /**
     * Of a log that was looked through, and not settled.
     *
     * @param directory of the log.
     * @param check which has run.
     * @param ring that was left beside it.
     */
    public RingRecovery(LogDirectory directory, LogCheck check, LeftRing ring) {
        this.directory = directory;
        this.ring = ring;
        this.check = check;
        parts = check.parts();
    }

    /**
     * Adds to the log what only the ring has, and lets it be looked through, so that the check knows the log as it is then.
     *
     * @param isKnown tells names of commands, in lower case.
     * @param nowMs time of the frames written.
     * @return frames that were added.
     * @throws UnusableRing when the ring does not belong to the log as it is, or is damaged; nothing of it was added.
     * @throws IOException when the log cannot be written; the ring should be kept for the next start.
     */
    public int run(Predicate<String> isKnown, long nowMs) throws IOException, UnusableRing {
        requireOnlyTheEndMissing();
        if (!findFrame() && !findGeneration()) {
            throw new UnusableRing(mismatch());
        }
        if (from < ring.head()) {
            throw new UnusableRing(
                    "the log ends at position %d of it, what follows was given back up to %d"
                            .formatted(from, ring.head()));
        }
        if (from > ring.written()) {
            throw new UnusableRing(
                    "the log ends at position %d of it, it ends at %d"
                            .formatted(from, ring.written()));
        }
        if (from > ring.completed() || from == ring.completed() && !continues()) {
            return 0;
        }
        requireCommands(isKnown);
        int index = parts.indexOf(target);
        if (index + 1 < parts.size()) {
            directory.dropFrom(parts.get(index + 1).entry().number());
        }
        int frames = write(nowMs);
        check.lookAgain(target);
        return frames;
    }

    private boolean continues() {
        return target == last && last.tail().continues();
    }

    /** Bytes that the ring has behind the log, once it has run. */
    public long bytes() {
        return Math.max(0, ring.completed() - from);
    }

    // Damage elsewhere is for the check to refuse, and for a repair.
    private void requireOnlyTheEndMissing() throws UnusableRing {
        boolean behindEnd = false;
        for (LogPart part : parts) {
            boolean cut = part.tail() != null && part.isCut() && !behindEnd;
            if (!part.isWhole() && !cut || behindEnd && part.hasFrames()) {
                throw new UnusableRing("the log is damaged in " + part.entry().name());
            }
            behindEnd |= !part.isWhole();
            last = part.hasFrames() ? part : last;
        }
    }

    private boolean findFrame() {
        if (last == null) {
            return false;
        }
        LogPart.Tail tail = last.tail();
        for (RingMark mark : ring.frames()) {
            if (mark.log() == tail.log()
                    && mark.sequence() == tail.sequence()
                    && mark.frame() == tail.checksum()) {
                found(last, mark);
                return true;
            }
        }
        return false;
    }

    private boolean findGeneration() {
        if (last != null && last.tail().continues()) {
            return false;
        }
        for (LogPart part : parts.subList(parts.indexOf(last) + 1, parts.size())) {
            for (RingMark mark : ring.generations()) {
                if (part.tail() != null
                        && part.tail().log() == mark.log()
                        && (last == null || last.tail().sequence() == mark.sequence())
                        && (target == null || mark.position() > from)) {
                    found(part, mark);
                }
            }
        }
        return target != null;
    }

    private void found(LogPart part, RingMark mark) {
        target = part;
        from = mark.position();
        sequence = mark.sequence() + 1;
    }

    private String mismatch() {
        StringBuilder text = new StringBuilder("it belongs to another state of the log, which ");
        text.append(last == null ? "has no frames" : "ends with frame " + last.tail().sequence());
        text.append("; it knows of");
        ring.frames().forEach(mark -> text.append(" frame ").append(mark.sequence()));
        ring.generations()
                .forEach(
                        mark -> text.append(" a generation behind frame ").append(mark.sequence()));
        return text.append(
                        ring.frames().isEmpty() && ring.generations().isEmpty() ? " nothing" : "")
                .toString();
    }

    // From the beginning of the unit, which may be in the log.
    private void requireCommands(Predicate<String> isKnown) throws IOException, UnusableRing {
        CommandCheck check = new CommandCheck(isKnown);
        if (continues()) {
            boolean inQueue = last.entry().format() == LogFormat.CHRONICLE;
            try (FrameReader reader = new FrameReader(last.file(), inQueue, -1)) {
                while (reader.endOffset() < last.tail().end() && reader.next()) {
                    if (reader.frameOffset() >= last.end()) {
                        check.feed(reader.effectsAddress(), reader.effectsLength());
                    }
                }
            }
        }
        long at = from;
        while (at < ring.completed()) {
            int now = lengthAt(at);
            ring.copyOut(at, buffer.effectsAddress(), now);
            if (!check.feed(buffer.effectsAddress(), now)) {
                break;
            }
            at += now;
        }
        if (check.damage() != null) {
            throw new UnusableRing("what it holds is damaged: " + check.damage());
        }
    }

    private int lengthAt(long position) {
        return (int) Math.min(FrameDescriptor.MAX_EFFECTS, ring.completed() - position);
    }

    private int write(long nowMs) throws IOException {
        int frames = 0;
        LogPart.Tail tail = target.tail();
        try (LogTail file = new LogTail(target.file(), target.entry().format(), tail.end())) {
            long at = from;
            do {
                int now = lengthAt(at);
                ring.copyOut(at, buffer.effectsAddress(), now);
                at += now;
                int flags = at < ring.completed() ? FrameDescriptor.CONTINUES : 0;
                ByteBuffer frame = buffer.seal(flags, sequence, nowMs, now);
                ring.markFrame(sequence, at, tail.log(), frame.getInt(FrameDescriptor.CHECKSUM));
                file.append(frame);
                sequence++;
                frames++;
            } while (at < ring.completed());
            file.force();
        } catch (UnusableRing e) {
            // It could be read a moment ago. What is in the log by now ends within a unit.
            throw new IOException(e.getMessage(), e);
        }
        return frames;
    }
}

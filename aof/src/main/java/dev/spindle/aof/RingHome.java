package dev.spindle.aof;

import dev.spindle.aof.agent.ThreadLauncher;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.replay.LogCheck;
import dev.spindle.aof.replay.RingRecovery;
import dev.spindle.aof.ring.EffectRing;
import dev.spindle.aof.ring.LeftRing;
import dev.spindle.aof.ring.RingFile;
import dev.spindle.aof.ring.UnusableRing;
import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Where the rings of a server's log lie, so that a kill does not take what is in them: in the directory of {@code warm-restart-dir}, or {@code /dev/shm}. A server
 * that finds no room in memory there starts nevertheless, with a ring that dies with it, and says so.
 *
 * <pre>
 *   start      left by a kill?  ► into the log ► deleted ► log is loaded ► a new one
 *   end        all in the log   ► deleted;   the disk refused to the last ► left to the next start
 * </pre>
 */
final class RingHome {

    private static final Path DEFAULT_PARENT = Path.of("/dev/shm");

    private final Engine engine;

    RingHome(Engine engine) {
        this.engine = engine;
    }

    private void log(LogLevel level, String text) {
        engine.host().log(level, text);
    }

    private Path path(LogDirectory directory) throws IOException {
        Path chosen = engine.config().path("warm-restart-dir");
        if (chosen != null) {
            Files.createDirectories(chosen);
        }
        return RingFile.path(
                chosen == null ? DEFAULT_PARENT : chosen,
                directory.path(),
                directory.manifestFile().getFileName().toString());
    }

    /** Makes a ring for a log that is open, in place of any that was left. */
    EffectRing make(LogDirectory directory, long position) {
        return tell(maker(directory, position).get());
    }

    /**
     * Lets a thread make a ring, and have its memory mapped, for a log that is turned on while clients are served: 64 MB take some ten milliseconds.
     *
     * @param onReady called by that thread when the ring can be {@linkplain RingOrder#take taken}.
     */
    RingOrder order(
            LogDirectory directory, long position, ThreadLauncher launcher, Runnable onReady) {
        return new RingOrder(maker(directory, position), launcher, onReady);
    }

    /** Takes a ring that was ordered, if it is ready; null while it is not. */
    EffectRing take(RingOrder order) {
        EffectRing ring = order.take();
        return ring == null ? null : tell(ring);
    }

    private EffectRing tell(EffectRing ring) {
        engine.logFigures().survivesKill = ring.isInFile();
        return ring;
    }

    // What is made of the configuration as it is now; may be called by another thread.
    private Supplier<EffectRing> maker(LogDirectory directory, long position) {
        long bytes = engine.config().number("aof-ring-size");
        Path path;
        try {
            path = path(directory);
        } catch (IOException e) {
            return () -> inPrivate(bytes, position, e);
        }
        return () -> {
            try {
                long capacity = EffectRing.capacityFor(bytes);
                return new EffectRing(RingFile.make(path, capacity), position);
            } catch (IOException e) {
                return inPrivate(bytes, position, e);
            }
        };
    }

    private EffectRing inPrivate(long bytes, long position, IOException why) {
        log(
                LogLevel.NOTICE,
                "The AOF ring is memory of this process alone: "
                        + why.getMessage()
                        + ". With appendfsync everysec and no, a kill of the process loses what was acknowledged within its last moments.");
        return new EffectRing(bytes, position);
    }

    /**
     * Adds what a process that was killed has left in its ring to a log that was looked through; the check knows of it then.
     *
     * @throws IOException when the log cannot be written; the ring stays.
     */
    void recover(LogDirectory directory, LogCheck check) throws IOException {
        Path path;
        try {
            path = path(directory);
        } catch (IOException e) {
            // Then none can have been left there; and that none can be made is said when that is
            // tried.
            return;
        }
        try (LeftRing left = LeftRing.open(path)) {
            if (left == null) {
                return;
            }
            RingRecovery recovery = new RingRecovery(directory, check, left);
            if (recovery.run(this::isKnown, engine.epochClock().epochMs()) > 0) {
                log(
                        LogLevel.NOTICE,
                        "The process before was killed: "
                                + recovery.bytes()
                                + " bytes of effects from its AOF ring were added to the log");
            }
        } catch (UnusableRing e) {
            log(LogLevel.WARNING, "The AOF ring " + path + " is not used: " + e.getMessage() + ".");
            return;
        }
        discard(directory);
    }

    // Under a new name a command may be there without being found by its own.
    private boolean isKnown(String name) {
        return engine.commands().find(name) != null || !engine.config().renames().isEmpty();
    }

    /** Throws away what a process before has left: the data have it all already. */
    void discard(LogDirectory directory) {
        try {
            RingFile.delete(path(directory));
        } catch (IOException e) {
            log(LogLevel.NOTICE, "The AOF ring of a process before stays: " + e.getMessage());
        }
    }
}

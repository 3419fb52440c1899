package dev.spindle.net.server;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.ServerVersion;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.image.WarmImage;
import dev.spindle.engine.image.WarmImage.NoImage;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ArenaFiles;
import dev.spindle.engine.memory.Memory;
import dev.spindle.perf.os.Posix;
import dev.spindle.perf.os.PosixException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The way of a server with {@code warm-restart yes} from the files that the one before left to an engine that goes on with them, and
 * back. See {@link dev.spindle.engine.image}.
 *
 * <p>Where the files cannot be used at all (no file system in memory, another server has them) the server runs in memory of its own and
 * says so; a server that starts is worth more than one that would restart fast.
 */
final class WarmStart implements AutoCloseable {

    private static final String DEFAULT_PARENT = "/dev/shm";
    private static final String LOCK = "lock";

    private final ServerConfig config;
    private final ServerLog log;
    private final Path directory;
    private final FileChannel lock;
    private final String build;
    private final long beganNs = System.nanoTime();
    private long seed;
    private boolean taken;
    private long nextFrame;
    private List<byte[]> libraries = List.of();

    private WarmStart(
            ServerConfig config, ServerLog log, Path directory, FileChannel lock, String build) {
        this.config = config;
        this.log = log;
        this.directory = directory;
        this.lock = lock;
        this.build = build;
    }

    /** Makes ready what the configuration asks for; null when it asks for nothing or nothing can be done. */
    static WarmStart begin(ServerConfig config, ServerLog log) {
        if (!config.flag("warm-restart")) {
            return null;
        }
        Path directory = directory(config);
        FileChannel lock = null;
        try {
            if (!Posix.isAvailable()) {
                throw new IOException(Posix.unavailableReason());
            }
            Files.createDirectories(directory);
            String type = Files.getFileStore(directory).type();
            if (!type.equals("tmpfs") && !type.equals("hugetlbfs")) {
                throw new IOException(directory + " is on " + type + ", not in memory");
            }
            lock =
                    FileChannel.open(
                            directory.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!isOurs(lock)) {
                throw new IOException("another server uses " + directory);
            }
            String build = BuildPrint.of(ServerVersion.SPINDLE, WarmStart.class);
            return new WarmStart(config, log, directory, lock, build);
        } catch (IOException e) {
            closeQuietly(lock);
            refuse(log, e.getMessage());
            return null;
        }
    }

    private static Path directory(ServerConfig config) {
        Path chosen = config.path("warm-restart-dir");
        return chosen != null
                ? chosen
                : Path.of(DEFAULT_PARENT, "spindle-" + config.number("port"));
    }

    private static boolean isOurs(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void refuse(ServerLog log, String reason) {
        log.log(
                LogLevel.WARNING,
                "Warm restart is not possible, this server will leave no memory image: " + reason);
    }

    /**
     * Makes the engine: with the data of the image where there is one, else empty over fresh files.
     *
     * @param make makes an empty engine over an arena with a seed.
     * @param freshSeed of an engine without image.
     * @return null when there can be no files; then memory of its own serves.
     */
    Engine engine(BiFunction<Arena, Long, Engine> make, long freshSeed) {
        long length = Arena.lengthFor(Memory.reach());
        try {
            WarmImage image = WarmImage.take(directory, build, length, DataFiles.describe(config));
            if (image != null) {
                return goOn(image, make, length);
            }
        } catch (NoImage e) {
            log.log(
                    LogLevel.WARNING,
                    "Warm restart: the memory image is not used: "
                            + e.getMessage()
                            + ". Data are loaded from disk.");
        } catch (IOException | PosixException e) {
            log.log(
                    LogLevel.WARNING,
                    "Warm restart: the memory image cannot be read: " + e.getMessage());
        }
        seed = freshSeed;
        try {
            ArenaFiles.delete(directory);
            return make.apply(new Arena(ArenaFiles.open(directory, length), true), seed);
        } catch (IOException | PosixException e) {
            refuse(log, e.getMessage());
            return null;
        }
    }

    private Engine goOn(WarmImage image, BiFunction<Arena, Long, Engine> make, long length)
            throws NoImage {
        seed = image.hashSeed();
        Engine engine = make.apply(new Arena(ArenaFiles.open(directory, length), true), seed);
        try {
            image.restore(engine.arena(), engine.keyspaces(), engine.hashes());
        } catch (NoImage e) {
            engine.close();
            throw e;
        }
        taken = true;
        nextFrame = image.nextFrame();
        libraries = image.libraries();
        log.log(
                LogLevel.NOTICE,
                String.format(
                        "DB taken over from memory: %d keys in %.3f seconds",
                        engine.keyspaces().size(), (System.nanoTime() - beganNs) / 1e9));
        return engine;
    }

    /** Whether the data came from an image, so that none are to be loaded. */
    boolean isTaken() {
        return taken;
    }

    /** Where the append-only log goes on from the data taken; 0 when it lacks something that they have. */
    long nextFrame() {
        return nextFrame;
    }

    /** Sources of the libraries of functions that belong to the data taken, in order. */
    List<byte[]> libraries() {
        return libraries;
    }

    /**
     * Leaves the image for the next start; the data files on disk are complete, and nothing changes any more.
     *
     * @param logNext number of the append-only log's next frame; 0 when that does not hold all data.
     * @param sources of libraries of functions.
     */
    void leave(Engine engine, long logNext, List<byte[]> sources) {
        try {
            WarmImage.write(
                    directory,
                    build,
                    new WarmImage.Disk(DataFiles.describe(config), logNext, sources),
                    engine.arena(),
                    engine.keyspaces(),
                    engine.hashes(),
                    seed,
                    System.currentTimeMillis());
            log.log(LogLevel.NOTICE, "Memory image left in " + directory);
        } catch (IOException e) {
            log.log(LogLevel.WARNING, "Can't leave a memory image: " + e.getMessage());
        }
    }

    /** Throws the files away: this server leaves no image. */
    void discard() {
        try {
            ArenaFiles.delete(directory);
        } catch (IOException e) {
            log.log(LogLevel.WARNING, "Can't remove the memory image: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        closeQuietly(lock);
    }

    private static void closeQuietly(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new IllegalStateException("a lock cannot be released", e);
            }
        }
    }
}

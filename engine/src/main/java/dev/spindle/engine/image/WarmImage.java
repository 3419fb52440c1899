package dev.spindle.engine.image;

import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ArenaFiles;
import dev.spindle.engine.memory.Compaction;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.type.HashType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The header of a memory image, once it was read and found to fit.
 *
 * <pre>
 *   8  magic
 *   4  form of the header and of the values
 *   4  CRC32C of the payload
 *   8  length of the payload
 *   payload: build, granule, arena length, seed, time, data files, next frame of the log,
 *      libraries of functions, state of arena and databases
 * </pre>
 */
public final class WarmImage {

    /** Name of the header's file. */
    public static final String HEADER = "image";

    private static final String UNFINISHED = "image.tmp";
    private static final long MAGIC = 0x53504E444C494D47L;
    private static final int FORM = 4;
    private static final int PREFIX_BYTES = 24;
    private static final long MOST_BYTES = 1L << 30;

    private final long arenaLength;
    private final long hashSeed;
    private final long savedMs;
    private final long nextFrame;
    private final List<byte[]> libraries;
    private final DataInputStream state;

    private WarmImage(
            long arenaLength,
            long hashSeed,
            long savedMs,
            long nextFrame,
            List<byte[]> libraries,
            DataInputStream state) {
        this.nextFrame = nextFrame;
        this.libraries = List.copyOf(libraries);
        this.arenaLength = arenaLength;
        this.hashSeed = hashSeed;
        this.savedMs = savedMs;
        this.state = state;
    }

    /**
     * What an image needs to know that is not in the memory.
     *
     * @param files what the data files look like; the image is worth nothing beside others.
     * @param nextFrame what the append-only log calls the next thing written to it; 0 when that log is off or lacks something.
     * @param libraries sources of libraries of functions, which files on disk hold beside the data.
     */
    public record Disk(String files, long nextFrame, List<byte[]> libraries) {}

    /**
     * Leaves an image: finishes what is under way in the memory, and writes the header. Nothing may be changed afterwards.
     *
     * @param directory of the arena's files.
     * @param build of this program.
     */
    public static void write(
            Path directory,
            String build,
            Disk disk,
            Arena arena,
            Keyspaces keyspaces,
            HashType hashes,
            long hashSeed,
            long nowMs)
            throws IOException {
        keyspaces.shared().freeAll();
        Compaction compaction = arena.compaction();
        compaction.end();
        while (compaction.step()) {
            continue;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeUTF(build);
        out.writeInt(Memory.GRANULE_SHIFT);
        out.writeLong(arena.reservedBytes());
        out.writeLong(hashSeed);
        out.writeLong(nowMs);
        byte[] files = disk.files().getBytes(StandardCharsets.UTF_8);
        out.writeInt(files.length);
        out.write(files);
        out.writeLong(disk.nextFrame());
        out.writeInt(disk.libraries().size());
        for (byte[] library : disk.libraries()) {
            out.writeInt(library.length);
            out.write(library);
        }
        arena.writeState(out);
        keyspaces.writeState(out);
        hashes.writeState(out);
        byte[] payload = bytes.toByteArray();
        CRC32C crc = new CRC32C();
        crc.update(payload);
        ByteBuffer file = ByteBuffer.allocate(PREFIX_BYTES + payload.length);
        file.putLong(MAGIC).putInt(FORM).putInt((int) crc.getValue()).putLong(payload.length);
        file.put(payload);
        Path unfinished = directory.resolve(UNFINISHED);
        Files.write(unfinished, file.array());
        Files.move(
                unfinished,
                directory.resolve(HEADER),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Takes the image out of a directory: reads its header and removes that, since from now on the files may change.
     *
     * @param build of this program.
     * @param arenaLength that the arena is to have.
     * @param dataFiles what the data files on disk look like now.
     * @return the image, or null when there are no files at all.
     * @throws NoImage when there are files that cannot be used, with the reason.
     */
    public static WarmImage take(Path directory, String build, long arenaLength, String dataFiles)
            throws IOException, NoImage {
        Path path = directory.resolve(HEADER);
        if (!Files.exists(path)) {
            if (!Files.exists(directory.resolve(ArenaFiles.DATA))) {
                return null;
            }
            throw new NoImage("the server before did not end cleanly");
        }
        long length = Files.size(path);
        if (length < PREFIX_BYTES || length > MOST_BYTES) {
            Files.delete(path);
            throw new NoImage("the header of the image has an impossible length");
        }
        byte[] file = Files.readAllBytes(path);
        Files.delete(path);
        WarmImage image = parse(file, build, dataFiles);
        if (image.arenaLength != arenaLength || !ArenaFiles.fit(directory, arenaLength)) {
            throw new NoImage("the image has another size");
        }
        return image;
    }

    private static WarmImage parse(byte[] file, String build, String dataFiles)
            throws IOException, NoImage {
        ByteBuffer prefix = ByteBuffer.wrap(file);
        if (prefix.getLong() != MAGIC) {
            throw new NoImage("the header of the image is something else");
        }
        if (prefix.getInt() != FORM) {
            throw new NoImage("the image is of another version");
        }
        int checksum = prefix.getInt();
        if (prefix.getLong() != file.length - PREFIX_BYTES) {
            throw new NoImage("the header of the image is cut off");
        }
        CRC32C crc = new CRC32C();
        crc.update(file, PREFIX_BYTES, file.length - PREFIX_BYTES);
        if ((int) crc.getValue() != checksum) {
            throw new NoImage("the header of the image does not match its checksum");
        }
        DataInputStream in =
                new DataInputStream(
                        new ByteArrayInputStream(file, PREFIX_BYTES, file.length - PREFIX_BYTES));
        if (!in.readUTF().equals(build)) {
            throw new NoImage("the image is of another version");
        }
        if (in.readInt() != Memory.GRANULE_SHIFT) {
            throw new NoImage("the image has another granule");
        }
        long arenaLength = in.readLong();
        long hashSeed = in.readLong();
        long savedMs = in.readLong();
        byte[] files = in.readNBytes(in.readInt());
        if (!new String(files, StandardCharsets.UTF_8).equals(dataFiles)) {
            throw new NoImage("data files or their parameters have changed since");
        }
        long nextFrame = in.readLong();
        List<byte[]> libraries = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            libraries.add(in.readNBytes(in.readInt()));
        }
        return new WarmImage(arenaLength, hashSeed, savedMs, nextFrame, libraries, in);
    }

    /** Sources of the libraries of functions that were there, in order. */
    public List<byte[]> libraries() {
        return libraries;
    }

    /** The seed that the databases must be made with. */
    public long hashSeed() {
        return hashSeed;
    }

    /** When it was left, in milliseconds since 1970. */
    public long savedMs() {
        return savedMs;
    }

    /** Where the append-only log goes on; 0 when it does not hold what the image holds. */
    public long nextFrame() {
        return nextFrame;
    }

    /**
     * Puts the state back.
     *
     * @param arena over the files of the directory, fresh.
     * @param keyspaces over it, empty, made with {@link #hashSeed}.
     * @param hashes of these databases.
     * @throws NoImage when the image does not fit them; they must be thrown away then, and the files with them.
     */
    public void restore(Arena arena, Keyspaces keyspaces, HashType hashes) throws NoImage {
        try {
            arena.readState(state);
            keyspaces.readState(state);
            hashes.readState(state);
        } catch (IOException e) {
            throw new NoImage("the image does not fit: " + e.getMessage());
        }
    }

    /** There is no image to go on with, for a reason that a user should see. */
    public static final class NoImage extends Exception {
        private static final long serialVersionUID = 1;

        NoImage(String reason) {
            super(reason);
        }
    }
}

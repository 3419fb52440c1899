package dev.spindle.aof.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.aof.frame.FrameReader;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.ring.EffectRing;
import dev.spindle.aof.ring.LeftRing;
import dev.spindle.aof.ring.RingFile;
import dev.spindle.aof.ring.UnusableRing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Assumptions;

/** What core and agent do to ring and log, one step at a time, so that a test can end them between any two. */
final class KilledServer implements AutoCloseable {

    static final long RING = 16 << 20;

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final Set<String> KNOWN = Set.of("set", "select");
    private static final Path MEMORY = Path.of("/dev/shm");

    final Path directory;
    final Path ringPath;
    final LogFormat format;
    final FrameBuffer buffer = new FrameBuffer();
    LogDirectory logs;
    AofLog log;
    EffectRing ring;
    long head;
    long sequence = 1;

    KilledServer(Path directory, LogFormat format) throws IOException {
        FileStore store = Files.isDirectory(MEMORY) ? Files.getFileStore(MEMORY) : null;
        Assumptions.assumeTrue(store != null && store.type().equals("tmpfs"));
        this.directory = Files.createDirectories(directory);
        this.format = format;
        logs = new LogDirectory(directory, "log", format);
        logs.open();
        ringPath = RingFile.path(MEMORY, directory, "log.manifest");
        ring = new EffectRing(RingFile.make(ringPath, RING), 77);
        head = ring.head();
        log = logs.openNext(1, buffer);
        markGeneration();
    }

    static byte[] set(int n, int length) {
        String value = (n + ".").repeat(1 + length / (n + ".").length());
        return "*3\r\n$3\r\nSET\r\n$%d\r\n%d\r\n$%d\r\n%s\r\n"
                .formatted(Integer.toString(n).length(), n, value.length(), value)
                .getBytes(StandardCharsets.US_ASCII);
    }

    void markGeneration() {
        ring.markGeneration(sequence - 1, head, log.id());
    }

    /** The core executes. */
    void put(byte[] effect) {
        ByteBuffer direct = ByteBuffer.allocateDirect(effect.length);
        UnsafeApi.copyMemory(effect, BYTES, null, BufferUtil.address(direct), effect.length);
        ring.put(BufferUtil.address(direct), effect.length);
    }

    void unit(byte[] effect) {
        put(effect);
        ring.complete();
    }

    /** The agent notes a frame of so many bytes. */
    ByteBuffer note(int length, boolean continues) {
        ring.copyOut(head, buffer.effectsAddress(), length);
        ByteBuffer frame =
                buffer.seal(continues ? FrameDescriptor.CONTINUES : 0, sequence, 1, length);
        ring.markFrame(sequence, head + length, log.id(), frame.getInt(FrameDescriptor.CHECKSUM));
        return frame;
    }

    /** The agent notes and appends a frame. */
    void append(int length, boolean continues) throws IOException {
        log.append(note(length, continues));
        sequence++;
    }

    /** The agent appends a frame and gives the room back. */
    void take(int length, boolean continues) throws IOException {
        append(length, continues);
        head += length;
        ring.taken(head);
    }

    /** Everything that is complete goes to the log. */
    void takeAll() throws IOException {
        take((int) (ring.completed() - head), false);
    }

    /** The agent goes over to a generation that is open already. */
    void roll(AofLog next) throws IOException {
        log.close();
        log = next;
        markGeneration();
    }

    /** Nothing more is done by anyone. */
    void kill() throws IOException {
        log.close();
        log = null;
        ring.leave();
        ring = null;
        logs.close();
    }

    /** The next start. */
    int recover() throws IOException, UnusableRing {
        logs = new LogDirectory(directory, "log", format);
        logs.open();
        try (LeftRing left = LeftRing.open(ringPath)) {
            LogCheck check = new LogCheck(logs);
            check.run();
            int frames = new RingRecovery(logs, check, left).run(KNOWN::contains, 2);
            // Only the end was looked at again; who looks at everything finds the same.
            LogCheck fresh = new LogCheck(logs);
            assertEquals(fresh.run(), check.parts());
            assertEquals(fresh.nextSequence(), check.nextSequence());
            assertEquals(fresh.lookedBytes(), check.lookedBytes());
            return frames;
        } finally {
            logs.close();
        }
    }

    /** All effects of complete units in the log, as a start would repeat them. */
    byte[] loaded() throws IOException {
        logs.open();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        LogCheck check = new LogCheck(logs);
        check.run();
        check.settle(true, line -> {});
        for (LogPart part : check.parts()) {
            try (FrameReader reader =
                    new FrameReader(part.file(), format == LogFormat.CHRONICLE, -1)) {
                while (reader.endOffset() < part.end() && reader.next()) {
                    byte[] effects = new byte[reader.effectsLength()];
                    UnsafeApi.copyMemory(
                            null, reader.effectsAddress(), effects, BYTES, effects.length);
                    all.writeBytes(effects);
                }
            }
        }
        logs.close();
        return all.toByteArray();
    }

    /** Where each frame of the last generation ends. */
    List<Long> frameEnds() throws IOException {
        logs.open();
        List<LogPart> parts = new LogCheck(logs).run();
        logs.close();
        LogPart part = parts.get(parts.size() - 1);
        List<Long> ends = new ArrayList<>();
        try (FrameReader reader = new FrameReader(part.file(), format == LogFormat.CHRONICLE, -1)) {
            while (reader.next()) {
                ends.add(reader.endOffset());
            }
        }
        return ends;
    }

    /** The file with the frames of the last generation. */
    Path frames() throws IOException {
        logs.open();
        List<LogPart> parts = new LogCheck(logs).run();
        logs.close();
        return parts.get(parts.size() - 1).file();
    }

    @Override
    public void close() throws IOException {
        if (log != null) {
            log.close();
        }
        if (ring != null) {
            ring.close();
        }
        logs.close();
        Files.deleteIfExists(ringPath);
    }
}

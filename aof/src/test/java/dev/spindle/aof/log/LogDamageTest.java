package dev.spindle.aof.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.aof.frame.FrameReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in a log is read back, and whatever happens to its file is found: a clean prefix or a named damage, never something else. */
class LogDamageTest {

    private static final long FIRST = 1000;
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final FrameBuffer buffer = new FrameBuffer();
    private final List<byte[]> written = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();
    private long begins;

    @TempDir Path directory;

    @BeforeAll
    static void prepare() {
        ChronicleSetup.prepare(line -> {});
    }

    private Path write(LogFormat format, int frames, int most) throws IOException {
        Path path = directory.resolve("generation." + format.suffix());
        try (AofLog log = LogFiles.create(format, path, 0, buffer)) {
            begins = log.size() - FrameDescriptor.HEADER;
            for (int i = 0; i < frames; i++) {
                byte[] effects = new byte[random.nextInt(most)];
                random.nextBytes(effects);
                // Runs of zeros are what a hole looks like.
                for (int j = 0; j < effects.length / 2; j++) {
                    effects[j] = 0;
                }
                // Changes how room is made ahead, nothing else.
                log.forcesOften(random.nextBoolean());
                log.append(frame(FIRST + i, effects));
                written.add(effects);
                ends.add(log.size());
            }
        }
        return LogFiles.framesOf(format, path);
    }

    private ByteBuffer frame(long sequence, byte[] effects) {
        UnsafeApi.copyMemory(effects, BYTES, null, buffer.effectsAddress(), effects.length);
        return buffer.seal(0, sequence, sequence, effects.length);
    }

    // How many frames are read; each must be the one that was written.
    private int read(FrameReader reader) throws IOException {
        int count = 0;
        while (reader.next()) {
            assertEquals(FIRST + count, reader.sequence());
            byte[] effects = new byte[reader.effectsLength()];
            UnsafeApi.copyMemory(null, reader.effectsAddress(), effects, BYTES, effects.length);
            assertArrayEquals(written.get(count), effects, "seed " + seed);
            assertEquals(ends.get(count), reader.endOffset());
            count++;
        }
        return count;
    }

    private FrameReader open(LogFormat format, Path file) throws IOException {
        return new FrameReader(file, format == LogFormat.CHRONICLE, FIRST);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldReadWhatWasAppended(LogFormat format) throws IOException {
        Path file = write(format, 300, 100_000);
        try (FrameReader reader = open(format, file)) {
            assertEquals(300, read(reader));
            assertNull(reader.damage());
        }
    }

    /** The queue puts a document's header when its bytes are there already. */
    @ParameterizedTest
    @ValueSource(ints = {3, 9})
    void shouldTakeAFrameWithoutHeaderForTheEndOnlyWhenItIsTheLast(int without) throws IOException {
        Path file = write(LogFormat.CHRONICLE, 10, 5000);
        long header = ends.get(without - 1) + 3 & -4L;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4), header);
        }
        try (FrameReader reader = open(LogFormat.CHRONICLE, file)) {
            assertEquals(without, read(reader));
            assertNotNull(reader.damage());
            assertEquals(without < 9, reader.findBeyond() >= 0, "seed " + seed);
        }
    }

    /** The first generation's number is not known before its first frame. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldTakeTheFirstFrameWithoutHeaderForTheEndOnlyWhenItIsTheLast(int frames)
            throws IOException {
        Path file = write(LogFormat.CHRONICLE, frames, 5000);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(4), begins + FrameDescriptor.HEADER + 3 & -4L);
        }
        try (FrameReader reader = new FrameReader(file, true, -1)) {
            assertEquals(0, read(reader));
            assertNotNull(reader.damage());
            assertEquals(frames > 1, reader.findBeyond() >= 0, "seed " + seed);
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldReadFramesThatWereWrittenInPieces(LogFormat format) throws IOException {
        Path file = write(format, 40, 4 * ReservedFile.PIECE);
        try (FrameReader reader = open(format, file)) {
            assertEquals(40, read(reader));
            assertNull(reader.damage());
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldAppendNothingToAFileThatGotShorter(LogFormat format) throws IOException {
        Path path = directory.resolve("shorter");
        AofLog log = LogFiles.create(format, path, 0, buffer);
        log.append(frame(FIRST, new byte[1000]));
        Path file = LogFiles.framesOf(format, path);
        long behind = Files.size(file) - 1;
        assertTrue(behind > log.size());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(behind);
        }
        assertThrows(IOException.class, () -> log.append(frame(FIRST + 1, new byte[1000])));
        assertTrue(log.isBroken());
        log.close();
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldReadTheLargestFrames(LogFormat format) throws IOException {
        Path path = directory.resolve("large");
        byte[] effects = new byte[FrameDescriptor.MAX_EFFECTS];
        random.nextBytes(effects);
        try (AofLog log = LogFiles.create(format, path, 0, buffer)) {
            for (int i = 0; i < 100; i++) {
                log.append(frame(FIRST + i, effects));
                written.add(effects);
                ends.add(log.size());
            }
        }
        try (FrameReader reader = open(format, LogFiles.framesOf(format, path))) {
            assertEquals(100, read(reader));
            assertNull(reader.damage());
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldReadWhatAKilledProcessLeaves(LogFormat format) throws IOException {
        Path path = directory.resolve("open");
        AofLog log = LogFiles.create(format, path, 0, buffer);
        for (int i = 0; i < 50; i++) {
            byte[] effects = new byte[random.nextInt(5000)];
            log.append(frame(FIRST + i, effects));
            written.add(effects);
            ends.add(log.size());
        }
        // Neither cut nor closed: zeros follow.
        try (FrameReader reader = open(format, LogFiles.framesOf(format, path))) {
            assertEquals(50, read(reader));
            assertNull(reader.damage());
            assertTrue(reader.fileSize() > log.size());
        }
        log.close();
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldReadACleanPrefixWhereverTheFileIsCut(LogFormat format) throws IOException {
        Path file = write(format, 60, 4000);
        Path cut = directory.resolve("cut");
        Files.copy(file, cut);
        long whole = Files.size(cut);
        List<Long> at = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            at.add(random.nextLong(whole));
        }
        at.sort((a, b) -> Long.compare(b, a));
        try (FileChannel channel = FileChannel.open(cut, StandardOpenOption.WRITE)) {
            for (long offset : at) {
                channel.truncate(offset);
                int complete = (int) ends.stream().filter(end -> end <= offset).count();
                try (FrameReader reader = open(format, cut)) {
                    assertEquals(complete, read(reader), "seed " + seed + " cut at " + offset);
                    if (reader.damage() != null) {
                        assertEquals(-1, reader.findBeyond());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldNeverReadPastAFlippedBitInSilence(LogFormat format) throws IOException {
        Path file = write(format, 60, 4000);
        byte[] bytes = Files.readAllBytes(file);
        Path flipped = directory.resolve("flipped");
        for (int i = 0; i < 300; i++) {
            int at = (int) (begins + random.nextLong(bytes.length - begins));
            byte bit = (byte) (1 << random.nextInt(8));
            bytes[at] ^= bit;
            Files.write(flipped, bytes);
            bytes[at] ^= bit;
            try (FrameReader reader = open(format, flipped)) {
                int count = read(reader);
                boolean all = count == written.size();
                // Only what pads and what belongs to the queue may go unnoticed.
                assertTrue(
                        all || reader.damage() != null,
                        "seed " + seed + ": stopped in silence at " + reader.stoppedAt());
                if (!all && at < ends.get(ends.size() - 2) - 8) {
                    assertTrue(reader.findBeyond() > 0, "seed " + seed + " flipped at " + at);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldFindAPageInTheMiddleThatIsZeroOrGarbage(LogFormat format) throws IOException {
        Path file = write(format, 200, 4000);
        byte[] whole = Files.readAllBytes(file);
        Path damaged = directory.resolve("damaged");
        for (int i = 0; i < 50; i++) {
            byte[] bytes = whole.clone();
            int page = 1 + random.nextInt((int) (ends.get(150) / 4096 - 1));
            byte[] garbage = new byte[4096];
            if (i % 2 == 0) {
                random.nextBytes(garbage);
            }
            System.arraycopy(garbage, 0, bytes, page * 4096, 4096);
            Files.write(damaged, bytes);
            try (FrameReader reader = open(format, damaged)) {
                int count = read(reader);
                // A page of zeros may lie within zeros that were written.
                if (count < written.size()) {
                    assertNotNull(reader.damage(), "seed " + seed + " page " + page);
                    assertTrue(reader.findBeyond() > 0, "seed " + seed + " page " + page);
                }
            }
        }
    }

    @Test
    void shouldTellAFrameThatIsMissing() throws IOException {
        Path path = directory.resolve("hole");
        try (AofLog log = LogFiles.create(LogFormat.FILE, path, 0, buffer)) {
            log.append(frame(FIRST, new byte[10]));
            log.append(frame(FIRST + 2, new byte[10]));
        }
        try (FrameReader reader = open(LogFormat.FILE, path)) {
            assertTrue(reader.next());
            assertTrue(!reader.next());
            assertEquals("frame 1002 stands where frame 1001 belongs", reader.damage());
            assertEquals(reader.stoppedAt(), reader.endOffset());
        }
    }
}

package dev.spindle.aof.replay;

import static dev.spindle.aof.replay.KilledServer.set;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.ChronicleSetup;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.ring.UnusableRing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process ends between any two steps of core and agent: nothing that was complete is lost, nothing is there twice. */
class RingRecoveryTest {

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private KilledServer server;
    private int units;
    private boolean lastContinues;

    @TempDir private Path directory;

    @BeforeAll
    static void prepare() {
        ChronicleSetup.prepare(line -> {});
    }

    @AfterEach
    void end() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private void start(LogFormat format) throws IOException {
        server = new KilledServer(directory.resolve("log"), format);
    }

    private int unit(int length) {
        byte[] effect = set(++units, length);
        expected.writeBytes(effect);
        server.unit(effect);
        return effect.length;
    }

    private void taken(int length) throws IOException {
        unit(length);
        server.takeAll();
    }

    private void shouldBeWhole(int frames) throws Exception {
        assertEquals(frames, server.recover(), "seed " + seed);
        assertArrayEquals(expected.toByteArray(), server.loaded(), "seed " + seed);
        // What is in the log now must not be added once more.
        assertEquals(0, server.recover(), "seed " + seed);
        assertArrayEquals(expected.toByteArray(), server.loaded(), "seed " + seed);
    }

    private String refusal() throws IOException {
        byte[] before = server.loaded();
        String reason = assertThrows(UnusableRing.class, server::recover).getMessage();
        assertArrayEquals(before, server.loaded());
        return reason;
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldAddNothingWhenTheLogHasEverything(LogFormat format) throws Exception {
        start(format);
        taken(100);
        taken(100);
        server.put(set(9, 50));
        server.kill();
        shouldBeWhole(0);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldAddWhatTheAgentHadNotSeen(LogFormat format) throws Exception {
        start(format);
        taken(100);
        unit(10);
        unit(10_000);
        server.put(set(9, 50));
        server.kill();
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldAddEverythingWhenTheGenerationHasNoFrame(LogFormat format) throws Exception {
        start(format);
        unit(10);
        unit(1000);
        server.kill();
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldAddAFrameThatWasNotedOnly(LogFormat format) throws Exception {
        start(format);
        taken(100);
        int length = unit(200);
        unit(300);
        server.note(length, false);
        server.kill();
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldNotRepeatAFrameWhoseRoomWasNotGivenBack(LogFormat format) throws Exception {
        start(format);
        taken(100);
        server.append(unit(200), false);
        unit(300);
        server.kill();
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldReplaceAFrameThatIsCutShort(LogFormat format) throws Exception {
        start(format);
        taken(100);
        server.append(unit(200), false);
        server.kill();
        try (FileChannel file = FileChannel.open(server.frames(), StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 20);
        }
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldGoOnWithinAUnitThatIsInTheLogInPart(LogFormat format) throws Exception {
        start(format);
        taken(100);
        int length = unit(50_000);
        server.take(10_000, true);
        server.take(10_000, true);
        unit(50);
        assertTrue(length > 20_000);
        server.kill();
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldEndAUnitOfWhichAllButTheEndIsInTheLog(LogFormat format) throws Exception {
        start(format);
        taken(100);
        server.take(unit(5000), true);
        server.kill();
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldDropAUnitThatWasNeverComplete(LogFormat format) throws Exception {
        start(format);
        taken(100);
        server.put(set(9, 5000));
        server.ring.publishPart();
        server.take(1000, true);
        server.kill();
        assertEquals(0, server.recover());
        assertArrayEquals(expected.toByteArray(), server.loaded());
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldAddWhatIsOnBothSidesOfASwitch(LogFormat format) throws Exception {
        start(format);
        taken(100);
        unit(200);
        AofLog next = server.logs.openNext(-1, server.buffer);
        unit(300);
        server.kill();
        next.close();
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldAddToAGenerationThatHasJustBegun(LogFormat format) throws Exception {
        start(format);
        taken(100);
        server.roll(server.logs.openNext(-1, server.buffer));
        unit(300);
        server.kill();
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldAddToTheGenerationBehindANewBase(LogFormat format) throws Exception {
        start(format);
        taken(100);
        AofLog next = server.logs.openNext(-1, server.buffer);
        server.roll(next);
        Files.writeString(server.directory.resolve(server.logs.baseName(2)), "base");
        server.logs.rebase(2);
        expected.reset();
        unit(300);
        server.kill();
        shouldBeWhole(1);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldBeRefusedUntilTheFirstBaseIsThere(LogFormat format) throws Exception {
        for (boolean based : new boolean[] {false, true}) {
            try (KilledServer each =
                    new KilledServer(directory.resolve("based-" + based), format)) {
                server = each;
                taken(100);
                byte[] before = expected.toByteArray();
                AofLog next = server.logs.openUnlisted(server.buffer);
                server.ring.forgetMarks();
                server.roll(next);
                expected.reset();
                if (random.nextBoolean()) {
                    taken(200);
                }
                unit(300);
                if (based) {
                    Files.writeString(server.directory.resolve(server.logs.baseName(2)), "base");
                    server.logs.rebase(2);
                }
                server.kill();
                if (based) {
                    shouldBeWhole(1);
                } else {
                    assertTrue(refusal().startsWith("it belongs to another state of the log"));
                    assertArrayEquals(before, server.loaded());
                }
            }
        }
    }

    @Test
    void shouldRefuseARingOfAnotherLogWithTheSameNumbers() throws Exception {
        start(LogFormat.FILE);
        taken(100);
        unit(200);
        server.kill();
        try (KilledServer other = new KilledServer(directory.resolve("other"), LogFormat.FILE)) {
            other.unit(set(1, 100));
            other.takeAll();
            other.kill();
            Files.move(server.ringPath, other.ringPath, StandardCopyOption.REPLACE_EXISTING);
            String reason = assertThrows(UnusableRing.class, other::recover).getMessage();
            assertTrue(reason.contains("which ends with frame 1; it knows of frame 1"), reason);
        }
    }

    @Test
    void shouldRefuseWhenFramesWereCutOffTheLog() throws Exception {
        start(LogFormat.FILE);
        taken(100);
        taken(200);
        long end = server.log.size();
        taken(300);
        unit(400);
        server.kill();
        LogCheck.cut(server.frames(), end);
        assertTrue(refusal().contains("was given back up to"));
        LogCheck.cut(server.frames(), server.frameEnds().get(0));
        assertTrue(refusal().startsWith("it belongs to another state of the log"));
    }

    @Test
    void shouldRefuseWhenTheLogWentOnWithoutIt() throws Exception {
        start(LogFormat.FILE);
        taken(100);
        unit(200);
        server.kill();
        server.logs.open();
        try (AofLog next = server.logs.openNext(2, server.buffer)) {
            next.append(server.buffer.seal(0, 2, 0, 0));
        }
        server.logs.close();
        assertTrue(refusal().contains("ends with frame 2"));
    }

    @Test
    void shouldRefuseWhenTheLogIsDamagedElsewhere() throws Exception {
        start(LogFormat.FILE);
        taken(5000);
        taken(200);
        unit(300);
        server.kill();
        byte[] bytes = Files.readAllBytes(server.frames());
        bytes[1000] ^= 4;
        Files.write(server.frames(), bytes);
        String reason = assertThrows(UnusableRing.class, server::recover).getMessage();
        assertEquals("the log is damaged in log.1.incr.log", reason);
        assertArrayEquals(bytes, Files.readAllBytes(server.frames()));
    }

    @Test
    void shouldTakeOnlyWhatWasCompleteBeforeEffectsWereDropped() throws Exception {
        start(LogFormat.FILE);
        taken(100);
        unit(200);
        server.put(set(9, 1000));
        server.ring.lose();
        server.ring.complete();
        server.unit(set(10, 10));
        server.kill();
        shouldBeWhole(1);
    }

    @Test
    void shouldGoOnWhereAnotherRecoveryWasKilled() throws Exception {
        start(LogFormat.FILE);
        taken(100);
        unit(FrameDescriptor.MAX_EFFECTS);
        unit(FrameDescriptor.MAX_EFFECTS);
        server.kill();
        assertEquals(3, server.recover());
        // Its last frame is torn.
        LogCheck.cut(server.frames(), server.frameEnds().get(3) - 1);
        shouldBeWhole(1);
    }

    @Test
    void shouldFindAPrefixWhereverItIsKilled() throws Exception {
        for (int round = 0; round < 60; round++) {
            expected.reset();
            LogFormat format = LogFormat.values()[round & 1];
            try (KilledServer each = new KilledServer(directory.resolve("round" + round), format)) {
                server = each;
                for (int step = random.nextInt(40); step > 0; step--) {
                    step();
                }
                boolean notes = server.ring.completed() > server.head && random.nextBoolean();
                if (notes) {
                    server.note((int) (server.ring.completed() - server.head), false);
                }
                if (random.nextBoolean()) {
                    server.put(set(9, random.nextInt(1000)));
                }
                boolean any = server.ring.completed() > server.head || lastContinues;
                server.kill();
                shouldBeWhole(any ? 1 : 0);
                lastContinues = false;
            }
        }
    }

    private void step() throws IOException {
        int waiting = (int) (server.ring.completed() - server.head);
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                if (waiting < KilledServer.RING / 2) {
                    unit(random.nextInt(20_000));
                }
            }
            case 2 -> {
                if (waiting > 0) {
                    server.takeAll();
                    lastContinues = false;
                }
            }
            case 3 -> {
                if (waiting > 0) {
                    server.take(1 + random.nextInt(waiting), true);
                    lastContinues = true;
                }
            }
            default -> {
                if (!lastContinues) {
                    server.roll(server.logs.openNext(-1, server.buffer));
                }
            }
        }
    }

    /** One changed bit may be in a value, where nobody sees it. Everything else is seen, or changes nothing. */
    @Test
    void shouldNeverAddWhatIsNoCommandWhenBitsChanged() throws Exception {
        start(LogFormat.FILE);
        taken(3000);
        byte[] before = expected.toByteArray();
        unit(200);
        unit(100);
        server.kill();
        byte[] good = Files.readAllBytes(server.ringPath);
        byte[] log = Files.readAllBytes(server.frames());
        Path frames = server.frames();
        int from = 4096 + before.length - 100;
        for (int i = 0; i < 3000; i++) {
            byte[] bad = good.clone();
            int at = random.nextBoolean() ? random.nextInt(1600) : from + random.nextInt(900);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            if (random.nextInt(4) == 0) {
                bad[random.nextInt(4096)] = (byte) random.nextInt();
            }
            try (FileChannel ring = FileChannel.open(server.ringPath, StandardOpenOption.WRITE)) {
                ring.write(ByteBuffer.wrap(bad, 0, from + 1000), 0);
            }
            Files.write(frames, log);
            String where = "seed " + seed + ", byte " + at;
            try {
                server.recover();
                byte[] loaded = server.loaded();
                assertArrayEquals(before, Arrays.copyOf(loaded, before.length), where);
                assertTrue(loaded.length <= expected.size(), where);
                LogPart part = commandsOf(loaded);
                assertTrue(part.isWhole(), where);
            } catch (UnusableRing e) {
                assertArrayEquals(log, Files.readAllBytes(frames), where);
            }
        }
    }

    private LogPart commandsOf(byte[] bytes) throws IOException {
        Path file = directory.resolve("commands");
        Files.write(file, bytes);
        return LogCheck.commands(null, file, 0, -1, upTo -> {});
    }

    @Test
    void shouldRefuseFilesThatAreNoRingOfOurs() throws Exception {
        start(LogFormat.FILE);
        unit(100);
        server.kill();
        byte[] good = Files.readAllBytes(server.ringPath);
        try (FileChannel ring = FileChannel.open(server.ringPath, StandardOpenOption.WRITE)) {
            ring.truncate(4096);
            assertTrue(refusal().startsWith("it has 4096 bytes"));
            ring.truncate(100);
            assertEquals("it ends at 100 bytes", refusal());
            ring.truncate(0);
            assertEquals("it ends at 0 bytes", refusal());
            ring.write(ByteBuffer.wrap(good), 0);
            ring.write(ByteBuffer.wrap(new byte[] {2}), 8);
            assertEquals("it has version 2, not 1", refusal());
            ring.write(ByteBuffer.wrap(new byte[] {1}), 8);
            ring.write(ByteBuffer.wrap(new byte[] {1}), 16);
            assertEquals("the checksum of its header is wrong", refusal());
            ring.write(ByteBuffer.wrap(new byte[8]), 0);
            assertTrue(refusal().startsWith("it is not a ring"));
            ring.write(ByteBuffer.wrap(good), 0);
        }
        Files.setPosixFilePermissions(
                server.ringPath, PosixFilePermissions.fromString("rw-rw----"));
        assertTrue(refusal().contains("somebody else"));
        Path moved = directory.resolve("moved");
        Files.write(moved, good);
        Files.delete(server.ringPath);
        Files.createSymbolicLink(server.ringPath, moved);
        assertTrue(refusal().contains("somebody else"));
    }
}

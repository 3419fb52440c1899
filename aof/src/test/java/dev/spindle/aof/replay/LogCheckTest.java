package dev.spindle.aof.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.ChronicleSetup;
import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogRefusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is made of generations that are not whole, as crashes leave them. */
class LogCheckTest {

    private static final int EFFECTS = 100;
    private static final int FRAMES = 20;
    private static final int CUTS = 1000;

    private final FrameBuffer buffer = new FrameBuffer();
    private final List<String> lines = new ArrayList<>();

    @TempDir private Path path;

    @BeforeAll
    static void prepare() {
        ChronicleSetup.prepare(line -> {});
    }

    private void append(AofLog log, long sequence) throws IOException {
        UnsafeApi.setMemory(buffer.effectsAddress(), EFFECTS, (byte) 'x');
        log.append(buffer.seal(0, sequence, 0, EFFECTS));
    }

    // Two generations: the first cut within its last frame, the second with some frames behind.
    private LogDirectory cutBefore(LogFormat format, int behind) throws IOException {
        LogDirectory directory = new LogDirectory(path, "log", format);
        directory.open();
        try (AofLog first = directory.openNext(1, buffer);
                AofLog second = directory.openNext(-1, buffer)) {
            for (int i = 1; i <= 5; i++) {
                append(first, i);
            }
            for (int i = 0; i < behind; i++) {
                append(second, 6 + i);
            }
        }
        Path file = LogFiles.framesOf(format, path.resolve("log.1.incr." + format.suffix()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(file) - EFFECTS / 2);
        }
        return directory;
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldCutTheEndOfAGenerationWhenThoseBehindAreEmpty(LogFormat format) throws IOException {
        try (LogDirectory directory = cutBefore(format, 0)) {
            LogCheck check = new LogCheck(directory);
            check.run();
            assertEquals(5, check.nextSequence());
            assertThrows(LogRefusal.class, () -> check.settle(false, lines::add));
            check.settle(true, lines::add);
            assertTrue(lines.stream().anyMatch(line -> line.contains("Truncating the AOF")));
            LogCheck again = new LogCheck(directory);
            assertTrue(again.run().stream().allMatch(LogPart::isWhole));
            assertFalse(again.parts().get(0).empty());
            assertTrue(again.parts().get(1).empty());
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldRefuseAHoleBeforeAGenerationThatIsNotEmpty(LogFormat format) throws IOException {
        try (LogDirectory directory = cutBefore(format, 1)) {
            LogCheck check = new LogCheck(directory);
            check.run();
            assertThrows(LogRefusal.class, () -> check.settle(true, lines::add));
            assertEquals(List.of(), lines);
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldSettleOnWholeFramesWhereverTheLastGenerationIsCut(LogFormat format)
            throws IOException {
        List<Long> ends = new ArrayList<>();
        try (LogDirectory directory = new LogDirectory(path, "log", format)) {
            directory.open();
            try (AofLog log = directory.openNext(1, buffer)) {
                for (int i = 1; i <= FRAMES; i++) {
                    append(log, i);
                    ends.add(log.size());
                }
            }
            Path file = LogFiles.framesOf(format, path.resolve("log.1.incr." + format.suffix()));
            byte[] bytes = Files.readAllBytes(file);
            // Offsets side by side, so that each part of a frame is cut at each of its bytes.
            for (int offset = bytes.length; offset > bytes.length - CUTS; offset--) {
                Files.write(file, Arrays.copyOf(bytes, offset));
                long whole = offset;
                long complete = ends.stream().filter(end -> end <= whole).count();
                LogCheck check = new LogCheck(directory);
                check.run();
                check.settle(true, lines::add);
                assertEquals(complete + 1, check.nextSequence(), "cut at " + offset);
                assertEquals(check.parts().get(0).end(), Files.size(file), "cut at " + offset);
            }
        }
    }

    private void append(AofLog log, long sequence, boolean continues) throws IOException {
        UnsafeApi.setMemory(buffer.effectsAddress(), EFFECTS, (byte) 'x');
        int flags = continues ? FrameDescriptor.CONTINUES : 0;
        log.append(buffer.seal(flags, sequence, 0, EFFECTS));
    }

    // Each generation: its first number and, for each frame, whether more of its unit follows.
    private LogDirectory generations(LogFormat format, Object... firstAndFrames)
            throws IOException {
        LogDirectory directory = new LogDirectory(path, "log", format);
        directory.open();
        for (int i = 0; i < firstAndFrames.length; i += 2) {
            long sequence = (Integer) firstAndFrames[i];
            try (AofLog log = directory.openNext(sequence, buffer)) {
                for (char frame : ((String) firstAndFrames[i + 1]).toCharArray()) {
                    append(log, sequence++, frame == '+');
                }
            }
        }
        return directory;
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldTakeAUnitThatABrokenLogHasSplitOverGenerations(LogFormat format) throws IOException {
        try (LogDirectory directory = generations(format, 1, "..++", 5, "++", 7, "+..", 10, ".")) {
            LogCheck check = new LogCheck(directory);
            check.run();
            check.settle(false, lines::add);
            assertEquals(4, check.parts().size());
            for (LogPart part : check.parts()) {
                assertTrue(part.isWhole(), part::toString);
                assertEquals(part.size(), part.end());
            }
            assertTrue(check.parts().get(0).goesOn() && check.parts().get(1).goesOn());
            assertFalse(check.parts().get(2).goesOn());
            assertEquals(11, check.nextSequence());
            assertEquals(List.of(), lines);
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldCutASplitUnitFromAllGenerationsWhenNoneCompletesIt(LogFormat format)
            throws IOException {
        try (LogDirectory directory = generations(format, 1, "..++", 5, "++", 7, "")) {
            LogCheck check = new LogCheck(directory);
            check.run();
            assertEquals(3, check.nextSequence());
            assertThrows(LogRefusal.class, () -> check.settle(false, lines::add));
            check.settle(true, lines::add);
            assertEquals(1, check.parts().size());
            assertEquals(1, directory.manifest().increments().size());
            directory.openNext(3, buffer).close();
            LogCheck again = new LogCheck(directory);
            assertTrue(again.run().stream().allMatch(LogPart::isWhole));
            assertEquals(3, again.nextSequence());
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldLoadAgainWhenNothingButAnUnfinishedUnitWasInAGeneration(LogFormat format)
            throws IOException {
        try (LogDirectory directory = generations(format, 1, "++")) {
            LogCheck check = new LogCheck(directory);
            check.run();
            check.settle(true, lines::add);
            try (AofLog log = directory.openNext(check.nextSequence(), buffer)) {
                append(log, check.nextSequence());
            }
            LogCheck again = new LogCheck(directory);
            assertTrue(again.run().stream().allMatch(LogPart::isWhole));
            again.settle(false, lines::add);
            assertEquals(2, again.nextSequence());
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldRefuseWhenFramesOfASplitUnitAreMissing(LogFormat format) throws IOException {
        try (LogDirectory directory = generations(format, 1, "..++", 6, "+.")) {
            assertThrows(LogRefusal.class, () -> new LogCheck(directory).run());
        }
    }
}

package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.ChronicleSetup;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.tool.AofTools;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A transaction whose frames lie in two generations, since a log broke in between. */
class SplitUnitTest {

    private static final String NAME = "appendonly.aof";

    private final FrameBuffer buffer = new FrameBuffer();

    @TempDir private Path path;

    @BeforeAll
    static void prepare() {
        ChronicleSetup.prepare(line -> {});
    }

    private static String command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append("$" + word.length() + "\r\n" + word + "\r\n");
        }
        return text.toString();
    }

    private void append(AofLog log, long sequence, String effects, boolean continues)
            throws IOException {
        byte[] bytes = effects.getBytes(StandardCharsets.ISO_8859_1);
        UnsafeApi.copyMemory(
                bytes,
                UnsafeApi.arrayBaseOffset(byte[].class),
                null,
                buffer.effectsAddress(),
                bytes.length);
        int flags = continues ? FrameDescriptor.CONTINUES : 0;
        log.append(buffer.seal(flags, sequence, 1000 + sequence, bytes.length));
    }

    private static String unit() {
        return command("MULTI")
                + command("SET", "a", "x".repeat(1000))
                + command("SET", "b", "2")
                + command("EXEC");
    }

    private void write(LogFormat format, boolean toItsEnd) throws IOException {
        String unit = unit();
        try (LogDirectory directory =
                new LogDirectory(path.resolve("appendonlydir"), NAME, format)) {
            directory.open();
            try (AofLog log = directory.openNext(1, buffer)) {
                append(log, 1, command("SELECT", "0") + command("SET", "first", "1"), false);
                append(log, 2, unit.substring(0, 500), true);
            }
            try (AofLog log = directory.openNext(3, buffer)) {
                if (toItsEnd) {
                    append(log, 3, unit.substring(500), false);
                    append(log, 4, command("SET", "last", "1"), false);
                }
            }
        }
    }

    private void assertLoads(LogFormat format, int keys) throws IOException {
        for (int i = 0; i < 2; i++) {
            try (LoggedEngine server = engine(path, format)) {
                assertEquals(":" + (keys + i) + "\r\n", server.command("DBSIZE"));
                server.command("SET", "of start " + i, "1");
            }
        }
    }

    private static LoggedEngine engine(Path data, LogFormat format, String... options)
            throws IOException {
        Stream<String> log = Stream.of("--aof-log", format.name().toLowerCase(Locale.ROOT));
        return new LoggedEngine(data, Stream.concat(log, Stream.of(options)).toArray(String[]::new))
                .start();
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldRepeatItWholeWhenTheNextGenerationCompletesIt(LogFormat format) throws IOException {
        write(format, true);
        assertLoads(format, 4);
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldLeaveItOutWhenTheNextGenerationIsEmpty(LogFormat format) throws IOException {
        write(format, false);
        assertLoads(format, 1);
    }

    /** In three generations: 1 2+ | 3+ | 4 5. Frame n was written at 1000 + n. */
    private void writeInThree(LogFormat format) throws IOException {
        String unit = unit();
        try (LogDirectory directory =
                new LogDirectory(path.resolve("appendonlydir"), NAME, format)) {
            directory.open();
            try (AofLog log = directory.openNext(1, buffer)) {
                append(log, 1, command("SELECT", "0") + command("SET", "first", "1"), false);
                append(log, 2, unit.substring(0, 300), true);
            }
            try (AofLog log = directory.openNext(3, buffer)) {
                append(log, 3, unit.substring(300, 500), true);
            }
            try (AofLog log = directory.openNext(4, buffer)) {
                append(log, 4, unit.substring(500), false);
                append(log, 5, command("SET", "last", "1"), false);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void shouldBeRestoredWholeOrNotAtAllWhateverThePoint(LogFormat format) throws IOException {
        writeInThree(format);
        int[] keys = {0, 1, 1, 1, 3, 4};
        for (int frame = 0; frame <= 5; frame++) {
            for (String point : List.of("#" + frame, String.valueOf(1000 + frame))) {
                String where = format + " to " + point;
                Path into = path.resolve("to" + point);
                StringWriter said = new StringWriter();
                PrintWriter out = new PrintWriter(said, true);
                String from = path.resolve("appendonlydir").toString();
                String[] words = {
                    "restore", "--from", from, "--to", point, "--into", into.toString()
                };
                assertEquals(0, AofTools.run(out, out, words), said + where);
                int last = keys[frame] == 1 ? 1 : frame;
                assertEquals(
                        last > 0, said.toString().contains("up to frame " + last), said + where);
                // Nothing is left that a start would have to cut.
                try (LoggedEngine server = engine(into, format, "--aof-load-truncated", "no")) {
                    assertEquals(":" + keys[frame] + "\r\n", server.command("DBSIZE"), where);
                    server.command("SET", "more", "1");
                }
                try (LoggedEngine server = engine(into, format, "--aof-load-truncated", "no")) {
                    int more = keys[frame] + 1;
                    assertEquals(":" + more + "\r\n", server.command("DBSIZE"), where);
                }
            }
        }
    }
}

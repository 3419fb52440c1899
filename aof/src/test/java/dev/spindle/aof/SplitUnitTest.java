package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.ChronicleSetup;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.testkit.EngineHarness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
        log.append(buffer.seal(flags, sequence, 0, bytes.length));
    }

    private EngineHarness harness(LogFormat format) {
        return new EngineHarness(
                64L << 20,
                ServerConfig.load(
                        null,
                        List.of(
                                "--dir",
                                path.toString(),
                                "--appendonly",
                                "yes",
                                "--aof-log",
                                format.name().toLowerCase(Locale.ROOT))));
    }

    private void write(LogFormat format, boolean toItsEnd) throws IOException {
        String unit =
                command("MULTI")
                        + command("SET", "a", "x".repeat(1000))
                        + command("SET", "b", "2")
                        + command("EXEC");
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
            try (EngineHarness harness = harness(format);
                    AppendOnly log =
                            new AppendOnly(
                                    harness.engine(),
                                    task -> {},
                                    () -> {},
                                    new RdbBaseWriter(harness.engine()))) {
                log.start((engine, file) -> 0, () -> {});
                assertEquals(":" + (keys + i) + "\r\n", harness.command("DBSIZE"));
                harness.command("SET", "of start " + i, "1");
            }
        }
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
}

package dev.spindle.aof.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.frame.FrameBuffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file that somebody cuts between the look at its size and the append: in a process of its own, which could end. */
class CutWithinAppendTest {

    private static final String SURVIVED = "the append failed: ";
    private static final int EFFECTS = 100;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(longs = {0, 70_000})
    void shouldFailAndNotEndTheProcess(long cutAt) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--add-")) {
                command.add(flag);
            }
        }
        // Compiles before it goes on: what takes milliseconds otherwise is over when the file is
        // cut.
        command.addAll(List.of("-Xbatch", "-XX:-CreateCoredumpOnCrash"));
        command.add("-XX:ErrorFile=" + directory.resolve("error.log"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Append.class.getName(), directory.toString(), "" + cutAt));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains(SURVIVED), output);
    }

    static final class Append {
        public static void main(String[] args) throws IOException {
            ChronicleSetup.prepare(line -> {});
            FrameBuffer buffer = new FrameBuffer();
            Path path = Path.of(args[0], "log");
            AofLog log = LogFiles.create(LogFormat.CHRONICLE, path, 0, buffer);
            log.append(buffer.seal(0, 1, 0, EFFECTS));
            Path file = LogFiles.framesOf(LogFormat.CHRONICLE, path);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(Long.parseLong(args[1]));
            }
            try {
                ((ChronicleLog) log).write(buffer.seal(0, 2, 0, EFFECTS));
            } catch (InternalError | IOException | RuntimeException e) {
                System.out.println(SURVIVED + e);
            }
            // Closing is not what this is about.
            Runtime.getRuntime().halt(0);
        }
    }
}

package dev.spindle.aof.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.spindle.aof.log.LogFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {

    @TempDir Path directory;

    @Test
    void shouldReadWhatItWrote() throws IOException {
        Manifest manifest =
                new Manifest(
                                new LogEntry("my \"log\".3.base.rdb", 3, LogEntry.Kind.BASE, -1),
                                List.of())
                        .with(new LogEntry("a.3.incr.cq", 3, LogEntry.Kind.INCREMENT, -1))
                        .with(new LogEntry("a.4.incr.log", 4, LogEntry.Kind.INCREMENT, 817));
        Path file = directory.resolve("a.manifest");
        manifest.write(file);
        assertEquals(manifest, Manifest.read(file));
        assertEquals(LogFormat.CHRONICLE, manifest.increments().get(0).format());
        assertEquals(LogFormat.FILE, manifest.increments().get(1).format());
    }

    @Test
    void shouldReadWhatRedisWrites() throws IOException {
        Path file = directory.resolve("a.manifest");
        Files.writeString(
                file,
                "# a comment\nfile a.2.base.rdb seq 2 type b\nfile a.1.incr.aof seq 1 type h\n"
                        + "file a.2.incr.aof seq 2 type i\n");
        Manifest manifest = Manifest.read(file);
        assertEquals("a.2.base.rdb", manifest.base().name());
        assertEquals(1, manifest.increments().size());
        assertEquals(null, manifest.increments().get(0).format());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "file a seq 1 type i",
                "file a seq 1\n",
                "file a seq x type i\n",
                "file a seq 1 type q\n",
                "file ../a seq 1 type i\n",
                "file a seq 2 type i\nfile b seq 1 type i\n",
                "file a seq 1 type b\nfile b seq 1 type b\n",
            })
    void shouldRefuseWhatIsNone(String text) throws IOException {
        Path file = directory.resolve("a.manifest");
        Files.writeString(file, text);
        assertThrows(LogRefusal.class, () -> Manifest.read(file));
    }
}

package dev.spindle.engine.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.image.WarmImage.NoImage;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ArenaAudit;
import dev.spindle.engine.memory.ArenaFiles;
import dev.spindle.engine.soak.SoakMix;
import dev.spindle.engine.testkit.EngineHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmImageTest {

    private static final long LENGTH = Arena.lengthFor(256L << 20);
    private static final String BUILD = "build";
    private static final String FILES = "files";
    private static final long SEED = 77;
    private static final List<byte[]> LIBRARIES =
            List.of(new byte[] {1, 0, 2}, new byte[0], new byte[100_000]);
    private static final long NEXT_FRAME = 4711;

    @TempDir Path directory;

    private EngineHarness start(WarmImage image) throws NoImage {
        Arena arena = new Arena(ArenaFiles.open(directory, LENGTH), false);
        EngineHarness engine =
                new EngineHarness(
                        arena,
                        image == null ? SEED : image.hashSeed(),
                        ServerConfig.defaults(),
                        CommandFamilies.rows());
        if (image != null) {
            image.restore(arena, engine.engine().keyspaces(), engine.engine().hashes());
        }
        engine.engine().settings().debugCommand = 2;
        return engine;
    }

    private void leave(EngineHarness engine, long seed) throws IOException {
        WarmImage.write(
                directory,
                BUILD,
                new WarmImage.Disk(FILES, NEXT_FRAME, LIBRARIES),
                engine.engine().arena(),
                engine.engine().keyspaces(),
                engine.engine().hashes(),
                seed,
                1);
        engine.close();
    }

    private WarmImage take() throws IOException, NoImage {
        return WarmImage.take(directory, BUILD, LENGTH, FILES);
    }

    private static String keyspaceState(EngineHarness engine) {
        return engine.command("DEBUG", "DIGEST")
                + engine.command("INFO", "keyspace")
                + engine.engine().arena().usedBytes()
                + " "
                + engine.engine().arena().allocations();
    }

    @Test
    void shouldGoOnWithAllDataWhenTheServerBeforeLeftAnImage() throws IOException, NoImage {
        assertNull(take(), "nothing is there at first");
        Random random = new Random(20_261_126);
        EngineHarness engine = start(null);
        long empty = engine.engine().arena().usedBytes();
        for (int restart = 0; restart < 8; restart++) {
            SoakMix.act(random, engine::command, 4000);
            engine.command("SELECT", restart % 2 == 0 ? "3" : "0");
            if (restart == 5) {
                engine.command("FLUSHDB", "ASYNC");
            }
            engine.engine().keyspaces().shared().freeAll();
            String before = keyspaceState(engine);
            leave(engine, SEED);
            WarmImage image = take();
            assertEquals(LIBRARIES.size(), image.libraries().size());
            for (int i = 0; i < LIBRARIES.size(); i++) {
                assertArrayEquals(LIBRARIES.get(i), image.libraries().get(i));
            }
            assertNotNull(image);
            assertEquals(SEED, image.hashSeed());
            engine = start(image);
            assertEquals(before, keyspaceState(engine));
            ArenaAudit.check(engine.engine().arena());
        }
        engine.command("FLUSHALL");
        engine.engine().keyspaces().shared().freeAll();
        assertEquals(empty, engine.engine().arena().usedBytes());
        engine.close();
    }

    @Test
    void shouldKeepScansPositionWhenTheImageIsTakenOver() throws IOException, NoImage {
        EngineHarness engine = start(null);
        for (int i = 0; i < 5000; i++) {
            engine.command("SET", "key:" + i, "value");
        }
        String first = engine.command("SCAN", "0", "COUNT", "1000");
        String cursor = first.split("\r\n")[2];
        String rest = engine.command("SCAN", cursor, "COUNT", "100000");
        leave(engine, SEED);
        engine = start(take());
        assertEquals(rest, engine.command("SCAN", cursor, "COUNT", "100000"));
        engine.close();
    }

    @Test
    void shouldRefuseFilesWithoutHeaderWhenTheServerBeforeWasKilled() throws Exception {
        EngineHarness engine = start(null);
        engine.command("SET", "a", "b");
        leave(engine, SEED);
        engine = start(take());
        engine.close();
        NoImage refusal = assertThrows(NoImage.class, this::take);
        assertEquals("the server before did not end cleanly", refusal.getMessage());
    }

    @Test
    void shouldSayWhyWhenTheImageIsNotOfThisServer() throws Exception {
        assertReason("another version", "other build", LENGTH, FILES);
        assertReason("changed", BUILD, LENGTH, "other files");
        assertReason("another size", BUILD, LENGTH / 2, FILES);
    }

    private void assertReason(String reason, String build, long length, String dataFiles)
            throws Exception {
        EngineHarness engine = start(null);
        leave(engine, SEED);
        NoImage refusal =
                assertThrows(
                        NoImage.class, () -> WarmImage.take(directory, build, length, dataFiles));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
        assertFalse(Files.exists(directory.resolve(WarmImage.HEADER)), "an image is offered once");
        ArenaFiles.delete(directory);
    }

    @Test
    void shouldRefuseWhenTheHeaderIsDamagedAnywhere() throws Exception {
        EngineHarness engine = start(null);
        engine.command("SET", "a", "b");
        leave(engine, SEED);
        byte[] header = Files.readAllBytes(directory.resolve(WarmImage.HEADER));
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = header.clone();
            damaged[i < 40 ? i : random.nextInt(header.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(directory.resolve(WarmImage.HEADER), damaged);
            assertThrows(NoImage.class, this::take);
        }
        for (int length = 0; length < header.length; length += 1 + random.nextInt(97)) {
            Files.write(
                    directory.resolve(WarmImage.HEADER), java.util.Arrays.copyOf(header, length));
            assertThrows(NoImage.class, this::take);
        }
    }

    @Test
    void shouldRefuseCommandsWhenTheFilesHaveNoRoom() throws Exception {
        EngineHarness engine = start(null);
        String answer = "";
        for (int i = 0; i < 20 && !answer.startsWith("-OOM"); i++) {
            answer = engine.command("SETRANGE", "big" + i, "" + (20 << 20), "x");
        }
        assertTrue(answer.startsWith("-OOM"), answer);
        assertEquals("+OK\r\n", engine.command("FLUSHALL"));
        assertEquals("+OK\r\n", engine.command("SET", "a", "b"));
        engine.close();
    }
}

package dev.spindle.rdb.save;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.rdb.Rdb;
import dev.spindle.rdb.testkit.DumpFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of saving say of themselves, and answer to wrong use, what a real server does. */
class RowsAgainstRedisTest {

    @TempDir Path directory;

    @Test
    void shouldSayTheSameOfThemselves() {
        try (EngineHarness engine = DumpFiles.engine();
                RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            List<String> names =
                    Stream.concat(SaveCommands.rows().stream(), Stream.of(DumpCommand.row()))
                            .map(CommandSpec::name)
                            .toList();
            assertEquals(4, names.size());
            for (String name : names) {
                assertEquals(
                        sorted(client.command("COMMAND", "INFO", name)),
                        sorted(engine.command("COMMAND", "INFO", name)),
                        name);
            }
        }
    }

    private static List<String> sorted(String reply) {
        return RawClient.flatten(reply).stream().sorted().toList();
    }

    @Test
    void shouldAnswerTheSame() {
        try (EngineHarness engine = DumpFiles.engine("--dir", directory.toString());
                Rdb rdb = new Rdb(engine.engine());
                RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            for (String line :
                    List.of(
                            "SAVE now",
                            "SAVE",
                            "BGSAVE now",
                            "BGSAVE SCHEDULE now",
                            "LASTSAVE 1",
                            "DUMP",
                            "DUMP a b",
                            "DUMP missing",
                            "MULTI",
                            "SAVE",
                            "BGSAVE",
                            "LASTSAVE 1",
                            "EXEC",
                            "MULTI",
                            "BGSAVE",
                            "EXEC")) {
                String[] words = line.split(" ");
                assertEquals(client.command(words), engine.command(words), line);
            }
            assertTrue(rdb.saver().lastSaveSeconds() > 0);
        }
    }
}

package dev.spindle.rdb.save;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.rdb.Rdb;
import dev.spindle.rdb.testkit.DataSets;
import dev.spindle.rdb.testkit.DumpFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is saved comes back as it was, encodings and times of fields included, which no real server at hand can judge. */
class RoundTripTest {

    @TempDir Path directory;

    @Test
    void shouldComeBackTheSame() throws Exception {
        long seed = System.nanoTime();
        for (String policy : List.of("noeviction", "allkeys-lru", "allkeys-lfu")) {
            try (EngineHarness engine =
                            DumpFiles.engine(
                                    "--dir", directory.toString(), "--maxmemory-policy", policy);
                    Rdb rdb = new Rdb(engine.engine())) {
                // Looking must not count as use.
                engine.command("CLIENT", "NO-TOUCH", "ON");
                DataSets data = new DataSets(engine, seed);
                data.everything();
                assertEquals("0011", versionAfterSaving(engine));
                data.timedHashes();
                List<String> before = describe(engine);
                assertEquals("+OK\r\n", engine.command("DEBUG", "RELOAD"));
                assertEquals(before, describe(engine), policy + " seed " + seed);
                assertEquals("0012", versionAfterSaving(engine));
                assertTrue(rdb.saver().lastSaveSeconds() > 0);
            }
        }
    }

    private String versionAfterSaving(EngineHarness engine) throws Exception {
        assertEquals("+OK\r\n", engine.command("SAVE"));
        byte[] file = Files.readAllBytes(directory.resolve("dump.rdb"));
        return new String(file, 5, 4, StandardCharsets.US_ASCII);
    }

    private static List<String> describe(EngineHarness engine) {
        List<String> all = new ArrayList<>();
        all.add(engine.command("DEBUG", "DIGEST"));
        List<String> keys = new ArrayList<>(RawClient.flatten(engine.command("KEYS", "*")));
        keys.sort(String::compareTo);
        for (String key : keys) {
            String type = engine.command("TYPE", key);
            all.add(key + engine.command("OBJECT", "FREQ", key));
            all.add(engine.command("OBJECT", "IDLETIME", key));
            if (!type.equals("+string\r\n")) {
                // Strings come back as if they had just been set.
                all.add(engine.command("OBJECT", "ENCODING", key));
            }
            all.add(engine.command("PEXPIRETIME", key));
            if (type.equals("+hash\r\n")) {
                all.add(engine.command("HPEXPIRETIME", key, "FIELDS", "2", "f0", "f1"));
            } else if (type.equals("+stream\r\n")) {
                // A reader leaves out deleted entries, so that the blocks are other ones.
                all.add(
                        engine.command("XINFO", "STREAM", key, "FULL", "COUNT", "0")
                                .replaceAll("(radix-tree-(keys|nodes)\r\n):\\d+", "$1"));
            }
        }
        return all;
    }
}

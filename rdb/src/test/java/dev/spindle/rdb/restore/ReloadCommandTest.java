package dev.spindle.rdb.restore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.spindle.engine.config.ServerConfig;
import dev.spindle.rdb.format.FunctionLibraries;
import dev.spindle.rdb.read.Bytes;
import dev.spindle.rdb.read.RestoreRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadCommandTest {

    private static final String FAILED =
            "-ERR Error trying to load the RDB dump, check server logs.\r\n";

    @TempDir Path directory;
    private RestoreRig rig;
    private final FunctionLibraries libraries = new FunctionLibraries();
    private boolean saves = true;
    private int saved;

    @BeforeEach
    void write() throws IOException {
        Bytes file = new Bytes().raw("REDIS0011").u8(245).text("#!lua name=l\n");
        file.u8(254).length(0).u8(0).texts("a", "of the file").u8(0).texts("b", "2");
        Files.write(directory.resolve("dump.rdb"), file.end().bytes());
        rig = new RestoreRig(ServerConfig.load(null, List.of("--dir", directory.toString())));
        ReloadCommand reload =
                new ReloadCommand(
                        libraries,
                        () -> {
                            saved++;
                            return saves;
                        });
        rig.harness.engine().debugWords().put("reload", reload::execute);
        rig.text("SET", "a", "of before");
        rig.text("SET", "c", "3");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void shouldHoldWhatTheFileHoldsWhenItReloads() {
        assertEquals("+OK\r\n", rig.text("DEBUG", "RELOAD", "NOSAVE"));
        assertEquals(0, saved);
        assertEquals(
                "*3\r\n$11\r\nof the file\r\n$1\r\n2\r\n$-1\r\n", rig.text("MGET", "a", "b", "c"));
        assertEquals(1, libraries.sources().size());
        assertFalse(rig.harness.engine().loading().isActive());
        assertEquals("+OK\r\n", rig.text("DEBUG", "RELOAD"));
        assertEquals(1, saved);
        assertEquals(1, libraries.sources().size());
    }

    @Test
    void shouldKeepWhatIsThereWhenToldSo() {
        assertEquals("+OK\r\n", rig.text("DEBUG", "RELOAD", "nosave", "noflush", "merge"));
        assertEquals(
                "*3\r\n$11\r\nof the file\r\n$1\r\n2\r\n$1\r\n3\r\n",
                rig.text("MGET", "a", "b", "c"));
        assertEquals(FAILED, rig.text("DEBUG", "RELOAD", "NOSAVE", "NOFLUSH"));
    }

    @Test
    void shouldSayWhatIsWrongWhenItCannot() throws IOException {
        assertEquals(
                "-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.\r\n",
                rig.text("DEBUG", "RELOAD", "what"));
        saves = false;
        assertEquals("-ERR\r\n", rig.text("DEBUG", "RELOAD"));
        assertEquals("$9\r\nof before\r\n", rig.text("GET", "a"));
        Files.delete(directory.resolve("dump.rdb"));
        assertEquals(FAILED, rig.text("DEBUG", "RELOAD", "NOSAVE"));
        assertEquals("$-1\r\n", rig.text("GET", "a"));
    }
}

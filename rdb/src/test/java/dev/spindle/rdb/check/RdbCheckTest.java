package dev.spindle.rdb.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.rdb.read.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RdbCheckTest {

    private static final long NOW_MS = 2_000_000_000_000L;

    @TempDir Path directory;
    private String report;

    private int check(byte[] file) throws IOException {
        Path path = directory.resolve("file.rdb");
        Files.write(path, file);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code =
                new RdbCheck(new PrintStream(out, true, StandardCharsets.UTF_8), NOW_MS).run(path);
        report = out.toString(StandardCharsets.UTF_8);
        return code;
    }

    @Test
    void shouldCountWhatIsInItWhenAFileOfRedisIsSound() throws IOException {
        byte[] file;
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            client.command("SET", "a", "1");
            client.command("SET", "b", "1", "PXAT", String.valueOf(NOW_MS - 1000));
            client.command("SET", "c", "1", "PXAT", String.valueOf(NOW_MS + 1000));
            client.command("RPUSH", "d", "1", "2");
            client.command("SAVE");
            file = Files.readAllBytes(redis.directory().resolve("dump.rdb"));
        }
        assertEquals(RdbCheck.SOUND, check(file), report);
        assertTrue(report.contains("[info] 4 keys read\n"), report);
        assertTrue(report.contains("[info] 2 expires\n"), report);
        assertTrue(report.contains("[info] 1 already expired\n"), report);
        assertTrue(report.contains("Checksum OK"), report);
        assertTrue(report.contains("AUX FIELD redis-ver = '7"), report);
        assertEquals(RdbCheck.BROKEN, check(Arrays.copyOf(file, file.length - 9)));
        assertTrue(report.contains("[offset " + (file.length - 9) + "] Unexpected EOF"), report);
        file[file.length - 1] ^= 1;
        assertEquals(RdbCheck.BROKEN, check(file));
        assertTrue(report.contains("RDB CRC error"), report);
    }

    @Test
    void shouldNameKeyAndTypeWhenAValueIsBroken() throws IOException {
        Bytes file = new Bytes().raw("REDIS0010").u8(254).length(0);
        file.u8(2).text("bad \n set").length(2).texts("m", "m").end();
        assertEquals(RdbCheck.BROKEN, check(file.bytes()));
        assertTrue(report.contains("Duplicate set members detected"), report);
        assertTrue(report.contains("Reading key 'bad \\x0a set'"), report);
        assertTrue(report.contains("Reading type 2"), report);
    }

    @Test
    void shouldSaySoWhenItIsNoRdbAtAll() throws IOException {
        assertEquals(
                RdbCheck.BROKEN, check("What is this, then?".getBytes(StandardCharsets.US_ASCII)));
        assertTrue(report.contains("Wrong signature"), report);
        assertEquals(RdbCheck.BROKEN, check("REDIS0099abc".getBytes(StandardCharsets.US_ASCII)));
        assertTrue(report.contains("Can't handle RDB format version 99"), report);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertEquals(
                RdbCheck.BROKEN,
                new RdbCheck(new PrintStream(out), NOW_MS).run(directory.resolve("none")));
    }
}

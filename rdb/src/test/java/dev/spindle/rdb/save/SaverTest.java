package dev.spindle.rdb.save;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.perf.agent.Niceness;
import dev.spindle.perf.os.Posix;
import dev.spindle.rdb.Rdb;
import dev.spindle.rdb.testkit.DataSets;
import dev.spindle.rdb.testkit.DumpFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaverTest {

    private static final String MISCONF = "-MISCONF Redis is configured to save RDB snapshots";
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    @TempDir Path directory;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private EngineHarness engine;
    private Rdb rdb;

    private void start(String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--dir",
                                directory.toString(),
                                "--rdb-version",
                                "10",
                                "--enable-protected-configs",
                                "yes"));
        all.addAll(List.of(arguments));
        engine = DumpFiles.engine(all.toArray(new String[0]));
        opened.add(engine);
        rdb = new Rdb(engine.engine());
        opened.add(rdb);
    }

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private void awaitSaved() {
        long end = System.nanoTime() + DEADLINE_NS;
        while (rdb.saver().isRunning()) {
            assertTrue(System.nanoTime() < end, "the save does not end");
            engine.engine().persistence().tick();
            Thread.onSpinWait();
        }
    }

    private String info(String field) {
        for (String line : engine.command("INFO", "everything").split("\r\n")) {
            if (line.startsWith(field + ":")) {
                return line.substring(field.length() + 1);
            }
        }
        throw new AssertionError("INFO has no " + field);
    }

    private String digestOfFile() {
        try (RealRedis redis = DumpFiles.load(directory);
                RawClient client = redis.connect()) {
            return client.command("DEBUG", "DIGEST");
        }
    }

    private List<String> files() throws IOException {
        try (var all = Files.list(directory)) {
            return all.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldSaveAtOnceAndSaySo() throws IOException {
        start();
        engine.command("SET", "k", "v");
        assertEquals("1", info("rdb_changes_since_last_save"));
        engine.clock().advanceMs(5000);
        assertEquals("+OK\r\n", engine.command("SAVE"));
        assertEquals("0", info("rdb_changes_since_last_save"));
        assertEquals("1", info("rdb_saves"));
        long now = engine.clock().epochMs() / 1000;
        assertEquals(":" + now + "\r\n", engine.command("LASTSAVE"));
        assertEquals(List.of("dump.rdb"), files());
        assertTrue(engine.log().contains("DB saved on disk"), engine.log().toString());
        assertEquals(engine.command("DEBUG", "DIGEST"), digestOfFile());
    }

    @Test
    void shouldHoldTheDataOfTheMomentThoughItIsChangedMeanwhile() throws IOException {
        long seed = System.nanoTime();
        // Long enough that it has not ended when changes begin, on a busy machine too.
        start("--save", "", "--rdb-key-save-delay", "1000");
        new DataSets(engine, seed).everything();
        String before = engine.command("DEBUG", "DIGEST");
        assertEquals("+Background saving started\r\n", engine.command("BGSAVE"));
        assertEquals("1", info("rdb_bgsave_in_progress"));
        assertEquals("-ERR Background save already in progress\r\n", engine.command("BGSAVE"));
        assertEquals("-ERR Background save already in progress\r\n", engine.command("SAVE"));
        change(new Random(seed));
        long changes = Long.parseLong(info("rdb_changes_since_last_save"));
        engine.command("CONFIG", "SET", "rdb-key-save-delay", "0");
        awaitSaved();
        assertEquals("0", info("rdb_bgsave_in_progress"));
        assertEquals("ok", info("rdb_last_bgsave_status"));
        assertTrue(Long.parseLong(info("rdb_changes_since_last_save")) < changes);
        assertTrue(Long.parseLong(info("rdb_last_cow_size")) > 0, "writes were preserved");
        assertEquals("1", info("total_forks"));
        assertEquals(List.of("dump.rdb"), files());
        assertEquals(before, digestOfFile(), "seed " + seed);
    }

    // Something of every kind: values grow, shrink, change their encoding, go.
    private void change(Random random) {
        String[] keys = engine.command("KEYS", "*").split("\r\n");
        for (int i = 2; i < keys.length; i += 2) {
            String key = keys[i];
            switch (random.nextInt(4)) {
                case 0 -> engine.command("DEL", key);
                case 1 -> engine.command("RENAME", key, "moved:" + i);
                default -> {
                    engine.command("APPEND", key, "more");
                    engine.command("RPUSH", key, "more");
                    engine.command("SADD", key, "more", "17");
                    engine.command("HSET", key, "more", "x".repeat(100));
                    engine.command("ZADD", key, "3", "more");
                    engine.command("XADD", key, "MAXLEN", "5", "*", "more", "x");
                }
            }
        }
        new DataSets(engine, random.nextLong()).strings();
        engine.command("FLUSHDB", "ASYNC");
    }

    @Test
    void shouldGiveWayToOtherThreadsWhenItSavesInTheBackground() throws IOException {
        assumeTrue(Posix.isAvailable(), Posix.unavailableReason());
        int own = Posix.threadNice();
        start();
        engine.command("SET", "k", "v");
        engine.command("BGSAVE");
        awaitSaved();
        int writers = 0;
        try (var tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                String stat = Files.readString(task.resolve("stat"));
                if (stat.contains("(bgsave)")) {
                    String nice = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16];
                    assertTrue(Integer.parseInt(nice) >= Niceness.BACKGROUND, stat);
                    writers++;
                }
            }
        }
        assertEquals(1, writers);
        assertEquals(own, Posix.threadNice(), "the core does not give way");
    }

    @Test
    void shouldSaveWhenASavePointIsReached() {
        start("--save", "10", "3");
        engine.command("SET", "a", "1");
        engine.command("SET", "b", "1");
        engine.clock().advanceMs(11_000);
        engine.engine().persistence().tick();
        assertFalse(rdb.saver().isRunning(), "two changes are not three");
        engine.command("SET", "c", "1");
        engine.engine().persistence().tick();
        assertTrue(engine.log().contains("3 changes in 10 seconds. Saving..."));
        awaitSaved();
        assertEquals("0", info("rdb_changes_since_last_save"));
        int last = engine.log().size() - 1;
        assertEquals("Background saving terminated with success", engine.log().get(last));
    }

    @Test
    void shouldStopWritesWhileTheFileCannotBeSaved() throws IOException {
        start("--save", "10", "1");
        Files.createDirectories(directory.resolve("dump.rdb").resolve("in the way"));
        engine.command("SET", "a", "1");
        assertEquals("-ERR\r\n", engine.command("SAVE"));
        assertEquals("+OK\r\n", engine.command("SET", "a", "2"));
        engine.command("BGSAVE");
        awaitSaved();
        assertEquals("err", info("rdb_last_bgsave_status"));
        String moving =
                "Error moving temp DB file temp-"
                        + ProcessHandle.current().pid()
                        + "-bg.rdb on the final destination dump.rdb (in server root dir "
                        + directory
                        + "): ";
        int last = engine.log().size() - 1;
        assertEquals("Background saving error", engine.log().get(last));
        assertTrue(engine.log().get(last - 1).startsWith(moving), engine.log().get(last - 1));
        assertEquals(List.of("dump.rdb"), files(), "nothing is left behind");
        assertTrue(engine.command("SET", "a", "3").startsWith(MISCONF));
        assertTrue(engine.command("DEL", "a").startsWith(MISCONF));
        assertTrue(engine.command("PING").startsWith(MISCONF));
        assertEquals("$1\r\n2\r\n", engine.command("GET", "a"));
        engine.command("MULTI");
        assertTrue(engine.command("SET", "a", "3").startsWith(MISCONF));
        assertTrue(engine.command("EXEC").startsWith("-EXECABORT"));
        retriesAfterAWhile();
    }

    private void retriesAfterAWhile() throws IOException {
        engine.clock().advanceMs(11_000);
        engine.engine().persistence().tick();
        awaitSaved();
        engine.engine().persistence().tick();
        assertFalse(rdb.saver().isRunning(), "it waits before it tries again");
        Files.delete(directory.resolve("dump.rdb").resolve("in the way"));
        Files.delete(directory.resolve("dump.rdb"));
        engine.clock().advanceMs(6_000);
        engine.engine().persistence().tick();
        awaitSaved();
        assertEquals("+OK\r\n", engine.command("SET", "a", "3"));
        assertEquals("+PONG\r\n", engine.command("PING"));
    }

    @Test
    void shouldGoOnWritingWhenTheParameterSaysSo() throws IOException {
        start("--save", "10", "1", "--stop-writes-on-bgsave-error", "no");
        Files.createDirectories(directory.resolve("dump.rdb").resolve("in the way"));
        engine.command("BGSAVE");
        awaitSaved();
        assertEquals("+OK\r\n", engine.command("SET", "a", "3"));
        engine.command("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes");
        assertTrue(engine.command("SET", "a", "3").startsWith(MISCONF));
        engine.command("CONFIG", "SET", "save", "");
        assertEquals("+OK\r\n", engine.command("SET", "a", "3"));
    }

    @Test
    void shouldSaveTheEmptiedDataWhenAllIsFlushed() {
        start("--save", "1000", "1000", "--rdb-key-save-delay", "1000000");
        engine.command("SET", "a", "1");
        engine.command("SET", "b", "1");
        engine.command("BGSAVE");
        engine.command("FLUSHALL");
        assertEquals(engine.command("DEBUG", "DIGEST"), digestOfFile());
        awaitSaved();
        assertEquals("Background saving was cancelled", engine.log().get(engine.log().size() - 1));
        assertEquals("ok", info("rdb_last_bgsave_status"));
        assertFalse(info("rdb_changes_since_last_save").equals("0"));
    }

    @Test
    void shouldSaveALastTimeBeforeItEnds() throws IOException {
        start("--save", "1000", "1000");
        engine.command("SET", "a", "1");
        assertEquals("", engine.command("SHUTDOWN"));
        assertTrue(engine.isShutdown());
        assertTrue(engine.log().contains("Saving the final RDB snapshot before exiting."));
        assertEquals(engine.command("DEBUG", "DIGEST"), digestOfFile());
    }

    @Test
    void shouldNotEndWhenTheLastSaveFails() throws IOException {
        start("--save", "1000", "1000");
        Files.createDirectories(directory.resolve("dump.rdb").resolve("in the way"));
        assertEquals("-ERR Errors trying to SHUTDOWN. Check logs.\r\n", engine.command("SHUTDOWN"));
        assertFalse(engine.isShutdown());
        assertTrue(engine.log().contains("Error trying to save the DB, can't exit."));
        assertEquals("", engine.command("SHUTDOWN", "FORCE"));
        assertTrue(engine.isShutdown());
        assertTrue(engine.log().contains("Error trying to save the DB. Exit anyway."));
    }

    @Test
    void shouldEndWithoutSavingWhenNothingIsConfigured() throws IOException {
        start("--save", "");
        engine.command("SET", "a", "1");
        assertEquals("", engine.command("SHUTDOWN"));
        assertEquals(List.of(), files());
        assertEquals("", engine.command("SHUTDOWN", "SAVE"));
        assertEquals(List.of("dump.rdb"), files());
    }

    @Test
    void shouldStopABackgroundSaveBeforeItEnds() {
        start("--save", "", "--rdb-key-save-delay", "1000000");
        engine.command("SET", "a", "1");
        engine.command("SET", "b", "1");
        engine.command("BGSAVE");
        assertEquals("", engine.command("SHUTDOWN", "NOSAVE"));
        assertFalse(rdb.saver().isRunning());
        assertTrue(engine.log().contains("There is a child saving an .rdb. Killing it!"));
    }

    @Test
    void shouldScheduleInATransaction() {
        start();
        engine.command("MULTI");
        engine.command("BGSAVE");
        assertEquals("*1\r\n+Background saving scheduled\r\n", engine.command("EXEC"));
        engine.engine().persistence().tick();
        assertTrue(rdb.saver().isRunning());
        awaitSaved();
        assertEquals("-ERR syntax error\r\n", engine.command("BGSAVE", "NOW"));
        assertEquals("+Background saving started\r\n", engine.command("BGSAVE", "SCHEDULE"));
        awaitSaved();
    }

    @Test
    void shouldNotSaveBesideAnotherReaderOfASnapshotButAfterIt() {
        start();
        var rewrite =
                engine.engine()
                        .snapshots()
                        .begin(dev.spindle.engine.snapshot.SnapshotPurpose.REWRITE);
        assertTrue(engine.command("BGSAVE").startsWith("-ERR Another child process is active"));
        assertEquals("+Background saving scheduled\r\n", engine.command("BGSAVE", "SCHEDULE"));
        engine.engine().persistence().tick();
        assertFalse(rdb.saver().isRunning());
        rewrite.end();
        engine.engine().persistence().tick();
        assertTrue(rdb.saver().isRunning());
        awaitSaved();
    }

    @Test
    void shouldKeepLibrariesOfFunctionsThatAFileBrought() {
        String library = "#!lua name=lib\nredis.register_function('f', function() return 7 end)";
        try (RealRedis redis = RealRedis.start("--dir", directory.toString());
                RawClient client = redis.connect()) {
            assertEquals("$3\r\nlib\r\n", client.command("FUNCTION", "LOAD", library));
            assertEquals("+OK\r\n", client.command("SAVE"));
        }
        start();
        assertEquals("+OK\r\n", engine.command("DEBUG", "RELOAD", "NOSAVE"));
        engine.command("SET", "k", "v");
        assertEquals("+OK\r\n", engine.command("SAVE"));
        try (RealRedis redis = DumpFiles.load(directory);
                RawClient client = redis.connect()) {
            assertEquals(":7\r\n", client.command("FCALL", "f", "0"));
            assertEquals("$1\r\nv\r\n", client.command("GET", "k"));
        }
    }
}

package dev.spindle.net.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server is killed while it makes a file that is to stand for its data: a snapshot, the base of a rewritten log; at the moment when
 * one generation takes the place of others; while it loads. The data must be complete afterwards, and what was half made gone.
 */
class KillWhileSavingTest {

    private static final int ROUNDS = Math.max(3, Integer.getInteger("fault.rounds", 0) / 4);

    /** Keys of the second database, which make saving take a while. */
    private static final int BULK = 20_000;

    private static final int BULK_BYTES = 1000;
    private static final int SAMPLE = 100;
    private static final int PIPELINE = 500;

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Steps state = new Steps();
    private Path data;

    @TempDir private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        data = Files.createDirectories(directory.resolve("data"));
    }

    private ServerProcess logged(String log) throws Exception {
        return ServerProcess.start(
                        data, "--appendonly", "yes", "--appendfsync", "always", "--aof-log", log)
                .serving();
    }

    private static void fill(RawClient client) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        client.command("SELECT", "1");
        for (int i = 0; i < BULK; i++) {
            String value = (i + ".").repeat(BULK_BYTES / 6);
            request.writeBytes(RawClient.encode(RawClient.bytes("SET", "bulk:" + i, value)));
            if (i % PIPELINE == PIPELINE - 1) {
                client.sendRaw(request.toByteArray());
                request.reset();
                for (int j = 0; j < PIPELINE; j++) {
                    assertEquals("+OK\r\n", RawClient.latin1(client.readReply()));
                }
            }
        }
        client.command("SELECT", "0");
    }

    private void checkBulk(RawClient client, String where) {
        client.command("SELECT", "1");
        assertEquals(BULK, Integer.parseInt(client.text("DBSIZE")), where);
        for (int i = 0; i < SAMPLE; i++) {
            int key = random.nextInt(BULK);
            assertEquals((key + ".").repeat(BULK_BYTES / 6), client.text("GET", "bulk:" + key));
        }
        client.command("SELECT", "0");
    }

    // Only what counts: a manifest and what it lists, and a whole snapshot.
    private void checkFiles(String where) throws IOException {
        Set<String> files = new TreeSet<>(names(data));
        files.remove("dump.rdb");
        files.remove("appendonlydir");
        assertEquals(Set.of(), files, where);
        Path logs = data.resolve("appendonlydir");
        if (Files.exists(logs)) {
            Set<String> listed =
                    Files.readAllLines(logs.resolve("appendonly.aof.manifest")).stream()
                            .map(line -> line.split(" ")[1])
                            .collect(Collectors.toCollection(TreeSet::new));
            listed.addAll(List.of("appendonly.aof.manifest", "appendonly.aof.lock"));
            assertEquals(listed, names(logs), where);
        }
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private String where(int round) {
        return "seed " + seed + ", round " + round;
    }

    /** The moment to kill at. */
    private interface Moment {
        void await(RawClient client) throws Exception;
    }

    private void killRepeatedly(String log, Moment moment) throws Exception {
        try (ServerProcess server = logged(log);
                RawClient client = server.connect()) {
            fill(client);
        }
        long acknowledged = 0;
        long sent = 0;
        for (int round = 0; round <= ROUNDS; round++) {
            try (ServerProcess server = logged(log);
                    RawClient client = server.connect()) {
                assertNull(state.goTo(client, sent), where(round));
                assertTrue(state.last() >= acknowledged, where(round));
                checkBulk(client, where(round));
                checkFiles(where(round));
                StepLoad load = new StepLoad(server, state.last(), random.nextLong());
                load.awaitMore(1);
                assertEquals(
                        "+Background append only file rewriting started\r\n",
                        client.command("BGREWRITEAOF"));
                moment.await(client);
                server.kill();
                load.join();
                assertNull(load.error(), where(round));
                acknowledged = load.acknowledged();
                sent = load.sent();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldKeepAllWhenKilledDuringARewrite(String log) throws Exception {
        killRepeatedly(log, client -> Waiting.pass(random.nextInt(400)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldKeepAllWhenKilledAtTheSwitchOfGenerations(String log) throws Exception {
        killRepeatedly(
                log,
                client -> {
                    Path manifest = data.resolve("appendonlydir/appendonly.aof.manifest");
                    String before = Files.readString(manifest);
                    int changes = random.nextInt(2);
                    // First the next generation is listed, then the new base takes the place of all
                    // before.
                    Waiting.until(
                            "the manifest changes",
                            () -> {
                                String now = Files.readString(manifest);
                                return !now.equals(before)
                                        && (changes == 0 || !now.startsWith(before));
                            });
                    Waiting.pass(random.nextInt(3));
                });
    }

    @Test
    void shouldKeepASnapshotThatIsWholeWhenKilledDuringTheNext() throws Exception {
        long from = 0;
        long acknowledged = 0;
        try (ServerProcess server = ServerProcess.start(data).serving();
                RawClient client = server.connect()) {
            fill(client);
            assertEquals("+OK\r\n", client.command("SAVE"));
        }
        for (int round = 0; round <= ROUNDS; round++) {
            try (ServerProcess server = ServerProcess.start(data).serving();
                    RawClient client = server.connect()) {
                assertNull(state.goTo(client, acknowledged), where(round));
                assertTrue(state.last() >= from, where(round));
                checkBulk(client, where(round));
                checkFiles(where(round));
                try (StepLoad load = new StepLoad(server, state.last(), random.nextLong())) {
                    load.awaitMore(500);
                    assertTrue(client.command("BGSAVE").startsWith("+Background saving started"));
                    Waiting.pass(random.nextInt(400));
                    String info = client.command("INFO", "persistence");
                    boolean saved = info.contains("rdb_bgsave_in_progress:0");
                    server.kill();
                    load.join();
                    assertNull(load.error(), where(round));
                    // A snapshot that was told to be there is: of a moment behind the 500 steps.
                    from = saved ? state.last() + 500 : state.last();
                    acknowledged = load.sent();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chronicle", "file"})
    void shouldKeepAllWhenKilledWhileItLoads(String log) throws Exception {
        long acknowledged;
        long sent;
        long startNs;
        try (ServerProcess server = logged(log);
                RawClient client = server.connect()) {
            fill(client);
            StepLoad load = new StepLoad(server, 0, random.nextLong());
            load.awaitMore(500);
            server.kill();
            load.join();
            acknowledged = load.acknowledged();
            sent = load.sent();
        }
        startNs = System.nanoTime();
        logged(log).close();
        long startMs = (System.nanoTime() - startNs) / 1_000_000;
        for (int round = 0; round < 2 * ROUNDS; round++) {
            try (ServerProcess server =
                    ServerProcess.start(data, "--appendonly", "yes", "--aof-log", log)) {
                Waiting.pass(startMs / 4 + random.nextLong(startMs));
                server.kill();
            }
        }
        try (ServerProcess server = logged(log);
                RawClient client = server.connect()) {
            assertNull(state.goTo(client, sent), where(0));
            assertTrue(state.last() >= acknowledged, where(0));
            checkBulk(client, where(0));
            checkFiles(where(0));
        }
    }
}

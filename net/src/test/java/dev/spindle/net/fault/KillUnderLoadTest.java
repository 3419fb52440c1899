package dev.spindle.net.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server is killed while it writes, again and again over the same data. Each start must find exactly the state after some number of
 * steps: never fewer than were acknowledged where that is promised, never with a hole. It is promised whatever the policy where the ring lies in memory that a
 * kill leaves.
 *
 * <p>What was lost goes to {@code target/fault-POLICY.txt}, for those who want to know more than that it was little enough.
 */
class KillUnderLoadTest {

    private static final int ROUNDS = Integer.getInteger("fault.rounds", 6);
    private static final long LEAST_MEMORY = 512L << 20;
    private static final String NO_MEMORY = "/proc/self";
    private static final long TWO_SECONDS = TimeUnit.SECONDS.toNanos(2);

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Steps state = new Steps();
    private StepLoad load;
    private long killedNs;
    private boolean survives;
    private int roundsThatLost;
    private long lost;
    private long oldestNs;

    @TempDir private Path directory;

    @ParameterizedTest
    @CsvSource({"always,true", "everysec,true", "no,true", "everysec,false"})
    void shouldFindAPrefixThatHoldsWhatWasPromised(String policy, boolean inMemory)
            throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        int rounds = inMemory ? ROUNDS : ROUNDS / 2;
        for (int round = 0; round <= rounds; round++) {
            String where = policy + ", seed " + seed + ", round " + round;
            String log = random.nextInt(3) == 0 ? "file" : "chronicle";
            try (ServerProcess server = start(data, policy, log, inMemory).serving();
                    RawClient client = server.connect()) {
                assertNull(state.goTo(client, load == null ? 0 : load.sent()), where);
                if (load != null) {
                    judge(policy, where);
                }
                survives =
                        client.command("INFO", "persistence")
                                .contains("aof_buffer_survives_kill:1\r\n");
                if (!inMemory || memory()) {
                    assertEquals(inMemory, survives, where + server.log());
                }
                if (round == rounds) {
                    break;
                }
                load = new StepLoad(server, state.last(), random.nextLong());
                load.awaitMore(1);
                if (round % 5 == 4) {
                    client.command("BGREWRITEAOF");
                }
                Waiting.pass(20 + random.nextInt(280));
                killedNs = System.nanoTime();
                server.kill();
                load.join();
                assertNull(load.error(), where);
            }
        }
        report(policy + (survives ? "" : "-alone"), rounds);
    }

    private static boolean memory() throws IOException {
        Path path = Path.of("/dev/shm");
        return Files.isDirectory(path)
                && Files.getFileStore(path).type().equals("tmpfs")
                && Files.getFileStore(path).getUsableSpace() > LEAST_MEMORY;
    }

    private void judge(String policy, String where) {
        long missing = Math.max(0, load.acknowledged() - state.last());
        long ageNs = load.ageNs(state.last(), killedNs);
        lost += missing;
        roundsThatLost += missing > 0 ? 1 : 0;
        oldestNs = Math.max(oldestNs, ageNs);
        if (survives || policy.equals("always")) {
            assertTrue(missing == 0, where + ": lost " + missing + " of what was acknowledged");
        } else if (policy.equals("everysec")) {
            assertTrue(ageNs <= TWO_SECONDS, where + ": lost what was " + ageNs + " ns old");
        }
    }

    private void report(String policy, int rounds) throws IOException {
        Files.writeString(
                Path.of("target", "fault-" + policy + ".txt"),
                "appendfsync %s: killed %d times, %d steps in all; %d rounds lost %d acknowledged steps, the oldest %.1f ms old\n"
                        .formatted(
                                policy,
                                rounds,
                                state.last(),
                                roundsThatLost,
                                lost,
                                oldestNs / 1e6));
    }

    private static ServerProcess start(Path data, String policy, String log, boolean inMemory)
            throws IOException {
        List<String> options = new ArrayList<>();
        options.addAll(List.of("--appendonly", "yes", "--appendfsync", policy, "--aof-log", log));
        if (!inMemory) {
            options.addAll(List.of("--warm-restart-dir", NO_MEMORY));
        }
        return ServerProcess.start(data, options.toArray(String[]::new));
    }
}

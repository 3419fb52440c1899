package dev.spindle.net.fault;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A server is killed while it writes, again and again over the same data. Each start must find exactly the state after some number of
 * steps: never fewer than were acknowledged where that is promised, never with a hole.
 *
 * <p>What was lost goes to {@code target/fault-POLICY.txt}, for those who want to know more than that it was little enough.
 */
class KillUnderLoadTest {

    private static final int ROUNDS = Integer.getInteger("fault.rounds", 6);
    private static final long TWO_SECONDS = TimeUnit.SECONDS.toNanos(2);

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Steps state = new Steps();
    private StepLoad load;
    private long killedNs;
    private int roundsThatLost;
    private long lost;
    private long oldestNs;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"always", "everysec", "no"})
    void shouldFindAPrefixThatHoldsWhatWasPromised(String policy) throws Exception {
        Path data = Files.createDirectories(directory.resolve("data"));
        for (int round = 0; round <= ROUNDS; round++) {
            String where = policy + ", seed " + seed + ", round " + round;
            String log = random.nextInt(3) == 0 ? "file" : "chronicle";
            try (ServerProcess server = start(data, policy, log).serving();
                    RawClient client = server.connect()) {
                assertNull(state.goTo(client, load == null ? 0 : load.sent()), where);
                if (load != null) {
                    judge(policy, where);
                }
                if (round == ROUNDS) {
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
        report(policy);
    }

    private void judge(String policy, String where) {
        long missing = Math.max(0, load.acknowledged() - state.last());
        long ageNs = load.ageNs(state.last(), killedNs);
        lost += missing;
        roundsThatLost += missing > 0 ? 1 : 0;
        oldestNs = Math.max(oldestNs, ageNs);
        if (policy.equals("always")) {
            assertTrue(missing == 0, where + ": lost " + missing + " of what was acknowledged");
        } else if (policy.equals("everysec")) {
            assertTrue(ageNs <= TWO_SECONDS, where + ": lost what was " + ageNs + " ns old");
        }
    }

    private void report(String policy) throws IOException {
        Files.writeString(
                Path.of("target", "fault-" + policy + ".txt"),
                "appendfsync %s: killed %d times, %d steps in all; %d rounds lost %d acknowledged steps, the oldest %.1f ms old\n"
                        .formatted(
                                policy,
                                ROUNDS,
                                state.last(),
                                roundsThatLost,
                                lost,
                                oldestNs / 1e6));
    }

    private static ServerProcess start(Path data, String policy, String log) throws IOException {
        return ServerProcess.start(
                data, "--appendonly", "yes", "--appendfsync", policy, "--aof-log", log);
    }
}

package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.RealRedis;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What several clients of a real server hear of each other, and of Spindle. */
class PubSubDuelTest {

    private static RealRedis redis;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        assumeTrue(redis.versionAtLeast(7, 0));
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    static List<List<String>> scenarios() {
        return PubSubScenarios.ALL;
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void shouldTellClientsTheSameWhenScenariosAreWritten(List<String> steps) {
        try (Gathering both = new Gathering(redis)) {
            both.run(steps.toArray(new String[0]));
        }
    }
}

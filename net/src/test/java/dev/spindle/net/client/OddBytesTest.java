package dev.spindle.net.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.OneWay;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole connections' worth of bytes, frames broken or not, over sockets to both servers: what the engine's own test compares without
 * sockets, and besides it that every reply leaves before the server closes, and that it does close.
 */
class OddBytesTest {

    private static final String CASES =
            "dev.spindle.engine.differential.ConnectionDifferentialTest#";

    private static Contestant.Running redis;
    private static Contestant.Running spindle;

    @BeforeAll
    static void start() {
        redis = Contestant.REDIS.start("--enable-debug-command", "yes");
        spindle = Contestant.SPINDLE.start("--enable-debug-command", "yes");
    }

    @AfterAll
    static void stop() {
        CloseHelper.closeAll(redis, spindle);
    }

    @ParameterizedTest
    @MethodSource(CASES + "frames")
    void shouldAnswerLikeRedisWhenFramesAreOdd(String bytes) {
        assertSame(bytes);
    }

    @ParameterizedTest
    @MethodSource(CASES + "commands")
    void shouldAnswerLikeRedisWhenCommandsAreInline(String commands) {
        assertSame(commands.replace("|", "\r\n") + "\r\n");
    }

    private static void assertSame(String bytes) {
        assertEquals(
                masked(OneWay.ask(redis.port(), bytes)), masked(OneWay.ask(spindle.port(), bytes)));
        OneWay.ask(redis.port(), "FLUSHALL\r\n");
        OneWay.ask(spindle.port(), "FLUSHALL\r\n");
    }

    private static String masked(String replies) {
        return replies.replaceAll("(\\$2\r\nid\r\n):\\d+", "$1:ID")
                .replaceAll("(\\$7\r\nversion\r\n)\\$\\d\r\n[0-9.]+", "$1VERSION");
    }
}

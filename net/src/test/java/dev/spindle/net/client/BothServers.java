package dev.spindle.net.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import redis.clients.jedis.RedisProtocol;

/**
 * A redis-server and a Spindle that a class of tests compares: each script of client calls runs against the one, then against the
 * other, and must hear the same. The limits of the compact encodings are low, so that a script of ten elements crosses them.
 */
abstract class BothServers {

    private static final String[] OPTIONS = {
        "--hash-max-listpack-entries", "8",
        "--zset-max-listpack-entries", "8",
        "--set-max-intset-entries", "8",
        "--list-max-listpack-size", "8",
        "--stream-node-max-entries", "8"
    };

    private static Contestant.Running redis;
    private static Contestant.Running spindle;

    /** Calls to a server and what they answered. */
    @FunctionalInterface
    interface Script {
        void run(Dialogue dialogue) throws Exception;
    }

    @BeforeAll
    static void startBoth() {
        redis = Contestant.REDIS.start(OPTIONS);
        spindle = Contestant.SPINDLE.start(OPTIONS);
    }

    @AfterAll
    static void stopBoth() {
        CloseHelper.closeAll(redis, spindle);
    }

    /** One line for each answer of the server on a port. */
    @FunctionalInterface
    interface Conversation {
        List<String> with(int port) throws Exception;
    }

    /** Runs the script with Jedis against both servers and compares every line. */
    static void assertSame(RedisProtocol protocol, Script script) throws Exception {
        assertSame(
                port -> {
                    try (Dialogue dialogue = new Dialogue(port, protocol)) {
                        script.run(dialogue);
                        return dialogue.lines();
                    }
                });
    }

    /** Leads the conversation with both servers and compares every line. */
    static void assertSame(Conversation conversation) throws Exception {
        List<String> expected = conversation.with(redis.port());
        assertFalse(expected.isEmpty(), "nothing was compared");
        assertEquals(
                String.join("\n", expected), String.join("\n", conversation.with(spindle.port())));
    }
}

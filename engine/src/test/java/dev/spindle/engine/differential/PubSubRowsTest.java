package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rows of channels and of client-side caching against COMMAND INFO of a real server. */
class PubSubRowsTest {

    private static final List<String> ROWS =
            List.of(
                    "subscribe",
                    "unsubscribe",
                    "psubscribe",
                    "punsubscribe",
                    "ssubscribe",
                    "sunsubscribe",
                    "publish",
                    "spublish",
                    "pubsub|channels",
                    "pubsub|help",
                    "pubsub|numpat",
                    "pubsub|numsub",
                    "pubsub|shardchannels",
                    "pubsub|shardnumsub",
                    "client|caching",
                    "client|getredir",
                    "client|tracking",
                    "client|trackinginfo");

    @Test
    void shouldDescribeEachCommandAsRedisDoes() {
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect();
                EngineHarness engine = new EngineHarness()) {
            for (String row : ROWS) {
                assertEquals(
                        client.command("COMMAND", "INFO", row),
                        engine.command("COMMAND", "INFO", row),
                        row);
            }
        }
    }
}

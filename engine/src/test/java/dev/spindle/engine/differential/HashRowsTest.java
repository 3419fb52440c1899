package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.hash.HashCommands;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rows of the hash family against COMMAND INFO of a real server. */
class HashRowsTest {

    /** Those that the server at hand is too old for. */
    private static final List<String> NEWER =
            List.of(
                    "hexpire",
                    "hpexpire",
                    "hexpireat",
                    "hpexpireat",
                    "httl",
                    "hpttl",
                    "hexpiretime",
                    "hpexpiretime",
                    "hpersist",
                    "hgetdel",
                    "hgetex",
                    "hsetex");

    @Test
    void shouldDescribeEachCommandAsRedisDoes() {
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            CommandSpec[] rows = HashCommands.rows();
            assertEquals(16 + NEWER.size(), rows.length);
            for (CommandSpec row : rows) {
                if (!NEWER.contains(row.name())) {
                    assertEquals(
                            client.elements("COMMAND", "INFO", row.name()),
                            StringRowsTest.described(row),
                            row.name());
                }
            }
        }
    }
}

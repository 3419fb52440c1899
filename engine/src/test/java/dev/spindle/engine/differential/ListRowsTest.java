package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.list.ListCommands;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rows of the list family and of SORT against COMMAND INFO of a real server, byte for byte. */
class ListRowsTest {

    @Test
    void shouldDescribeEachCommandAsRedisDoes() {
        List<String> names = new ArrayList<>(List.of("sort", "sort_ro"));
        for (CommandSpec row : ListCommands.rows()) {
            // 7.2 allows those that wait in scripts, where they do not.
            if (!row.has(CommandFlag.BLOCKING)) {
                names.add(row.name());
            }
        }
        assertEquals(19, names.size());
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect();
                EngineHarness engine = new EngineHarness()) {
            for (String name : names) {
                assertEquals(
                        client.command("COMMAND", "INFO", name),
                        engine.command("COMMAND", "INFO", name),
                        name);
            }
            String[] keys = {"COMMAND", "GETKEYS", "SORT", "a", "BY", "w_*", "STORE", "b"};
            assertEquals(client.command(keys), engine.command(keys));
        }
    }
}

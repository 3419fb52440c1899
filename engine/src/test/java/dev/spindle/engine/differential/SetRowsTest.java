package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.set.SetFamily;
import org.junit.jupiter.api.Test;

/** The rows of the set family against COMMAND INFO of a real server. */
class SetRowsTest {

    @Test
    void shouldDescribeEachCommandAsRedisDoes() {
        try (Duel duel = new Duel(2)) {
            CommandSpec[] rows = SetFamily.rows();
            assertEquals(17, rows.length);
            for (CommandSpec row : rows) {
                duel.run("COMMAND", "INFO", row.name());
                duel.run("COMMAND", "GETKEYS", row.name(), "2", "b", "c", "d");
            }
        }
    }
}

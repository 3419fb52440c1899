package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.command.AclCategory;
import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.command.bitmap.BitmapCommands;
import dev.spindle.engine.command.string.StringCommands;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rows of the string and bitmap families against COMMAND INFO of a real server. */
class StringRowsTest {

    @Test
    void shouldDescribeEachCommandAsRedisDoes() {
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            List<CommandSpec> rows =
                    Stream.of(StringCommands.rows(), BitmapCommands.rows())
                            .flatMap(Arrays::stream)
                            .toList();
            assertEquals(30, rows.size());
            for (CommandSpec row : rows) {
                if (!row.name().equals("delifeq")) {
                    assertEquals(
                            client.elements("COMMAND", "INFO", row.name()),
                            described(row),
                            row.name());
                }
            }
        }
    }

    // The leaves of COMMAND INFO in their order.
    static List<String> described(CommandSpec row) {
        List<String> leaves = new ArrayList<>(List.of(row.name(), "" + row.arity()));
        for (CommandFlag flag : CommandFlag.values()) {
            if (row.has(flag)) {
                leaves.add(flag.wireName());
            }
        }
        // Redis reports here the keys of all specs that are ranges as one.
        boolean bitop = row.name().equals("bitop");
        int last = bitop ? -1 : row.lastKey();
        leaves.addAll(List.of("" + row.firstKey(), "" + last, "" + row.keyStep()));
        for (AclCategory category : AclCategory.values()) {
            if ((row.categories() & category.bit()) != 0) {
                leaves.add("@" + category.wireName());
            }
        }
        leaves.addAll(List.of(row.tips()));
        for (KeySpec spec : row.keySpecs()) {
            if (spec.notes() != null) {
                leaves.addAll(List.of("notes", spec.notes()));
            }
            leaves.add("flags");
            leaves.addAll(List.of(spec.flags().split(" ")));
            leaves.addAll(
                    List.of("begin_search", "type", "index", "spec", "index", "" + spec.index()));
            leaves.addAll(
                    List.of("find_keys", "type", "range", "spec", "lastkey", "" + spec.first()));
            leaves.addAll(List.of("keystep", "" + spec.second(), "limit", "" + spec.third()));
        }
        return leaves;
    }
}

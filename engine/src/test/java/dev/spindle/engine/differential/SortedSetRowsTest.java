package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.command.AclCategory;
import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.command.geo.GeoCommands;
import dev.spindle.engine.command.sortedset.SortedSetCommands;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rows of the sorted set and geo families against COMMAND INFO of a real server. */
class SortedSetRowsTest {

    // Redis 7.2 gave ZRANK and ZREVRANK an option, and lets scripts call those that wait.
    private static final List<String> OTHER_SINCE =
            List.of("zrank", "zrevrank", "bzpopmin", "bzpopmax", "bzmpop");

    @Test
    void shouldDescribeEachCommandAsRedisDoes() {
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            List<CommandSpec> rows =
                    Stream.of(SortedSetCommands.rows(), GeoCommands.rows())
                            .flatMap(Arrays::stream)
                            .toList();
            assertEquals(45, rows.size());
            for (CommandSpec row : rows) {
                if (!OTHER_SINCE.contains(row.name()) || redis.versionAtLeast(7, 2)) {
                    assertEquals(
                            client.elements("COMMAND", "INFO", row.name()),
                            described(row),
                            row.name());
                }
            }
        }
    }

    // The leaves of COMMAND INFO in their order.
    private static List<String> described(CommandSpec row) {
        List<String> leaves = new ArrayList<>(List.of(row.name(), "" + row.arity()));
        for (CommandFlag flag : CommandFlag.values()) {
            if (row.has(flag)) {
                leaves.add(flag.wireName());
            }
        }
        leaves.addAll(List.of("" + row.firstKey(), "" + row.lastKey(), "" + row.keyStep()));
        for (AclCategory category : AclCategory.values()) {
            if ((row.categories() & category.bit()) != 0) {
                leaves.add("@" + category.wireName());
            }
        }
        leaves.addAll(List.of(row.tips()));
        for (KeySpec spec : row.keySpecs()) {
            leaves.add("flags");
            leaves.addAll(List.of(spec.flags().split(" ")));
            leaves.addAll(List.of("begin_search", "type"));
            if (spec.begin() == KeySpec.Begin.KEYWORD) {
                leaves.addAll(List.of("keyword", "spec", "keyword", spec.keyword()));
                leaves.addAll(List.of("startfrom", "" + spec.index()));
            } else {
                leaves.addAll(List.of("index", "spec", "index", "" + spec.index()));
            }
            leaves.addAll(List.of("find_keys", "type"));
            boolean numbered = spec.find() == KeySpec.Find.KEYNUM;
            leaves.addAll(List.of(numbered ? "keynum" : "range", "spec"));
            leaves.addAll(List.of(numbered ? "keynumidx" : "lastkey", "" + spec.first()));
            leaves.addAll(List.of(numbered ? "firstkey" : "keystep", "" + spec.second()));
            leaves.addAll(List.of(numbered ? "keystep" : "limit", "" + spec.third()));
        }
        return leaves;
    }
}

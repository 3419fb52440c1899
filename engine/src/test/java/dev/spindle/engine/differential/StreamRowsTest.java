package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.command.AclCategory;
import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.command.stream.StreamCommands;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rows of the stream family against COMMAND INFO of a real server, and the keys that it finds in commands. */
class StreamRowsTest {

    private static final String[] WITH_KEYS = {
        "XREAD COUNT 1 BLOCK 5 STREAMS a b 0 0",
        "XREADGROUP GROUP streams c COUNT 1 NOACK STREAMS a b > >",
        "XREADGROUP GROUP g streams STREAMS a >",
        "XREAD STREAMS streams 0",
        "XADD key * a b",
        "XGROUP CREATE key g 0",
        "XINFO STREAM key FULL",
        "XINFO GROUPS key",
        "XCLAIM key g c 0 1",
    };

    @Test
    void shouldDescribeEachCommandAsRedisDoes() {
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            int compared = 0;
            for (CommandSpec row : StreamCommands.rows()) {
                if (row.subcommands().length == 0) {
                    compared += compare(client, row);
                }
                for (CommandSpec subcommand : row.subcommands()) {
                    compared += compare(client, subcommand);
                }
            }
            assertEquals(23, compared);
        }
    }

    @Test
    void shouldFindTheKeysThatRedisFinds() {
        try (Duel duel = new Duel(2)) {
            for (String command : WITH_KEYS) {
                duel.step("COMMAND GETKEYS " + command);
                duel.step("COMMAND GETKEYSANDFLAGS " + command);
            }
        }
    }

    private static int compare(RawClient client, CommandSpec row) {
        assertEquals(
                client.elements("COMMAND", "INFO", row.fullName()), described(row), row.fullName());
        return 1;
    }

    // The leaves of COMMAND INFO in their order.
    private static List<String> described(CommandSpec row) {
        List<String> leaves = new ArrayList<>(List.of(row.fullName(), "" + row.arity()));
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
            if (spec.notes() != null) {
                leaves.addAll(List.of("notes", spec.notes()));
            }
            leaves.add("flags");
            leaves.addAll(List.of(spec.flags().split(" ")));
            boolean keyword = spec.begin() == KeySpec.Begin.KEYWORD;
            leaves.addAll(List.of("begin_search", "type", keyword ? "keyword" : "index", "spec"));
            if (keyword) {
                leaves.addAll(List.of("keyword", spec.keyword(), "startfrom", "" + spec.index()));
            } else {
                leaves.addAll(List.of("index", "" + spec.index()));
            }
            leaves.addAll(
                    List.of("find_keys", "type", "range", "spec", "lastkey", "" + spec.first()));
            leaves.addAll(List.of("keystep", "" + spec.second(), "limit", "" + spec.third()));
        }
        return leaves;
    }
}

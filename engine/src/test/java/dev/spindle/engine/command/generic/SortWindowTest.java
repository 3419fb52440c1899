package dev.spindle.engine.command.generic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LIMIT of SORT: a window shows what stands there when everything is sorted, ties included. */
class SortWindowTest {

    private static final String[][] ORDERS = {
        {},
        {"DESC"},
        {"ALPHA"},
        {"ALPHA", "DESC"},
        {"BY", "w_*"},
        {"BY", "w_*", "DESC"},
        {"BY", "w_*", "ALPHA"},
        {"BY", "w_*", "ALPHA", "DESC"},
        {"BY", "nosort"},
        {"BY", "nosort", "DESC"},
    };

    @ParameterizedTest
    @ValueSource(strings = {"random", "few", "same", "rising", "falling", "organ"})
    void shouldShowTheSlicesOfTheWholeOrderWhenWindowsAreAskedFor(String shape) {
        Random random = Seed.random(shape.hashCode());
        try (EngineHarness engine = new EngineHarness()) {
            int count = 700;
            for (int i = 0; i < count; i++) {
                String element = Integer.toString(element(random, shape, i, count));
                engine.command("RPUSH", "list", element);
                engine.command("SADD", "set", element);
                engine.command("ZADD", "zset", Integer.toString(i % 10), element);
                // Weights with many ties, and elements without any.
                if (i % 3 > 0) {
                    engine.command("SET", "w_" + element, Integer.toString(random.nextInt(4)));
                }
            }
            for (String key : List.of("list", "set", "zset")) {
                for (String[] order : ORDERS) {
                    checkWindows(engine, random, key, order);
                }
            }
        }
    }

    private static int element(Random random, String shape, int i, int count) {
        return switch (shape) {
            case "random" -> random.nextInt();
            case "few" -> random.nextInt(3);
            case "same" -> 7;
            case "rising" -> i;
            case "falling" -> count - i;
            default -> Math.min(i, count - i);
        };
    }

    private static void checkWindows(
            EngineHarness engine, Random random, String key, String[] order) {
        List<String> whole = sort(engine, key, order);
        for (int i = 0; i < 40; i++) {
            int from = random.nextInt(whole.size() + 2);
            int length =
                    random.nextInt(3) == 0 ? random.nextInt(whole.size() + 2) : random.nextInt(12);
            List<String> limited = new ArrayList<>(List.of(order));
            limited.addAll(List.of("LIMIT", "" + from, "" + length));
            int start = Math.min(from, whole.size());
            assertEquals(
                    whole.subList(start, Math.min(whole.size(), start + length)),
                    sort(engine, key, limited.toArray(new String[0])),
                    () -> key + " " + limited);
        }
    }

    private static List<String> sort(EngineHarness engine, String key, String[] options) {
        List<String> words = new ArrayList<>(List.of("SORT_RO", key));
        words.addAll(List.of(options));
        return RawClient.flatten(engine.command(words.toArray(new String[0])));
    }
}

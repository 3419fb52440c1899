package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * An engine and a real server that get the same commands. SELECT is taken from the words themselves on the engine's side.
 * The engine's clock follows the real one, so that times to live can be compared in seconds.
 */
final class SideBySide implements AutoCloseable {

    /** Commands whose reply is a list in no particular order. */
    private static final Set<String> UNORDERED = Set.of("keys", "scan");

    /** Commands whose reply is a time; what was set relative to now differs by what passes between the two servers. */
    private static final Set<String> TIMES = Set.of("ttl", "pttl", "expiretime", "pexpiretime");

    private static final long MOST_DRIFT_MS = 5000;

    private final RealRedis redis;
    private final RawClient real;
    private final EngineHarness engine = new EngineHarness();
    private boolean drift;
    private final List<String> history = new ArrayList<>();

    SideBySide(RealRedis redis, int protocol) {
        this.redis = redis;
        real = redis.connect();
        real.command("HELLO", Integer.toString(protocol));
        engine.session().protocol(protocol);
        real.command("FLUSHALL");
    }

    /** Lets times differ a little, for sequences that set them relative to now. */
    void allowDrift() {
        drift = true;
    }

    EngineHarness engine() {
        return engine;
    }

    RealRedis redis() {
        return redis;
    }

    /** Runs a line of words separated by single spaces; {@code ''} is an empty word. */
    void run(String line) {
        String[] words = line.split(" ");
        for (int i = 0; i < words.length; i++) {
            words[i] = words[i].equals("''") ? "" : words[i];
        }
        run(words);
    }

    /** Runs a command on both and compares. */
    void run(String... words) {
        history.add(shown(words));
        String expected = real.command(words);
        long ahead = System.currentTimeMillis() - engine.clock().epochMs();
        if (ahead > 0) {
            engine.clock().advanceNs(ahead * 1_000_000);
        }
        String name = words[0].toLowerCase(Locale.ROOT);
        if (name.equals("select")) {
            engine.session().database(Integer.parseInt(words[1]));
            return;
        }
        String answered = engine.command(words);
        if (UNORDERED.contains(name)) {
            expected = sorted(expected);
            answered = sorted(answered);
        }
        if (drift && TIMES.contains(name) && isClose(expected, answered)) {
            return;
        }
        String before =
                String.join(
                        "\n", history.subList(Math.max(0, history.size() - 30), history.size()));
        assertEquals(expected, answered, "after\n" + before);
    }

    private static boolean isClose(String expected, String answered) {
        if (!expected.startsWith(":") || !answered.startsWith(":")) {
            return false;
        }
        long one = Long.parseLong(expected.substring(1).trim());
        long other = Long.parseLong(answered.substring(1).trim());
        // -1 and -2 are not times.
        return one > 0 && other > 0 && Math.abs(one - other) <= MOST_DRIFT_MS;
    }

    private static String shown(String[] words) {
        List<String> shown = new ArrayList<>();
        for (String word : words) {
            shown.add(
                    word.length() > 40 ? word.substring(0, 40) + "(" + word.length() + ")" : word);
        }
        return shown.toString();
    }

    private static String sorted(String reply) {
        String[] lines = reply.split("\r\n", -1);
        Arrays.sort(lines);
        return String.join("\r\n", lines);
    }

    @Override
    public void close() {
        real.close();
        engine.close();
    }
}

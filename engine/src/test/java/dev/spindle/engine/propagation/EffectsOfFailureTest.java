package dev.spindle.engine.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EffectCollector;
import dev.spindle.engine.testkit.EffectCollector.Effect;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command of many elements that runs out of memory half-way tells what it got done, no more and no less. */
class EffectsOfFailureTest {

    private static final int ELEMENTS = 2_000;

    private final EngineHarness first = new EngineHarness(8L << 20);
    private final EngineHarness second = new EngineHarness(64L << 20);
    private final EffectCollector sink = new EffectCollector();

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RPUSH k ~",
                "LPUSH k ~",
                "SADD k ~",
                "HSET k ~ ~",
                "HMSET k ~ ~",
                "HSETEX k EX 100 FIELDS # ~ ~",
                "HSETEX k KEEPTTL FIELDS # ~ ~",
                "ZADD k 1 ~",
                "ZADD k CH 1 ~",
                "GEOADD k 1 1 ~",
                "MSET ~ ~",
                "MSETNX ~ ~",
            })
    void shouldTellWhatWasDoneWhenMemoryEnds(String line) {
        first.engine().propagation().add(sink);
        first.engine().settings().debugCommand = 2;
        second.engine().settings().debugCommand = 2;
        second.engine().replaying(true);
        int failed = 0;
        int partial = 0;
        for (int free = 0; free < 12; free++) {
            fill();
            for (int i = 0; i < free * 6; i++) {
                first.command("DEL", "filler" + i);
            }
            first.engine().keyspaces().shared().freeAll();
            replay();
            String before = first.command("DEBUG", "DIGEST");
            String answer = first.command(words(line));
            failed += answer.startsWith("-OOM") ? 1 : 0;
            replay();
            String after = first.command("DEBUG", "DIGEST");
            partial += answer.startsWith("-OOM") && !after.equals(before) ? 1 : 0;
            assertEquals(after, second.command("DEBUG", "DIGEST"), line + " answered " + answer);
            first.command("FLUSHALL");
            first.engine().keyspaces().shared().freeAll();
            replay();
        }
        assertTrue(failed > 0, "memory never ended");
        System.out.println(line + ": failed " + failed + ", half-way " + partial);
    }

    private void fill() {
        String filler = "x".repeat(9_000);
        for (int i = 0; !first.command("SET", "filler" + i, filler).startsWith("-"); i++) {
            continue;
        }
        for (int i = 0; !first.command("SET", "small" + i, "x").startsWith("-"); i++) {
            continue;
        }
    }

    private static String[] words(String line) {
        List<String> words = new ArrayList<>();
        String[] given = line.split(" ");
        int repeated = 0;
        while (!given[repeated].equals("~") && !given[repeated].equals("1")) {
            words.add(given[repeated++].replace("#", "" + ELEMENTS));
        }
        for (int i = 0; i < ELEMENTS; i++) {
            for (int j = repeated; j < given.length; j++) {
                words.add(
                        given[j].equals("~") ? "element of some length " + (i * 10 + j) : given[j]);
            }
        }
        return words.toArray(String[]::new);
    }

    private void replay() {
        for (List<Effect> unit : sink.units()) {
            for (Effect effect : unit) {
                String answer = second.command(effect.words().toArray(String[]::new));
                assertTrue(!answer.startsWith("-"), answer + " to " + effect.words().get(0));
            }
        }
        sink.units().clear();
    }
}

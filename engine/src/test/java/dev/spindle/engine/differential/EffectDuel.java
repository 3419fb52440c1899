package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.EffectCollector;
import dev.spindle.engine.testkit.EffectCollector.Effect;
import dev.spindle.engine.testkit.EffectTail;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RealRedis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Compares the effects of an engine with what a real server writes to its append-only file, command by command.
 *
 * <p>Not compared to the byte:
 *
 * <ul>
 *   <li>Times: within five seconds, since the two clocks are read at different moments.
 *   <li>SPOP with a count: Redis 7.0 removes members one by one, 7.2 many at once, as here; the order is free.
 *   <li>XREADGROUP: Redis 7.0 does not tell how many entries the group has read, later ones do (XGROUP SETID ... ENTRIESREAD), as here.
 *   <li>XREADGROUP, XCLAIM and XAUTOCLAIM that make a consumer and give it nothing: Redis forgets the consumer, here it is told.
 *   <li>XADD and XTRIM with LIMIT: Redis keeps the limit of a trimming that it has made exact, which it accepts only while loading; here
 *       it is left out.
 *   <li>XADD and XTRIM with MINID: Redis names the first entry that the stream ever had in its first node, here the first there is.
 *   <li>BITFIELD with OVERFLOW FAIL that fails but makes the string longer: Redis forgets that, here it is told.
 *   <li>BLMOVE of a client that waited: 7.0 writes left and right in lower case, 7.2 as they were sent, as here.
 * </ul>
 */
final class EffectDuel {

    private static final long MOST_DRIFT_MS = 5_000;

    private final EffectTail real;
    private final EffectCollector ours = new EffectCollector();

    private EffectDuel(EffectTail real, EngineHarness engine) {
        this.real = real;
        engine.engine().propagation().add(ours);
    }

    /** With a server that writes a log; null with another. */
    static EffectDuel between(RealRedis redis, EngineHarness engine) {
        EffectTail tail = redis.effects();
        return tail == null ? null : new EffectDuel(tail, engine);
    }

    /** Forgets what happened so far. */
    void skip() {
        real.take();
        ours.units().clear();
    }

    /** Compares what happened since the last time. */
    void compare(Supplier<String> history) {
        List<Effect> expected = real.take();
        List<Effect> told = new ArrayList<>();
        ours.units().forEach(told::addAll);
        ours.units().clear();
        if (expected.isEmpty() && told.isEmpty()) {
            return;
        }
        List<Effect> wanted = normal(expected);
        List<Effect> found = normal(told);
        dropAdditions(wanted, found);
        if (wanted.isEmpty() && found.stream().allMatch(EffectDuel::isGrowthAlone)) {
            return;
        }
        if (areSame(wanted, found)) {
            return;
        }
        // When a reader's consumer is made: 7.0 as it is given something, 7.2 as it comes.
        if (dropConsumers(found) && dropConsumers(wanted) && areSame(wanted, found)) {
            return;
        }
        assertEquals(text(wanted), text(found), () -> "effects differ after\n" + history.get());
    }

    private static boolean areSame(List<Effect> wanted, List<Effect> found) {
        boolean same = wanted.size() == found.size();
        for (int i = 0; same && i < wanted.size(); i++) {
            same = isSame(wanted.get(i), found.get(i));
        }
        return same;
    }

    private static boolean dropConsumers(List<Effect> effects) {
        boolean dropped =
                effects.removeIf(
                        effect ->
                                effect.words().get(0).equals("XGROUP")
                                        && effect.words().get(1).equals("CREATECONSUMER"));
        unframe(effects);
        return dropped;
    }

    private static String text(List<Effect> effects) {
        return String.join("\n", effects.stream().map(Effect::toString).toList());
    }

    private static boolean isSame(Effect wanted, Effect found) {
        List<String> a = wanted.words();
        List<String> b = found.words();
        if (a.size() != b.size() || wanted.db() != found.db()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!a.get(i).equals(b.get(i)) && !isSameTime(a, b, i) && !isBelowFirst(a, b, i)) {
                return false;
            }
        }
        return true;
    }

    // Both leave the entries that there are.
    private static boolean isBelowFirst(List<String> a, List<String> b, int i) {
        return i > 3
                && a.get(i - 1).equals("=")
                && b.get(i - 1).equals("=")
                && a.get(i - 2).equalsIgnoreCase("MINID")
                && milliseconds(a.get(i)) <= milliseconds(b.get(i));
    }

    private static boolean isGrowthAlone(Effect effect) {
        return effect.words().get(0).equalsIgnoreCase("BITFIELD")
                && effect.words().stream().anyMatch("FAIL"::equalsIgnoreCase);
    }

    private static boolean isSameTime(List<String> a, List<String> b, int i) {
        boolean time =
                i >= 2
                        && (Set.of("PXAT", "TIME").contains(a.get(i - 1))
                                || i == 2 && a.get(0).equalsIgnoreCase("PEXPIREAT")
                                || a.get(0).equalsIgnoreCase("XADD"));
        if (!time) {
            return false;
        }
        try {
            long difference = milliseconds(a.get(i)) - milliseconds(b.get(i));
            return Math.abs(difference) <= MOST_DRIFT_MS;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static long milliseconds(String word) {
        int dash = word.indexOf('-', 1);
        return Long.parseLong(dash < 0 ? word : word.substring(0, dash));
    }

    // Frames go and come back by the number of effects, databases of frames are the sink's
    // business.
    private static List<Effect> normal(List<Effect> effects) {
        List<Effect> all = new ArrayList<>();
        for (int i = 0; i < effects.size(); i++) {
            Effect effect = effects.get(i);
            List<String> words = new ArrayList<>(effect.words());
            String name = words.get(0).toUpperCase(Locale.ROOT);
            int db = effect.db();
            switch (name) {
                case "MULTI", "EXEC" -> db = -1;
                case "XADD", "XTRIM" -> dropLimit(words);
                case "LMOVE" -> words.replaceAll(w -> lowered(w));
                case "SREM" -> {
                    Effect last = all.isEmpty() ? null : all.get(all.size() - 1);
                    if (last != null
                            && last.words().get(0).equals("SREM")
                            && words.get(0).equals("SREM")
                            && last.words().get(1).equals(words.get(1))) {
                        last.words().addAll(words.subList(2, words.size()));
                        continue;
                    }
                }
                default -> {}
            }
            all.add(new Effect(db, words));
        }
        for (Effect effect : all) {
            if (effect.words().get(0).equals("SREM")) {
                Collections.sort(effect.words().subList(2, effect.words().size()));
            }
        }
        unframe(all);
        return all;
    }

    private static String lowered(String word) {
        return word.equalsIgnoreCase("left") || word.equalsIgnoreCase("right")
                ? word.toLowerCase(Locale.ROOT)
                : word;
    }

    private static void dropLimit(List<String> words) {
        for (int i = 2; i < words.size() - 1; i++) {
            if (words.get(i).equalsIgnoreCase("LIMIT") && words.indexOf("=") > 0) {
                words.remove(i);
                words.remove(i);
                return;
            }
        }
    }

    // A frame around what is one effect in its usual form.
    private static void unframe(List<Effect> all) {
        for (int i = 0; i + 2 < all.size(); i++) {
            if (all.get(i).words().get(0).equals("MULTI")
                    && all.get(i + 2).words().get(0).equals("EXEC")) {
                all.remove(i + 2);
                all.remove(i);
            }
        }
    }

    // What is told here beyond what Redis 7.0 tells of groups.
    private static void dropAdditions(List<Effect> wanted, List<Effect> found) {
        List<String> theirs = wanted.stream().map(Effect::toString).toList();
        boolean dropped =
                found.removeIf(
                        effect ->
                                effect.words().get(0).equals("XGROUP")
                                        && (effect.words().get(1).equals("SETID")
                                                        && effect.words().contains("ENTRIESREAD")
                                                || effect.words().get(1).equals("CREATECONSUMER"))
                                        && !theirs.contains(effect.toString()));
        if (dropped) {
            for (int i = 0; i + 1 < found.size(); i++) {
                if (found.get(i).words().get(0).equals("MULTI")
                        && found.get(i + 1).words().get(0).equals("EXEC")) {
                    found.remove(i + 1);
                    found.remove(i);
                }
            }
            unframe(found);
        }
    }
}

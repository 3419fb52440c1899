package dev.spindle.engine.differential;

import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The geo family against a real server, in both versions of the protocol. */
class GeoDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 2000);
    private static final String[] UNITS = {"m", "km", "ft", "mi"};

    @ParameterizedTest
    @CsvSource({"2,128", "3,0"})
    void shouldAnswerAsRedisWhenCommandsAreWritten(int protocol, int entries) {
        try (Duel duel = new Duel(protocol)) {
            duel.step("CONFIG SET zset-max-listpack-entries " + entries);
            for (String[] steps : GeoCases.CASES) {
                duel.play(steps);
            }
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenPositionsAreRandom(int protocol) {
        Random random = Seed.random(protocol);
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            for (int i = 0; i < RANDOM_STEPS; i++) {
                switch (random.nextInt(8)) {
                    case 0 ->
                            duel.run("GEODIST", "g", member(random), member(random), unit(random));
                    case 1 -> duel.run("GEOHASH", "g", member(random), member(random));
                    case 2 -> duel.run("GEOPOS", "g", member(random), member(random));
                    case 3, 4 -> duel.run(search(random));
                    default -> {
                        duel.run(
                                "GEOADD", "g", longitude(random), latitude(random), member(random));
                        duel.run("ZSCORE", "g", member(random));
                    }
                }
            }
            duel.step("DEBUG DIGEST");
            duel.assertNoLeak();
        }
    }

    // Now and then all in one town.
    private static String longitude(Random random) {
        double degrees =
                random.nextInt(3) == 0 ? 13 + random.nextDouble() : random.nextDouble() * 360 - 180;
        return String.format(Locale.ROOT, "%.8f", degrees);
    }

    private static String latitude(Random random) {
        double degrees =
                random.nextInt(3) == 0 ? 38 + random.nextDouble() : random.nextDouble() * 170 - 85;
        return String.format(Locale.ROOT, "%.8f", degrees);
    }

    private static String member(Random random) {
        return "m" + random.nextInt(500);
    }

    private static String unit(Random random) {
        return UNITS[random.nextInt(UNITS.length)];
    }

    // Reaches from a street to the whole world.
    private static String reach(Random random) {
        return String.format(Locale.ROOT, "%.3f", Math.pow(10, random.nextDouble() * 6));
    }

    private static String[] search(Random random) {
        List<String> words = new ArrayList<>();
        boolean older = random.nextInt(4) == 0;
        if (older) {
            words.addAll(
                    List.of(
                            "GEORADIUS",
                            "g",
                            longitude(random),
                            latitude(random),
                            reach(random),
                            unit(random)));
        } else {
            words.addAll(List.of("GEOSEARCH", "g"));
            if (random.nextInt(4) == 0) {
                words.addAll(List.of("FROMMEMBER", member(random)));
            } else {
                words.addAll(List.of("FROMLONLAT", longitude(random), latitude(random)));
            }
            if (random.nextBoolean()) {
                words.addAll(List.of("BYRADIUS", reach(random), unit(random)));
            } else {
                words.addAll(List.of("BYBOX", reach(random), reach(random), unit(random)));
            }
        }
        for (String option : new String[] {"WITHDIST", "WITHHASH", "WITHCOORD"}) {
            if (random.nextInt(3) == 0) {
                words.add(option);
            }
        }
        int order = random.nextInt(3);
        if (order > 0) {
            words.add(order == 1 ? "ASC" : "DESC");
        }
        if (random.nextInt(3) == 0) {
            words.addAll(List.of("COUNT", "" + (1 + random.nextInt(20))));
            if (random.nextBoolean()) {
                words.add("ANY");
            }
        }
        return words.toArray(new String[0]);
    }
}

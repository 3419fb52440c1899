package dev.spindle.engine.testkit;

import java.util.Random;

/** What random tests draw from: other numbers in every run, unless {@code -Dspindle.test.seed} names those of an earlier one. */
public final class Seed {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);

    private Seed() {}

    /**
     * A generator for one test; prints the seed.
     *
     * @param variant added to the seed, so that a test draws other numbers for each of its parameters.
     */
    public static Random random(long variant) {
        System.out.println("spindle.test.seed=" + SEED);
        return new Random(SEED + variant);
    }
}

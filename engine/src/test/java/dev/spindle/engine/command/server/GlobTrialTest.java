package dev.spindle.engine.command.server;

import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class GlobTrialTest {
    @Test
    void shouldAgreeWithTheSimpleMatcherWhenPatternsAreRandom() {
        long seed = Long.getLong("spindle.seed", System.nanoTime());
        assertNull(GlobTrial.run(seed, 200_000), "seed " + seed);
    }
}

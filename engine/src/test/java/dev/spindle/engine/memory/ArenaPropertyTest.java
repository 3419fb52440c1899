package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

class ArenaPropertyTest {

    @Property(tries = 12, shrinking = ShrinkingMode.OFF)
    void shouldBehaveLikeAModelWhenUsedAtRandom(@ForAll long seed) {
        new ArenaTrial(seed).run(6_000);
    }

    @Property(tries = 2_000)
    void shouldServeEachSizeFromTheSmallestClassThatHoldsIt(
            @ForAll @IntRange(min = 1, max = SizeClasses.MAX_SLAB_SIZE) int size) {
        int sizeClass = SizeClasses.classOf(size);
        int slot = SizeClasses.sizeOf(sizeClass);
        assertEquals(0, slot % 8);
        assertEquals(0, slot % (1 << Memory.GRANULE_SHIFT));
        assertEquals(true, slot >= size);
        assertEquals(true, sizeClass == 0 || SizeClasses.sizeOf(sizeClass - 1) < size);
        int unit = Math.max(8, 1 << Memory.GRANULE_SHIFT);
        int step =
                size <= 128 ? Math.max(16, unit) : size <= 1024 ? size / 8 + unit : slot / 3 + 32;
        assertEquals(true, slot - size < step, () -> size + " in a slot of " + slot);
    }
}

package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IntSetTest {

    private static long number(Random random, int width) {
        return switch (random.nextInt(8)) {
            case 0 ->
                    width == 2 ? Short.MIN_VALUE : width == 4 ? Integer.MIN_VALUE : Long.MIN_VALUE;
            case 1 ->
                    width == 2 ? Short.MAX_VALUE : width == 4 ? Integer.MAX_VALUE : Long.MAX_VALUE;
            case 2, 3, 4 -> random.nextInt(200) - 100;
            default ->
                    width == 2
                            ? (short) random.nextInt()
                            : width == 4 ? random.nextInt() : random.nextLong();
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldFindWhatATreeSetHoldsWhateverTheWidth(long seed) {
        Random random = new Random(seed);
        try (Arena arena = new Arena(16L << 20, false)) {
            Memory memory = arena.memory();
            long block = arena.allocate(8 * 2000L);
            for (int width : new int[] {2, 4, 8}) {
                TreeSet<Long> model = new TreeSet<>();
                int size = random.nextInt(1500);
                while (model.size() < size) {
                    model.add(number(random, width));
                }
                int count = 0;
                for (long value : model) {
                    IntSet.put(memory, block, width, count++, value);
                }
                List<Long> sorted = new ArrayList<>(model);
                for (int i = 0; i < 4000; i++) {
                    long value = i < count ? sorted.get(i) : number(random, 2 << random.nextInt(3));
                    int place = model.headSet(value).size();
                    assertEquals(
                            model.contains(value) ? place : -1 - place,
                            IntSet.search(memory, block, width, count, value),
                            "seed " + seed);
                }
            }
        }
    }

    @Test
    void shouldKeepEveryIntegerWhenWidened() {
        long[] values = {Short.MIN_VALUE, -300, -1, 0, 1, 255, 256, Short.MAX_VALUE};
        try (Arena arena = new Arena(16L << 20, false)) {
            Memory memory = arena.memory();
            for (int[] step : new int[][] {{2, 4}, {4, 8}, {2, 8}}) {
                long block = arena.allocate(8L * values.length);
                for (int i = 0; i < values.length; i++) {
                    IntSet.put(memory, block, step[0], i, values[i]);
                }
                IntSet.widen(memory, block, values.length, step[0], step[1]);
                long[] read = new long[values.length];
                Arrays.setAll(read, i -> IntSet.get(memory, block, step[1], i));
                assertEquals(Arrays.toString(values), Arrays.toString(read));
            }
        }
    }

    @Test
    void shouldTellWidthsApartAtTheirBorders() {
        assertEquals(2, IntSet.widthOf(Short.MAX_VALUE));
        assertEquals(4, IntSet.widthOf(Short.MAX_VALUE + 1L));
        assertEquals(2, IntSet.widthOf(Short.MIN_VALUE));
        assertEquals(4, IntSet.widthOf(Integer.MIN_VALUE));
        assertEquals(8, IntSet.widthOf(Integer.MAX_VALUE + 1L));
        assertEquals(8, IntSet.widthOf(Long.MIN_VALUE));
    }
}

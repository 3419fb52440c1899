package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.testkit.Seed;
import dev.spindle.engine.text.LongResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listpacks against lists of Java. */
class ListpackTest {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int ROUNDS = Integer.getInteger("spindle.test.rounds", 400);
    private static final int MOST_TEXT = 1 << 17;

    /** Where the widths of integers change, and the lengths of strings. */
    private static final long[] EDGES = {
        0, 127, 128, 4095, 4096, 32767, 32768, 8388607, 8388608, 2147483647L, 2147483648L
    };

    private static final int[] LENGTHS = {0, 1, 2, 19, 20, 21, 62, 63, 64, 65, 4094, 4095, 4096};

    private final Arena arena = new Arena(64L << 20, false);
    private final Memory memory = arena.memory();
    private final LongResult scratch = new LongResult();
    private final ByteView view = new ByteView();
    private final NewElement element = new NewElement();
    private final long text = UnsafeApi.allocateMemory(MOST_TEXT);
    private final long block = arena.allocate(16L << 20);
    private long end = block;
    private final List<String> model = new ArrayList<>();

    @AfterEach
    void free() {
        UnsafeApi.freeMemory(text);
        arena.close();
    }

    private int put(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        UnsafeApi.copyMemory(bytes, BYTES, null, text, bytes.length);
        return bytes.length;
    }

    private void append(String value) {
        int length = put(value);
        long size = Listpack.sizeOf(text, length, scratch);
        long to = end;
        end = Listpack.write(memory, to, text, length, scratch);
        assertEquals(size, end - to, value);
        assertEquals(size, element.of(text, length).size());
        model.add(value);
    }

    private String textAt(long at) {
        Listpack.view(memory, at, view);
        byte[] bytes = new byte[(int) view.length()];
        UnsafeApi.copyMemory(null, view.address(), bytes, BYTES, bytes.length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void check() {
        assertEquals(model.size(), Listpack.count(memory, block, end));
        long at = block;
        for (int i = 0; i < model.size(); i++) {
            assertEquals(at, Listpack.skip(memory, block, i));
            assertEquals(model.get(i), textAt(at));
            at = Listpack.next(memory, at);
        }
        assertEquals(end, at);
    }

    private static List<String> edges() {
        List<String> values = new ArrayList<>();
        for (long edge : EDGES) {
            for (long value : new long[] {edge - 1, edge, edge + 1}) {
                values.add("" + value);
                values.add("" + -value);
                values.add("0" + value);
                values.add(value + " ");
            }
        }
        values.addAll(
                List.of(
                        "" + Long.MAX_VALUE,
                        "" + Long.MIN_VALUE,
                        "9223372036854775808",
                        "-9223372036854775809",
                        "-0",
                        "+1",
                        "-",
                        "1.5"));
        for (int length : LENGTHS) {
            values.add("x".repeat(length));
            values.add("\u00ff".repeat(length));
        }
        values.add("long".repeat(MOST_TEXT / 4));
        return values;
    }

    @Test
    void shouldGiveBackEachElementWhenItsWidthIsAtAnEdge() {
        edges().forEach(this::append);
        check();
    }

    @Test
    void shouldKeepTextAsAnIntegerWhenItIsOne() {
        for (String value : edges()) {
            end = block;
            model.clear();
            append(value);
            boolean canonical = isCanonical(value);
            assertEquals(canonical, Listpack.isLong(memory, block), value);
            if (canonical) {
                assertEquals(Long.parseLong(value), Listpack.longAt(memory, block));
                assertEquals(end - block, Listpack.sizeOfLong(Long.parseLong(value)), value);
            } else {
                assertEquals(value.length(), Listpack.stringLength(memory, block));
                assertEquals(end - block, Listpack.sizeOfString(value.length()));
            }
        }
    }

    private static boolean isCanonical(String value) {
        try {
            return value.equals("" + Long.parseLong(value));
        } catch (NumberFormatException none) {
            return false;
        }
    }

    @Test
    void shouldTakeNoMoreThanItsWidthWhenAnIntegerIsWritten() {
        assertEquals(1, Listpack.sizeOfLong(127));
        assertEquals(2, Listpack.sizeOfLong(-1));
        assertEquals(2, Listpack.sizeOfLong(-4096));
        assertEquals(3, Listpack.sizeOfLong(4096));
        assertEquals(3, Listpack.sizeOfLong(-32768));
        assertEquals(4, Listpack.sizeOfLong(32768));
        assertEquals(4, Listpack.sizeOfLong(-8388608));
        assertEquals(5, Listpack.sizeOfLong(8388608));
        assertEquals(5, Listpack.sizeOfLong(Integer.MIN_VALUE));
        assertEquals(9, Listpack.sizeOfLong(1L << 31));
        assertEquals(9, Listpack.sizeOfLong(Long.MIN_VALUE));
    }

    @Test
    void shouldFindWhatAListFindsWhenOperationsAreRandom() {
        Random random = Seed.random(0);
        List<String> values = edges();
        for (int round = 0; round < ROUNDS; round++) {
            end = block;
            model.clear();
            int elements = random.nextInt(40);
            for (int i = 0; i < elements; i++) {
                append(random.nextInt(3) == 0 ? randomText(random) : pick(random, values));
            }
            for (int i = 0; i < 20; i++) {
                change(random, values);
            }
            check();
            for (int i = 0; i < 40; i++) {
                String wanted =
                        random.nextBoolean() && !model.isEmpty()
                                ? model.get(random.nextInt(model.size()))
                                : pick(random, values);
                find(wanted, random.nextInt(4));
            }
        }
    }

    private static String pick(Random random, List<String> values) {
        // The longest now and then only.
        int all = random.nextInt(50) == 0 ? values.size() : values.size() - 1;
        return values.get(random.nextInt(all));
    }

    private static String randomText(Random random) {
        if (random.nextBoolean()) {
            return "" + (random.nextLong() >> random.nextInt(64));
        }
        StringBuilder made = new StringBuilder();
        int length = random.nextInt(random.nextInt(5) == 0 ? 5000 : 80);
        for (int i = 0; i < length; i++) {
            made.append((char) random.nextInt(256));
        }
        return made.toString();
    }

    // Puts another element in the place of one, as the splices of collections do.
    private void change(Random random, List<String> values) {
        if (model.isEmpty()) {
            return;
        }
        int index = random.nextInt(model.size());
        long at = Listpack.skip(memory, block, index);
        long behind = Listpack.next(memory, at);
        if (random.nextInt(3) == 0) {
            memory.move(behind, at, end - behind);
            end -= behind - at;
            model.remove(index);
            return;
        }
        String value = pick(random, values);
        element.of(text, put(value));
        memory.move(behind, at + element.size(), end - behind);
        end += element.size() - (behind - at);
        assertEquals(at + element.size(), element.write(memory, at));
        model.set(index, value);
    }

    private void find(String wanted, int skip) {
        int expected = -1;
        for (int i = 0; i < model.size() && expected < 0; i += skip + 1) {
            expected = model.get(i).equals(wanted) ? i : -1;
        }
        long found = Listpack.find(memory, block, end, text, put(wanted), skip, scratch);
        if (expected < 0) {
            assertEquals(0, found, wanted);
        } else {
            assertEquals(Listpack.skip(memory, block, expected), found, wanted);
        }
    }

    @Test
    void shouldFindNothingWhenThePackIsEmpty() {
        assertEquals(0, Listpack.find(memory, block, block, text, put("x"), 0, scratch));
        assertEquals(0, Listpack.find(memory, block, block, text, put("1"), 1, scratch));
        assertEquals(0, Listpack.count(memory, block, block));
    }

    @Test
    void shouldTakeAnIntegerAsSuchWhenItIsGivenAsOne() {
        for (long edge : EDGES) {
            for (long value : new long[] {edge - 1, edge, -edge, -edge - 1}) {
                long behind = element.ofLong(value).write(memory, block);
                assertEquals(element.size(), behind - block);
                assertTrue(Listpack.isLong(memory, block));
                assertEquals(value, Listpack.longAt(memory, block));
                assertEquals(("" + value).length(), element.length());
            }
        }
        assertFalse(Listpack.isNumber(text, put("12x"), scratch));
    }
}

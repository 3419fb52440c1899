package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A quicklist against a Java list, with elements of many kinds and both small and many nodes. */
class QuicklistPropertyTest {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);
    private static final int STEPS = Integer.getInteger("spindle.test.steps", 4000);
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private static final String[] ALPHABETS = {
        "0123456789abcdef",
        "+,-./0123456789:",
        "-0123456789abcdef",
        "abcdefghijklmnopqrstuvwxyz",
        "+/09AZaz",
        "-_09AZaz",
        "0123456789:;<=>?@AZ[^_`ao",
        "{\"name\": 1}"
    };

    /** What the elements look like. */
    enum Kind {
        ALIKE,
        SAME,
        NUMBERS,
        RANDOM,
        SHORT,
        LONG,
        LETTERS,
        TOKENS,
        PACKED_LONG,
        MIXED
    }

    private final Random random = new Random(SEED);
    private final Arena arena = new Arena(512L << 20, false);
    private final Memory memory = arena.memory();
    private final Quicklist list = new Quicklist(arena);
    private final ListElement element = new ListElement();
    private final long buffer = UnsafeApi.allocateMemory(1 << 20);
    private final List<String> model = new ArrayList<>();
    private boolean single;
    private int handle;
    private int count;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldHoldWhatAJavaListHoldsWhenChangedAtRandom(Kind kind) {
        System.out.println("spindle.test.seed=" + SEED);
        for (int round = 0; round < 6; round++) {
            String first = make(kind);
            list.create(buffer, put(first));
            model.clear();
            model.add(first);
            remember();
            // Rounds that grow, stay or shrink, at one end or both, with edits inside or not.
            int growth = new int[] {60, 90, 50, 95, 80, 70}[round];
            int ends = new int[] {50, 95, 80, 99, 20, 70}[round];
            int front = new int[] {50, 100, 0, 70, 50, 10}[round];
            for (int i = 0; i < STEPS; i++) {
                list.open(single, handle);
                step(kind, growth, ends, front);
                remember();
                if (i % 97 == 0) {
                    compare();
                }
            }
            compare();
            list.open(single, handle);
            copyAndCompare();
            list.open(single, handle);
            while (!list.freeSome(1 + random.nextInt(64))) {
                handle = list.handle();
            }
            assertEquals(0, arena.usedBytes(), "bytes left");
        }
        arena.close();
    }

    private void copyAndCompare() {
        if (single) {
            return;
        }
        int copy = list.copy();
        int mine = handle;
        handle = copy;
        compare();
        list.open(single, copy);
        list.freeSome(Integer.MAX_VALUE);
        handle = mine;
        compare();
    }

    private void remember() {
        single = list.isSingle();
        handle = list.handle();
    }

    private void step(Kind kind, int growth, int ends, int front) {
        if (model.size() > 1 && random.nextInt(100) >= growth) {
            shrink(ends, front);
            return;
        }
        String text = make(kind);
        int length = put(text);
        int size = model.size();
        if (random.nextInt(100) < ends) {
            boolean atFront = random.nextInt(100) < front;
            list.push(atFront, buffer, length);
            model.add(atFront ? 0 : size, text);
        } else if (random.nextBoolean()) {
            int index = random.nextInt(size + 1);
            list.insert(index, buffer, length);
            model.add(index, text);
        } else {
            int index = random.nextInt(size);
            list.set(index, buffer, length);
            model.set(index, text);
        }
    }

    private void shrink(int ends, int front) {
        int size = model.size();
        boolean atFront = random.nextInt(100) < front;
        int choice = random.nextInt(100);
        if (choice < ends) {
            list.peek(atFront, element);
            String expected = model.remove(atFront ? 0 : size - 1);
            assertEquals(expected, text(element));
            list.drop(atFront, element);
        } else if (choice % 8 == 0) {
            int many = random.nextInt(Math.min(size, 1 + random.nextInt(1000)));
            if (atFront) {
                list.dropFront(many);
                model.subList(0, many).clear();
            } else {
                list.dropBack(many);
                model.subList(size - many, size).clear();
            }
        } else {
            dropMatches(model.get(random.nextInt(size)));
        }
    }

    private void dropMatches(String wanted) {
        int slot = random.nextInt(list.nodes());
        int base = 0;
        for (int i = 0; i < slot; i++) {
            base += list.count(i);
        }
        int elements = list.count(slot);
        int found = list.search(slot, buffer, put(wanted), elements);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < elements; i++) {
            if (model.get(base + i).equals(wanted)) {
                expected.add(i);
            }
        }
        assertEquals(expected.size(), found, () -> "matches of " + wanted);
        for (int i = 0; i < found; i++) {
            assertEquals(expected.get(i), list.match(i));
        }
        int from = found == 0 ? 0 : random.nextInt(found);
        int end = found == 0 ? 0 : from + 1 + random.nextInt(found - from);
        if (end == from || model.size() == end - from) {
            return;
        }
        for (int i = end - 1; i >= from; i--) {
            model.remove(base + expected.get(i));
        }
        boolean gone = list.dropMatches(slot, from, end);
        list.join(gone ? slot - 1 : slot);
    }

    private void compare() {
        list.open(single, handle);
        assertEquals(model.size(), list.size());
        int inNodes = 0;
        for (int i = 0; i < list.nodes(); i++) {
            long node = list.node(i);
            assertEquals(ListNode.count(memory, node), list.count(i), "count of node " + i);
            inNodes += list.count(i);
            assertTrue(list.count(i) > 0 || list.nodes() == 1, "empty node " + i);
        }
        assertEquals(model.size(), inNodes);
        long pack = 0;
        list.seek(0);
        for (String expected : model) {
            list.next(element);
            assertEquals(expected, text(element));
            pack += element.pack();
        }
        assertEquals(pack, list.packBytes());
        for (int i = 0; i < 5; i++) {
            int index = random.nextInt(model.size());
            list.seek(index);
            list.next(element);
            assertEquals(model.get(index), text(element), "at " + index);
        }
        list.peek(true, element);
        assertEquals(model.get(0), text(element));
        list.peek(false, element);
        assertEquals(model.get(model.size() - 1), text(element));
    }

    private String text(ListElement from) {
        byte[] bytes = new byte[(int) from.length()];
        UnsafeApi.copyMemory(null, from.bytes(), bytes, BYTES, bytes.length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private int put(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        UnsafeApi.copyMemory(bytes, BYTES, null, buffer, bytes.length);
        return bytes.length;
    }

    private String make(Kind kind) {
        return switch (kind) {
            case ALIKE -> String.format("element:%06d", count++);
            case SAME -> random.nextInt(20) == 0 ? "other" : "value";
            case NUMBERS -> Long.toString(random.nextLong() >> random.nextInt(64));
            case RANDOM -> noise(random.nextInt(60));
            case SHORT -> noise(random.nextInt(3));
            case LONG -> noise(1 << random.nextInt(15)) + noise(random.nextInt(9));
            case LETTERS -> any(ALPHABETS[3], 32);
            case TOKENS -> token();
            case PACKED_LONG ->
                    noise(random.nextInt(2) * random.nextInt(40))
                            + any(
                                    ALPHABETS[random.nextInt(ALPHABETS.length)],
                                    random.nextInt(1200));
            case MIXED -> make(Kind.values()[random.nextInt(Kind.MIXED.ordinal())]);
        };
    }

    // Few kinds of prefixes, lengths and alphabets, and a few values that come again and again.
    private String token() {
        if (random.nextInt(4) == 0) {
            return "token:" + "f".repeat(random.nextInt(20));
        }
        String prefix = random.nextBoolean() ? "user:" : "an account of many words, :".repeat(2);
        return (random.nextBoolean() ? "" : prefix.substring(random.nextInt(prefix.length())))
                + any(
                        ALPHABETS[random.nextInt(ALPHABETS.length)],
                        8 << random.nextInt(4) | random.nextInt(2));
    }

    private String any(String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private String noise(int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append((char) random.nextInt(256));
        }
        return text.toString();
    }
}

package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.memory.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.UnsafeApi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks of a stream against a {@link TreeMap}. */
class StreamLogTest {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private record Id(long ms, long seq) {}

    private static final Comparator<Id> ORDER =
            (a, b) -> StreamIds.compare(a.ms, a.seq, b.ms, b.seq);

    private final Random random = new Random();
    private final TreeMap<Id, List<String>> model = new TreeMap<>(ORDER);
    private long lastMs;
    private long lastSeq;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32, 33, 100, 1000})
    void shouldBehaveLikeATreeMapWhenChangesAreRandom(int maxEntries) {
        System.out.println("spindle.test.seed=" + SEED);
        random.setSeed(SEED + maxEntries);
        for (int round = 0; round < 6; round++) {
            model.clear();
            lastMs = round % 2 == 0 ? 0 : Long.MAX_VALUE - 2000;
            lastSeq = round % 3 == 0 ? 0 : -2;
            try (Arena arena = new Arena(64L << 20, false)) {
                exercise(arena, round % 2 == 0 ? 4096 : 200, maxEntries, round);
            }
        }
    }

    private void exercise(Arena arena, long maxBytes, int maxEntries, int shape) {
        StreamLog log = new StreamLog(arena);
        StreamCursor cursor = new StreamCursor(arena);
        long root = log.create();
        log.last(lastMs, lastSeq);
        for (int i = 0; i < 1500; i++) {
            int kind = random.nextInt(20);
            if (kind < 13) {
                append(log, maxBytes, maxEntries, shape);
            } else if (kind < 17) {
                delete(log);
            } else if (kind == 17) {
                trim(log);
            } else {
                compareRange(cursor, root);
            }
            assertEquals(model.size(), log.length());
            if (i % 300 == 0) {
                compare(cursor, root, model, false);
                compare(cursor, root, model, true);
            }
            assertEquals(
                    model.isEmpty() ? new Id(0, 0) : model.firstKey(),
                    new Id(log.firstMs(), log.firstSeq()));
            assertEquals(!model.isEmpty(), log.findLast());
            if (!model.isEmpty()) {
                assertEquals(model.lastKey(), new Id(log.foundMs(), log.foundSeq()));
            }
        }
        StreamLog copy = new StreamLog(arena);
        long copied = copy.create();
        copy.copyEntries(root);
        log.wrap(root);
        compare(cursor, copied, model, false);
        compare(cursor, root, model, true);
        assertEquals(arena.usedBytes(), log.bytes() + copy.bytes());
        while (log.freeBlocks(2) == 2 || copy.freeBlocks(2) == 2) {
            continue;
        }
        assertEquals(arena.sizeOf(root) + arena.sizeOf(copied), arena.usedBytes());
    }

    private void append(StreamLog log, long maxBytes, int maxEntries, int shape) {
        int step = random.nextInt(6);
        if (step < 3) {
            lastMs += 1 + (step == 0 ? random.nextInt(100_000) : random.nextInt(3));
            lastSeq = random.nextInt(3) == 0 ? random.nextInt(1000) : 0;
        } else {
            lastSeq += 1 + (step == 3 ? random.nextInt(1000) : 0);
        }
        if (StreamIds.compare(lastMs, lastSeq, log.lastMs(), log.lastSeq()) <= 0) {
            lastMs = log.lastMs() + 1;
        }
        List<String> texts = texts(shape);
        try (Texts fields = new Texts(texts)) {
            log.append(lastMs, lastSeq, fields, maxBytes, maxEntries);
        }
        model.put(new Id(lastMs, lastSeq), texts);
    }

    private List<String> texts(int shape) {
        List<String> texts = new ArrayList<>();
        int pairs = shape == 5 ? 40 : 1 + random.nextInt(shape == 4 ? 4 : 2);
        boolean usual = random.nextInt(shape + 2) != 0;
        for (int i = 0; i < pairs; i++) {
            texts.add(usual ? "field" + i : text());
            texts.add(text());
        }
        return texts;
    }

    private static final String[] ALPHABETS = {
        "0123456789abcdef",
        "0123456789.:-",
        "0123456789-abcdef",
        "abcdefghijklmnopqrstuvwxyz",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmno",
        "Any of these, or others!",
        "\u0000\u0001\u007f\u0080\u00ff abc"
    };

    // Texts of one alphabet and of few lengths, so that some are as long as their reference.
    private String randomText(String begin, int most) {
        String alphabet = ALPHABETS[random.nextInt(ALPHABETS.length)];
        int length = random.nextInt(3) == 0 ? random.nextInt(most) : 8;
        StringBuilder text = new StringBuilder(begin);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private String text() {
        return switch (random.nextInt(15)) {
            case 9, 10 -> randomText("", 80);
            case 11 -> randomText("user:", 20);
            case 12 -> randomText("a beginning that is long ", 30);
            case 13 -> randomText("exactly11::", 300);
            case 14 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 0 -> "";
            case 1 -> Long.toString(random.nextLong());
            case 2 -> Long.toString(1_700_000_000_000L + random.nextInt(100_000));
            case 3 -> Integer.toString(random.nextInt(50));
            case 4 -> "0" + random.nextInt(50);
            case 5 -> "user:" + random.nextInt(1000);
            case 6 -> "a rather long text that many have in common " + random.nextInt(100);
            case 7 -> "x".repeat(random.nextInt(400)) + random.nextInt(10);
            default -> Integer.toString(-random.nextInt(100_000));
        };
    }

    private void delete(StreamLog log) {
        Id id = new Id(lastMs - random.nextInt(50), random.nextInt(3));
        if (!model.isEmpty() && random.nextInt(4) != 0) {
            List<Id> all = new ArrayList<>(model.keySet());
            id = all.get(random.nextInt(all.size()));
        }
        assertEquals(model.containsKey(id), log.contains(id.ms, id.seq));
        assertEquals(model.remove(id) != null, log.delete(id.ms, id.seq));
        log.refreshFirst();
    }

    private void trim(StreamLog log) {
        if (random.nextBoolean()) {
            int most = random.nextInt(model.size() + 10);
            long went = log.trimToLength(most, false, 0);
            assertEquals(Math.max(0, model.size() - most), went);
            while (model.size() > most) {
                model.pollFirstEntry();
            }
        } else if (!model.isEmpty()) {
            List<Id> all = new ArrayList<>(model.keySet());
            Id least = all.get(random.nextInt(all.size()));
            // Often one that is not there, and may have been: blocks end with deleted entries too.
            least = new Id(least.ms, least.seq + random.nextInt(2));
            NavigableMap<Id, List<String>> below = model.headMap(least, false);
            assertEquals(below.size(), log.trimBelow(least.ms, least.seq, false, 0));
            below.clear();
        }
    }

    private void compareRange(StreamCursor cursor, long root) {
        Id from = new Id(lastMs - random.nextInt(300_000), random.nextInt(4));
        Id to = new Id(from.ms + random.nextInt(200_000), random.nextInt(4));
        if (ORDER.compare(from, to) > 0) {
            assertEquals(0, cursor.count(root, from.ms, from.seq, to.ms, to.seq, 10));
            return;
        }
        NavigableMap<Id, List<String>> range = model.subMap(from, true, to, true);
        int most = 1 + random.nextInt(200);
        assertEquals(
                Math.min(most, range.size()),
                cursor.count(root, from.ms, from.seq, to.ms, to.seq, most));
        cursor.open(root, from.ms, from.seq, to.ms, to.seq, false);
        walk(cursor, range);
        cursor.open(root, from.ms, from.seq, to.ms, to.seq, true);
        walk(cursor, range.descendingMap());
    }

    private static void compare(
            StreamCursor cursor,
            long root,
            NavigableMap<Id, List<String>> expected,
            boolean backwards) {
        cursor.open(root, 0, 0, -1, -1, backwards);
        walk(cursor, backwards ? expected.descendingMap() : expected);
    }

    private static void walk(StreamCursor cursor, NavigableMap<Id, List<String>> expected) {
        int n = 0;
        for (Id id : expected.keySet()) {
            assertTrue(cursor.next());
            assertEquals(id, new Id(cursor.ms(), cursor.seq()));
            // Some are read in part or not at all, as the walk must not depend on it.
            int wanted = n++ % 3 == 0 ? expected.get(id).size() / 4 : Integer.MAX_VALUE;
            List<String> texts = new ArrayList<>();
            while (texts.size() / 2 < wanted && cursor.nextPair()) {
                texts.add(text(cursor.fieldAddress(), cursor.fieldLength()));
                texts.add(text(cursor.valueAddress(), cursor.valueLength()));
            }
            assertEquals(expected.get(id).subList(0, texts.size()), texts);
            if (wanted == Integer.MAX_VALUE) {
                assertEquals(expected.get(id).size(), texts.size());
            }
        }
        assertFalse(cursor.next());
    }

    private static String text(long address, long length) {
        byte[] bytes = new byte[(int) length];
        UnsafeApi.copyMemory(null, address, bytes, BYTES, length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static final class Texts implements StreamFields, AutoCloseable {
        private final List<Long> addresses = new ArrayList<>();
        private final List<String> texts;

        Texts(List<String> texts) {
            this.texts = texts;
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
                long address = UnsafeApi.allocateMemory(bytes.length + 1L);
                UnsafeApi.copyMemory(bytes, BYTES, null, address, bytes.length);
                addresses.add(address);
            }
        }

        @Override
        public int pairs() {
            return texts.size() / 2;
        }

        @Override
        public long address(int index) {
            return addresses.get(index);
        }

        @Override
        public int length(int index) {
            return texts.get(index).length();
        }

        @Override
        public void close() {
            addresses.forEach(UnsafeApi::freeMemory);
        }
    }
}

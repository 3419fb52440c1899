package dev.spindle.perf.latency;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.counter.AllocationProbe;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SlowLogTest {
    private final SlowLog log = new SlowLog(10_000, 128);

    private static SlowLog.Arguments words(int count) {
        final byte[][] words = new byte[count][];
        for (int i = 0; i < count; i++) {
            words[i] = ("w" + i).getBytes(US_ASCII);
        }
        return SlowLog.Arguments.of(words);
    }

    private void add(int arguments) {
        log.add(10_000, 1_700_000_000, words(arguments), "127.0.0.1:5", "");
    }

    private List<String> argumentsOfNewest() {
        return log.newest(1).get(0).arguments().stream()
                .map(bytes -> new String(bytes, US_ASCII))
                .toList();
    }

    @Test
    void shouldExceedFromTheThresholdOn() {
        assertFalse(log.exceeds(9_999));
        assertTrue(log.exceeds(10_000));
        log.threshold(0);
        assertTrue(log.exceeds(0));
        log.threshold(-1);
        assertFalse(log.exceeds(1L << 60));
    }

    @Test
    void shouldKeepWhatItWasTold() {
        log.add(12_345, 1_700_000_000, words(2), "127.0.0.1:5", "me");
        final SlowLog.Entry entry = log.newest(10).get(0);
        assertEquals(0, entry.id());
        assertEquals(1_700_000_000, entry.epochSeconds());
        assertEquals(12_345, entry.value());
        assertEquals("127.0.0.1:5", entry.peer());
        assertEquals("me", entry.clientName());
        assertEquals(List.of("w0", "w1"), argumentsOfNewest());
    }

    @Test
    void shouldCopyTheArguments() {
        final byte[] word = "get".getBytes(US_ASCII);
        log.add(10_000, 0, SlowLog.Arguments.of(word), "", "");
        word[0] = 'X';
        assertEquals(List.of("get"), argumentsOfNewest());
    }

    @Test
    void shouldKeepAllArgumentsUpToThirtyTwo() {
        add(32);
        assertEquals(32, argumentsOfNewest().size());
        assertEquals("w31", argumentsOfNewest().get(31));
    }

    @Test
    void shouldSayHowManyArgumentsThereWereMore() {
        add(33);
        assertEquals("w30", argumentsOfNewest().get(30));
        assertEquals("... (2 more arguments)", argumentsOfNewest().get(31));
        add(41);
        assertEquals(32, argumentsOfNewest().size());
        assertEquals("... (10 more arguments)", argumentsOfNewest().get(31));
    }

    @Property(tries = 100)
    void shouldTrimLongArguments(@ForAll @IntRange(max = 1000) int length) {
        final byte[] word = "x".repeat(length).getBytes(US_ASCII);
        final SlowLog fresh = new SlowLog(0, 1);
        fresh.add(0, 0, SlowLog.Arguments.of(word), "", "");
        final String expected =
                length <= 128
                        ? "x".repeat(length)
                        : "x".repeat(128) + "... (" + (length - 128) + " more bytes)";
        assertEquals(expected, new String(fresh.newest(1).get(0).arguments().get(0), US_ASCII));
    }

    @Test
    void shouldKeepTheNewestWhenFull() {
        log.maxEntries(3);
        for (int i = 0; i < 5; i++) {
            add(1);
        }
        assertEquals(3, log.size());
        assertEquals(List.of(4L, 3L, 2L), ids(-1));
        assertEquals(List.of(4L, 3L), ids(2));
        assertEquals(List.of(), ids(0));
    }

    @Test
    void shouldDropTheOldestAtOnceWhenShortened() {
        for (int i = 0; i < 5; i++) {
            add(1);
        }
        log.maxEntries(2);
        assertEquals(List.of(4L, 3L), ids(-1));
        assertThrows(IllegalArgumentException.class, () -> log.maxEntries(-1));
    }

    @Test
    void shouldGoOnNumberingWhenResetOrOfNoLength() {
        add(1);
        log.reset();
        assertEquals(0, log.size());
        log.maxEntries(0);
        add(1);
        assertEquals(0, log.size());
        log.maxEntries(5);
        add(1);
        assertEquals(List.of(2L), ids(-1));
    }

    @Test
    void shouldAllocateNothingBelowTheThreshold() {
        final int[] hits = new int[1];
        final long bytes =
                AllocationProbe.leastAllocated(
                        20,
                        5,
                        () -> {
                            for (int i = 0; i < 9_999; i++) {
                                if (log.exceeds(i)) {
                                    hits[0]++;
                                }
                            }
                        });
        assertEquals(0, bytes);
        assertEquals(0, hits[0]);
    }

    private List<Long> ids(int count) {
        return log.newest(count).stream().map(SlowLog.Entry::id).toList();
    }
}

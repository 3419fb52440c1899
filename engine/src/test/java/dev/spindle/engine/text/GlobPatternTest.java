package dev.spindle.engine.text;

import static dev.spindle.engine.testkit.RawClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class GlobPatternTest {
    private static boolean matches(String pattern, String text) {
        return GlobPattern.matches(bytes(pattern), bytes(text), false);
    }

    @Test
    void shouldMatchWhenTokensFit() {
        assertTrue(matches("h?llo", "hello"));
        assertTrue(matches("h*llo", "heeeello"));
        assertTrue(matches("h[a-e]llo", "hello"));
        assertFalse(matches("h[^e]llo", "hello"));
        assertTrue(matches("a\\*b", "a*b"));
        assertFalse(matches("a\\*b", "axb"));
        assertTrue(GlobPattern.matches(bytes("MAX*"), bytes("maxmemory"), true));
    }

    @Test
    void shouldEndSoonWhenStarsCouldBeTriedInExponentiallyManyWays() {
        // A backtracking matcher would take longer than the age of the universe; a generous bound
        // on steps is implied.
        assertFalse(matches("a*".repeat(500) + "b", "a".repeat(5000)));
    }

    @Test
    void shouldMatchNothingWhenPatternHasMoreStarsThanTheBound() {
        String text = "a".repeat(GlobPattern.MAX_STARS + 1);
        assertTrue(matches("*a".repeat(GlobPattern.MAX_STARS), text));
        assertFalse(matches("*a".repeat(GlobPattern.MAX_STARS + 1), text));
        assertTrue(matches("*a".repeat(GlobPattern.MAX_STARS) + "*", text));
    }

    @Test
    void shouldGiveTheSameResultWhenBytesAreOffHeap() {
        byte[] both = bytes("x[a-c]*yxbzzy");
        long address = UnsafeApi.allocateMemory(both.length);
        try {
            for (int i = 0; i < both.length; i++) {
                UnsafeApi.putByte(address + i, both[i]);
            }
            assertTrue(GlobPattern.matches(address, 8, address + 8, 5, false));
            assertFalse(GlobPattern.matches(address, 8, address + 8, 4, false));
            assertTrue(GlobPattern.matches(bytes("xb*"), address + 8, 5, false));
        } finally {
            UnsafeApi.freeMemory(address);
        }
    }

    @Test
    void shouldFindTheSameKeysAsTheRealServerWhenPatternsAreRandom() {
        long seed = Long.getLong("spindle.seed", System.nanoTime());
        Random random = new Random(seed);
        try (RealRedis redis = RealRedis.startAny();
                RawClient client = redis.connect()) {
            TreeSet<String> keys = new TreeSet<>(List.of(""));
            while (keys.size() < 300) {
                keys.add(random(random, "ab-]^[*\\A\u00ff", 5));
            }
            for (String key : keys) {
                client.command("SET", key, "1");
            }
            for (int i = 0; i < 4000; i++) {
                String pattern = random(random, "ab-]^[*?\\[*A\u00ff", 8);
                TreeSet<String> expected = new TreeSet<>(client.elements("KEYS", pattern));
                TreeSet<String> actual = new TreeSet<>(keys);
                actual.removeIf(key -> !pattern.equals("*") && !matches(pattern, key));
                assertEquals(expected, actual, "pattern " + pattern + " seed " + seed);
            }
        }
    }

    @Test
    void shouldListTheSameCommandsAsTheRealServerWhenCaseIsIgnored() {
        long seed = Long.getLong("spindle.seed", System.nanoTime());
        Random random = new Random(seed);
        try (RealRedis redis = RealRedis.startAny();
                RawClient client = redis.connect()) {
            assumeTrue(redis.versionAtLeast(7, 0));
            List<String> names = new ArrayList<>(client.elements("COMMAND", "LIST"));
            for (int i = 0; i < 500; i++) {
                String pattern = random(random, "aEse[-]^**?\\tGZ", 8);
                TreeSet<String> expected =
                        new TreeSet<>(
                                client.elements("COMMAND", "LIST", "FILTERBY", "PATTERN", pattern));
                TreeSet<String> actual = new TreeSet<>(names);
                actual.removeIf(name -> !GlobPattern.matches(bytes(pattern), bytes(name), true));
                assertEquals(expected, actual, "pattern " + pattern + " seed " + seed);
            }
        }
    }

    private static String random(Random random, String alphabet, int maxLength) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(maxLength + 1); i > 0; i--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}

package dev.spindle.engine.command.server;

import dev.spindle.engine.text.GlobPattern;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * DEBUG STRINGMATCH-TEST: random patterns on random texts, the matcher of the server against one that is as simple as can be.
 *
 * <p>The simple one tries every length for a star, by recursion; both are short, so that this ends. Its bytes are few, so that matches are not
 * rare.
 */
final class GlobTrial {

    /** Pairs of pattern and text; takes some milliseconds. */
    static final int ROUNDS = 20_000;

    private static final byte[] PATTERN_BYTES =
            "aaabbbc***??[[]]^^--\\\\AB\377".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] TEXT_BYTES =
            "aaabbbcAB*?[]^-\\\377".getBytes(StandardCharsets.ISO_8859_1);
    private static final int MAX_PATTERN = 10;
    private static final int MAX_TEXT = 12;

    private GlobTrial() {}

    /**
     * Tries.
     *
     * @return null, or the first pair that the two matchers see differently.
     */
    static String run(long seed, int rounds) {
        Random random = new Random(seed);
        for (int i = 0; i < rounds; i++) {
            byte[] pattern = some(random, PATTERN_BYTES, MAX_PATTERN);
            byte[] text = some(random, TEXT_BYTES, MAX_TEXT);
            boolean anyCase = random.nextBoolean();
            if (GlobPattern.matches(pattern, text, anyCase) != simple(pattern, text, anyCase)) {
                return "pattern "
                        + Arrays.toString(pattern)
                        + ", text "
                        + Arrays.toString(text)
                        + (anyCase ? ", in any case" : "");
            }
        }
        return null;
    }

    private static byte[] some(Random random, byte[] from, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = from[random.nextInt(from.length)];
        }
        return bytes;
    }

    /** Only the empty pattern matches the empty text. */
    static boolean simple(byte[] pattern, byte[] text, boolean anyCase) {
        if (text.length == 0) {
            return pattern.length == 0;
        }
        return rest(pattern, 0, text, 0, anyCase);
    }

    private static boolean rest(byte[] pattern, int p, byte[] text, int t, boolean anyCase) {
        if (p == pattern.length) {
            return t == text.length;
        }
        if (pattern[p] == '*') {
            for (int taken = t; taken <= text.length; taken++) {
                if (rest(pattern, p + 1, text, taken, anyCase)) {
                    return true;
                }
            }
            return false;
        }
        if (t == text.length) {
            return false;
        }
        int end = p + 1;
        boolean takes;
        if (pattern[p] == '[') {
            end = classEnd(pattern, p + 1);
            takes = inClass(pattern, p + 1, text[t], anyCase);
        } else if (pattern[p] == '\\' && end < pattern.length) {
            takes = same(pattern[end++], text[t], anyCase);
        } else {
            takes = pattern[p] == '?' || same(pattern[p], text[t], anyCase);
        }
        return takes && rest(pattern, end, text, t + 1, anyCase);
    }

    // Behind the bracket that closes, or the end of a pattern without one.
    private static int classEnd(byte[] pattern, int from) {
        int at = from < pattern.length && pattern[from] == '^' ? from + 1 : from;
        while (at < pattern.length && pattern[at] != ']') {
            at += memberLength(pattern, at);
        }
        return Math.min(at + 1, pattern.length);
    }

    private static int memberLength(byte[] pattern, int at) {
        if (pattern[at] == '\\' && at + 1 < pattern.length) {
            return 2;
        }
        return at + 2 < pattern.length && pattern[at + 1] == '-' ? 3 : 1;
    }

    private static boolean inClass(byte[] pattern, int from, byte c, boolean anyCase) {
        boolean negated = from < pattern.length && pattern[from] == '^';
        boolean found = false;
        int at = negated ? from + 1 : from;
        while (at < pattern.length && pattern[at] != ']') {
            int length = memberLength(pattern, at);
            if (length == 2) {
                found |= pattern[at + 1] == c;
            } else if (length == 1) {
                found |= same(pattern[at], c, anyCase);
            } else {
                // The ends are put in order before their case is folded.
                byte a = (byte) Math.min(pattern[at], pattern[at + 2]);
                byte b = (byte) Math.max(pattern[at], pattern[at + 2]);
                int wanted = lower(c, anyCase);
                found |= lower(a, anyCase) <= wanted && wanted <= lower(b, anyCase);
            }
            at += length;
        }
        return found != negated;
    }

    private static boolean same(byte a, byte b, boolean anyCase) {
        return lower(a, anyCase) == lower(b, anyCase);
    }

    private static int lower(byte b, boolean fold) {
        return fold && b >= 'A' && b <= 'Z' ? b + 32 : b;
    }
}

package dev.spindle.engine.text;

import org.agrona.UnsafeApi;

/**
 * The glob patterns of KEYS, SCAN MATCH, PSUBSCRIBE, CONFIG GET and ACL rules.
 *
 * <pre>
 *   *        any bytes, also none           [abc]   one of these       [^abc]  one byte that is none of these
 *   ?        any one byte                   [a-z]   a range            \x      x itself
 * </pre>
 *
 * <p>Apart from the star every token takes exactly one byte. So when a mismatch comes after two stars, only moving the
 * later one can help: whatever the earlier one could gain, the later one can absorb. One remembered star position is
 * therefore enough, there is no recursion, and the time is at most the product of both lengths, whatever the pattern.
 *
 * <p>What is odd is kept, since clients see it: only the empty pattern matches the empty text, not even a star does (KEYS and
 * SCAN never ask about a lone star, {@link #matchesAll}); bytes compare as signed in ranges; a class that never closes ends with
 * the pattern; an escaped byte inside a class ignores the case option; and a pattern with more than {@value #MAX_STARS}
 * runs of stars before its last token matches nothing.
 */
public final class GlobPattern {
    /** Redis's bound on its own recursion, one level per star. */
    public static final int MAX_STARS = 1000;

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private GlobPattern() {}

    public static boolean matches(
            long pattern, int patternLength, long text, int textLength, boolean ignoreCase) {
        return match(null, pattern, patternLength, null, text, textLength, ignoreCase);
    }

    public static boolean matches(byte[] pattern, byte[] text, boolean ignoreCase) {
        return match(pattern, BYTES, pattern.length, text, BYTES, text.length, ignoreCase);
    }

    /** A pattern kept on the heap (a subscription, an ACL rule) against off-heap bytes. */
    public static boolean matches(byte[] pattern, long text, int textLength, boolean ignoreCase) {
        return match(pattern, BYTES, pattern.length, null, text, textLength, ignoreCase);
    }

    /** Whether a pattern is a single star, which callers answer without looking at the text. */
    public static boolean matchesAll(long pattern, int patternLength) {
        return patternLength == 1 && UnsafeApi.getByte(pattern) == '*';
    }

    private static boolean match(
            Object patternBase,
            long patternStart,
            int patternLength,
            Object textBase,
            long textStart,
            int textLength,
            boolean ignoreCase) {
        if (textLength == 0) {
            return patternLength == 0;
        }
        long patternEnd = patternStart + patternLength;
        long textEnd = textStart + textLength;
        long pattern = patternStart;
        long text = textStart;
        long retryPattern = 0;
        long retryText = 0;
        int stars = 0;
        while (true) {
            if (pattern < patternEnd && UnsafeApi.getByte(patternBase, pattern) == '*') {
                pattern = skipStars(patternBase, pattern, patternEnd);
                if (pattern == patternEnd) {
                    return true;
                }
                if (++stars > MAX_STARS) {
                    return false;
                }
                retryPattern = pattern;
                retryText = text;
            } else if (text == textEnd) {
                // A later start only shortens the text, so a rest of the pattern cannot be
                // satisfied any more.
                return pattern == patternEnd;
            } else {
                long next =
                        pattern == patternEnd
                                ? 0
                                : step(
                                        patternBase,
                                        pattern,
                                        patternEnd,
                                        UnsafeApi.getByte(textBase, text),
                                        ignoreCase);
                if (next != 0) {
                    pattern = next;
                    text++;
                } else if (stars > 0) {
                    pattern = retryPattern;
                    text = ++retryText;
                } else {
                    return false;
                }
            }
        }
    }

    private static long skipStars(Object base, long from, long end) {
        long at = from;
        while (at < end && UnsafeApi.getByte(base, at) == '*') {
            at++;
        }
        return at;
    }

    /** Where the pattern goes on when its token at {@code at} takes the byte {@code c}; 0 when it does not. */
    private static long step(Object base, long at, long end, byte c, boolean ignoreCase) {
        byte token = UnsafeApi.getByte(base, at);
        if (token == '?') {
            return at + 1;
        }
        if (token == '[') {
            return stepClass(base, at + 1, end, c, ignoreCase);
        }
        long literal = at;
        if (token == '\\' && end - at >= 2) {
            literal++;
            token = UnsafeApi.getByte(base, literal);
        }
        boolean same = ignoreCase ? lower(token) == lower(c) : token == c;
        return same ? literal + 1 : 0;
    }

    private static long stepClass(Object base, long from, long end, byte c, boolean ignoreCase) {
        long at = from;
        boolean negated = at < end && UnsafeApi.getByte(base, at) == '^';
        if (negated) {
            at++;
        }
        boolean found = false;
        while (at < end) {
            byte token = UnsafeApi.getByte(base, at);
            if (token == '\\' && end - at >= 2) {
                at++;
                found |= UnsafeApi.getByte(base, at) == c;
            } else if (token == ']') {
                at++;
                break;
            } else if (end - at >= 3 && UnsafeApi.getByte(base, at + 1) == '-') {
                found |= inRange(token, UnsafeApi.getByte(base, at + 2), c, ignoreCase);
                at += 2;
            } else {
                found |= ignoreCase ? lower(token) == lower(c) : token == c;
            }
            at++;
        }
        return found == negated ? 0 : at;
    }

    private static boolean inRange(byte one, byte other, byte c, boolean ignoreCase) {
        int low = Math.min(one, other);
        int high = Math.max(one, other);
        int value = c;
        if (ignoreCase) {
            low = lower((byte) low);
            high = lower((byte) high);
            value = lower(c);
        }
        return value >= low && value <= high;
    }

    private static int lower(byte c) {
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }
}

package dev.spindle.engine.text;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Words in one line, with quotes: lines of redis.conf and inline commands in, MONITOR and SLOWLOG out.
 *
 * <p>Between double quotes, {@code \xHH} is a byte, {@code \n \r \t \b \a} are what they are in C, and a backslash before
 * anything else stands for that thing. Between single quotes only {@code \'} is special. A closing quote must be followed by
 * a space or the end. Between words, white space is what C's isspace has; but a word without quotes ends only at space,
 * tab, CR and LF, so a vertical tab or form feed inside it belongs to it. A NUL ends the line.
 */
public final class QuotedWords {
    private static final String HEX = "0123456789abcdef";

    private QuotedWords() {}

    /**
     * @return the words of a line, empty for a blank one, or null when its quotes are unbalanced
     */
    public static List<byte[]> split(byte[] line) {
        return split(line, 0, line.length);
    }

    public static List<byte[]> split(byte[] line, int offset, int length) {
        List<byte[]> words = new ArrayList<>();
        int end = offset;
        while (end < offset + length && line[end] != 0) {
            end++;
        }
        int at = offset;
        while (true) {
            while (at < end && isSpace(line[at])) {
                at++;
            }
            if (at == end) {
                return words;
            }
            at = word(line, at, end, words);
            if (at < 0) {
                return null;
            }
        }
    }

    /** Adds the word that starts at {@code from} and returns where it ends, or -1 for an unbalanced quote. */
    private static int word(byte[] line, int from, int end, List<byte[]> words) {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        int at = from;
        while (at < end && !endsWord(line[at])) {
            byte c = line[at];
            if (c == '"' || c == '\'') {
                at =
                        c == '"'
                                ? doubleQuoted(line, at + 1, end, word)
                                : singleQuoted(line, at + 1, end, word);
                if (at < 0 || (at < end && !isSpace(line[at]))) {
                    return -1;
                }
                break;
            }
            word.write(c);
            at++;
        }
        words.add(word.toByteArray());
        return at;
    }

    private static int doubleQuoted(byte[] line, int from, int end, ByteArrayOutputStream word) {
        int at = from;
        while (at < end) {
            byte c = line[at];
            if (c == '"') {
                return at + 1;
            }
            if (c == '\\'
                    && at + 3 < end
                    && line[at + 1] == 'x'
                    && hex(line[at + 2]) >= 0
                    && hex(line[at + 3]) >= 0) {
                word.write(hex(line[at + 2]) << 4 | hex(line[at + 3]));
                at += 4;
            } else if (c == '\\' && at + 1 < end) {
                word.write(unescaped(line[at + 1]));
                at += 2;
            } else {
                word.write(c);
                at++;
            }
        }
        return -1;
    }

    private static int singleQuoted(byte[] line, int from, int end, ByteArrayOutputStream word) {
        int at = from;
        while (at < end) {
            byte c = line[at];
            if (c == '\\' && at + 1 < end && line[at + 1] == '\'') {
                word.write('\'');
                at += 2;
            } else if (c == '\'') {
                return at + 1;
            } else {
                word.write(c);
                at++;
            }
        }
        return -1;
    }

    private static int unescaped(byte c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> c;
        };
    }

    private static int hex(byte c) {
        return Character.digit(c, 16);
    }

    private static boolean endsWord(byte c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isSpace(byte c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** Appends bytes in double quotes, with everything that is not printable ASCII escaped: what {@link #split} reads back. */
    public static void appendQuoted(StringBuilder out, byte[] bytes) {
        appendQuoted(out, bytes, 0, bytes.length);
    }

    public static void appendQuoted(StringBuilder out, byte[] bytes, int offset, int length) {
        out.append('"');
        for (int i = offset; i < offset + length; i++) {
            appendByte(out, bytes[i]);
        }
        out.append('"');
    }

    private static void appendByte(StringBuilder out, byte c) {
        switch (c) {
            case '\\', '"' -> out.append('\\').append((char) c);
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case 7 -> out.append("\\a");
            case '\b' -> out.append("\\b");
            default -> {
                if (c >= ' ' && c < 0x7f) {
                    out.append((char) c);
                } else {
                    out.append("\\x").append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
                }
            }
        }
    }

    public static String quoted(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length + 2);
        appendQuoted(out, bytes);
        return out.toString();
    }
}

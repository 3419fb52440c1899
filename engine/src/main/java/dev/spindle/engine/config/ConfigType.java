package dev.spindle.engine.config;

import dev.spindle.engine.text.QuotedWords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * How the values of a parameter are spelled. Text is ISO 8859-1 throughout: one char per byte.
 *
 * @param <T> immutable values
 */
abstract class ConfigType<T> {
    /** A line for CONFIG REWRITE; without {@code force} it only replaces a line that is there. */
    record Line(String text, boolean force) {}

    /**
     * @param current the value so far, for types that are set piece by piece
     * @param fresh whether the arguments replace the value as a whole (CONFIG SET) or continue a file
     */
    abstract T parse(List<String> arguments, T current, boolean fresh) throws RejectedValue;

    /** As CONFIG GET shows it. */
    abstract String format(T value);

    /** For the documentation. */
    abstract String describe();

    /** Whether several words are one value; CONFIG SET then splits its argument at spaces. */
    boolean takesWords() {
        return false;
    }

    /** The value in a file's line, without the name; null to have no line at all. */
    String formatForFile(T value) {
        return format(value);
    }

    List<Line> lines(String name, T value, T initial) {
        String text = formatForFile(value);
        return text == null
                ? List.of()
                : List.of(new Line(name + " " + text, !Objects.equals(value, initial)));
    }

    static String quoted(String text) {
        return QuotedWords.quoted(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}

package dev.spindle.engine.command;

/**
 * Where the keys of a command stand among its arguments, as COMMAND INFO reports it: where to begin and how to find
 * them from there.
 *
 * @param notes a remark for people, or null.
 * @param flags the flags on the wire, space separated, such as {@code "RW access update"}.
 * @param begin {@code INDEX}, {@code KEYWORD} or {@code UNKNOWN}.
 * @param index for INDEX the position of the first key; for KEYWORD where the search starts (negative: from the end).
 * @param keyword for KEYWORD the word after which keys stand, else null.
 * @param find {@code RANGE}, {@code KEYNUM} or {@code UNKNOWN}.
 * @param first for RANGE the last key relative to the first (negative: from the last argument); for KEYNUM the
 *     position of the count relative to the beginning.
 * @param second for RANGE the step between keys; for KEYNUM the position of the first key relative to the beginning.
 * @param third for RANGE the limit (for a negative last key, 2 means the first half and so on; 0 none); for KEYNUM
 *     the step.
 */
public record KeySpec(
        String notes,
        String flags,
        Begin begin,
        int index,
        String keyword,
        Find find,
        int first,
        int second,
        int third) {

    /** How the beginning is found. */
    public enum Begin {
        INDEX,
        KEYWORD,
        UNKNOWN
    }

    /** How the keys are found from the beginning. */
    public enum Find {
        RANGE,
        KEYNUM,
        UNKNOWN
    }

    /** Keys from {@code index} to {@code last} (relative; negative counts from the end), {@code step} apart. */
    public static KeySpec range(String flags, int index, int last, int step) {
        return new KeySpec(null, flags, Begin.INDEX, index, null, Find.RANGE, last, step, 0);
    }

    /** A count at {@code index}, its keys right behind it. */
    public static KeySpec keynum(String flags, int index) {
        return new KeySpec(null, flags, Begin.INDEX, index, null, Find.KEYNUM, 0, 1, 1);
    }

    /** The same with a remark. */
    public KeySpec withNotes(String text) {
        return new KeySpec(text, flags, begin, index, keyword, find, first, second, third);
    }
}

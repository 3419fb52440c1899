package dev.spindle.engine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The types whose values are one word or text: yes and no, one of a list, some of a list, any string. */
final class WordTypes {
    static final ConfigType<Boolean> YES_NO = new YesNo();

    private WordTypes() {}

    private static final class YesNo extends ConfigType<Boolean> {
        @Override
        Boolean parse(List<String> arguments, Boolean current, boolean fresh) throws RejectedValue {
            String text = arguments.get(0);
            if (text.equalsIgnoreCase("yes")) {
                return true;
            }
            if (text.equalsIgnoreCase("no")) {
                return false;
            }
            throw new RejectedValue("argument must be 'yes' or 'no'");
        }

        @Override
        String format(Boolean value) {
            return value ? "yes" : "no";
        }

        @Override
        String describe() {
            return "yes or no";
        }
    }

    /** One of a list of words; the value is the word in its listed spelling. */
    static final class OneOf extends ConfigType<String> {
        private final List<String> words;

        OneOf(String... words) {
            this.words = List.of(words);
        }

        @Override
        String parse(List<String> arguments, String current, boolean fresh) throws RejectedValue {
            return pick(words, arguments.get(0));
        }

        @Override
        String format(String value) {
            return value;
        }

        @Override
        String describe() {
            return String.join(", ", words);
        }
    }

    private static String pick(List<String> words, String text) throws RejectedValue {
        for (String word : words) {
            if (word.equalsIgnoreCase(text)) {
                return word;
            }
        }
        throw new RejectedValue(
                "argument(s) must be one of the following: " + String.join(", ", words));
    }

    /** Any of a list of flags; the first word of the list stands for none. */
    static final class AnyOf extends ConfigType<String> {
        private final List<String> words;
        private final Function<List<String>, String> refusal;

        AnyOf(Function<List<String>, String> refusal, String... words) {
            this.words = List.of(words);
            this.refusal = refusal;
        }

        @Override
        boolean takesWords() {
            return true;
        }

        @Override
        String parse(List<String> arguments, String current, boolean fresh) throws RejectedValue {
            List<String> given = new ArrayList<>();
            for (String argument : arguments) {
                given.add(pick(words, argument));
            }
            if (given.isEmpty()) {
                pick(words, "");
            }
            String error = refusal.apply(given);
            if (error != null) {
                throw new RejectedValue(error);
            }
            List<String> flags = new ArrayList<>(words.subList(1, words.size()));
            flags.retainAll(given);
            return flags.isEmpty() ? words.get(0) : String.join(" ", flags);
        }

        @Override
        String format(String value) {
            return value;
        }

        @Override
        String describe() {
            return "any of " + String.join(", ", words);
        }
    }

    /** Bytes with their NULs, as in passwords; an empty one drops its line from the file. */
    static final class Secret extends ConfigType<String> {
        @Override
        String parse(List<String> arguments, String current, boolean fresh) {
            return arguments.get(0);
        }

        @Override
        String format(String value) {
            return value;
        }

        @Override
        String formatForFile(String value) {
            return value.isEmpty() ? null : quoted(value);
        }

        @Override
        String describe() {
            return "text";
        }
    }

    /** Any text up to a NUL. Some parameters tell empty from absent in their file's line: those drop the line. */
    static final class Text extends ConfigType<String> {
        private final boolean emptyIsAbsent;
        private final Function<String, String> refusal;

        Text(boolean emptyIsAbsent, Function<String, String> refusal) {
            this.emptyIsAbsent = emptyIsAbsent;
            this.refusal = refusal;
        }

        @Override
        String parse(List<String> arguments, String current, boolean fresh) throws RejectedValue {
            String text = arguments.get(0);
            int nul = text.indexOf('\0');
            String value = nul < 0 ? text : text.substring(0, nul);
            String error = refusal.apply(value);
            if (error != null) {
                throw new RejectedValue(error);
            }
            return value;
        }

        @Override
        String format(String value) {
            return value;
        }

        @Override
        String formatForFile(String value) {
            return value.isEmpty() && emptyIsAbsent ? null : quoted(value);
        }

        @Override
        String describe() {
            return "text";
        }
    }
}

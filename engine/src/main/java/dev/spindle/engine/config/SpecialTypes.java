package dev.spindle.engine.config;

import dev.spindle.engine.text.DoubleResult;
import dev.spindle.engine.text.Doubles;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.MemoryUnits;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The types that only one parameter has. */
final class SpecialTypes {
    static final ConfigType<List<SavePoint>> SAVE = new Save();
    static final ConfigType<List<String>> BIND = new Bind();
    static final ConfigType<OutputBufferLimits> OUTPUT_BUFFER_LIMITS = new OutputBuffers();
    static final ConfigType<List<Long>> OOM_SCORES = new OomScores();
    static final ConfigType<Integer> EVENTS = new Events();
    static final ConfigType<List<Double>> PERCENTILES = new Percentiles();
    static final ConfigType<String> DIRECTORY = new Directory();
    static final ConfigType<String> MASTER = new Master();

    private SpecialTypes() {}

    /** What C's strtol makes of a whole text; null when something is left. */
    private static Long whole(String text) {
        try {
            return text.isEmpty() ? Long.valueOf(0) : Long.valueOf(text.strip());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static final class Save extends ConfigType<List<SavePoint>> {
        @Override
        boolean takesWords() {
            return true;
        }

        @Override
        List<SavePoint> parse(List<String> arguments, List<SavePoint> current, boolean fresh)
                throws RejectedValue {
            if (arguments.isEmpty() || (arguments.size() == 1 && arguments.get(0).isEmpty())) {
                return List.of();
            }
            RejectedValue invalid = new RejectedValue("Invalid save parameters");
            if (arguments.size() % 2 != 0) {
                throw invalid;
            }
            List<SavePoint> points = new ArrayList<>(fresh ? List.of() : current);
            for (int i = 0; i < arguments.size(); i += 2) {
                Long seconds = whole(arguments.get(i));
                Long changes = whole(arguments.get(i + 1));
                if (seconds == null || changes == null || seconds < 1 || changes < 0) {
                    throw invalid;
                }
                points.add(new SavePoint(seconds, changes));
            }
            return List.copyOf(points);
        }

        @Override
        String format(List<SavePoint> value) {
            return String.join(" ", value.stream().map(SavePoint::toText).toList());
        }

        @Override
        List<Line> lines(String name, List<SavePoint> value, List<SavePoint> initial) {
            if (value.isEmpty()) {
                return List.of(new Line(name + " \"\"", true));
            }
            // Always written: a file without such lines means the defaults of the version that
            // reads it.
            return value.stream().map(p -> new Line(name + " " + p.toText(), true)).toList();
        }

        @Override
        String describe() {
            return "pairs of seconds and changes";
        }
    }

    private static final class Bind extends ConfigType<List<String>> {
        private static final int MAX_ADDRESSES = 16;

        @Override
        boolean takesWords() {
            return true;
        }

        @Override
        List<String> parse(List<String> arguments, List<String> current, boolean fresh)
                throws RejectedValue {
            if (arguments.size() > MAX_ADDRESSES) {
                throw new RejectedValue("Too many bind addresses specified.");
            }
            boolean none = arguments.size() == 1 && arguments.get(0).isEmpty();
            return none ? List.of() : List.copyOf(arguments);
        }

        @Override
        String format(List<String> value) {
            return String.join(" ", value);
        }

        @Override
        String formatForFile(List<String> value) {
            return value.isEmpty() ? "\"\"" : format(value);
        }

        @Override
        String describe() {
            return "addresses; a leading '-' forgives those that are not there";
        }
    }

    private static final class OutputBuffers extends ConfigType<OutputBufferLimits> {
        private static final List<String> SHOWN = List.of("normal", "slave", "pubsub");
        private static final List<String> WRITTEN = List.of("normal", "replica", "pubsub");

        @Override
        boolean takesWords() {
            return true;
        }

        @Override
        OutputBufferLimits parse(List<String> arguments, OutputBufferLimits current, boolean fresh)
                throws RejectedValue {
            if (arguments.size() % 4 != 0) {
                throw new RejectedValue("Wrong number of arguments in buffer limit configuration.");
            }
            OutputBufferLimits limits = current;
            for (int i = 0; i < arguments.size(); i += 4) {
                LongResult hard = new LongResult();
                LongResult soft = new LongResult();
                boolean hardRead = MemoryUnits.parse(arguments.get(i + 1), hard);
                // A soft limit that cannot be read counts as zero, as in Redis.
                MemoryUnits.parse(arguments.get(i + 2), soft);
                Long seconds = whole(arguments.get(i + 3));
                OutputBufferLimits changed =
                        limits.with(
                                arguments.get(i),
                                new OutputBufferLimits.Limit(
                                        hard.value, soft.value, seconds == null ? 0 : seconds));
                if (changed == null) {
                    throw new RejectedValue(
                            "Invalid client class specified in buffer limit configuration.");
                }
                if (!hardRead || seconds == null || seconds < 0) {
                    throw new RejectedValue(
                            "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
                }
                limits = changed;
            }
            return limits;
        }

        @Override
        String format(OutputBufferLimits value) {
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < SHOWN.size(); i++) {
                OutputBufferLimits.Limit limit = value.all().get(i);
                parts.add(
                        SHOWN.get(i)
                                + " "
                                + Long.toUnsignedString(limit.hardBytes())
                                + " "
                                + Long.toUnsignedString(limit.softBytes())
                                + " "
                                + limit.softSeconds());
            }
            return String.join(" ", parts);
        }

        @Override
        List<Line> lines(String name, OutputBufferLimits value, OutputBufferLimits initial) {
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < WRITTEN.size(); i++) {
                OutputBufferLimits.Limit limit = value.all().get(i);
                String text =
                        String.join(
                                " ",
                                name,
                                WRITTEN.get(i),
                                NumberType.formatMemory(limit.hardBytes()),
                                NumberType.formatMemory(limit.softBytes()),
                                Long.toString(limit.softSeconds()));
                lines.add(new Line(text, !limit.equals(initial.all().get(i))));
            }
            return lines;
        }

        @Override
        String describe() {
            return "class, hard limit, soft limit, seconds; once or more";
        }
    }

    private static final class OomScores extends ConfigType<List<Long>> {
        private static final int BOUND = 2000;

        @Override
        boolean takesWords() {
            return true;
        }

        @Override
        List<Long> parse(List<String> arguments, List<Long> current, boolean fresh)
                throws RejectedValue {
            if (arguments.size() != 3) {
                throw new RejectedValue("wrong number of arguments");
            }
            List<Long> values = new ArrayList<>();
            for (String argument : arguments) {
                Long value = whole(argument);
                if (value == null || value < -BOUND || value > BOUND) {
                    throw new RejectedValue(
                            "Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
                }
                values.add(value);
            }
            return List.copyOf(values);
        }

        @Override
        String format(List<Long> value) {
            return String.join(" ", value.stream().map(String::valueOf).toList());
        }

        @Override
        String describe() {
            return "three numbers, -2000 to 2000";
        }
    }

    /** Classes of keyspace events, in the order in which Redis shows them; A stands for all of its group. */
    private static final class Events extends ConfigType<Integer> {
        @Override
        Integer parse(List<String> arguments, Integer current, boolean fresh) throws RejectedValue {
            Integer flags = KeyspaceEvents.parse(arguments.get(0));
            if (flags == null) {
                throw new RejectedValue("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
            }
            return flags;
        }

        // Not all of it can be shown: see there.
        @Override
        String format(Integer value) {
            return KeyspaceEvents.toText(value);
        }

        @Override
        String formatForFile(Integer value) {
            return quoted(format(value));
        }

        @Override
        String describe() {
            return "letters of Ag$lshzxeKEtmdn";
        }
    }

    private static final class Percentiles extends ConfigType<List<Double>> {
        @Override
        boolean takesWords() {
            return true;
        }

        @Override
        List<Double> parse(List<String> arguments, List<Double> current, boolean fresh)
                throws RejectedValue {
            if (arguments.size() == 1 && arguments.get(0).isEmpty()) {
                return List.of();
            }
            List<Double> values = new ArrayList<>();
            DoubleResult result = new DoubleResult();
            for (String argument : arguments) {
                if (!Doubles.parse(argument.getBytes(StandardCharsets.ISO_8859_1), result)) {
                    throw new RejectedValue("Invalid latency-tracking-info-percentiles parameters");
                }
                if (result.value < 0 || result.value > 100) {
                    throw new RejectedValue(
                            "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
                }
                values.add(result.value);
            }
            return List.copyOf(values);
        }

        @Override
        String format(List<Double> value) {
            return String.join(" ", value.stream().map(Percentiles::sixDecimals).toList());
        }

        private static String sixDecimals(double value) {
            BigDecimal rounded = new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN);
            return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
        }

        @Override
        String formatForFile(List<Double> value) {
            return value.isEmpty() ? "\"\"" : format(value);
        }

        @Override
        String describe() {
            return "percentiles, 0 to 100";
        }
    }

    /** The working directory, which must exist. A Java process cannot change its own; paths are resolved against this. */
    private static final class Directory extends ConfigType<String> {
        @Override
        String parse(List<String> arguments, String current, boolean fresh) throws RejectedValue {
            if (arguments.get(0).isEmpty()) {
                throw new RejectedValue("No such file or directory");
            }
            Path path = Path.of(current).resolve(arguments.get(0));
            if (!Files.exists(path)) {
                throw new RejectedValue("No such file or directory");
            }
            if (!Files.isDirectory(path)) {
                throw new RejectedValue("Not a directory");
            }
            return path.toAbsolutePath().normalize().toString();
        }

        @Override
        String format(String value) {
            return value;
        }

        @Override
        List<Line> lines(String name, String value, String initial) {
            return List.of(new Line(name + " " + quoted(value), true));
        }

        @Override
        String describe() {
            return "a directory";
        }
    }

    /** "host port", or empty. */
    private static final class Master extends ConfigType<String> {
        @Override
        boolean takesWords() {
            return true;
        }

        @Override
        String parse(List<String> arguments, String current, boolean fresh) throws RejectedValue {
            if (arguments.size() != 2) {
                throw new RejectedValue("wrong number of arguments");
            }
            String host = arguments.get(0);
            String port = arguments.get(1);
            if (host.equalsIgnoreCase("no") && port.equalsIgnoreCase("one")) {
                return "";
            }
            Long number = whole(port);
            if (port.isEmpty() || number == null || number < 0 || number > 65535) {
                throw new RejectedValue("Invalid master port");
            }
            return host + " " + number;
        }

        @Override
        String format(String value) {
            return value;
        }

        @Override
        String formatForFile(String value) {
            return value.isEmpty() ? null : value;
        }

        @Override
        String describe() {
            return "host and port";
        }
    }
}

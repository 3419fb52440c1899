package dev.spindle.engine.config;

import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.MemoryUnits;
import dev.spindle.engine.text.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whole numbers: plain, octal, amounts of memory, and amounts that may be a percentage (kept negative). */
final class NumberType extends ConfigType<Long> {
    enum Unit {
        PLAIN,
        OCTAL,
        MEMORY,
        MEMORY_OR_PERCENT
    }

    private final Unit unit;
    private final long least;

    /** -1 for the whole range of an unsigned number. */
    private final long most;

    NumberType(Unit unit, long least, long most) {
        this.unit = unit;
        this.least = least;
        this.most = most;
    }

    @Override
    Long parse(List<String> arguments, Long current, boolean fresh) throws RejectedValue {
        String text = arguments.get(0);
        return switch (unit) {
            case PLAIN -> inBounds(plain(text));
            case OCTAL -> inBounds(octal(text));
            case MEMORY -> inBounds(memory(text, "argument must be a memory value"));
            case MEMORY_OR_PERCENT -> memoryOrPercent(text);
        };
    }

    private static long plain(String text) throws RejectedValue {
        LongResult result = new LongResult();
        if (!Numbers.parseLong(text.getBytes(StandardCharsets.ISO_8859_1), result)) {
            throw new RejectedValue("argument couldn't be parsed into an integer");
        }
        return result.value;
    }

    private static long octal(String text) throws RejectedValue {
        try {
            return Long.parseLong(text, 8);
        } catch (NumberFormatException e) {
            throw new RejectedValue("argument couldn't be parsed as an octal number");
        }
    }

    private static long memory(String text, String error) throws RejectedValue {
        LongResult result = new LongResult();
        if (!MemoryUnits.parse(text, result)) {
            throw new RejectedValue(error);
        }
        return result.value;
    }

    private long memoryOrPercent(String text) throws RejectedValue {
        String error = "argument must be a memory or percent value";
        long value;
        if (text.length() > 1 && text.endsWith("%")) {
            LongResult percent = new LongResult();
            byte[] digits =
                    text.substring(0, text.length() - 1).getBytes(StandardCharsets.ISO_8859_1);
            if (!Numbers.parseLong(digits, percent) || percent.value < 0) {
                throw new RejectedValue(error);
            }
            value = -percent.value;
        } else {
            value = memory(text, error);
        }
        if (value < least) {
            throw new RejectedValue("percentage argument must be less or equal to " + -least);
        }
        return value;
    }

    private long inBounds(long value) throws RejectedValue {
        boolean inside =
                most == -1
                        ? Long.compareUnsigned(value, least) >= 0
                        : unit == Unit.MEMORY && value < 0
                                ? false
                                : value >= least && value <= most;
        if (!inside) {
            int radix = unit == Unit.OCTAL ? 8 : 10;
            throw new RejectedValue(
                    "argument must be between "
                            + Long.toString(least, radix)
                            + " and "
                            + Long.toUnsignedString(most, radix)
                            + " inclusive");
        }
        return value;
    }

    @Override
    String format(Long value) {
        return switch (unit) {
            case PLAIN -> Long.toString(value);
            case OCTAL -> Long.toOctalString(value);
            case MEMORY -> Long.toUnsignedString(value);
            case MEMORY_OR_PERCENT -> value < 0 ? -value + "%" : Long.toString(value);
        };
    }

    @Override
    String formatForFile(Long value) {
        boolean amount = unit == Unit.MEMORY || (unit == Unit.MEMORY_OR_PERCENT && value >= 0);
        return amount ? formatMemory(value) : format(value);
    }

    /** The largest unit that expresses the amount exactly. */
    static String formatMemory(long bytes) {
        String[] names = {"gb", "mb", "kb"};
        for (int i = 0; i < names.length; i++) {
            long size = 1L << 10 * (names.length - i);
            if (bytes != 0 && Long.remainderUnsigned(bytes, size) == 0) {
                return Long.toUnsignedString(Long.divideUnsigned(bytes, size)) + names[i];
            }
        }
        return Long.toUnsignedString(bytes);
    }

    @Override
    String describe() {
        String bounds =
                unit == Unit.MEMORY_OR_PERCENT
                        ? ""
                        : least == Integer.MIN_VALUE
                                ? ""
                                : most == -1 || most == Long.MAX_VALUE || most == Integer.MAX_VALUE
                                        ? ", from " + least
                                        : ", "
                                                + Long.toString(least, unit == Unit.OCTAL ? 8 : 10)
                                                + " to "
                                                + Long.toString(most, unit == Unit.OCTAL ? 8 : 10);
        return switch (unit) {
            case PLAIN -> "number" + bounds;
            case OCTAL -> "octal" + bounds;
            case MEMORY -> "memory" + bounds;
            case MEMORY_OR_PERCENT -> "memory or percentage";
        };
    }
}

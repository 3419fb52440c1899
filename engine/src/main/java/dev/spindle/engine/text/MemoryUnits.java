package dev.spindle.engine.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Amounts of memory, as redis.conf and CONFIG SET spell them and as INFO shows them.
 *
 * <p>{@code k}, {@code m}, {@code g} are powers of 1000 and {@code kb}, {@code mb}, {@code gb} of 1024; {@code b} or
 * nothing means bytes; the letter case does not matter.
 */
public final class MemoryUnits {
    private static final int MAX_DIGITS = 127;
    private static final String LARGER = "KMGTP";

    private MemoryUnits() {}

    /**
     * Reads an amount into {@code result}, as an unsigned number of bytes.
     *
     * <p>Digits that pass 64 bits give the greatest amount, and a product that does wraps, as in Redis.
     *
     * @return whether the text is an amount
     */
    public static boolean parse(String text, LongResult result) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        long unit = unit(text.substring(digits).toLowerCase(Locale.ROOT));
        if (unit < 0 || digits > MAX_DIGITS) {
            return false;
        }
        result.value = unsigned(text.substring(0, digits)) * unit;
        return true;
    }

    private static long unit(String name) {
        return switch (name) {
            case "", "b" -> 1;
            case "k" -> 1000;
            case "kb" -> 1 << 10;
            case "m" -> 1000 * 1000;
            case "mb" -> 1 << 20;
            case "g" -> 1000 * 1000 * 1000;
            case "gb" -> 1 << 30;
            default -> -1;
        };
    }

    private static long unsigned(String digits) {
        if (digits.isEmpty()) {
            return 0;
        }
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException tooBig) {
            return -1;
        }
    }

    /** An amount for people, such as {@code 512B}, {@code 1.05M}, {@code 2.00G}. */
    public static String human(long bytes) {
        if (bytes < 1024) {
            return Long.toUnsignedString(bytes) + "B";
        }
        double amount = bytes;
        for (int i = 0; i < LARGER.length(); i++) {
            amount /= 1024;
            // Decided before rounding: 1023.999 K is shown as 1024.00K.
            if (amount < 1024) {
                byte[] text = new byte[12];
                int end = FixedPoint.write(text, 0, amount, 2);
                text[end] = (byte) LARGER.charAt(i);
                return new String(text, 0, end + 1, StandardCharsets.US_ASCII);
            }
        }
        return Long.toUnsignedString(bytes) + "B";
    }
}

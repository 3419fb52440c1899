package dev.spindle.engine.info;

import dev.spindle.engine.text.MemoryUnits;
import java.util.Locale;

/** Builds the text of INFO: headings, and one {@code name:value} per line. */
public final class InfoText {

    private final StringBuilder text = new StringBuilder(4096);

    InfoText() {}

    void heading(String title) {
        if (text.length() > 0) {
            text.append("\r\n");
        }
        text.append("# ").append(title).append("\r\n");
    }

    /** A field with text. */
    public InfoText field(String name, String value) {
        text.append(name).append(':').append(value).append("\r\n");
        return this;
    }

    /** A field with a whole number. */
    public InfoText field(String name, long value) {
        text.append(name).append(':').append(value).append("\r\n");
        return this;
    }

    /** Fields that are zero: what they count does not exist in this server yet. */
    public InfoText zero(String... names) {
        for (String name : names) {
            field(name, 0);
        }
        return this;
    }

    /** A field with a fraction. */
    public InfoText field(String name, double value, int decimals) {
        return field(name, String.format(Locale.ROOT, "%." + decimals + "f", value));
    }

    /** A field with a percentage, sign included. */
    public InfoText percent(String name, double value) {
        return field(name, String.format(Locale.ROOT, "%.2f%%", value));
    }

    /** Two fields: an amount of memory in bytes, and for people. */
    public InfoText bytes(String name, long bytes) {
        return field(name, bytes).human(name, bytes);
    }

    /** A field with an amount of memory for people. */
    public InfoText human(String name, long bytes) {
        return field(name + "_human", MemoryUnits.human(bytes));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

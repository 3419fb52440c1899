package dev.spindle.engine.info;

import dev.spindle.engine.text.FixedPoint;
import dev.spindle.engine.text.MemoryUnits;
import dev.spindle.engine.text.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds the text of INFO: headings, and one {@code name:value} per line. Monitoring asks for it every few seconds on the thread that
 * executes commands, so it is written into bytes that are used again, and leaves next to nothing for the collector.
 */
public final class InfoText {

    private static final int LONGEST_NUMBER = 32;
    private static final int MICROS_DECIMALS = 3;

    private byte[] bytes = new byte[8192];
    private int length;

    InfoText() {}

    void clear() {
        length = 0;
    }

    /** The text so far, from index 0; its length is {@link #length()}. Valid until more is written. */
    public byte[] bytes() {
        return bytes;
    }

    /** Bytes of the text so far. */
    public int length() {
        return length;
    }

    void heading(String title) {
        if (length > 0) {
            end();
        }
        add("# ").add(title).end();
    }

    /** A field with text. */
    public InfoText field(String name, String value) {
        return begin(name).add(value).end();
    }

    /** A field with a whole number. */
    public InfoText field(String name, long value) {
        return begin(name).add(value).end();
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
        return begin(name).add(value, decimals).end();
    }

    /** A field with a percentage, sign included. */
    public InfoText percent(String name, double value) {
        return begin(name).add(value, 2).add("%").end();
    }

    /** Two fields: an amount of memory in bytes, and for people. */
    public InfoText bytes(String name, long bytes) {
        return field(name, bytes).human(name, bytes);
    }

    /** A field with an amount of memory for people. */
    public InfoText human(String name, long bytes) {
        return add(name).begin("_human").add(MemoryUnits.human(bytes)).end();
    }

    // Lines are put together from parts: name, colon, parts of the value, end.
    InfoText begin(String name) {
        return add(name).add(":");
    }

    InfoText end() {
        return add("\r\n");
    }

    InfoText add(String text) {
        int chars = text.length();
        reserve(chars);
        int at = length;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c > 127) {
                return addUtf8(text);
            }
            bytes[at++] = (byte) c;
        }
        length = at;
        return this;
    }

    private InfoText addUtf8(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        reserve(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    InfoText add(long value) {
        reserve(LONGEST_NUMBER);
        length += Numbers.writeLong(bytes, length, value);
        return this;
    }

    InfoText add(double value, int decimals) {
        reserve(LONGEST_NUMBER);
        length = FixedPoint.write(bytes, length, value, decimals);
        return this;
    }

    // Nanoseconds as microseconds with their three decimals.
    InfoText addMicros(long ns) {
        return add(ns / 1e3, MICROS_DECIMALS);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}

package dev.spindle.engine.testkit;

import dev.spindle.engine.propagation.EffectSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;

/** Keeps every effect as words, one character per byte, and where units end. */
public final class EffectCollector implements EffectSink {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    /**
     * One effect.
     *
     * @param db number of its database.
     * @param words its arguments.
     */
    public record Effect(int db, List<String> words) {
        @Override
        public String toString() {
            return db + ":" + String.join(" ", words);
        }
    }

    private final List<List<Effect>> units = new ArrayList<>();
    private final List<Effect> messages = new ArrayList<>();
    private List<Effect> unit = new ArrayList<>();
    private final boolean takesMessages;

    /** As a log: of no use for messages. */
    public EffectCollector() {
        this(false);
    }

    /** As a log, or as a replica. */
    public EffectCollector(boolean takesMessages) {
        this.takesMessages = takesMessages;
    }

    @Override
    public void effect(int db, long address, int length) {
        unit.add(parse(db, address, length));
    }

    @Override
    public void units(int db, long address, int length) {
        int begin = 0;
        while (begin < length) {
            int end = endOfArray(text(address + begin, length - begin));
            effect(db, address + begin, end);
            complete();
            begin += end;
        }
    }

    @Override
    public boolean takesMessages() {
        return takesMessages;
    }

    @Override
    public void message(int db, long address, int length) {
        messages.add(parse(db, address, length));
    }

    @Override
    public void complete() {
        if (!unit.isEmpty()) {
            units.add(unit);
            unit = new ArrayList<>();
        }
    }

    private static Effect parse(int db, long address, int length) {
        return new Effect(db, words(text(address, length)));
    }

    private static String text(long address, int length) {
        byte[] bytes = new byte[length];
        UnsafeApi.copyMemory(null, address, bytes, BYTES, length);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The words of an array of bulk strings, in the one form that is right, to its last byte. */
    public static List<String> words(String frame) {
        int[] at = {0};
        List<String> words = words(frame, at);
        if (at[0] != frame.length()) {
            throw new AssertionError("more than an array in " + frame);
        }
        return words;
    }

    private static int endOfArray(String frames) {
        int[] at = {0};
        words(frames, at);
        return at[0];
    }

    private static List<String> words(String frame, int[] at) {
        int count = number(frame, at, '*');
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int size = number(frame, at, '$');
            words.add(frame.substring(at[0], at[0] + size));
            at[0] += size;
            if (!frame.startsWith("\r\n", at[0])) {
                throw new AssertionError("no line end in " + frame);
            }
            at[0] += 2;
        }
        return words;
    }

    private static int number(String frame, int[] at, char kind) {
        int end = frame.indexOf("\r\n", at[0]);
        String digits = frame.substring(at[0] + 1, end);
        int number = Integer.parseInt(digits);
        if (frame.charAt(at[0]) != kind || !digits.equals(Integer.toString(number))) {
            throw new AssertionError("not the usual form: " + frame);
        }
        at[0] = end + 2;
        return number;
    }

    /** The units so far. */
    public List<List<Effect>> units() {
        return units;
    }

    /** What only replicas are told. */
    public List<Effect> messages() {
        return messages;
    }

    /** The units since the last time, as text: effects between commas, units on lines. */
    public String take() {
        if (!unit.isEmpty()) {
            throw new AssertionError("an incomplete unit: " + unit);
        }
        StringBuilder text = new StringBuilder();
        for (List<Effect> each : units) {
            text.append(text.isEmpty() ? "" : "\n");
            text.append(String.join(", ", each.stream().map(Effect::toString).toList()));
        }
        units.clear();
        return text.toString();
    }
}

package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What an element of each type of collection costs in used_memory. */
final class ElementsMode implements Mode {

    private static final int ELEMENTS = 1_000_000;
    private static final int BATCH = 64;
    private static final int FIELDS = 10;
    private static final int STREAM_FIELDS = 4;

    /** Puts the request that adds what has a number at the buffer's position. */
    interface Maker {
        void put(ByteBuffer buffer, int number);
    }

    /**
     * A data set.
     *
     * @param elementsPerRequest what one request adds
     */
    private record DataSet(String name, int requests, int elementsPerRequest, Maker maker) {}

    private static final List<DataSet> SETS =
            List.of(
                    new DataSet(
                            "hashes of 10 fields, values of 8 random letters",
                            ELEMENTS / FIELDS,
                            FIELDS,
                            (to, n) -> smallHash(to, n, 8)),
                    new DataSet(
                            "hashes of 10 fields, values of 32 random letters",
                            ELEMENTS / FIELDS,
                            FIELDS,
                            (to, n) -> smallHash(to, n, 32)),
                    new DataSet(
                            "hash of 1 M fields, values of 32 random letters",
                            ELEMENTS,
                            1,
                            (to, n) ->
                                    request(to, "HSET", "big", "field:" + digits(n), text(n, 32))),
                    new DataSet(
                            "set of 1 M members",
                            ELEMENTS,
                            1,
                            (to, n) -> request(to, "SADD", "big", "member:" + digits(n))),
                    new DataSet(
                            "sorted set of 1 M members, scores random",
                            ELEMENTS,
                            1,
                            (to, n) ->
                                    request(
                                            to,
                                            "ZADD",
                                            "big",
                                            Long.toString(mixed(n) >>> 34),
                                            "member:" + digits(n))),
                    new DataSet(
                            "list of 1 M elements, numbered",
                            ELEMENTS,
                            1,
                            (to, n) -> request(to, "RPUSH", "big", "element:" + digits(n))),
                    new DataSet(
                            "list of 1 M elements, 32 random letters",
                            ELEMENTS,
                            1,
                            (to, n) -> request(to, "RPUSH", "big", text(n, 32))),
                    new DataSet(
                            "stream of 1 M entries, 4 fields, numbered values",
                            ELEMENTS,
                            1,
                            (to, n) -> entry(to, n, false)),
                    new DataSet(
                            "stream of 1 M entries, 4 fields, values of 8 random letters",
                            ELEMENTS,
                            1,
                            (to, n) -> entry(to, n, true)));

    @Override
    public String name() {
        return "elements";
    }

    @Override
    public String title() {
        return "Memory per element";
    }

    @Override
    public String explanation() {
        return "What used_memory grew by, divided by the elements added. Members, fields and list elements end in twelve digits."
                + " Random letters resemble nothing: only what keeps a letter in less than a byte makes them smaller. Numbered values"
                + " resemble their neighbours, as identifiers, dates and counters do. The small hashes all have the same ten fields, as records of a kind"
                + " have, and are made with all of them at once.";
    }

    @Override
    public void run(Comparison comparison, Section section) throws IOException {
        CompareOptions options = comparison.options();
        for (DataSet set : SETS) {
            if (!isChosen(set, options)) {
                continue;
            }
            Readings bytes = new Readings();
            for (Role role : Role.values()) {
                try (ServerProcess server =
                        comparison.launcher().start(role, options.idleStrategy)) {
                    long used = server.info("memory").number("used_memory");
                    KeyWriter.write(server.endpoint(), set.maker(), set.requests(), BATCH);
                    double grown = server.info("memory").number("used_memory") - used;
                    bytes.add(role, grown / set.requests() / set.elementsPerRequest());
                }
            }
            section.add(
                    bytes.measurement(
                            set.name(), 0, 0, "used_memory per element", "bytes", Better.LOWER));
        }
    }

    private static boolean isChosen(DataSet set, CompareOptions options) {
        return options.dataSets.isEmpty()
                || options.dataSets.stream().anyMatch(start -> set.name().startsWith(start));
    }

    private static void smallHash(ByteBuffer to, int number, int valueBytes) {
        String[] words = new String[2 + 2 * FIELDS];
        words[0] = "HSET";
        words[1] = "hash:" + digits(number);
        for (int i = 0; i < FIELDS; i++) {
            words[2 + 2 * i] = "field:" + i;
            int seed = number * FIELDS + i;
            words[3 + 2 * i] = text(seed, valueBytes);
        }
        request(to, words);
    }

    private static void entry(ByteBuffer to, int number, boolean random) {
        String[] words = new String[3 + 2 * STREAM_FIELDS];
        words[0] = "XADD";
        words[1] = "big";
        words[2] = number + 1 + "-0";
        for (int i = 0; i < STREAM_FIELDS; i++) {
            words[3 + 2 * i] = "field" + i;
            words[4 + 2 * i] =
                    random
                            ? text(number * STREAM_FIELDS + i, 8)
                            : "value" + i + ":" + (number + i * 7);
        }
        request(to, words);
    }

    private static void request(ByteBuffer to, String... words) {
        StringBuilder frame = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            frame.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        to.put(frame.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String digits(int number) {
        String text = Integer.toString(number);
        return "0".repeat(12 - text.length()) + text;
    }

    // Splitmix64: the same text for the same number, in every run and for both servers.
    private static long mixed(long number) {
        long z = (number + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private static String text(int number, int length) {
        StringBuilder text = new StringBuilder(length);
        long bits = 0;
        for (int i = 0; i < length; i++) {
            if (i % 12 == 0) {
                bits = mixed(number * 31L + i);
            }
            text.append((char) ('a' + (bits & 31) % 26));
            bits >>>= 5;
        }
        return text.toString();
    }
}

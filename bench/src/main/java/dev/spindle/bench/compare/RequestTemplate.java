package dev.spindle.bench.compare;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of one request whose key ends in twelve digits, the shape that redis-benchmark gives its keys ({@code
 * key:000000000123}, {@code counter:000000000123}), so that both loads meet the same keys.
 */
final class RequestTemplate {
    private static final int DIGITS = 12;
    private static final String ZEROS = "0".repeat(DIGITS);

    private final byte[] bytes;
    private final int digitsOffset;

    private RequestTemplate(String... command) {
        StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
        int digits = -1;
        for (String argument : command) {
            request.append('$').append(argument.length()).append("\r\n");
            if (argument.endsWith(":" + ZEROS)) {
                digits = request.length() + argument.length() - DIGITS;
            }
            request.append(argument).append("\r\n");
        }
        bytes = request.toString().getBytes(StandardCharsets.ISO_8859_1);
        digitsOffset = digits;
    }

    /**
     * The request of a test by redis-benchmark's name.
     *
     * @throws IllegalArgumentException if the test has no template
     */
    static RequestTemplate ofTest(String test, int valueBytes) {
        return switch (test) {
            case "set" -> new RequestTemplate("SET", "key:" + ZEROS, "x".repeat(valueBytes));
            case "get" -> new RequestTemplate("GET", "key:" + ZEROS);
            case "incr" -> new RequestTemplate("INCR", "counter:" + ZEROS);
            case "ping", "ping_mbulk" -> new RequestTemplate("PING");
            default ->
                    throw new IllegalArgumentException(
                            "test " + test + " is only known to redis-benchmark");
        };
    }

    int length() {
        return bytes.length;
    }

    /** Puts the request with the key of that number at the buffer's position. */
    void put(ByteBuffer buffer, int number) {
        int start = buffer.position();
        buffer.put(bytes);
        renumber(buffer, start, number);
    }

    /** Changes the key's number of a request that lies at {@code start}. */
    void renumber(ByteBuffer buffer, int start, int number) {
        if (digitsOffset < 0) {
            return;
        }
        int at = start + digitsOffset + DIGITS - 1;
        for (int rest = number, i = 0; i < DIGITS; i++) {
            buffer.put(at - i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}

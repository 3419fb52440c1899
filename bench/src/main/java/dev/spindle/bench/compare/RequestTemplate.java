package dev.spindle.bench.compare;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The bytes of one request as redis-benchmark makes it: its keys, members and scores end in twelve digits ({@code
 * key:000000000123}, {@code element:000000000123}), so that both loads meet the same ones.
 */
final class RequestTemplate {
    private static final int DIGITS = 12;
    private static final int GROUP = Integer.BYTES;
    private static final int[] GROUPS = groups();
    private static final int KEYS_OF_MSET = 10;
    private static final String ZEROS = "0".repeat(DIGITS);

    private final byte[] bytes;
    private final int[] digitsOffsets;

    private RequestTemplate(String... command) {
        StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
        int[] offsets = new int[command.length];
        int numbers = 0;
        for (String argument : command) {
            request.append('$').append(argument.length()).append("\r\n");
            if (argument.endsWith(ZEROS)) {
                offsets[numbers++] = request.length() + argument.length() - DIGITS;
            }
            request.append(argument).append("\r\n");
        }
        bytes = request.toString().getBytes(StandardCharsets.ISO_8859_1);
        digitsOffsets = Arrays.copyOf(offsets, numbers);
    }

    /**
     * The request of a test by redis-benchmark's name.
     *
     * @throws IllegalArgumentException if the test has no template
     */
    static RequestTemplate ofTest(String test, int valueBytes) {
        String value = "x".repeat(valueBytes);
        return switch (test) {
            case "set" -> new RequestTemplate("SET", "key:" + ZEROS, value);
            case "get" -> new RequestTemplate("GET", "key:" + ZEROS);
            case "incr" -> new RequestTemplate("INCR", "counter:" + ZEROS);
            case "ping", "ping_mbulk" -> new RequestTemplate("PING");
            case "lpush" -> new RequestTemplate("LPUSH", "mylist", value);
            case "rpush" -> new RequestTemplate("RPUSH", "mylist", value);
            case "lpop" -> new RequestTemplate("LPOP", "mylist");
            case "rpop" -> new RequestTemplate("RPOP", "mylist");
            case "lrange_100" -> new RequestTemplate("LRANGE", "mylist", "0", "99");
            case "lrange_300" -> new RequestTemplate("LRANGE", "mylist", "0", "299");
            case "lrange_500" -> new RequestTemplate("LRANGE", "mylist", "0", "499");
            case "lrange_600" -> new RequestTemplate("LRANGE", "mylist", "0", "599");
            case "sadd" -> new RequestTemplate("SADD", "myset", "element:" + ZEROS);
            case "spop" -> new RequestTemplate("SPOP", "myset");
            case "hset" -> new RequestTemplate("HSET", "myhash", "element:" + ZEROS, value);
            case "zadd" -> new RequestTemplate("ZADD", "myzset", ZEROS, "element:" + ZEROS);
            case "zpopmin" -> new RequestTemplate("ZPOPMIN", "myzset");
            case "mset" -> new RequestTemplate(multipleSet(value));
            case "xadd" -> new RequestTemplate("XADD", "mystream", "*", "myfield", value);
            default ->
                    throw new IllegalArgumentException(
                            "test " + test + " is only known to redis-benchmark");
        };
    }

    private static String[] multipleSet(String value) {
        Stream<String> pairs =
                Stream.generate(() -> Stream.of("key:" + ZEROS, value))
                        .limit(KEYS_OF_MSET)
                        .flatMap(pair -> pair);
        return Stream.concat(Stream.of("MSET"), pairs).toArray(String[]::new);
    }

    int length() {
        return bytes.length;
    }

    /** Puts the request at the buffer's position; every number in it is the one given. */
    void put(ByteBuffer buffer, int number) {
        int start = buffer.position();
        buffer.put(bytes);
        for (int offset : digitsOffsets) {
            renumber(buffer, start + offset, number);
        }
    }

    /** Draws all numbers of a request that lies at {@code start} anew, each by itself. */
    void randomize(ByteBuffer buffer, int start, SplittableRandom random, int keyspace) {
        for (int offset : digitsOffsets) {
            renumber(buffer, start + offset, random.nextInt(keyspace));
        }
    }

    // Four digits at a time: a load that shares its core should spend little on this.
    private static void renumber(ByteBuffer buffer, int from, int number) {
        int rest = number;
        for (int at = from + DIGITS - GROUP; at >= from; at -= GROUP) {
            buffer.putInt(at, GROUPS[rest % GROUPS.length]);
            rest /= GROUPS.length;
        }
    }

    // The text of each number of four digits, in the byte order that buffers have at first.
    private static int[] groups() {
        int[] groups = new int[10_000];
        for (int number = 0; number < groups.length; number++) {
            int rest = number;
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                groups[number] |= '0' + rest % 10 << shift;
                rest /= 10;
            }
        }
        return groups;
    }
}

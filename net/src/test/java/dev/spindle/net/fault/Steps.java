package dev.spindle.net.fault;

import dev.spindle.engine.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Numbered commands, and the state that stands after any number of them.
 *
 * <p>Step n is of kind n mod {@link #KINDS} and leaves n in what it writes, so that a state shows the last step that left something, and a
 * hole, a step that was repeated, or half of a transaction shows as a difference. Sums, lists and pops are among them, since what merely
 * sets something would hide that it was done twice.
 */
final class Steps {

    /** Different commands. */
    static final int KINDS = 11;

    private static final int KEYS = 97;
    private static final int FIELDS = 53;
    private static final int MEMBERS = 61;
    private static final int BLOBS = 5;
    private static final int KEPT = 200;
    private static final int LONGEST = 6000;

    // State after step "last".
    private long last;
    private long sum;
    private final Deque<String> list = new ArrayDeque<>();
    private final Map<String, String> strings = new TreeMap<>();
    private final Map<String, String> hash = new TreeMap<>();
    private final Map<String, String> ranks = new TreeMap<>();
    private String bag;

    /** The last step that was applied. */
    long last() {
        return last;
    }

    /** How many replies a step has; it is acknowledged with the last of them. */
    static int replies(long n) {
        return n % KINDS == 3 ? 4 : 1;
    }

    /** Appends the request of a step. */
    static void encode(long n, ByteArrayOutputStream to) {
        String number = Long.toString(n);
        switch ((int) (n % KINDS)) {
            case 0 -> add(to, "INCRBY", "sum", number);
            case 1 -> add(to, "RPUSH", "list", number);
            case 2 -> add(to, "SET", "key:" + n % KEYS, number);
            case 3 -> {
                add(to, "MULTI");
                add(to, "SET", "pair:a", number);
                add(to, "SET", "pair:b", number);
                add(to, "EXEC");
            }
            case 4 -> add(to, "HSET", "hash", "f" + n % FIELDS, number);
            case 5 -> add(to, "ZADD", "ranks", number, "m" + n % MEMBERS);
            case 6 -> add(to, "LTRIM", "list", "-" + KEPT, "-1");
            case 7 -> add(to, "SET", "blob:" + n % BLOBS, blob(n));
            case 8 -> add(to, "SPOP", "bag");
            case 9 -> add(to, "SADD", "bag", number);
            default -> add(to, "SET", "timed", number, "EX", "100000");
        }
    }

    private static void add(ByteArrayOutputStream to, String... words) {
        to.writeBytes(RawClient.encode(RawClient.bytes(words)));
    }

    private static String blob(long n) {
        String number = n + ".";
        return number.repeat(1 + (int) (n * 7919 % LONGEST) / number.length());
    }

    /** Applies the next step. */
    void apply() {
        long n = ++last;
        String number = Long.toString(n);
        switch ((int) (n % KINDS)) {
            case 0 -> sum += n;
            case 1 -> list.add(number);
            case 2 -> strings.put("key:" + n % KEYS, number);
            case 3 -> {
                strings.put("pair:a", number);
                strings.put("pair:b", number);
            }
            case 4 -> hash.put("f" + n % FIELDS, number);
            case 5 -> ranks.put("m" + n % MEMBERS, number);
            case 6 -> {
                while (list.size() > KEPT) {
                    list.remove();
                }
            }
            case 7 -> strings.put("blob:" + n % BLOBS, blob(n));
            case 8 -> bag = null;
            case 9 -> bag = number;
            default -> strings.put("timed", number);
        }
    }

    /**
     * Applies steps until the state is that of a server.
     *
     * @param atMost steps that were ever sent.
     * @return null when it is; else what differs at the step that the state shows as its last.
     */
    String goTo(RawClient client, long atMost) {
        Steps is = read(client);
        long shown = is.last;
        if (shown > atMost) {
            return "step " + shown + " is there, only " + atMost + " were sent";
        }
        while (last < shown) {
            apply();
        }
        String first = difference(is);
        String difference = first;
        // Some steps leave no number: the state may be that of one a little later.
        while (last < atMost && last < shown + KINDS && (difference != null || isIdle(last + 1))) {
            apply();
            difference = difference(is);
        }
        return difference == null ? null : "shows step " + shown + ": " + first;
    }

    // Whether a step changes nothing in this state.
    private boolean isIdle(long n) {
        return n % KINDS == 6 && list.size() <= KEPT || n % KINDS == 8 && bag == null;
    }

    private String difference(Steps is) {
        if (sum != is.sum) {
            return "sum " + is.sum + ", should be " + sum;
        }
        if (!Objects.equals(bag, is.bag)) {
            return "bag " + is.bag + ", should be " + bag;
        }
        String text = difference("strings", strings, is.strings);
        text = text != null ? text : difference("hash", hash, is.hash);
        text = text != null ? text : difference("ranks", ranks, is.ranks);
        if (text == null && !List.copyOf(list).equals(List.copyOf(is.list))) {
            text = "list " + is.list + ", should be " + list;
        }
        return text;
    }

    private static String difference(
            String what, Map<String, String> should, Map<String, String> is) {
        Map<String, String> wrong = new TreeMap<>();
        should.forEach((k, v) -> note(wrong, k, v, is.get(k)));
        is.forEach((k, v) -> note(wrong, k, should.get(k), v));
        return wrong.isEmpty() ? null : what + " " + wrong;
    }

    private static void note(Map<String, String> wrong, String key, String should, String is) {
        if (!Objects.equals(should, is)) {
            wrong.put(key, brief(is) + ", should be " + brief(should));
        }
    }

    private static String brief(String value) {
        return value == null || value.length() < 20 ? value : value.substring(0, 20) + "...";
    }

    private static Steps read(RawClient client) {
        Steps is = new Steps();
        String sum = client.text("GET", "sum");
        is.sum = sum == null ? 0 : Long.parseLong(sum);
        is.list.addAll(client.elements("LRANGE", "list", "0", "-1"));
        is.readStrings(client);
        List<String> fields = client.elements("HGETALL", "hash");
        for (int i = 0; i < fields.size(); i += 2) {
            is.hash.put(fields.get(i), fields.get(i + 1));
        }
        List<String> scores = client.elements("ZRANGE", "ranks", "0", "-1", "WITHSCORES");
        for (int i = 0; i < scores.size(); i += 2) {
            is.ranks.put(scores.get(i), scores.get(i + 1));
        }
        List<String> members = client.elements("SMEMBERS", "bag");
        is.bag = members.isEmpty() ? null : String.join(",", members);
        if (is.strings.containsKey("timed")
                && Long.parseLong(client.text("TTL", "timed")) <= 90_000) {
            is.strings.put("timed", "without its time");
        }
        is.last = is.shown();
        return is;
    }

    private void readStrings(RawClient client) {
        List<String> keys = new ArrayList<>(List.of("pair:a", "pair:b", "timed"));
        for (int i = 0; i < KEYS; i++) {
            keys.add("key:" + i);
        }
        for (int i = 0; i < BLOBS; i++) {
            keys.add("blob:" + i);
        }
        List<String> request = new ArrayList<>(keys);
        request.add(0, "MGET");
        List<String> values = client.elements(request.toArray(new String[0]));
        for (int i = 0; i < keys.size(); i++) {
            if (values.get(i) != null) {
                strings.put(keys.get(i), values.get(i));
            }
        }
    }

    private long shown() {
        List<String> numbers = new ArrayList<>(list);
        strings.forEach((k, v) -> numbers.add(k.startsWith("blob") ? v.split("\\.")[0] : v));
        numbers.addAll(hash.values());
        numbers.addAll(ranks.values());
        if (bag != null) {
            numbers.addAll(Arrays.asList(bag.split(",")));
        }
        return numbers.stream()
                .filter(number -> !number.startsWith("without"))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
    }
}

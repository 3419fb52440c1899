package dev.spindle.rdb.testkit;

import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Data that crosses every threshold of every encoding. */
public final class DataSets {

    private static final String FAR = "4000000000000";

    private final EngineHarness engine;
    private final Random random;

    /** Fills an engine; what is random depends on the seed alone. */
    public DataSets(EngineHarness engine, long seed) {
        this.engine = engine;
        random = new Random(seed);
    }

    /** All types, with sizes at both sides of each threshold. */
    public void everything() {
        strings();
        lists();
        sets();
        sortedSets();
        hashes();
        streams();
        expiries();
    }

    private void run(String... words) {
        String reply = engine.command(words);
        if (reply.startsWith("-")) {
            throw new IllegalStateException(String.join(" ", words) + ": " + reply);
        }
    }

    private String noise(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) random.nextInt(256));
        }
        return text.toString();
    }

    private String words(int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append("word-").append(random.nextInt(30)).append(' ');
        }
        return text.substring(0, length);
    }

    private String number() {
        int bits = random.nextInt(64);
        return Long.toString(random.nextLong() >> bits);
    }

    public void strings() {
        long[] edges = {0, 1, 63, 127, 128, 255, 32767, 32768, 65536, 1L << 31, 1L << 32, 1L << 62};
        for (long edge : edges) {
            for (long value = edge - 1; value <= edge + 1; value++) {
                run("SET", "int:" + value, Long.toString(value));
                run("SET", "int:-" + value, Long.toString(-value));
            }
        }
        run("SET", "int:min", Long.toString(Long.MIN_VALUE));
        run("SET", "int:max", Long.toString(Long.MAX_VALUE));
        run("SET", "12345", "a key that is a number");
        run("APPEND", "appended", "12");
        run("APPEND", "appended", "34");
        for (int length :
                new int[] {
                    0, 1, 11, 12, 20, 21, 44, 45, 63, 64, 255, 256, 1023, 1024, 1025, 16383, 16384,
                    70_000, 300_000
                }) {
            run("SET", "noise:" + length, noise(length));
            run("SET", "words:" + length, words(length));
            run("SET", "same:" + length, "x".repeat(length));
        }
        run("SET", "long key " + words(300), "v");
        run("SET", noise(20_000), noise(30));
    }

    public void lists() {
        for (int count : new int[] {1, 2, 3, 100, 127, 128, 129, 500, 3000}) {
            fillList("list:numbers:" + count, count, 0);
            fillList("list:short:" + count, count, 12);
            fillList("list:mixed:" + count, count, 300);
        }
        for (int i = 0; i < 500; i++) {
            // Kept in fewer bits a character.
            run("RPUSH", "list:letters", letters(32));
            run("RPUSH", "list:tokens", "token:" + letters(random.nextInt(300)));
        }
        for (int length : new int[] {62, 63, 64, 4094, 4095, 4096, 8100, 8190, 8191, 8192, 8193}) {
            run("RPUSH", "list:edge:" + length, noise(length), "1", noise(length), "2", words(9));
        }
        run("RPUSH", "list:large", "a", noise(100_000), words(100_000), "b", "");
        // The longest elements whose length is written behind them in two bytes.
        for (int length = 16376; length <= 16380; length++) {
            run("RPUSH", "list:back", noise(length), "x");
        }
    }

    private String letters(int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private void fillList(String key, int count, int most) {
        for (int i = 0; i < count; i++) {
            String element =
                    most == 0 || random.nextInt(4) == 0 ? number() : noise(random.nextInt(most));
            run(random.nextBoolean() ? "LPUSH" : "RPUSH", key, element);
        }
    }

    public void sets() {
        for (int count : new int[] {1, 2, 127, 128, 129, 511, 512, 513, 2000}) {
            for (int i = 0; i < count; i++) {
                run("SADD", "set:int16:" + count, Integer.toString(random.nextInt(30_000)));
                run("SADD", "set:int32:" + count, Integer.toString(random.nextInt()));
                run("SADD", "set:int64:" + count, number());
                run(
                        "SADD",
                        "set:mixed:" + count,
                        i % 3 == 0 ? number() : noise(1 + random.nextInt(20)));
            }
        }
        run("SADD", "set:narrowed", "1", "2", "5000000000");
        run("SREM", "set:narrowed", "5000000000");
        for (int length : new int[] {63, 64, 65}) {
            run("SADD", "set:member:" + length, noise(length), "7");
        }
    }

    public void sortedSets() {
        String[] scores = {
            "0",
            "-0",
            "1",
            "-1",
            "0.1",
            "1e300",
            "-1e-300",
            "inf",
            "-inf",
            "9007199254740993",
            "4611686018427387904",
            "3.0",
            "1234567890123",
            "17179869184.5"
        };
        for (int i = 0; i < scores.length; i++) {
            run("ZADD", "zset:scores", scores[i], "m" + i);
            run("ZADD", "zset:scores:large", scores[i], "m" + i + words(70));
        }
        for (int count : new int[] {1, 127, 128, 129, 2000}) {
            for (int i = 0; i < count; i++) {
                double score =
                        random.nextInt(5) == 0 ? random.nextInt(20) : random.nextGaussian() * 1e6;
                String member = random.nextInt(3) == 0 ? number() : noise(random.nextInt(30));
                run("ZADD", "zset:" + count, Double.toString(score), member);
            }
        }
        run("ZADD", "zset:64", "1", noise(64));
        run("ZADD", "zset:65", "1", noise(65));
    }

    public void hashes() {
        for (int count : new int[] {1, 127, 128, 129, 511, 512, 513, 2000}) {
            for (int i = 0; i < count; i++) {
                String value = random.nextBoolean() ? number() : words(random.nextInt(60));
                run("HSET", "hash:" + count, random.nextInt(5) == 0 ? number() : "f" + i, value);
            }
        }
        for (int length : new int[] {63, 64, 65, 5000}) {
            run("HSET", "hash:value:" + length, "f", noise(length));
            run("HSET", "hash:field:" + length, noise(length), "1");
        }
    }

    /** Hashes some of whose fields have a time, which only Redis 7.4 can load. */
    public void timedHashes() {
        for (int count : new int[] {1, 20, 600}) {
            for (int i = 0; i < count; i++) {
                run("HSET", "timed:" + count, "f" + i, number());
                if (i % 3 == 0) {
                    run(
                            "HPEXPIREAT",
                            "timed:" + count,
                            "" + (4_000_000_000_000L - i),
                            "FIELDS",
                            "1",
                            "f" + i);
                }
            }
        }
    }

    public void streams() {
        for (int count : new int[] {1, 3, 99, 100, 101, 350}) {
            String key = "stream:" + count;
            for (int i = 0; i < count; i++) {
                String id = (1000 + i / 3) + "-" + (i % 3 + 1);
                List<String> add =
                        new ArrayList<>(List.of("XADD", key, id, "name", words(10), "n", "" + i));
                add.addAll(List.of("digest", String.format("%016x", random.nextLong())));
                if (random.nextInt(4) == 0) {
                    add.addAll(List.of("more", noise(random.nextInt(40))));
                }
                run(add.toArray(new String[0]));
            }
            for (int i = 0; i < count / 5; i++) {
                int gone = random.nextInt(count);
                run("XDEL", key, (1000 + gone / 3) + "-" + (gone % 3 + 1));
            }
            run("XGROUP", "CREATE", key, "readers", "0");
            run("XGROUP", "CREATE", key, "idle", "$");
            run("XGROUP", "CREATECONSUMER", key, "readers", "sleeper");
            run("XREADGROUP", "GROUP", "readers", "alice", "COUNT", "70", "STREAMS", key, ">");
            run("XREADGROUP", "GROUP", "readers", "bob", "COUNT", "2", "STREAMS", key, ">");
            run("XACK", key, "readers", "1000-1", "1001-2");
        }
        run("XADD", "stream:emptied", "5-5", "a", "b");
        run("XDEL", "stream:emptied", "5-5");
        run("XGROUP", "CREATE", "stream:made", "g", "$", "MKSTREAM");
        run("XADD", "stream:wide", "18446744073709551615-18446744073709551614", "f", noise(5000));
        run("XADD", "stream:wide", "18446744073709551615-18446744073709551615", "f", "");
        run("XADD", "stream:trimmed", "1-1", "a", "1");
        for (int i = 2; i < 500; i++) {
            run("XADD", "stream:trimmed", "MAXLEN", "50", "1-" + i, "a", "" + i);
        }
    }

    public void expiries() {
        run("SELECT", "3");
        for (int i = 0; i < 50; i++) {
            run("SET", "expiring:" + i, "v", "PXAT", FAR);
            run("RPUSH", "list", "" + i);
        }
        run("PEXPIREAT", "list", FAR);
        run("SELECT", "15");
        run("SET", "last", "database");
        run("SELECT", "0");
    }
}

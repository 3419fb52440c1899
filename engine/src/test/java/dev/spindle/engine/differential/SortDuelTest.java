package dev.spindle.engine.differential;

import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SORT and SORT_RO against a real server, in both versions of the protocol. */
class SortDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 1500);

    private static final String[] CASES = {
        "RPUSH l 3 1 2 10 -5 2.5 0",
        "SORT l",
        "SORT l DESC",
        "SORT l ASC DESC",
        "SORT l DESC ASC",
        "SORT l ALPHA",
        "SORT l ALPHA DESC",
        "SORT l LIMIT 0 3",
        "SORT l LIMIT 2 2",
        "SORT l LIMIT 5 100",
        "SORT l LIMIT 100 2",
        "SORT l LIMIT -1 2",
        "SORT l LIMIT 2 -1",
        "SORT l LIMIT 0 0",
        "SORT l LIMIT x 1",
        "SORT l LIMIT 1 x",
        "SORT l LIMIT 1",
        "SORT l OTHER",
        "SORT l STORE",
        "SORT l BY",
        "SORT l GET",
        "SORT none",
        "SORT none GET # BY w_* LIMIT 0 1",
        "SORT",
        "SORT_RO l",
        "SORT_RO l STORE d",
        "SORT_RO l DESC LIMIT 0 2 GET #",
        "SORT l STORE d",
        "LRANGE d 0 -1",
        "SORT l BY nosort",
        "SORT l BY nosort DESC",
        "SORT l BY nosort LIMIT 1 2 GET #",
        "MSET w_1 30 w_2 20 w_3 10 w_10 0 d_1 one d_2 two d_3 three",
        "SORT l BY w_*",
        "SORT l BY w_* DESC",
        "SORT l BY w_* GET d_* GET #",
        "SORT l BY w_* GET d_*",
        "SORT l GET d_* GET # GET fixed GET none_*",
        "SORT l BY w_* GET d_* STORE d",
        "LRANGE d 0 -1",
        "SORT l BY w_* ALPHA LIMIT 3 4",
        "SORT l GET get BY w_*",
        "HSET h_1 f 5 g a",
        "HSET h_2 f 4 g b",
        "HSET h_3 f 3",
        "HSET h_10 f x",
        "SORT l BY h_*->f",
        "DEL h_10",
        "SORT l BY h_*->f",
        "SORT l BY h_*->g ALPHA LIMIT 5 2",
        "SORT l BY h_*->f GET h_*->g GET # GET h_*->none",
        "SORT l GET h_*-> GET h_* GET d_*->f GET ->",
        "SET h_2-> odd",
        "SORT l GET h_*->",
        "SET w_2 text",
        "SORT l BY w_*",
        "SORT l BY w_* ALPHA GET w_*",
        "RPUSH t banana apple cherry",
        "SORT t",
        "SORT t ALPHA",
        "SORT t ALPHA DESC LIMIT 1 1",
        "SORT t BY nosort",
        "SORT t STORE d",
        "EXISTS d",
        "SORT none STORE d",
        "EXISTS d",
        "SORT none STORE d",
        "SET s text",
        "SORT s",
        "SORT s OTHER",
        "SORT h_1",
        "SORT l STORE s",
        "TYPE s",
        "EXPIRE s 100",
        "SORT l STORE s DESC",
        "TTL s",
        "LRANGE s 0 -1",
        "SORT s STORE s",
        "LRANGE s 0 -1",
        "SADD set 5 3 9 -1 77",
        "SORT set",
        "SORT set DESC LIMIT 1 2",
        "SORT set BY nosort STORE d",
        "LRANGE d 0 -1",
        "ZADD z 3 1 2 2 1 3",
        "SORT z",
        "SORT z BY nosort",
        "SORT z BY nosort DESC",
        "SORT z BY nosort DESC LIMIT 0 1",
        "SORT z DESC GET # GET d_*",
        "RPUSH odd '' 1e2 0x10 inf -inf 3",
        "SORT odd",
        "RPUSH odd nan",
        "SORT odd",
        "RPUSH ties 1.0 1 01 1.00",
        "SORT ties",
        "SORT ties DESC",
        "SORT l GET # GET # STORE d LIMIT 0 2",
        "LRANGE d 0 -1",
        // Last: the real server keeps the C library's error of this one and refuses the next
        // numbers for it.
        "RPUSH odd2 1 1e400",
        "SORT odd2",
    };

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenCommandsAreWritten(int protocol) {
        try (Duel duel = new Duel(protocol)) {
            duel.play(CASES);
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenCommandsAreRandom(int protocol) {
        Random random = Seed.random(protocol);
        try (Duel duel = new Duel(protocol)) {
            duel.flush();
            for (int i = 0; i < RANDOM_STEPS; i++) {
                String number = Integer.toString(random.nextInt(60) - 20);
                switch (random.nextInt(8)) {
                    case 0 -> duel.run("RPUSH", "list", number);
                    case 1 -> duel.run("SADD", "set", number);
                    case 2 -> duel.run("ZADD", "zset", number, number + random.nextInt(3));
                    // Weights differ, since equal ones order nothing.
                    case 3 -> duel.run("SET", "w_" + number, i + ".5");
                    case 4 -> duel.run("HSET", "h_" + number, "f", Integer.toString(-i));
                    default -> duel.run(sort(random));
                }
            }
            duel.run("DEBUG", "DIGEST-VALUE", "list", "set", "zset", "stored");
            duel.checkStats();
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "set", "zset"})
    void shouldAnswerAsRedisWhenWindowsOfManyElementsAreAskedFor(String type) {
        Random random = Seed.random(type.hashCode());
        try (Duel duel = new Duel(2)) {
            duel.flush();
            int most = 3000;
            for (int i = 0; i < most; i++) {
                String number = Integer.toString(random.nextInt(2000) - 500);
                switch (type) {
                    case "list" -> duel.run("RPUSH", type, number);
                    case "set" -> duel.run("SADD", type, number);
                    default -> duel.run("ZADD", type, Integer.toString(i % 100), number);
                }
                duel.run("SET", "w_" + number, (i * 7919 % most) + ".25");
            }
            for (int i = 0; i < 300; i++) {
                duel.run(window(random, type, most));
            }
            duel.checkStats();
            duel.assertNoLeak();
        }
    }

    private static String[] window(Random random, String key, int most) {
        List<String> words = new ArrayList<>(List.of("SORT_RO", key));
        int length = random.nextInt(4) == 0 ? random.nextInt(most) : random.nextInt(20);
        words.addAll(List.of("LIMIT", "" + random.nextInt(most), "" + length));
        if (random.nextBoolean()) {
            words.add("DESC");
        }
        // The order in which a set lies is nobody's business.
        switch (random.nextInt(key.equals("set") ? 3 : 4)) {
            case 0 -> words.add("ALPHA");
            case 1 -> words.addAll(List.of("BY", "w_*", "GET", "#", "GET", "w_*"));
            case 3 -> words.addAll(List.of("BY", "nosort"));
            default -> {}
        }
        return words.toArray(new String[0]);
    }

    private static String[] sort(Random random) {
        String[] keys = {"list", "set", "zset", "none", "stored"};
        List<String> words = new ArrayList<>();
        words.add("SORT");
        words.add(keys[random.nextInt(keys.length)]);
        boolean alpha = random.nextInt(3) == 0;
        if (alpha) {
            words.add("ALPHA");
        }
        if (random.nextBoolean()) {
            words.add("DESC");
        }
        if (random.nextInt(3) == 0) {
            words.addAll(List.of("LIMIT", "" + random.nextInt(5), "" + (random.nextInt(20) - 2)));
        }
        // By bytes, what has no weight is in no particular order.
        if (!alpha && random.nextBoolean()) {
            words.addAll(List.of("BY", random.nextBoolean() ? "w_*" : "h_*->f"));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            words.addAll(List.of("GET", new String[] {"#", "w_*", "h_*->f"}[random.nextInt(3)]));
        }
        if (random.nextInt(4) == 0) {
            words.addAll(List.of("STORE", "stored"));
        }
        return words.toArray(new String[0]);
    }
}

package dev.spindle.engine.differential;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.hyperloglog.HyperLogLogCommands;
import dev.spindle.engine.testkit.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The HyperLogLog family against a real server: replies, and the bytes of values. */
class HyperLogLogDuelTest {

    private static final int RANDOM_STEPS = Integer.getInteger("spindle.test.steps", 1500);

    private static final String[][] CASES = {
        {
            "PFADD h",
            "@CHECK h",
            "GET h",
            "PFCOUNT h",
            "GET h",
            "PFADD h",
            "PFADD h a",
            "GET h",
            "PFADD h a",
            "PFADD h b c d a",
            "GET h",
            "@CHECK h",
            "PFCOUNT h",
            "GET h",
            "PFCOUNT h",
            "PFADD h a",
            "GET h",
            "PFCOUNT none",
            "PFCOUNT none h",
            "PFCOUNT none none2",
            "PFADD",
            "PFCOUNT",
            "PFMERGE",
            "PFDEBUG",
            "PFDEBUG encoding",
            "PFDEBUG encoding none",
            "PFDEBUG encoding h",
            "PFDEBUG decode h",
            "PFDEBUG foo h",
            "PFDEBUG foo h x",
            "PFDEBUG todense h",
            "PFDEBUG todense h",
            "PFDEBUG encoding h",
            "PFDEBUG decode h",
            "GET h",
            "@CHECK h",
            "PFADD h a",
            "PFADD h zz",
            "GET h",
            "PFCOUNT h",
            "GET h",
            "PFDEBUG getreg h",
            "EXPIRE h 1000",
            "PFADD h qq q2 q3",
            "TTL h",
            "PFSELFTEST x",
        },
        {
            "PFADD a x y z",
            "PFADD b z 1 2",
            "PFCOUNT a b",
            "GET a",
            "PFMERGE c a b",
            "GET c",
            "@CHECK c",
            "PFCOUNT c",
            "GET c",
            "PFMERGE a b",
            "GET a",
            "PFMERGE d",
            "GET d",
            "PFMERGE d none",
            "GET d",
            "PFCOUNT d",
            "PFDEBUG todense b",
            "PFCOUNT a b",
            "PFMERGE e a b",
            "GET e",
            "PFMERGE a b",
            "GET a",
            "PFMERGE f b none",
            "GET f",
            "PFDEBUG getreg c",
            "GET c",
            "EXPIRE d 100",
            "PFMERGE d a",
            "TTL d",
        },
        {
            "@LIST l",
            "PFADD l a",
            "PFADD l",
            "PFCOUNT l",
            "PFCOUNT none l",
            "PFMERGE l",
            "PFMERGE a l",
            "PFDEBUG encoding l",
            "PFDEBUG foo l",
            "SET s 5",
            "PFADD s a",
            "PFCOUNT s",
            "SET s hello",
            "PFADD s a",
            "PFADD s",
            "PFCOUNT s",
            "PFCOUNT s s",
            "PFMERGE s",
            "PFMERGE d s",
            "PFDEBUG encoding s",
            "SET s HYLLxxxxxxxxxxxxxx",
            "PFCOUNT s",
            "SET s HYL",
            "PFCOUNT s",
            "SET s ''",
            "PFCOUNT s",
        },
    };

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsRedisWhenCommandsAreWritten(int protocol) {
        try (Duel duel = new Duel(protocol)) {
            for (String[] steps : CASES) {
                duel.play(steps);
            }
            for (CommandSpec row : new HyperLogLogCommands().rows()) {
                duel.run("COMMAND", "INFO", row.name());
            }
            duel.assertNoLeak();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40, 300, 3000, 16_000})
    void shouldHoldTheSameBytesAsRedisWhateverIsAdded(int mostSparse) {
        Random random = Seed.random(mostSparse);
        try (Duel duel = new Duel(2)) {
            duel.run("CONFIG", "SET", "hll-sparse-max-bytes", "" + mostSparse);
            for (int i = 0; i < RANDOM_STEPS; i++) {
                String key = "h" + random.nextInt(5);
                switch (random.nextInt(12)) {
                    case 0 -> duel.run("PFCOUNT", key);
                    case 1 -> duel.run("PFCOUNT", key, "h" + random.nextInt(5), "none");
                    case 2 -> duel.run("PFMERGE", key, "h" + random.nextInt(5));
                    case 3 -> {
                        if (random.nextInt(8) == 0) {
                            duel.run("DEL", key);
                        }
                    }
                    case 4 -> {
                        if (random.nextInt(40) == 0) {
                            duel.run("PFDEBUG", "TODENSE", key);
                        }
                    }
                    default -> duel.run(elements(random, "PFADD", key));
                }
                duel.run("GET", key);
                if (i % 10 == 0) {
                    duel.run("@CHECK", key);
                    duel.run("PFDEBUG", "DECODE", key);
                }
            }
            duel.assertNoLeak();
        }
    }

    private static String[] elements(Random random, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        int count = random.nextInt(20) == 0 ? random.nextInt(300) : random.nextInt(5);
        for (int i = 0; i < count; i++) {
            StringBuilder element = new StringBuilder();
            int length = random.nextInt(20);
            for (int c = 0; c < length; c++) {
                element.append((char) random.nextInt(256));
            }
            all.add(element.toString());
        }
        return all.toArray(new String[0]);
    }

    // Runs that do not cover the registers exactly; the last byte is whole here, since Redis reads
    // what lies behind it.
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldRefuseWhatRedisRefusesWhenRunsAreCorrupt(int protocol) {
        String header = "HYLL\1\0\0\0\0\0\0\0\0\0\0\u0080";
        String[] runs = {
            "",
            "\u0000",
            "\u007f\u00fe",
            "\u007f\u00ff\u0000",
            "\u007f\u00ff\u0080",
            "\u0083\u0083",
            "\u007f\u00ff\u007f\u00ff",
            "\u0083".repeat(5000),
            "\u003f".repeat(256),
            "\u003f".repeat(255),
            "\u003f".repeat(257),
            "\u0083".repeat(4096),
        };
        try (Duel duel = new Duel(protocol)) {
            for (String run : runs) {
                duel.flush();
                duel.run("PFADD", "good", "x");
                for (String[] command :
                        new String[][] {
                            {"PFCOUNT", "c"},
                            {"PFCOUNT", "c", "good"},
                            {"PFMERGE", "d", "c"},
                            {"PFMERGE", "c", "good"},
                            {"PFDEBUG", "ENCODING", "c"},
                            {"PFDEBUG", "TODENSE", "c"},
                        }) {
                    duel.run("SET", "c", header + run);
                    duel.run(command);
                    duel.run("EXISTS", "d");
                }
            }
            duel.assertNoLeak();
        }
    }
}

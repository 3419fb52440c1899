package dev.spindle.engine.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

/** Sets in all three encodings, and HyperLogLogs. */
final class SetFamily implements SoakFamily {
    private static final int KEYS = 60;

    @Override
    public void act(Random random, Sender sender) {
        String key = key(random);
        String member = member(random);
        switch (random.nextInt(13)) {
            case 0 -> sender.command("SPOP", key, "" + random.nextInt(8));
            case 1 -> sender.command("SREM", key, member);
            case 2 -> sender.command("SUNIONSTORE", key, key(random), key(random));
            case 3 -> sender.command("SDIFFSTORE", key, key(random), key(random));
            case 4 -> sender.command("SMOVE", key, key(random), member);
            case 5 -> sender.command("COPY", key(random), key, "REPLACE");
            case 6 -> sender.command("EXPIRE", key, "" + (1 + random.nextInt(3)));
            case 7 -> sender.command("SRANDMEMBER", key, "" + (random.nextInt(20) - 10));
            case 8 -> sender.command("PFADD", "p:" + random.nextInt(20), member, member(random));
            case 9 -> sender.command("PFMERGE", "p:merged", "p:" + random.nextInt(20));
            default -> {
                for (int i = 0; i < 10; i++) {
                    String reply = sender.command("SADD", key, member(random), member(random));
                    assertTrue(
                            reply.startsWith(":")
                                    || reply.startsWith("-OOM")
                                    || reply.startsWith("-WRONGTYPE"),
                            reply);
                }
            }
        }
    }

    private static String member(Random random) {
        int number = random.nextInt(3_000);
        return random.nextInt(3) == 0 ? "member:" + number : "" + number;
    }

    private static String key(Random random) {
        return "s:" + random.nextInt(KEYS);
    }
}

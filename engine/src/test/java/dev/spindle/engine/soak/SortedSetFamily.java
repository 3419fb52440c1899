package dev.spindle.engine.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;

/** Sorted sets, small and large, and positions. */
final class SortedSetFamily implements SoakFamily {
    private static final int KEYS = 60;

    @Override
    public void act(Random random, Sender sender) {
        String key = key(random);
        String member = "member:" + random.nextInt(2_000);
        switch (random.nextInt(14)) {
            case 0 -> sender.command("ZPOPMIN", key, "" + (1 + random.nextInt(5)));
            case 1 -> sender.command("ZREM", key, member);
            case 2 -> sender.command("ZINCRBY", key, "" + random.nextGaussian(), member);
            case 3 -> sender.command("ZUNIONSTORE", key, "2", key(random), key(random));
            case 4 -> sender.command("ZREMRANGEBYRANK", key, "0", "" + random.nextInt(20));
            case 5 -> sender.command("COPY", key(random), key, "REPLACE");
            case 6 -> sender.command("EXPIRE", key, "" + (1 + random.nextInt(3)));
            case 7 -> sender.command("GEOADD", key, "" + random.nextInt(170), "40.5", member);
            case 8 -> {
                String size = sender.command("ZCARD", key);
                // No time passes between the two, so only the type can be another.
                if (!size.startsWith("-")) {
                    assertEquals(size, sender.command("ZCOUNT", key, "-inf", "+inf"));
                }
            }
            case 9 -> sender.command("ZRANGESTORE", key, key(random), "0", "200");
            default -> {
                for (int i = 0; i < 10; i++) {
                    sender.command(
                            "ZADD",
                            key,
                            "" + random.nextInt(50),
                            "member:" + random.nextInt(2_000),
                            "" + random.nextGaussian(),
                            "member:" + random.nextInt(2_000));
                }
            }
        }
    }

    private static String key(Random random) {
        return "z:" + random.nextInt(KEYS);
    }
}

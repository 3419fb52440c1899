package dev.spindle.engine.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

/** Lists, and SORT of them. */
final class ListFamily implements SoakFamily {
    private static final int KEYS = 200;

    @Override
    public void act(Random random, Sender sender) {
        String key = "l:" + random.nextInt(KEYS);
        String element = "element:" + random.nextInt(5000);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                String reply = sender.command("RPUSH", key, element, "" + random.nextInt());
                assertTrue(reply.startsWith(":") || reply.startsWith("-OOM"), reply);
            }
            case 3 -> sender.command("LPUSH", key, element, "x".repeat(random.nextInt(3000)));
            case 4 -> sender.command("LPOP", key, "" + random.nextInt(5));
            case 5 -> sender.command("RPOP", key);
            case 6 -> sender.command("LRANGE", key, "-20", "-1");
            case 7 ->
                    sender.command(
                            "LINSERT", key, "BEFORE", element, "x".repeat(random.nextInt(100)));
            case 8 -> sender.command("LSET", key, "" + random.nextInt(50), element + "changed");
            case 9 -> sender.command("LREM", key, "2", element);
            case 10 -> sender.command("LMOVE", key, "l:" + random.nextInt(KEYS), "LEFT", "RIGHT");
            default ->
                    sender.command("SORT", key, "ALPHA", "LIMIT", "0", "30", "STORE", "l:sorted");
        }
        if (random.nextInt(200) == 0) {
            sender.command("LTRIM", key, "0", "100");
        }
    }
}

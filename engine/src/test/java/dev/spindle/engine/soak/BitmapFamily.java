package dev.spindle.engine.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

/** Bitmaps. */
final class BitmapFamily implements SoakFamily {
    private static final int KEYS = 300;

    @Override
    public void act(Random random, Sender sender) {
        String key = "b:" + random.nextInt(KEYS);
        String bit = "" + random.nextInt(80_000);
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                String reply = sender.command("SETBIT", key, bit, "1");
                if (!reply.startsWith("-OOM")) {
                    String got = sender.command("GETBIT", key, bit);
                    // A command in between may have evicted it.
                    assertTrue(got.equals(":1\r\n") || got.equals(":0\r\n"), got);
                }
            }
            case 2 -> sender.command("BITCOUNT", key);
            case 3 -> sender.command("BITFIELD", key, "INCRBY", "u16", bit, "3");
            case 4 ->
                    sender.command(
                            "BITOP",
                            random.nextBoolean() ? "OR" : "XOR",
                            "b:" + random.nextInt(KEYS),
                            key,
                            "b:" + random.nextInt(KEYS));
            default -> sender.command("DEL", key);
        }
    }
}

package dev.spindle.engine.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

/** Hashes, small and large, some of whose fields expire. */
final class HashFamily implements SoakFamily {
    private static final int KEYS = 80;

    @Override
    public void act(Random random, Sender sender) {
        String key = "h:" + random.nextInt(KEYS);
        String field = field(random);
        switch (random.nextInt(15)) {
            case 0 -> sender.command("HDEL", key, field, field(random));
            case 1 -> sender.command("HINCRBY", key, "n:" + random.nextInt(50), "7");
            case 2 -> sender.command("HEXPIRE", key, "1", "FIELDS", "2", field, field(random));
            case 3 -> sender.command("HPERSIST", key, "FIELDS", "1", field);
            case 4 -> sender.command("HGETDEL", key, "FIELDS", "1", field);
            case 5 -> sender.command("COPY", "h:" + random.nextInt(KEYS), key, "REPLACE");
            case 6 -> sender.command("EXPIRE", key, "" + (1 + random.nextInt(5)));
            case 7 -> sender.command("HRANDFIELD", key, "" + (random.nextInt(20) - 10));
            case 9, 10 -> record(random, sender);
            case 8 -> {
                String before = sender.command("HGET", key, field);
                if (!before.startsWith("-")) {
                    assertEquals(before, sender.command("HGET", key, field));
                }
            }
            default -> {
                for (int i = 0; i < 8; i++) {
                    String value = "v".repeat(random.nextInt(random.nextInt(20) == 0 ? 900 : 40));
                    String reply = sender.command("HSET", key, field(random), value);
                    assertTrue(
                            reply.startsWith(":")
                                    || reply.startsWith("-OOM")
                                    || reply.startsWith("-WRONGTYPE"),
                            reply);
                }
            }
        }
    }

    // Hashes with the same fields, which share their names until a field comes or goes.
    private static void record(Random random, Sender sender) {
        String key = "h:" + random.nextInt(KEYS);
        String kind = "kind" + random.nextInt(5) + ":";
        sender.command("DEL", key);
        String reply =
                sender.command(
                        "HSET",
                        key,
                        kind + "name",
                        "v".repeat(random.nextInt(40)),
                        kind + "number",
                        "" + random.nextInt(),
                        kind + "text",
                        "t".repeat(random.nextInt(60)));
        assertTrue(reply.equals(":3\r\n") || reply.startsWith("-OOM"), reply);
        switch (random.nextInt(4)) {
            case 0 -> sender.command("HSET", key, kind + "number", "" + random.nextInt());
            case 1 -> sender.command("HDEL", key, kind + "text");
            case 2 -> sender.command("HEXPIRE", key, "1", "FIELDS", "1", kind + "name");
            default -> sender.command("COPY", key, "h:" + random.nextInt(KEYS), "REPLACE");
        }
    }

    private static String field(Random random) {
        return "field:" + random.nextInt(400);
    }
}

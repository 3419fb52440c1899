package dev.spindle.engine.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

/** Streams with groups. */
final class StreamFamily implements SoakFamily {
    private static final int KEYS = 20;

    @Override
    public void act(Random random, Sender sender) {
        String key = "x:" + random.nextInt(KEYS);
        String group = "g" + random.nextInt(3);
        String consumer = "c" + random.nextInt(5);
        switch (random.nextInt(13)) {
            case 0 -> sender.command("XGROUP", "CREATE", key, group, "0", "MKSTREAM");
            case 1, 2 ->
                    sender.command(
                            "XREADGROUP",
                            "GROUP",
                            group,
                            consumer,
                            "COUNT",
                            "20",
                            "STREAMS",
                            key,
                            ">");
            case 3 -> sender.command("XAUTOCLAIM", key, group, consumer, "0", "0", "COUNT", "10");
            case 4 -> sender.command("XTRIM", key, "MAXLEN", "~", "" + random.nextInt(2_000));
            case 5 -> sender.command("XRANGE", key, "-", "+", "COUNT", "15");
            case 6 -> sender.command("XGROUP", "DELCONSUMER", key, group, consumer);
            case 7 -> sender.command("XGROUP", "DESTROY", key, group);
            case 8 -> sender.command("COPY", "x:" + random.nextInt(KEYS), key, "REPLACE");
            case 9 -> sender.command("DEL", key);
            default -> {
                for (int i = 0; i < 20; i++) {
                    String reply =
                            sender.command(
                                    "XADD", key, "*", "a", "" + random.nextInt(), "b", "text" + i);
                    assertTrue(
                            reply.startsWith("$")
                                    || reply.startsWith("-OOM")
                                    || reply.startsWith("-WRONGTYPE"),
                            reply);
                }
            }
        }
    }
}

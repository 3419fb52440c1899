package dev.spindle.engine.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

/** Strings. Keys "v:" hold values that tell whose they are; those of other keys are anything. */
final class StringFamily implements SoakFamily {
    private static final int KEYS = 20_000;
    private static final String FILLER = "x".repeat(20_000);

    @Override
    public void act(Random random, Sender sender) {
        String own = "v:" + random.nextInt(KEYS);
        String any = "s:" + random.nextInt(KEYS);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> sender.command("SET", own, value(own, random));
            case 3 ->
                    sender.command(
                            "SET", own, value(own, random), "PX", "" + (1 + random.nextInt(3000)));
            case 4, 5 -> check(own, sender.command("GET", own));
            case 6 -> sender.command("APPEND", any, FILLER.substring(0, random.nextInt(300)));
            case 7 -> sender.command("INCRBY", "n:" + random.nextInt(KEYS), "7");
            case 8 -> sender.command("SETRANGE", any, "" + random.nextInt(3000), "range");
            case 9 -> {
                String other = "v:" + random.nextInt(KEYS);
                sender.command("MSET", own, value(own, random), other, value(other, random));
            }
            case 10 -> check(own, sender.command("GETEX", own, "EX", "" + (1 + random.nextInt(3))));
            default -> check(own, sender.command("GETDEL", own));
        }
    }

    private static String value(String key, Random random) {
        int dice = random.nextInt(100);
        int length = dice < 70 ? random.nextInt(200) : random.nextInt(dice < 97 ? 1500 : 20_000);
        return key + "=" + FILLER.substring(0, length);
    }

    private static void check(String key, String reply) {
        assertTrue(
                reply.equals("$-1\r\n") || reply.contains("\r\n" + key + "="),
                () -> "value of " + key + ": " + reply);
    }
}

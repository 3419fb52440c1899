package dev.spindle.engine.soak;

import java.util.Random;

/** Commands for keys of any type; keys "v:" are left as they are, but for their expiry and end. */
final class GenericFamily implements SoakFamily {
    private static final int KEYS = 20_000;

    @Override
    public void act(Random random, Sender sender) {
        String own = "v:" + random.nextInt(KEYS);
        String one = "s:" + random.nextInt(KEYS);
        String other = "s:" + random.nextInt(KEYS);
        switch (random.nextInt(14)) {
            case 0 -> sender.command("DEL", own, one);
            case 1 -> sender.command("UNLINK", own);
            case 2 -> sender.command("PEXPIRE", own, "" + random.nextInt(5000));
            case 3 -> sender.command("PEXPIRE", one, "" + random.nextInt(5000));
            case 4 -> sender.command("PERSIST", own);
            case 5 -> sender.command("RENAME", one, other);
            case 6 -> sender.command("COPY", one, other, "REPLACE");
            case 7 -> sender.command("SCAN", "" + random.nextInt(1 << 12), "COUNT", "50");
            case 8 -> sender.command("RANDOMKEY");
            case 9 -> sender.command("TOUCH", own, one);
            case 10 -> sender.command("OBJECT", "ENCODING", one);
            case 11 -> sender.command("MOVE", one, "1");
            case 12 -> {
                sender.command("SELECT", "1");
                sender.command("MOVE", other, "0");
                sender.command("SELECT", "0");
            }
            default -> rarely(random, sender);
        }
    }

    private static void rarely(Random random, Sender sender) {
        switch (random.nextInt(3000)) {
            case 0 -> sender.command("FLUSHALL", "ASYNC");
            case 1 -> sender.command("FLUSHDB");
            case 2 -> sender.command("SWAPDB", "0", "1");
            default -> sender.command("DBSIZE");
        }
    }
}

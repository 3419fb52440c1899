package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.ServerVersion;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * LOLWUT: yarn on a spindle. A few threads of random pitch wind around a shaft whose width swells like a bobbin; a thread
 * that is behind the shaft is hidden by those in front. No two are the same.
 */
final class LolwutCommand {

    private static final int DEFAULT_COLUMNS = 66;
    private static final int DEFAULT_ROWS = 18;
    private static final int MOST_COLUMNS = 400;
    private static final int MOST_ROWS = 200;
    private static final char[] YARN = {'/', '\\', '=', '~', '+', 'o', '*', '-'};

    private LolwutCommand() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {command("lolwut", -1, "readonly fast", "", LolwutCommand::draw)};
    }

    static void draw(Invocation in) {
        int first = 1;
        if (in.argc() > 2 && in.argIs(1, "version")) {
            if (!in.requireLong(2)) {
                return;
            }
            first = 3;
            for (int i = first; i < in.argc(); i++) {
                if (!in.requireLong(i)) {
                    return;
                }
            }
        }
        int columns = argument(in, first, DEFAULT_COLUMNS, MOST_COLUMNS);
        int rows = argument(in, first + 1, DEFAULT_ROWS, MOST_ROWS);
        String art =
                spindle(
                        new SplittableRandom(in.engine().epochClock().epochMicros()),
                        columns,
                        rows);
        String text = art + "\nRedis ver. " + ServerVersion.REDIS + "\n";
        in.reply().verbatim("txt", text.getBytes(StandardCharsets.US_ASCII));
    }

    private static int argument(Invocation in, int index, int otherwise, int most) {
        if (index >= in.argc() || !in.isLong(index)) {
            return otherwise;
        }
        return (int) Math.max(1, Math.min(most, in.longValue()));
    }

    static String spindle(SplittableRandom random, int columns, int rows) {
        int threads = 3 + random.nextInt(4);
        double[] phase = new double[threads];
        double[] pitch = new double[threads];
        char[] yarn = new char[threads];
        for (int i = 0; i < threads; i++) {
            phase[i] = random.nextDouble() * 2 * Math.PI;
            pitch[i] = 0.08 + random.nextDouble() * 0.35;
            yarn[i] = YARN[random.nextInt(YARN.length)];
        }
        char[][] canvas = new char[rows][columns];
        for (char[] row : canvas) {
            java.util.Arrays.fill(row, ' ');
        }
        double middle = (rows - 1) / 2.0;
        for (int x = 0; x < columns; x++) {
            canvas[(int) middle][x] = '.';
            double swell = Math.sin(Math.PI * (x + 0.5) / columns);
            double radius = middle * swell * swell;
            for (int i = 0; i < threads; i++) {
                double angle = phase[i] + pitch[i] * x;
                if (Math.cos(angle) >= 0) {
                    int y = (int) Math.round(middle + radius * Math.sin(angle));
                    canvas[y][x] = yarn[i];
                }
            }
        }
        StringBuilder text = new StringBuilder();
        for (char[] row : canvas) {
            text.append(new String(row).stripTrailing()).append('\n');
        }
        return text.toString();
    }
}

package dev.spindle.engine.blocking;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.LongDouble;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** The timeout of a command that blocks: seconds, with decimals. */
public final class BlockingTimeout {

    /** What {@link #require} answers after it answered an error. */
    public static final long WRONG = -1;

    private static final byte[] NOT_A_FLOAT =
            Reply.errorLine("ERR timeout is not a float or out of range");
    private static final byte[] OUT_OF_RANGE = Reply.errorLine("ERR timeout is out of range");
    private static final byte[] NEGATIVE = Reply.errorLine("ERR timeout is negative");
    private static final long MOST_WHOLE_SECONDS = 1L << 40;
    private static final BigDecimal MOST_MS = BigDecimal.valueOf(Long.MAX_VALUE);

    private BlockingTimeout() {}

    /**
     * Reads a timeout; parts of a millisecond count as a whole one.
     *
     * @return milliseconds, 0 for ever; or {@link #WRONG} after Redis's error was answered.
     */
    public static long require(Invocation in, int index) {
        if (in.isLong(index) && in.longValue() >= 0 && in.longValue() < MOST_WHOLE_SECONDS) {
            return in.longValue() * 1000;
        }
        LongDouble seconds = LongDouble.parse(in.argBytes(index));
        if (seconds == null) {
            return refuse(in, NOT_A_FLOAT);
        }
        if (!seconds.isFinite()) {
            return refuse(in, in.argString(index).startsWith("-") ? NEGATIVE : OUT_OF_RANGE);
        }
        BigDecimal ms =
                new BigDecimal(seconds.toText())
                        .movePointRight(3)
                        .setScale(0, RoundingMode.CEILING);
        if (ms.signum() < 0) {
            return refuse(in, NEGATIVE);
        }
        if (ms.compareTo(MOST_MS) > 0 || ms.longValue() > Long.MAX_VALUE - in.nowMs()) {
            return refuse(in, OUT_OF_RANGE);
        }
        return ms.longValue();
    }

    private static long refuse(Invocation in, byte[] error) {
        in.reply().errorLine(error);
        return WRONG;
    }
}

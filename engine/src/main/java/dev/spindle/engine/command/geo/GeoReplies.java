package dev.spindle.engine.command.geo;

import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Numbers;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Distances and positions in replies: decimals with a fixed number of places, correctly rounded. */
final class GeoReplies {

    private static final int PLACES = 4;
    private static final double UNITS = 1e4;
    private static final double MOST_EXACT = 1e11;
    private static final double SURE = 1e-3;
    private static final int MOST_BYTES = 32;
    private static final int POSITION_PLACES = 17;

    private GeoReplies() {}

    /** A distance with four decimals, as text in both versions of the protocol. */
    static void distance(Reply reply, Scratch text, double value) {
        double units = value * UNITS;
        double whole = Math.floor(units);
        double rest = units - whole;
        // The product is rounded itself, so close to a half only exact arithmetic knows.
        if (units < MOST_EXACT && Math.abs(rest - 0.5) > SURE) {
            fast(reply, text, (long) whole + (rest > 0.5 ? 1 : 0));
        } else {
            String exact =
                    new BigDecimal(value).setScale(PLACES, RoundingMode.HALF_EVEN).toPlainString();
            reply.bulk(exact.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void fast(Reply reply, Scratch text, long units) {
        text.clear();
        int length = Numbers.writeLong(text.extend(MOST_BYTES), units / (long) UNITS);
        text.length(length);
        text.appendByte('.');
        long places = units % (long) UNITS;
        for (long place = (long) UNITS / 10; place > 0; place /= 10) {
            text.appendByte((int) ('0' + places / place % 10));
        }
        reply.bulk(text.address(), text.length());
    }

    /** Longitude and latitude of a score, as an array of doubles of up to 17 decimals. */
    static void position(Reply reply, double score) {
        reply.array(2);
        reply.doubleText(decimals(GeoHash.longitude(score)));
        reply.doubleText(decimals(GeoHash.latitude(score)));
    }

    private static String decimals(double degrees) {
        BigDecimal shown =
                new BigDecimal(degrees)
                        .setScale(POSITION_PLACES, RoundingMode.HALF_EVEN)
                        .stripTrailingZeros();
        return shown.signum() == 0 ? "0" : shown.toPlainString();
    }
}

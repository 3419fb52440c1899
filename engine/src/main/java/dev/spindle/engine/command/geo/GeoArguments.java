package dev.spindle.engine.command.geo;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.text.DoubleResult;
import dev.spindle.engine.text.Doubles;
import java.util.Locale;

/** Arguments that geo commands share: positions, units, distances. */
final class GeoArguments {

    private static final byte[][] UNITS = {
        Ascii.bytes("m"), Ascii.bytes("km"), Ascii.bytes("ft"), Ascii.bytes("mi")
    };
    private static final double[] METERS = {1, 1000, 0.3048, 1609.34};
    private static final byte[] UNSUPPORTED =
            Reply.errorLine("ERR unsupported unit provided. please use M, KM, FT, MI");
    private static final byte[] NO_RADIUS = Reply.errorLine("ERR need numeric radius");
    private static final byte[] NO_WIDTH = Reply.errorLine("ERR need numeric width");
    private static final byte[] NO_HEIGHT = Reply.errorLine("ERR need numeric height");
    private static final byte[] NEGATIVE_RADIUS = Reply.errorLine("ERR radius cannot be negative");
    private static final byte[] NEGATIVE_SIDE =
            Reply.errorLine("ERR height or width cannot be negative");

    private final DoubleResult number = new DoubleResult();
    private double longitude;
    private double latitude;

    double longitude() {
        return longitude;
    }

    double latitude() {
        return latitude;
    }

    private boolean number(Invocation in, int arg, byte[] error) {
        if (Doubles.parse(in.argAddress(arg), in.argLength(arg), number)) {
            return true;
        }
        in.reply().errorLine(error);
        return false;
    }

    /** Reads a longitude and the latitude behind it; false when an error was answered. */
    boolean position(Invocation in, int arg) {
        if (!number(in, arg, ReplyErrors.NOT_FLOAT)) {
            return false;
        }
        longitude = number.value;
        if (!number(in, arg + 1, ReplyErrors.NOT_FLOAT)) {
            return false;
        }
        latitude = number.value;
        if (Math.abs(longitude) <= GeoHash.MOST_LONGITUDE
                && Math.abs(latitude) <= GeoHash.MOST_LATITUDE) {
            return true;
        }
        in.reply()
                .error(
                        "ERR invalid longitude,latitude pair "
                                + sixDecimals(longitude)
                                + ","
                                + sixDecimals(latitude));
        return false;
    }

    private static String sixDecimals(double value) {
        if (Double.isInfinite(value)) {
            return value < 0 ? "-inf" : "inf";
        }
        return String.format(Locale.ROOT, "%.6f", value);
    }

    /** Metres of a unit; 0 when an error was answered. */
    static double unit(Invocation in, int arg) {
        for (int i = 0; i < UNITS.length; i++) {
            if (in.argIs(arg, UNITS[i])) {
                return METERS[i];
            }
        }
        in.reply().errorLine(UNSUPPORTED);
        return 0;
    }

    /** Reads a radius and its unit into a shape, which becomes a circle; false when an error was answered. */
    boolean circle(Invocation in, int arg, GeoShape shape) {
        if (!number(in, arg, NO_RADIUS)) {
            return false;
        }
        shape.radius = number.value;
        if (shape.radius < 0) {
            in.reply().errorLine(NEGATIVE_RADIUS);
            return false;
        }
        shape.isBox = false;
        shape.unit = unit(in, arg + 1);
        return shape.unit != 0;
    }

    /** Reads width, height and their unit into a shape, which becomes a box; false when an error was answered. */
    boolean box(Invocation in, int arg, GeoShape shape) {
        if (!number(in, arg, NO_WIDTH)) {
            return false;
        }
        shape.width = number.value;
        if (!number(in, arg + 1, NO_HEIGHT)) {
            return false;
        }
        shape.height = number.value;
        if (shape.width < 0 || shape.height < 0) {
            in.reply().errorLine(NEGATIVE_SIDE);
            return false;
        }
        shape.isBox = true;
        shape.unit = unit(in, arg + 2);
        return shape.unit != 0;
    }
}

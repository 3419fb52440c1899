package dev.spindle.engine.command.geo;

/**
 * Positions as numbers whose order keeps neighbours together. The world between 85.05112878 degrees south and north is cut into
 * a grid of 2^step by 2^step cells; the bits of a cell's column and row, interleaved, are its number.
 *
 * <pre>
 *   longitude  x x x ... x     step bits, high first
 *   latitude    y y y ... y
 *   cell       xyxyxy ... xy   2 * step bits; with 26 steps 52, which a double holds exactly: a score
 * </pre>
 *
 * Cells of fewer steps are prefixes, so all positions in a larger cell are one range of scores.
 */
final class GeoHash {

    /** Steps of a score. */
    static final int STEPS = 26;

    static final double MOST_LONGITUDE = 180;
    static final double MOST_LATITUDE = 85.05112878;
    static final double EARTH_RADIUS_METERS = 6372797.560856;

    private static final double RADIANS = Math.PI / 180;
    private static final double MERCATOR_MOST = 20037726.37;

    private GeoHash() {}

    /** Degrees as radians. */
    static double radians(double degrees) {
        return degrees * RADIANS;
    }

    /** Radians as degrees. */
    static double degrees(double radians) {
        return radians / RADIANS;
    }

    private static long spread(long value) {
        long x = value & 0xFFFF_FFFFL;
        x = (x | x << 16) & 0x0000_FFFF_0000_FFFFL;
        x = (x | x << 8) & 0x00FF_00FF_00FF_00FFL;
        x = (x | x << 4) & 0x0F0F_0F0F_0F0F_0F0FL;
        x = (x | x << 2) & 0x3333_3333_3333_3333L;
        return (x | x << 1) & 0x5555_5555_5555_5555L;
    }

    private static long gather(long value) {
        long x = value & 0x5555_5555_5555_5555L;
        x = (x | x >>> 1) & 0x3333_3333_3333_3333L;
        x = (x | x >>> 2) & 0x0F0F_0F0F_0F0F_0F0FL;
        x = (x | x >>> 4) & 0x00FF_00FF_00FF_00FFL;
        x = (x | x >>> 8) & 0x0000_FFFF_0000_FFFFL;
        return (x | x >>> 16) & 0x0000_0000_FFFF_FFFFL;
    }

    /** The cell of a column and a row. */
    static long cell(long column, long row) {
        return spread(row) | spread(column) << 1;
    }

    /** Column of a cell. */
    static long column(long cell) {
        return gather(cell >>> 1);
    }

    /** Row of a cell. */
    static long row(long cell) {
        return gather(cell);
    }

    /** The cell of a position, in a grid whose rows reach to a latitude. */
    static long encode(double longitude, double latitude, int steps, double mostLatitude) {
        double row = (latitude + mostLatitude) / (2 * mostLatitude);
        double column = (longitude + MOST_LONGITUDE) / (2 * MOST_LONGITUDE);
        double side = 1L << steps;
        return cell((long) (column * side), (long) (row * side));
    }

    /** The cell of a position. */
    static long encode(double longitude, double latitude, int steps) {
        return encode(longitude, latitude, steps, MOST_LATITUDE);
    }

    /** Western edge of a column; of the next one: its eastern edge. */
    static double longitudeEdge(long column, int steps) {
        return -MOST_LONGITUDE + column * 1.0 / (1L << steps) * (2 * MOST_LONGITUDE);
    }

    /** Southern edge of a row; of the next one: its northern edge. */
    static double latitudeEdge(long row, int steps) {
        return -MOST_LATITUDE + row * 1.0 / (1L << steps) * (2 * MOST_LATITUDE);
    }

    /** Longitude of the middle of a score's cell. */
    static double longitude(double score) {
        long column = column((long) score);
        double middle = (longitudeEdge(column, STEPS) + longitudeEdge(column + 1, STEPS)) / 2;
        return Math.max(-MOST_LONGITUDE, Math.min(MOST_LONGITUDE, middle));
    }

    /** Latitude of the middle of a score's cell. */
    static double latitude(double score) {
        long row = row((long) score);
        double middle = (latitudeEdge(row, STEPS) + latitudeEdge(row + 1, STEPS)) / 2;
        return Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, middle));
    }

    /** Distance along a meridian in metres. */
    static double latitudeDistance(double fromLatitude, double toLatitude) {
        return EARTH_RADIUS_METERS * Math.abs(radians(toLatitude) - radians(fromLatitude));
    }

    /** Distance of two positions in metres, on a sphere, by the haversine formula. */
    static double distance(
            double fromLongitude, double fromLatitude, double toLongitude, double toLatitude) {
        double v = Math.sin((radians(toLongitude) - radians(fromLongitude)) / 2);
        if (v == 0) {
            return latitudeDistance(fromLatitude, toLatitude);
        }
        double from = radians(fromLatitude);
        double to = radians(toLatitude);
        double u = Math.sin((to - from) / 2);
        double a = u * u + Math.cos(from) * Math.cos(to) * v * v;
        return 2.0 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(a));
    }

    /** Steps of cells so large that a cell and its eight neighbours cover a circle around any position in it. */
    static int stepsFor(double radiusMeters, double latitude) {
        if (radiusMeters == 0) {
            return STEPS;
        }
        int steps = 1;
        for (double range = radiusMeters; range < MERCATOR_MOST; range *= 2) {
            steps++;
        }
        steps -= 2;
        // Cells are narrow towards the poles.
        double fromEquator = Math.abs(latitude);
        if (fromEquator > 66) {
            steps--;
            if (fromEquator > 80) {
                steps--;
            }
        }
        return Math.max(1, Math.min(STEPS, steps));
    }
}

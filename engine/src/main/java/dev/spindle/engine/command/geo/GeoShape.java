package dev.spindle.engine.command.geo;

/** A circle or a box around a position: what is searched, which cells may hold something of it, and what lies within. */
final class GeoShape {

    /** Cells of a search: the one of the middle and its neighbours. */
    static final int CELLS = 9;

    // Middle, north, south, east, west, then the corners: the order in which results come.
    private static final int[] COLUMN_STEP = {0, 0, 0, 1, -1, 1, -1, 1, -1};
    private static final int[] ROW_STEP = {0, 1, -1, 0, 0, 1, 1, -1, -1};

    double longitude;
    double latitude;

    /** Metres of a unit. */
    double unit;

    /** In units; of a circle. */
    double radius;

    /** In units; of a box. */
    double width;

    /** In units; of a box. */
    double height;

    boolean isBox;

    private int steps;
    private final long[] cells = new long[CELLS];
    private final boolean[] useless = new boolean[CELLS];
    private double distance;

    /** Steps of the cells found by {@link #cover}. */
    int steps() {
        return steps;
    }

    /** A cell that may hold something of the shape; see {@link #isUseless}. */
    long cell(int index) {
        return cells[index];
    }

    /** Whether a cell is known to hold nothing of the shape. */
    boolean isUseless(int index) {
        return useless[index];
    }

    /** Finds the cells that cover the shape. */
    void cover() {
        double half = unit * (isBox ? height / 2 : radius);
        double halfWidth = unit * (isBox ? width / 2 : radius);
        double rise = GeoHash.degrees(half / GeoHash.EARTH_RADIUS_METERS);
        double top = spread(halfWidth, latitude + rise);
        double bottom = spread(halfWidth, latitude - rise);
        double side = latitude < 0 ? bottom : top;
        double west = longitude - side;
        double east = longitude + side;
        double south = latitude - rise;
        double north = latitude + rise;
        double reach =
                unit
                        * (isBox
                                ? Math.sqrt(width / 2 * (width / 2) + height / 2 * (height / 2))
                                : radius);
        steps = GeoHash.stepsFor(reach, latitude);
        neighbours();
        if (steps > 1 && isTooSmall(west, east, south, north)) {
            steps--;
            neighbours();
        }
        if (steps >= 2) {
            drop(west, east, south, north);
        }
    }

    private static double spread(double halfWidth, double latitude) {
        return GeoHash.degrees(
                halfWidth / GeoHash.EARTH_RADIUS_METERS / Math.cos(GeoHash.radians(latitude)));
    }

    private void neighbours() {
        long middle = GeoHash.encode(longitude, latitude, steps);
        long column = GeoHash.column(middle);
        long row = GeoHash.row(middle);
        long mask = (1L << steps) - 1;
        for (int i = 0; i < CELLS; i++) {
            cells[i] = GeoHash.cell(column + COLUMN_STEP[i] & mask, row + ROW_STEP[i] & mask);
            useless[i] = false;
        }
    }

    private boolean isTooSmall(double west, double east, double south, double north) {
        return GeoHash.latitudeEdge(GeoHash.row(cells[1]) + 1, steps) < north
                || GeoHash.latitudeEdge(GeoHash.row(cells[2]), steps) > south
                || GeoHash.longitudeEdge(GeoHash.column(cells[3]) + 1, steps) < east
                || GeoHash.longitudeEdge(GeoHash.column(cells[4]), steps) > west;
    }

    // Neighbours on the far side of an edge of the middle cell that the shape does not reach.
    private void drop(double west, double east, double south, double north) {
        long column = GeoHash.column(cells[0]);
        long row = GeoHash.row(cells[0]);
        boolean noSouth = GeoHash.latitudeEdge(row, steps) < south;
        boolean noNorth = GeoHash.latitudeEdge(row + 1, steps) > north;
        boolean noWest = GeoHash.longitudeEdge(column, steps) < west;
        boolean noEast = GeoHash.longitudeEdge(column + 1, steps) > east;
        for (int i = 1; i < CELLS; i++) {
            useless[i] =
                    noSouth && ROW_STEP[i] < 0
                            || noNorth && ROW_STEP[i] > 0
                            || noWest && COLUMN_STEP[i] < 0
                            || noEast && COLUMN_STEP[i] > 0;
        }
    }

    /** Whether a position lies within; its {@link #distance} is then known. */
    boolean contains(double otherLongitude, double otherLatitude) {
        if (isBox) {
            if (GeoHash.latitudeDistance(otherLatitude, latitude) > height * unit / 2
                    || GeoHash.distance(otherLongitude, otherLatitude, longitude, otherLatitude)
                            > width * unit / 2) {
                return false;
            }
            distance = GeoHash.distance(longitude, latitude, otherLongitude, otherLatitude);
            return true;
        }
        distance = GeoHash.distance(longitude, latitude, otherLongitude, otherLatitude);
        return distance <= radius * unit;
    }

    /** Metres from the middle of the position that was found to lie within. */
    double distance() {
        return distance;
    }
}

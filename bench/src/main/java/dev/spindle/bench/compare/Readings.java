package dev.spindle.bench.compare;

import java.util.Arrays;

/** Collects the readings of one metric, round by round, for both servers. */
final class Readings {
    private final double[][] byRole = new double[Role.values().length][0];

    void add(Role role, double reading) {
        double[] old = byRole[role.ordinal()];
        double[] grown = Arrays.copyOf(old, old.length + 1);
        grown[old.length] = reading;
        byRole[role.ordinal()] = grown;
    }

    double[] of(Role role) {
        return byRole[role.ordinal()];
    }

    Measurement measurement(
            String test,
            int clients,
            int depth,
            String metric,
            String unit,
            Measurement.Better better) {
        return new Measurement(
                test, clients, depth, metric, unit, better, of(Role.SUBJECT), of(Role.REFERENCE));
    }
}

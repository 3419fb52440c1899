package dev.spindle.bench.compare;

import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The few statistics the report needs. Medians, because a shared machine's disturbances are one-sided outliers which a mean
 * would carry into the result; ratios pair by pair, because the two halves of a round ran within seconds of each other and share
 * most of what disturbed them.
 */
final class Statistics {
    private Statistics() {}

    /** Median, least and greatest of a set of readings. */
    record Spread(double median, double min, double max) {}

    static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** A percentile of latencies in nanoseconds, in milliseconds. */
    static double percentileMs(Histogram latencies, double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e6;
    }

    static double median(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("median of nothing");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static Spread spread(double[] values) {
        double median = median(values);
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        return new Spread(median, min, max);
    }

    /**
     * {@code subject[i] / reference[i]} for each round i. A reference of zero gives infinity, or 1 if both are zero: two readings
     * below the ruler's resolution are equal as far as anyone can tell.
     */
    static double[] pairedRatios(double[] subject, double[] reference) {
        if (subject.length != reference.length) {
            throw new IllegalArgumentException(
                    "unpaired rounds: " + subject.length + " and " + reference.length);
        }
        double[] ratios = new double[subject.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = subject[i] == reference[i] ? 1.0 : subject[i] / reference[i];
        }
        return ratios;
    }

    /**
     * Index of the first slot from which throughput has reached {@code share} of the final level, or -1. The final level is the
     * median of the last third of the slots.
     */
    static int firstReaching(double[] slots, double share) {
        double target = finalLevel(slots) * share;
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] >= target) {
                return i;
            }
        }
        return -1;
    }

    static double finalLevel(double[] slots) {
        int third = Math.max(1, slots.length / 3);
        return median(Arrays.copyOfRange(slots, slots.length - third, slots.length));
    }
}

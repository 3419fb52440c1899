package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Statistics.Spread;

/**
 * One quantity, read once per round from each of the two servers.
 *
 * @param test what was asked of the servers, for example {@code get}
 * @param clients connections of the load, 0 where the load has none
 * @param depth requests in flight per connection, 0 where that has no meaning
 * @param metric name of the quantity
 * @param unit unit of the readings
 * @param better whether a greater or a smaller reading is the better one
 * @param subject readings of the server under test, in order of rounds
 * @param reference readings of the real Redis, in order of rounds
 */
record Measurement(
        String test,
        int clients,
        int depth,
        String metric,
        String unit,
        Better better,
        double[] subject,
        double[] reference) {

    /** Which way a reading should go. */
    enum Better {
        HIGHER,
        LOWER
    }

    Measurement {
        if (subject.length != reference.length || subject.length == 0) {
            throw new IllegalArgumentException(metric + ": rounds must be paired and not empty");
        }
    }

    Spread subjectSpread() {
        return Statistics.spread(subject);
    }

    Spread referenceSpread() {
        return Statistics.spread(reference);
    }

    Spread ratioSpread() {
        return Statistics.spread(Statistics.pairedRatios(subject, reference));
    }

    /** What was run, without the metric: {@code get, 50 clients, pipeline 16}. */
    String load() {
        if (clients == 0) {
            return "";
        }
        return clients + (clients == 1 ? " client" : " clients") + ", pipeline " + depth;
    }
}

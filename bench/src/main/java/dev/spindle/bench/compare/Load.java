package dev.spindle.bench.compare;

import java.io.IOException;

/** Makes requests from the client core until a given number is answered. */
interface Load {
    /**
     * @param endpoint of the server
     * @param spec what to ask
     * @param requests how many; the run ends after them
     * @throws IOException if the server answers with errors, closes a connection, or the run exceeds its time
     */
    Result run(Endpoint endpoint, Spec spec, long requests)
            throws IOException, InterruptedException;

    /**
     * Starts a run that goes on until it is closed, or until {@code atMost} requests are answered.
     */
    Running start(Endpoint endpoint, Spec spec, long atMost) throws IOException;

    /** A load that goes on in the background. */
    interface Running extends AutoCloseable {
        /** Stops the load and waits for its end. */
        @Override
        void close() throws IOException;
    }

    /** What this load is and how it was started, for the record. */
    String description();

    /**
     * @param test redis-benchmark's name of the test
     * @param clients connections
     * @param depth requests in flight per connection
     * @param keyspace keys are drawn from this many
     * @param valueBytes length of values written
     */
    record Spec(String test, int clients, int depth, int keyspace, int valueBytes) {}

    /** Requests per second and latency as the client saw it, of whole pipelines, in milliseconds. */
    record Result(double rps, double p50Ms, double p99Ms, double maxMs) {}
}

package dev.spindle.perf.latency;

import java.util.Arrays;

/**
 * One {@link LatencyRecorder} per operation, by number.
 *
 * <p>Recorders come into being at the first record of their number: of some hundred operations a server uses a dozen, at 24 KiB
 * each. From the second record on nothing is allocated. Counting always happens; the distributions can be switched off, as Redis's
 * {@code latency-tracking} does.
 *
 * <p>Owned by one thread.
 */
public final class LatencyRecorders {
    private final LatencyRecorder[] recorders;
    private boolean tracking = true;

    /**
     * @param ids how many numbers there are; valid ones are 0 to ids - 1
     */
    public LatencyRecorders(int ids) {
        recorders = new LatencyRecorder[ids];
    }

    /** Counts one run of an operation. */
    public void record(int id, long ns) {
        LatencyRecorder recorder = recorders[id];
        if (recorder == null) {
            recorder = recorders[id] = new LatencyRecorder();
        }
        if (tracking) {
            recorder.record(ns);
        } else {
            recorder.count(ns);
        }
    }

    /** The recorder of an operation, or null if it has never run. Stays the same one through resets. */
    public LatencyRecorder get(int id) {
        return recorders[id];
    }

    /** How many numbers there are. */
    public int ids() {
        return recorders.length;
    }

    /** Whether distributions are kept. */
    public boolean tracking() {
        return tracking;
    }

    /** Switches distributions on or off; those already recorded stay readable. */
    public void tracking(boolean on) {
        tracking = on;
    }

    /** Resets one operation. */
    public void reset(int id) {
        if (recorders[id] != null) {
            recorders[id].reset();
        }
    }

    /** Resets all operations. */
    public void resetAll() {
        for (final LatencyRecorder recorder : recorders) {
            if (recorder != null) {
                recorder.reset();
            }
        }
    }

    /** Gives back the memory of all operations, forgetting them. */
    public void clear() {
        Arrays.fill(recorders, null);
    }
}

package dev.spindle.net.reactor;

/** A piece of background work on the core thread, in slices. */
@FunctionalInterface
public interface CronStep {
    /**
     * Does one bounded slice.
     *
     * @param nowNs the nano clock.
     * @return whether there is more to do now, so that idle turns may go on with it.
     */
    boolean doSlice(long nowNs);
}

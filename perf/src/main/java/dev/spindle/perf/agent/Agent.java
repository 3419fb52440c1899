package dev.spindle.perf.agent;

/**
 * Work that comes in turns.
 *
 * <p>All methods but {@link #onWakeup} are called on the thread that runs the agent, so an agent needs no locks for its own
 * state.
 */
public interface Agent {
    /** Called once before the first turn. */
    default void onStart() throws Exception {}

    /**
     * One turn: does what there is to do now, in a bounded slice.
     *
     * @return how much was done, in units of the agent's choice; 0 for an empty turn
     */
    int doWork() throws Exception;

    /** Called once after the last turn, also when {@link #onStart} or a turn failed. */
    default void onClose() throws Exception {}

    /**
     * Asks an agent that waits inside its own turn (in a selector, on a condition) to return from it soon. Called by another
     * thread. Threads are not interrupted, since an interrupt would close the channel that it finds.
     */
    default void onWakeup() {}

    /** A short name, for the thread and for messages. */
    String roleName();
}

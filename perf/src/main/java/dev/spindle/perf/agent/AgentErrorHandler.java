package dev.spindle.perf.agent;

/** Is told of every exception that leaves an agent, and decides what follows. */
@FunctionalInterface
public interface AgentErrorHandler {
    /** What a runner does after an error. */
    enum Verdict {
        /** Take the next turn as if nothing had happened. */
        GO_ON,
        /** Take no further turn. */
        STOP
    }

    /**
     * Called on the agent's thread. An error of {@link Agent#onStart} or {@link Agent#onClose} ends the run whatever the answer.
     * If the handler itself throws, the agent stops.
     */
    Verdict onError(Agent agent, Throwable error);
}

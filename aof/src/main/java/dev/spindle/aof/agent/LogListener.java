package dev.spindle.aof.agent;

/** Hears of what happens to the log; called on the agent's thread. */
public interface LogListener {

    /** A line for the server's log. */
    void warn(String text);

    /** Something went as it should, and is worth a line. */
    void note(String text);

    /**
     * The log cannot be written, or can again.
     *
     * @param reason in the words of the operating system; null when it can.
     */
    void onDiskError(String reason);

    /** More is durable, or the gate failed: held replies may be looked at. */
    void onDurable();
}

package dev.spindle.engine.propagation;

/**
 * Receives the effects of commands in the order in which they happened, on the core thread: the append-only log is one, replicas
 * are others.
 *
 * <p>An effect is a command that has the same result whenever it is executed: times in it are absolute, and what was chosen at
 * random is named. Effects that belong together come as MULTI, the effects, EXEC.
 */
public interface EffectSink {

    /**
     * A command to repeat.
     *
     * @param db number of the database it is for; the sink puts SELECT where that changes.
     * @param address the command as an array of bulk strings; valid only during the call.
     * @param length its bytes.
     */
    void effect(int db, long address, int length);

    /**
     * Units of one effect each, one behind the other as they came, and complete.
     *
     * @param db number of the database they are for; the sink puts SELECT where that changes.
     * @param address the commands, each an array of bulk strings; valid only during the call.
     * @param length bytes of all of them.
     */
    void units(int db, long address, int length);

    /** Whether it takes messages; others are not asked to, and do not make a transaction of an effect with messages beside it. */
    default boolean takesMessages() {
        return false;
    }

    /**
     * A command that changes no data but has an effect where clients listen, such as PUBLISH: for replicas, of no use to a log.
     *
     * @param db number of the database in which it ran.
     * @param address the command as an array of bulk strings; valid only during the call.
     * @param length its bytes.
     */
    default void message(int db, long address, int length) {}

    /** Everything since the last call belongs together and is complete: a reader may stop here, and nowhere else. */
    void complete();
}

package dev.spindle.engine.command;

/** Finds the keys of a command whose places depend on its other arguments. */
@FunctionalInterface
public interface KeyFinder {

    /** Receives one key found. */
    @FunctionalInterface
    interface Sink {
        /**
         * One key.
         *
         * @param index its position among the arguments.
         * @param flags space-separated key flags as COMMAND GETKEYSANDFLAGS shows them.
         */
        void key(int index, String flags);
    }

    /**
     * Hands every key of a command to the sink.
     *
     * @param argv the whole command, its name first.
     * @param sink receives the keys in order.
     * @return false when the arguments do not make a valid command.
     */
    boolean find(byte[][] argv, Sink sink);
}

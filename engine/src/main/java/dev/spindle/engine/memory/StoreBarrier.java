package dev.spindle.engine.memory;

/** Is told of stores into the mapping before they happen, while armed. */
@FunctionalInterface
public interface StoreBarrier {

    /**
     * Bytes are about to change.
     *
     * @param address the first of them.
     * @param length how many; may span pages.
     */
    void beforeStore(long address, long length);

    /**
     * Stores will come to several places: loads what {@link #beforeStore} will need for them, so that the misses overlap. Changes nothing.
     *
     * @param addresses of which 0 stands for none.
     * @return something derived from what was loaded, so that the loads cannot be dropped.
     */
    default long touch(long[] addresses, int count) {
        return 0;
    }
}

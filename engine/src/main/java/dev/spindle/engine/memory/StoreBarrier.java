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
}

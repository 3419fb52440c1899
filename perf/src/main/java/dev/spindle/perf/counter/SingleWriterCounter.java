package dev.spindle.perf.counter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A count that one thread writes and any thread may read.
 *
 * <p>With one writer an increment needs no atomic instruction, only a promise that the store is whole and will be seen
 * eventually: opaque access gives both and costs what a plain field costs. A reader may be a moment late, never wrong, and learns
 * nothing about the order of other stores.
 */
public final class SingleWriterCounter {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE =
                    MethodHandles.lookup()
                            .findVarHandle(SingleWriterCounter.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    /** Adds one. Writer only. */
    public void increment() {
        VALUE.setOpaque(this, value + 1);
    }

    /** Adds any amount. Writer only. */
    public void add(long amount) {
        VALUE.setOpaque(this, value + amount);
    }

    /** Replaces the value. Writer only. */
    public void set(long newValue) {
        VALUE.setOpaque(this, newValue);
    }

    /** The value, at most a moment old. Any thread. */
    public long get() {
        return (long) VALUE.getOpaque(this);
    }
}

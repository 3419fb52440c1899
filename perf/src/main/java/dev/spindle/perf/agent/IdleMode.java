package dev.spindle.perf.agent;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * What a thread does after an empty turn, as the option {@code idle-strategy} names it.
 *
 * <p>The choice trades a core for latency: a spinning thread answers at once and uses the core whole; a blocked one costs nothing
 * and pays a wake-up by the kernel (some microseconds, and more where the core slept deeply).
 */
public enum IdleMode {
    /** Turn again at once, with the processor's spin hint. For a core of one's own. */
    BUSY_SPIN("busy-spin"),
    /** Let the scheduler run someone else on this core, if there is anyone. */
    YIELD("yield"),
    /** Spin for a while, then yield, then park for {@value #MIN_PARK_US} to {@value #MAX_PARK_US} microseconds. */
    BACKOFF("backoff"),
    /** Wait for events inside the turn; the agent carries it out in its selector. */
    BLOCK("block");

    static final int MIN_PARK_US = 1;
    static final int MAX_PARK_US = 1000;

    private static final int BACKOFF_SPINS = 100;
    private static final int BACKOFF_YIELDS = 50;

    private final String text;

    IdleMode(String text) {
        this.text = text;
    }

    /**
     * Reads the name that a configuration gives, in any case.
     *
     * @throws IllegalArgumentException naming the choices
     */
    public static IdleMode parse(String text) {
        for (final IdleMode mode : values()) {
            if (mode.text.equals(text.toLowerCase(Locale.ROOT))) {
                return mode;
            }
        }
        throw new IllegalArgumentException(
                "idle strategy must be busy-spin, yield, backoff or block, not '" + text + "'");
    }

    /** The name that a configuration gives. */
    public String text() {
        return text;
    }

    /** Whether the agent itself waits inside its turn. */
    public boolean blocks() {
        return this == BLOCK;
    }

    /**
     * A new strategy for one thread. That of {@link #BLOCK} does nothing, since the agent has waited already.
     */
    public IdleStrategy newStrategy() {
        return switch (this) {
            case BUSY_SPIN -> BusySpinIdleStrategy.INSTANCE;
            case YIELD -> YieldingIdleStrategy.INSTANCE;
            case BACKOFF ->
                    new BackoffIdleStrategy(
                            BACKOFF_SPINS,
                            BACKOFF_YIELDS,
                            TimeUnit.MICROSECONDS.toNanos(MIN_PARK_US),
                            TimeUnit.MICROSECONDS.toNanos(MAX_PARK_US));
            case BLOCK -> NoOpIdleStrategy.INSTANCE;
        };
    }
}

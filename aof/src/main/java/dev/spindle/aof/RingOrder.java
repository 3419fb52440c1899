package dev.spindle.aof;

import dev.spindle.aof.agent.ThreadLauncher;
import dev.spindle.aof.ring.EffectRing;
import dev.spindle.perf.agent.Threads;
import java.util.function.Supplier;

/** A ring that a thread of its own makes and has mapped, so that the core only takes it over. Asked by the core thread. */
final class RingOrder {

    private final Supplier<EffectRing> maker;
    private final Runnable onReady;
    private final Thread thread = new Thread(this::run, "aof-ring");
    private volatile EffectRing ring;
    private volatile boolean started;
    private volatile RuntimeException failure;

    RingOrder(Supplier<EffectRing> maker, ThreadLauncher launcher, Runnable onReady) {
        this.maker = maker;
        this.onReady = onReady;
        thread.setDaemon(true);
        launcher.start(thread);
    }

    private void run() {
        started = true;
        try {
            EffectRing made = maker.get();
            boolean more = true;
            while (more) {
                more = made.touchAhead();
            }
            ring = made;
        } catch (RuntimeException e) {
            failure = e;
        }
        onReady.run();
    }

    /** The ring; null while it is being made. */
    EffectRing take() {
        if (failure != null) {
            throw failure;
        }
        return ring;
    }

    /** Nobody wants it any more; waits until it is made, and frees it. */
    void cancel() {
        Threads.join(thread, () -> started);
        if (ring != null) {
            ring.close();
        }
    }
}

package dev.spindle.net.reactor;

import dev.spindle.engine.Engine;
import java.util.concurrent.TimeUnit;

/**
 * What the core does by the clock: {@code hz} times a second a share of the clients is looked at, and the engine's background work is told
 * of each turn.
 *
 * <p>Background work that has more to do goes on in turns that found nothing else, so an idle core clears a backlog fast. Rates are sampled every {@link #SAMPLE_NS}, collections of garbage are noted once a second.
 */
final class Cron {

    /** Clients looked at per period at least. */
    private static final int MIN_CLIENTS = 5;

    private static final long SAMPLE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final Engine engine;
    private final Reactor reactor;
    private long nextNs;
    private long nextSampleNs;
    private Runnable eachSecond = () -> {};
    private long nextSecondNs;
    private int clientCursor;
    private boolean moreToDo;

    Cron(Engine engine, Reactor reactor, long nowNs) {
        this.engine = engine;
        this.reactor = reactor;
        nextNs = nowNs;
        nextSampleNs = nowNs;
        nextSecondNs = nowNs + SECOND_NS;
    }

    /** Sets what else is done once a second. */
    void eachSecond(Runnable task) {
        eachSecond = task;
    }

    /** How long a turn may wait, in milliseconds. */
    int waitMs(long nowNs) {
        if (moreToDo) {
            return 0;
        }
        long ns = Math.min(nextNs - nowNs, engine.cron().dueNs() - nowNs);
        if (engine.clients().isPausing()) {
            long pauseMs = engine.clients().pauseEndMs() - engine.epochClock().epochMs();
            ns = Math.min(ns, TimeUnit.MILLISECONDS.toNanos(Math.max(0, pauseMs)));
        }
        return ns <= 0 ? 0 : (int) (ns / 1_000_000) + 1;
    }

    /**
     * Called at the end of each turn.
     *
     * @return whether it did more than look at the clock.
     */
    boolean onTurn(long nowNs, boolean idle) {
        boolean worked = moreToDo;
        if (engine.clients().isPausing()) {
            engine.clients().checkPause(engine.epochClock().epochMs());
        }
        if (nowNs - nextNs >= 0) {
            int hz = Math.max(1, engine.settings().hz);
            nextNs = nowNs + SECOND_NS / hz;
            if (engine.stats().stalls != null) {
                engine.stats().stalls.forgetWaiting();
            }
            visitClients(hz);
            sample(nowNs);
            worked = true;
        }
        engine.cron(nowNs);
        moreToDo = idle ? engine.idleWork() : engine.cron().hasWork();
        return worked;
    }

    private void visitClients(int hz) {
        int count = reactor.connectionCount();
        int visits = Math.min(count, Math.max(MIN_CLIENTS, count / hz));
        long nowMs = engine.epochClock().epochMs();
        reactor.nowMs(nowMs);
        for (int i = 0; i < visits; i++) {
            clientCursor = clientCursor + 1 < count ? clientCursor + 1 : 0;
            reactor.examine(clientCursor, nowMs);
        }
    }

    private void sample(long nowNs) {
        if (nowNs - nextSampleNs >= 0) {
            nextSampleNs = nowNs + SAMPLE_NS;
            engine.info().sample(engine.epochClock().epochMs());
        }
        if (nowNs - nextSecondNs >= 0) {
            nextSecondNs = nowNs + SECOND_NS;
            if (engine.stats().stalls != null) {
                engine.stats().stalls.forgetCollections();
            }
            eachSecond.run();
        }
    }
}

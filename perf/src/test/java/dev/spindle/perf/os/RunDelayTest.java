package dev.spindle.perf.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.counter.AllocationProbe;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class RunDelayTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static volatile boolean over;

    @Test
    void shouldGrowWhenMoreThreadsWantToRunThanThereAreProcessors() throws InterruptedException {
        over = false;
        final Thread[] others = new Thread[Runtime.getRuntime().availableProcessors()];
        for (int i = 0; i < others.length; i++) {
            others[i] = new Thread(RunDelayTest::spin, "wants-to-run-" + i);
            others[i].setDaemon(true);
        }
        try {
            final LongSupplier delay = RunDelay.ofCurrentThread();
            final long before = delay.getAsLong();
            final long deadlineNs = System.nanoTime() + DEADLINE_NS;
            for (final Thread other : others) {
                other.start();
            }
            while (delay.getAsLong() == before) {
                assertTrue(System.nanoTime() < deadlineNs, "this thread never waited");
            }
        } finally {
            over = true;
            for (final Thread other : others) {
                other.join();
            }
        }
    }

    @Test
    void shouldBeThatOfTheThreadThatMadeIt() throws InterruptedException {
        final LongSupplier[] made = new LongSupplier[1];
        final Thread thread =
                new Thread(() -> made[0] = RunDelay.ofCurrentThread(), "made-and-ended");
        thread.start();
        thread.join();
        final long last = made[0].getAsLong();
        assertEquals(last, made[0].getAsLong());
    }

    @Test
    void shouldAllocateNothing() {
        final LongSupplier delay = RunDelay.ofCurrentThread();
        final long bytes =
                AllocationProbe.leastAllocated(
                        20,
                        5,
                        () -> {
                            for (int i = 0; i < 1_000; i++) {
                                delay.getAsLong();
                            }
                        });
        assertEquals(0, bytes);
    }

    private static void spin() {
        while (!over) {
            Thread.onSpinWait();
        }
    }
}

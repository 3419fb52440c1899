package dev.spindle.perf.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.counter.AllocationProbe;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class RunDelayTest {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static volatile boolean over;

    @Test
    void shouldGrowWhenMoreThreadsWantToRunThanThereAreProcessors() throws InterruptedException {
        waitForAProcessor(RunDelay.ofCurrentThread());
    }

    @Test
    void shouldBeThatOfTheThreadThatMadeItWhoeverAsks() throws InterruptedException {
        final CountDownLatch made = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);
        final LongSupplier[] ofOther = new LongSupplier[1];
        final Thread other =
                new Thread(
                        () -> {
                            ofOther[0] = RunDelay.ofCurrentThread();
                            made.countDown();
                            awaitQuietly(end);
                        },
                        "makes-and-sleeps");
        other.start();
        made.await();
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        long before;
        do {
            // It may not have come to its sleep yet the first time.
            assertTrue(System.nanoTime() < deadlineNs, "it grows with who asks");
            before = ofOther[0].getAsLong();
            waitForAProcessor(RunDelay.ofCurrentThread());
        } while (ofOther[0].getAsLong() != before);
        end.countDown();
        other.join();
        assertTrue(ofOther[0].getAsLong() >= before, "of a thread that has ended the last reading");
    }

    private static void waitForAProcessor(LongSupplier own) throws InterruptedException {
        over = false;
        final Thread[] others = new Thread[Runtime.getRuntime().availableProcessors()];
        for (int i = 0; i < others.length; i++) {
            others[i] = new Thread(RunDelayTest::spin, "wants-to-run-" + i);
            others[i].setDaemon(true);
        }
        try {
            final long before = own.getAsLong();
            final long deadlineNs = System.nanoTime() + DEADLINE_NS;
            for (final Thread each : others) {
                each.start();
            }
            while (own.getAsLong() == before) {
                assertTrue(System.nanoTime() < deadlineNs, "this thread never waited");
            }
        } finally {
            over = true;
            for (final Thread each : others) {
                each.join();
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

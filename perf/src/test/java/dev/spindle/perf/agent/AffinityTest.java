package dev.spindle.perf.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.perf.os.Posix;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AffinityTest {
    @BeforeEach
    void onlyWhereThereAreCalls() {
        assumeTrue(Posix.isAvailable(), Posix.unavailableReason());
    }

    @Test
    void shouldRunOnOneCpuWhenPinnedToIt() throws ExecutionException, InterruptedException {
        final CpuList before = Affinity.currentCpus();
        final int last = before.stream().max().orElseThrow();
        onNewThread(
                () -> {
                    assertEquals(before, Affinity.currentCpus());
                    final Affinity.Outcome outcome = Affinity.pinCurrentThread(CpuList.of(last));
                    assertTrue(outcome.done(), outcome.reason());
                    assertEquals(CpuList.of(last), Affinity.currentCpus());
                });
        assertEquals(before, Affinity.currentCpus(), "another thread's pin must not move this one");
    }

    @Test
    void shouldMoveAllThreadsButTheCallerWhenOthersAreConfined()
            throws ExecutionException, InterruptedException {
        final CpuList before = Affinity.currentCpus();
        final CpuList last = CpuList.of(before.stream().max().orElseThrow());
        try {
            onNewThread(
                    () -> {
                        final Affinity.Outcome outcome =
                                Affinity.confineOtherThreads(last, name -> false);
                        assertTrue(outcome.done(), outcome.reason());
                        assertEquals(before, Affinity.currentCpus(), "the caller stays");
                    });
            assertEquals(last, Affinity.currentCpus(), "this thread was another's other");
        } finally {
            onNewThread(() -> Affinity.confineOtherThreads(before, name -> false));
            assertEquals(before, Affinity.currentCpus());
        }
    }

    @Test
    void shouldLeaveAThreadAloneWhenItIsExcepted() throws ExecutionException, InterruptedException {
        final CpuList before = Affinity.currentCpus();
        final CpuList last = CpuList.of(before.stream().max().orElseThrow());
        final String nameBefore = Thread.currentThread().getName();
        try {
            // The kernel keeps fifteen characters of a name.
            Thread.currentThread().setName("left alone");
            onNewThread(
                    () ->
                            assertTrue(
                                    Affinity.confineOtherThreads(last, "left alone"::equals)
                                            .done()));
            assertEquals(before, Affinity.currentCpus());
        } finally {
            Thread.currentThread().setName(nameBefore);
            onNewThread(() -> Affinity.confineOtherThreads(before, name -> false));
        }
    }

    @Test
    void shouldIgnoreCpusThatAreNotThereWhenOneIs()
            throws ExecutionException, InterruptedException {
        final int first = Affinity.currentCpus().stream().min().orElseThrow();
        onNewThread(
                () -> {
                    assertTrue(Affinity.pinCurrentThread(CpuList.of(first, 1023)).done());
                    assertEquals(CpuList.of(first), Affinity.currentCpus());
                });
    }

    @Test
    void shouldGiveAReasonWhenNoSuchCpuExists() throws ExecutionException, InterruptedException {
        assumeTrue(!Affinity.currentCpus().contains(1023));
        onNewThread(
                () -> {
                    final CpuList before = Affinity.currentCpus();
                    final Affinity.Outcome outcome = Affinity.pinCurrentThread(CpuList.of(1023));
                    assertFalse(outcome.done());
                    assertEquals(
                            "cpu list 1023: sched_setaffinity failed: invalid argument (EINVAL)",
                            outcome.reason());
                    assertEquals(before, Affinity.currentCpus());
                });
    }

    private static void onNewThread(Runnable body) throws ExecutionException, InterruptedException {
        final FutureTask<Void> task = new FutureTask<>(body, null);
        new Thread(task).start();
        task.get();
    }
}

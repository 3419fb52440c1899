package dev.spindle.perf.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.perf.os.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NicenessTest {

    /** Of the fields behind the name, which may hold anything. */
    private static final int NICE_FIELD = 16;

    @BeforeEach
    void onlyWhereThereAreCalls() {
        assumeTrue(Posix.isAvailable(), Posix.unavailableReason());
    }

    @Test
    void shouldShowTheNiceValueToTheKernelWhenAThreadGivesWay()
            throws IOException, ExecutionException, InterruptedException {
        final int before = niceOfCaller();
        onNewThread(
                () -> {
                    assertEquals(before, niceOfCaller());
                    assertNull(Niceness.giveWay());
                    assertEquals(Math.max(before, Niceness.BACKGROUND), niceOfCaller());
                    assertEquals(niceOfCaller(), Posix.threadNice());
                });
        assertEquals(before, niceOfCaller(), "another thread's value must not change this one's");
    }

    @Test
    void shouldStayWhereItIsWhenItGivesWayEvenMore()
            throws ExecutionException, InterruptedException {
        onNewThread(
                () -> {
                    Posix.setThreadNice(19);
                    assertNull(Niceness.giveWay());
                    assertEquals(19, niceOfCaller());
                });
    }

    @Test
    void shouldNotGoFurtherWhenItIsDoneTwice() throws ExecutionException, InterruptedException {
        onNewThread(
                () -> {
                    assertNull(Niceness.giveWay());
                    final int once = niceOfCaller();
                    assertNull(Niceness.giveWay());
                    assertEquals(once, niceOfCaller());
                });
    }

    @Test
    void shouldGoBeforeOthersOrSayWhyNot() throws ExecutionException, InterruptedException {
        onNewThread(
                () -> {
                    final int before = niceOfCaller();
                    final String refusal = Niceness.takePrecedence();
                    assertEquals(refusal == null ? Niceness.FIRST : before, niceOfCaller());
                });
    }

    private static int niceOfCaller() throws IOException {
        final String stat = Files.readString(Path.of("/proc/thread-self/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_FIELD]);
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void onNewThread(Task task) throws ExecutionException, InterruptedException {
        final FutureTask<Void> future =
                new FutureTask<>(
                        () -> {
                            task.run();
                            return null;
                        });
        new Thread(future).start();
        future.get();
    }
}

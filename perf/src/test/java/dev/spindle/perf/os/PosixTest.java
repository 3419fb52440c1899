package dev.spindle.perf.os;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import dev.spindle.perf.agent.Affinity;
import dev.spindle.perf.agent.CpuList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PosixTest {
    private static final long HUGE_PAGE = 2L << 20;

    /** Of the fields behind the name, which may hold anything. */
    private static final int POLICY_FIELD = 38;

    @BeforeEach
    void onlyWhereThereAreCalls() {
        assumeTrue(Posix.isAvailable(), Posix.unavailableReason());
    }

    @Test
    void shouldAnswerWhetherMemoryWasGivenBackWhenTheNativeHeapIsTrimmed() {
        assumeTrue(Posix.isAvailable());
        // What was given back is up to the C library; a second call right after has less to give.
        Posix.trimNativeHeap();
        assertDoesNotThrow(Posix::trimNativeHeap);
    }

    @Test
    void shouldGiveZeroedWritableMemoryWhenMapped() {
        final long length = 4 * HUGE_PAGE;
        final long address = Posix.mapAnonymous(length);
        for (long at = address; at < address + length; at += 4096) {
            assertEquals(0, UnsafeApi.getLong(at));
            UnsafeApi.putLong(at, at);
        }
        assertEquals(address, UnsafeApi.getLong(address));
        Posix.munmap(address, length);
    }

    @Test
    void shouldZeroPagesWhenTheyAreNotNeeded() {
        final long address = Posix.mapAnonymous(HUGE_PAGE);
        UnsafeApi.putLong(address, 42);
        Posix.madvise(address, HUGE_PAGE, Posix.MADV_DONTNEED);
        assertEquals(0, UnsafeApi.getLong(address));
        Posix.munmap(address, HUGE_PAGE);
    }

    @Test
    void shouldMapMoreThanAByteBufferCan() {
        final long length = 5L << 30;
        final long address = Posix.mapAnonymous(length);
        UnsafeApi.putLong(address + length - 8, 7);
        assertEquals(7, UnsafeApi.getLong(address + length - 8));
        Posix.munmap(address, length);
    }

    @Test
    void shouldTakeAdviceThatOnlyHopes() {
        final long address = Posix.mapAnonymous(2 * HUGE_PAGE);
        final int huge = Posix.tryMadvise(address, 2 * HUGE_PAGE, Posix.MADV_HUGEPAGE);
        assertTrue(huge == 0 || huge == Posix.EINVAL, "errno " + huge);
        final int populate = Posix.tryMadvise(address, HUGE_PAGE, Posix.MADV_POPULATE_WRITE);
        assertTrue(populate == 0 || populate == Posix.EINVAL, "errno " + populate);
        Posix.madvise(address, HUGE_PAGE, Posix.MADV_RANDOM);
        Posix.munmap(address, 2 * HUGE_PAGE);
    }

    @Test
    void shouldNameTheCallAndTheErrorWhenTheKernelRefuses() {
        final PosixException zero = assertThrows(PosixException.class, () -> Posix.mapAnonymous(0));
        assertEquals("mmap", zero.call());
        assertEquals(Posix.EINVAL, zero.errno());
        assertEquals("mmap failed: invalid argument (EINVAL)", zero.getMessage());
        assertEquals(
                Posix.EINVAL,
                assertThrows(PosixException.class, () -> Posix.munmap(1, 4096)).errno());
        assertEquals(
                "madvise",
                assertThrows(PosixException.class, () -> Posix.madvise(1, 4096, Posix.MADV_RANDOM))
                        .call());
        assertEquals(
                "sched_setaffinity",
                assertThrows(
                                PosixException.class,
                                () -> Posix.setAffinity(0, new long[Posix.CPU_SET_LONGS]))
                        .call());
    }

    @Test
    void shouldRefuseACpuSetOfAnotherLength() {
        assertThrows(IllegalArgumentException.class, () -> Posix.getAffinity(0, new long[1]));
    }

    @Test
    void shouldKnowItsProcess() {
        assertEquals(ProcessHandle.current().pid(), Posix.getpid());
    }

    @Test
    void shouldAnswerTheFormerMaskWhenTheMaskIsSet() {
        final int before = Posix.umask(0_077);
        assertEquals(0_077, Posix.umask(before));
    }

    @Test
    void shouldNotLoadTheNativeLibraryWhenNoCallIsMade() throws IOException, InterruptedException {
        assertEquals("", classesOfJna("quiet"));
        assertTrue(classesOfJna("calls").contains("com.sun.jna.Native"));
    }

    /** What a fresh virtual machine loads of JNA when {@link Start} runs in it. */
    private static String classesOfJna(String how) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xshare:auto",
                                "-Xlog:class+load",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Start.class.getName(),
                                how)
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        final String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains(Posix.class.getName()), "the classes are not logged: " + output);
        final StringBuilder jna = new StringBuilder();
        output.lines()
                .filter(line -> line.contains("com.sun.jna"))
                .forEach(line -> jna.append(line).append('\n'));
        return jna.toString();
    }

    /** A start-up without a cpu list, and one with a call. */
    static final class Start {
        public static void main(String[] args) {
            assertNull(Posix.unavailableReason());
            assertTrue(Affinity.pinCurrentThread(CpuList.parse("")).done());
            if (args[0].equals("calls")) {
                Posix.getpid();
                // Others who use JNA must still find what they look for by name.
                if (NativeLibrary.getInstance("c").getFunction("getpid").invokeInt(new Object[0])
                        != Posix.getpid()) {
                    throw new AssertionError("another getpid");
                }
            }
        }
    }

    @Test
    void shouldBeOfRealTimeUntilItIsUsualAgainOrSayWhyNot() throws Exception {
        final String before = policy();
        try {
            Posix.beRealTime();
        } catch (PosixException e) {
            assertEquals(Posix.EPERM, e.errno());
            assertEquals(before, policy());
            return;
        }
        try {
            assertEquals("1", policy());
            final String[] ofChild = new String[1];
            final Thread child = new Thread(() -> ofChild[0] = policy());
            child.start();
            child.join();
            assertEquals("0", ofChild[0], "threads it starts are of the usual class");
        } finally {
            Posix.beUsual();
        }
        assertEquals("0", policy());
    }

    /** The calling thread's class as the kernel names it: 0 usual, 1 real time, first in first out. */
    private static String policy() {
        try {
            final String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[POLICY_FIELD];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

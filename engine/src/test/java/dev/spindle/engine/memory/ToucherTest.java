package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class ToucherTest {
    private static final long PAGE = Toucher.PAGE;
    private static final long LENGTH = 3 * Toucher.AT_ONCE;

    // The kernel says there of each page of this process whether it is backed (bit 63).
    private static final Path PAGEMAP = Path.of("/proc/self/pagemap");

    private int calls;

    /** A toucher whose kernel backs pages in as many calls as told, and then refuses. */
    private Toucher refusedAfter(int answered) {
        return new Toucher("toucher", 1, 1) {
            @Override
            boolean turn() {
                return false;
            }

            @Override
            boolean populate(long address, long length) {
                return calls++ < answered && super.populate(address, length);
            }
        };
    }

    private static long backed(long from, long end) throws IOException {
        assumeTrue(Files.isReadable(PAGEMAP));
        long pages = 0;
        try (RandomAccessFile map = new RandomAccessFile(PAGEMAP.toFile(), "r")) {
            map.seek(from / PAGE * Long.BYTES);
            // In one call: the kernel answers whole entries only.
            byte[] entries = new byte[(int) ((end - from) / PAGE) * Long.BYTES];
            map.readFully(entries);
            for (int last = Long.BYTES - 1; last < entries.length; last += Long.BYTES) {
                // Little-endian: the sign of the last byte is bit 63.
                pages += entries[last] < 0 ? 1 : 0;
            }
        }
        return pages;
    }

    private void shouldBackAllOfAStretch(int answered, int expectedCalls) throws IOException {
        try (Mapping mapping = Mapping.reserve(LENGTH + Toucher.AT_ONCE, false)) {
            long start = mapping.address();
            long end = start + LENGTH;
            UnsafeApi.putLong(null, start + LENGTH / 2, 0x0123456789ABCDEFL);
            assertEquals(1, backed(start, end));

            Toucher toucher = refusedAfter(answered);
            toucher.touch(start + 1, end - 1);

            assertEquals(LENGTH / PAGE, backed(start, end));
            assertEquals(0, backed(end, end + Toucher.AT_ONCE), "no page behind it");
            assertEquals(0x0123456789ABCDEFL, UnsafeApi.getLong(null, start + LENGTH / 2));
            assertEquals(expectedCalls, calls);

            toucher.touch(end, end + PAGE);
            assertEquals(1, backed(end, end + Toucher.AT_ONCE));
            assertEquals(
                    answered < 3 ? expectedCalls : expectedCalls + 1,
                    calls,
                    "a refusal is not asked for again");
        }
    }

    @Test
    void shouldBackManyPagesInOneCallOfTheKernel() throws IOException {
        shouldBackAllOfAStretch(Integer.MAX_VALUE, 3);
    }

    @Test
    void shouldTouchEachPageWhereTheKernelRefuses() throws IOException {
        shouldBackAllOfAStretch(0, 1);
    }

    @Test
    void shouldTouchTheRestWhereTheKernelRefusesInTheMiddle() throws IOException {
        shouldBackAllOfAStretch(1, 2);
    }

    @Test
    void shouldTouchNothingOnceClosed() throws IOException {
        try (Mapping mapping = Mapping.reserve(LENGTH, false)) {
            Toucher toucher = refusedAfter(0);
            toucher.start();
            toucher.close();
            toucher.touch(mapping.address(), mapping.address() + LENGTH);
            assertEquals(0, backed(mapping.address(), mapping.address() + LENGTH));
            assertEquals(0, calls);
            assertFalse(toucher.turn());
        }
    }
}

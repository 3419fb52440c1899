package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is ready, and by which pages it is backed; the turns are the test's, no thread runs. */
class ImageToucherTest {

    private static final long SPAN = ImageToucher.SPAN;
    private static final long PAGES = ImageToucher.SPAN / PageImages.PAGE_BYTES;

    private final Arena arena = new Arena(64L << 20, false);
    private final PageImages images = new PageImages(arena);
    private final ImageToucher toucher = new ImageToucher(images);

    @AfterEach
    void close() {
        images.close();
        arena.close();
    }

    // What the kernel says of the mapping an address lies in: "hg" where it was told to take huge
    // pages, "nh" where it was told not to.
    private static Set<String> flags(long address) throws IOException {
        Path smaps = Path.of("/proc/self/smaps");
        assumeTrue(Files.isReadable(smaps));
        assumeTrue(Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage/enabled")));
        boolean within = false;
        for (String line : Files.readAllLines(smaps)) {
            String[] words = line.split("[ -]");
            if (line.startsWith("VmFlags:") && within) {
                return new HashSet<>(List.of(line.substring(8).trim().split(" ")));
            }
            if (words[0].matches("[0-9a-f]+") && words[1].matches("[0-9a-f]+")) {
                within =
                        Long.parseUnsignedLong(words[0], 16) <= address
                                && address < Long.parseUnsignedLong(words[1], 16);
            }
        }
        throw new AssertionError("not mapped: " + Long.toHexString(address));
    }

    private void hugeUpTo(long bytes) throws IOException {
        assertEquals(bytes, toucher.readyBytes());
        Set<String> last = flags(images.slotAddress(0) + bytes - 1);
        assertTrue(last.contains("hg"), "what is ready: " + last);
        Set<String> next = flags(images.slotAddress(0) + bytes);
        assertTrue(next.contains("nh"), "what the core may come to first: " + next);
    }

    private void preserve(long pages) {
        long first = arena.limitAddress() - arena.reservedBytes();
        for (long page = 0; page < pages; page++) {
            images.beforeStore(first + page * PageImages.PAGE_BYTES, 1);
        }
    }

    private void beginSnapshot() {
        images.begin(-1, () -> {});
        toucher.begin();
    }

    private void endSnapshot() {
        toucher.end();
        images.end();
    }

    @Test
    void shouldTakeHugePagesForWhatIsReadyAndForNothingElse() throws IOException {
        toucher.turn();
        hugeUpTo(ImageToucher.AT_FIRST);
        beginSnapshot();
        toucher.turn();
        hugeUpTo(ImageToucher.LEAST_AHEAD);
        endSnapshot();
        toucher.turn();
        hugeUpTo(ImageToucher.KEPT);
    }

    @Test
    void shouldStayAheadByWholeSpansAndDropThemAfterwards() throws IOException {
        arena.allocate(8 * SPAN);
        beginSnapshot();
        preserve(1);
        toucher.turn();
        hugeUpTo(ImageToucher.LEAST_AHEAD + SPAN);
        preserve(PAGES);
        toucher.turn();
        hugeUpTo(ImageToucher.LEAST_AHEAD + SPAN);
        preserve(PAGES + 1);
        toucher.turn();
        hugeUpTo(ImageToucher.LEAST_AHEAD + 2 * SPAN);
        endSnapshot();
        assertTrue(toucher.turn());
        hugeUpTo(ImageToucher.LEAST_AHEAD + SPAN);
        toucher.turn();
        toucher.turn();
        hugeUpTo(ImageToucher.KEPT);
    }

    @Test
    void shouldGoOnBehindWhatTheCoreTookUnready() throws IOException {
        arena.allocate(8 * SPAN);
        beginSnapshot();
        preserve(PAGES / 2);
        Set<String> begun = flags(images.slotAddress(0));
        assertTrue(begun.contains("nh"), "what the core took: " + begun);
        toucher.turn();
        assertTrue(flags(images.slotAddress(0)).contains("nh"));
        assertTrue(flags(images.slotAddress(0) + SPAN).contains("hg"));
        hugeUpTo(ImageToucher.LEAST_AHEAD + SPAN);
        endSnapshot();
    }
}

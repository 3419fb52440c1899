package dev.spindle.engine.snapshot;

import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ImageToucher;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.PageImages;
import dev.spindle.perf.clock.EpochClock;
import dev.spindle.perf.clock.NanoClock;
import java.util.function.Consumer;

/**
 * Takes snapshots, one at a time, and keeps account of what they cost. All methods are for the core thread, except where they
 * say otherwise.
 *
 * <p>What a snapshot needs of memory beside the data, address space for images and a thread that has them backed, is made with
 * the first one.
 */
public final class Snapshots implements AutoCloseable {

    private final Keyspaces keyspaces;
    private final Arena arena;
    private final long hashSeed;
    private final NanoClock nanoClock;
    private final EpochClock epochClock;
    private final Consumer<String> warnings;
    private PageImages images;
    private ImageToucher toucher;
    private Snapshot current;
    private long budgetBytes;
    private long budgetPassed;
    private long lastBytes;
    private long peakBytes;
    private long taken;
    private long lastBeginNs;

    /**
     * Snapshots of databases.
     *
     * @param warnings is told, once per snapshot, that the budget is passed.
     */
    public Snapshots(
            Keyspaces keyspaces,
            long hashSeed,
            NanoClock nanoClock,
            EpochClock epochClock,
            Consumer<String> warnings) {
        this.keyspaces = keyspaces;
        this.arena = keyspaces.shared().arena();
        this.hashSeed = hashSeed;
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
        this.warnings = warnings;
    }

    /**
     * Begins a snapshot of the data as it is now.
     *
     * @throws IllegalStateException while another is running, or where the write barrier was compiled away.
     * @throws dev.spindle.perf.os.PosixException when the operating system refuses address space for images.
     */
    public Snapshot begin(SnapshotPurpose purpose) {
        if (current != null) {
            throw new IllegalStateException("a snapshot is running");
        }
        prepare();
        long startNs = nanoClock.nanoTime();
        toucher.begin();
        images.begin(alarmPages(), this::onBudgetPassed);
        FrozenView view =
                new FrozenView(arena.frozen(images), keyspaces, hashSeed, epochClock.epochMs());
        current = new Snapshot(this, purpose, view, startNs);
        taken++;
        lastBeginNs = nanoClock.nanoTime() - startNs;
        return current;
    }

    /**
     * Takes a snapshot for nobody, so that the first real one finds its classes loaded and the first slots backed. For a server that
     * starts; counts for nothing.
     */
    public void rehearse() {
        if (current == null && Memory.hasBarrier()) {
            begin(SnapshotPurpose.BGSAVE).end();
            taken--;
            lastBeginNs = 0;
        }
    }

    /**
     * Reserves address space for images and starts the thread that has it backed. That thread runs where the calling thread may, so a
     * server calls this before its core is pinned: on the core's processor it would take the time that it is there to save. Without
     * that the first snapshot does it.
     *
     * @throws dev.spindle.perf.os.PosixException when the operating system refuses.
     */
    public void prepare() {
        if (images != null || !Memory.hasBarrier()) {
            return;
        }
        images = new PageImages(arena);
        toucher = new ImageToucher(images);
        toucher.start();
    }

    private int alarmPages() {
        return budgetBytes <= 0
                ? -1
                : (int) Math.min(Integer.MAX_VALUE, budgetBytes / PageImages.PAGE_BYTES);
    }

    private void onBudgetPassed() {
        budgetPassed++;
        warnings.accept(
                "The running snapshot preserves more memory than snapshot-memory-budget ("
                        + budgetBytes
                        + " bytes). It goes on; it ends sooner when less is written meanwhile.");
    }

    void ended() {
        lastBytes = preservedBytes();
        peakBytes = Math.max(peakBytes, lastBytes);
        images.end();
        toucher.end();
        current = null;
    }

    /** Whether a snapshot is running. */
    public boolean isRunning() {
        return current != null;
    }

    /** The one that is running, or null. */
    public Snapshot current() {
        return current;
    }

    /** Pages preserved by the running snapshot: each page in use that was changed since it began, once. */
    public long preservedPages() {
        return current == null ? 0 : images.pages();
    }

    /** The barrier that preserves them, for a test that counts what passes through it. */
    PageImages images() {
        return images;
    }

    /** Bytes preserved by the running snapshot; 0 when none is. */
    public long preservedBytes() {
        return preservedPages() * PageImages.PAGE_BYTES;
    }

    /** Bytes that the last snapshot that has ended preserved. */
    public long lastPreservedBytes() {
        return lastBytes;
    }

    /** The most bytes that any snapshot preserved, the running one included. */
    public long peakBytes() {
        return Math.max(peakBytes, preservedBytes());
    }

    /** Bytes that are backed for images, those in use included; they stay a while after a snapshot. Any thread. */
    public long heldBytes() {
        ImageToucher holds = toucher;
        return holds == null ? 0 : holds.readyBytes();
    }

    /** Sets how many bytes a snapshot should preserve at most; 0 for any number. Holds from the next snapshot on. */
    public void budget(long bytes) {
        budgetBytes = bytes;
    }

    /** What {@link #budget} set. */
    public long budgetBytes() {
        return budgetBytes;
    }

    /** How many snapshots preserved more than the budget. */
    public long budgetPassed() {
        return budgetPassed;
    }

    /** Snapshots begun so far. */
    public long taken() {
        return taken;
    }

    /** How long it took to begin the last one, in nanoseconds: what a server that forks calls the time of its fork. */
    public long lastBeginNs() {
        return lastBeginNs;
    }

    /** Ends what is running and gives the memory back; before the arena is closed. The reader must have stopped. */
    @Override
    public void close() {
        if (current != null) {
            current.end();
        }
        if (images != null) {
            toucher.close();
            images.close();
            images = null;
        }
    }
}

package dev.spindle.engine.snapshot;

/**
 * The data of one moment, readable by one thread beside the core until {@link #end}.
 *
 * <p>The core thread begins it and hands {@link #view} to the reader through something that orders memory, an executor or the
 * start of a thread; when the reader is done, or has been stopped, the core thread ends it. After that the view shows nothing.
 */
public final class Snapshot {

    private final Snapshots owner;
    private final SnapshotPurpose purpose;
    private final FrozenView view;
    private final long beganNs;
    private volatile boolean ended;

    Snapshot(Snapshots owner, SnapshotPurpose purpose, FrozenView view, long beganNs) {
        this.owner = owner;
        this.purpose = purpose;
        this.view = view;
        this.beganNs = beganNs;
    }

    /** What it was taken for. */
    public SnapshotPurpose purpose() {
        return purpose;
    }

    /**
     * The data as of the beginning.
     *
     * @throws IllegalStateException after the end.
     */
    public DataView view() {
        if (ended) {
            throw new IllegalStateException("the snapshot has ended");
        }
        return view;
    }

    /** When it began, by the engine's clock of durations. */
    public long beganNs() {
        return beganNs;
    }

    /** Whether it has ended. */
    public boolean hasEnded() {
        return ended;
    }

    /** Ends it: nothing is preserved any more. Core thread; the reader must have stopped. A second call does nothing. */
    public void end() {
        if (!ended) {
            ended = true;
            owner.ended();
        }
    }
}

package dev.spindle.aof.agent;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameDescriptor;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.ring.EffectRing;
import dev.spindle.aof.ring.RingReader;
import dev.spindle.engine.propagation.DurabilityGate;
import dev.spindle.perf.agent.Threads;
import dev.spindle.perf.clock.EpochClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Owns the log: takes what the core has put into the ring, appends it as frames, forces it.
 *
 * <pre>
 *   turn:  take [head, completed) ► frames of up to 4 MiB ► append ► head moves
 *          always    ► force, here and now      ► gate.durable, held replies leave
 *          everysec  ► force, on another thread, when a second has passed and the last is done
 *          no        ► nothing
 * </pre>
 *
 * <h2>Group commit</h2>
 *
 * While a force is under way the core goes on executing for other clients, and all that it issues meanwhile is covered by the next one.
 * So the more clients, the more commands per force, and a force that takes long makes groups larger, not queues longer.
 *
 * <h2>The two-second rule</h2>
 *
 * Redis does not write while a force is under way, since write(2) might wait for it, but after two seconds it writes nevertheless and counts
 * that in {@code aof_delayed_fsync}. Here it is not the core that would wait, so appending goes on; a force that lasts two seconds while there is
 * something to append counts the same and is logged in the same words.
 *
 * <h2>When the disk refuses</h2>
 *
 * What could not be appended stays in the ring. The listener hears of it, writers are refused by the server, and each second the append is tried
 * again; a log that is broken is closed at its last good frame and the next generation opened in its place. When it works again everybody
 * hears of that. Nothing is skipped and nothing is written twice.
 *
 * <h2>When the process is killed</h2>
 *
 * What the ring holds then may survive in a file ({@link dev.spindle.aof.ring.RingFile}). For that a note goes to the ring before each frame and with each generation: which
 * position the log comes to by it. The next start compares the notes with the last frame that is there; see {@link dev.spindle.aof.replay.RingRecovery}.
 *
 * <h2>Sleep</h2>
 *
 * Under {@code always} the agent spins shortly and then sleeps until {@link #wake}. Otherwise nobody waits for it, and the fewer and larger the frames, the less
 * they cost: a frame is a document, a write(2) and a mark, whatever is in it, and where processors are few it takes them from those
 * who send requests. So the agent sleeps after each batch also when more has come meanwhile: {@link #PAUSE_NS} where the ring
 * outlives the process, {@link #SHORT_PAUSE_NS} where a kill would lose what it holds, and never so long that the ring would
 * come to be an eighth full by what came in last. A core that finds the ring full ends the sleep.
 */
public final class LogAgent implements Runnable, RingReader {

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long DELAY_NS = 2 * SECOND_NS;
    private static final long SPIN_NS = TimeUnit.MICROSECONDS.toNanos(30);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long SHORT_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long OPENING_PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LONG_PARK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int FILL_SHIFT = 3;
    private static final int IDLE_TURNS = 200;
    private static final long ERROR_LINE_NS = 30 * SECOND_NS;

    private final EffectRing ring;
    private final DurabilityGate gate;
    private final LogListener listener;
    private final EpochClock clock;
    private final FrameBuffer buffer;
    private final Thread thread;
    private final Forcer forcer = new Forcer();
    private volatile boolean started;

    private AofLog log;
    private final LogOpener reopen;
    private long sequence;
    private long head;
    private long forced;
    private boolean inUnit;
    private long lastForceNs;
    private boolean forcing;
    private boolean countedDelay;
    private final long pauseNs;
    private int idleTurns;
    private long idleSinceNs;
    private long restedNs;
    private long restedAt;
    private long retryNs;
    private long lastErrorLineNs;
    private boolean everErred;
    private String writeError;
    private String forceError;

    private volatile FsyncPolicy policy;
    private volatile boolean forceHeldOff;
    private volatile boolean sleeping;
    private volatile boolean stopping;
    private volatile boolean stuck;
    private volatile String diskError;
    private volatile boolean discarding;
    private volatile GenerationSwitch next;
    private volatile long durable;
    private volatile long size;
    private volatile long delayed;
    private volatile long lastSequence;

    /**
     * An agent whose thread is not started yet, and which has no log.
     *
     * @param reopen opens another log in place of a broken one.
     * @param firstSequence number of the first frame.
     */
    public LogAgent(
            EffectRing ring,
            DurabilityGate gate,
            LogListener listener,
            EpochClock clock,
            FrameBuffer buffer,
            LogOpener reopen,
            long firstSequence,
            FsyncPolicy policy) {
        this.ring = ring;
        this.gate = gate;
        this.listener = listener;
        this.clock = clock;
        this.buffer = buffer;
        this.reopen = reopen;
        this.policy = policy;
        sequence = firstSequence;
        lastSequence = firstSequence - 1;
        head = ring.head();
        restedAt = head;
        forced(head);
        pauseNs = ring.isInFile() ? PAUSE_NS : SHORT_PAUSE_NS;
        thread = new Thread(this, "aof");
        thread.setDaemon(true);
    }

    /** Starts the thread; it waits for a log to be {@linkplain #prepare prepared}. */
    public void start(ThreadLauncher launcher) {
        launcher.start(thread);
    }

    /**
     * Opens a log and goes over to it at once, and waits for that.
     *
     * @throws IOException when it cannot be opened.
     */
    public void open(LogOpener opener) throws IOException {
        GenerationSwitch to = prepare(opener);
        switchAt(to, ring.tail(), false);
        while (!to.isDone() && to.failure() == null) {
            LockSupport.parkNanos(OPENING_PAUSE_NS);
        }
        if (to.failure() != null) {
            throw new IOException(to.failure());
        }
    }

    @Override
    public void run() {
        started = true;
        forcer.start();
        try {
            while (!stopping || mayGoOn()) {
                if (turn(System.nanoTime()) == 0) {
                    idle();
                } else {
                    idleTurns = 0;
                    rest();
                }
            }
        } finally {
            finish();
        }
    }

    // What is left is written before the end, unless the disk refuses.
    private boolean mayGoOn() {
        return writeError == null
                && log != null
                && (ring.completed() - head > 0 || inUnit && ring.completed() == head);
    }

    private void finish() {
        forcer.close();
        GenerationSwitch to = next;
        if (to != null && to.isPrepared()) {
            fail(to, "the log was turned off");
        }
        if (log != null) {
            closeLog();
            forced(head);
            gate.durable(head);
        }
        listener.onDurable();
    }

    private void closeLog() {
        forcer.await();
        try {
            log.close();
        } catch (IOException e) {
            listener.warn("Closing the append only log failed: " + e.getMessage());
        }
        log = null;
    }

    /**
     * One turn.
     *
     * @return how much was done.
     */
    int turn(long nowNs) {
        int work = 0;
        GenerationSwitch toNext = next;
        if (toNext != null) {
            work += followSwitch(toNext);
        }
        if (log == null) {
            return work;
        }
        if (writeError == null || nowNs - retryNs >= 0) {
            work += drain(nowNs);
        }
        return work + force(nowNs);
    }

    private int followSwitch(GenerationSwitch to) {
        if (to.cancelled && !to.isOpening()) {
            fail(to, "cancelled");
            return 1;
        }
        if (to.isOpening()) {
            try {
                to.prepared(to.opener.open(log == null ? sequence : -1));
            } catch (IOException e) {
                next = null;
                to.failed(String.valueOf(e.getMessage()));
            }
            return 1;
        }
        if (to.at() < 0) {
            return 0;
        }
        if (to.discards) {
            head = to.at();
            // In this order: a ring that is left in between must not seem to go on from the log
            // before.
            ring.forgetMarks();
            ring.taken(head);
            forced(head);
            inUnit = false;
        }
        if (head == to.at() && !inUnit) {
            roll(to);
            return 1;
        }
        return 0;
    }

    private void fail(GenerationSwitch to, String reason) {
        try {
            to.opened.close();
            to.opener.abandon();
        } catch (IOException e) {
            listener.warn("Giving up the next append only log failed: " + e.getMessage());
        }
        discarding = false;
        next = null;
        to.failed(reason);
    }

    private void roll(GenerationSwitch to) {
        if (log != null) {
            closeLog();
            forced(head);
            gate.durable(head);
            listener.onDurable();
        }
        forcing = false;
        log = to.opened;
        size = log.size();
        ring.markGeneration(sequence - 1, head, log.id());
        ring.foundAgain();
        next = null;
        to.done();
        recovered(!to.discards);
        // Not before it is known that the disk takes something: whoever fills the ring meanwhile is
        // to wait.
        discarding = false;
    }

    private int drain(long nowNs) {
        GenerationSwitch toNext = next;
        long completed = ring.completed();
        if (completed - head > 0) {
            boolean switches = toNext != null && toNext.at() >= 0;
            return tryWriting(
                    nowNs, switches ? Math.min(completed, toNext.at()) : completed, false);
        }
        if (inUnit && completed == head) {
            // All of a unit was taken in parts before its end was known: an empty frame tells.
            return tryWriting(nowNs, head, false);
        }
        long written = ring.written();
        if (written - head > 0) {
            return ring.completed() == completed ? tryWriting(nowNs, written, true) : 1;
        }
        // A broken log must be replaced even if nothing waits.
        return writeError == null ? 0 : tryWriting(nowNs, head, false);
    }

    private int tryWriting(long nowNs, long limit, boolean part) {
        try {
            if (log.isBroken()) {
                replaceBroken();
            }
            log.forcesOften(policy == FsyncPolicy.ALWAYS);
            while (head != limit || inUnit && !part) {
                append(limit, part);
            }
            recovered(!ring.hasLost());
            return 1;
        } catch (IOException e) {
            onWriteError(String.valueOf(e.getMessage()), nowNs);
            return 0;
        }
    }

    private void append(long limit, boolean part) throws IOException {
        int length = (int) Math.min(limit - head, FrameDescriptor.MAX_EFFECTS);
        boolean continues = part || head + length != limit;
        ring.copyOut(head, buffer.effectsAddress(), length);
        ByteBuffer frame =
                buffer.seal(
                        continues ? FrameDescriptor.CONTINUES : 0,
                        sequence,
                        clock.epochMs(),
                        length);
        ring.markFrame(sequence, head + length, log.id(), frame.getInt(FrameDescriptor.CHECKSUM));
        log.append(frame);
        lastSequence = sequence++;
        inUnit = continues;
        head += length;
        ring.taken(head);
        size = log.size();
    }

    // A switch that is under way cannot go on: what is left for this log has nowhere to go but into
    // a log behind the one that is prepared.
    private void replaceBroken() throws IOException {
        forcer.await();
        GenerationSwitch to = next;
        if (to != null && !to.isOpening()) {
            fail(to, "the log before it broke");
        }
        try {
            log.close();
        } catch (IOException e) {
            listener.warn("Closing the broken append only log failed: " + e.getMessage());
        }
        log = reopen.open(sequence);
        size = log.size();
        if (!inUnit) {
            ring.markGeneration(sequence - 1, head, log.id());
        }
    }

    private void onWriteError(String reason, long nowNs) {
        retryNs = nowNs + SECOND_NS;
        if (!everErred || nowNs - lastErrorLineNs >= ERROR_LINE_NS) {
            everErred = true;
            lastErrorLineNs = nowNs;
            listener.warn("Error writing to the AOF file: " + reason);
        }
        stuck = true;
        if (!reason.equals(writeError)) {
            writeError = reason;
            tellError();
        }
    }

    private void recovered(boolean hasAll) {
        if (writeError != null) {
            writeError = null;
            stuck = false;
            everErred = false;
            listener.warn(
                    "AOF write error looks solved. "
                            + (hasAll
                                    ? "The server can write again."
                                    : "Writers are served again after a rewrite."));
            tellError();
        }
    }

    private void tellError() {
        diskError = writeError != null ? writeError : forceError;
        listener.onDiskError(diskError);
    }

    private int force(long nowNs) {
        if (forcing && !forcer.isBusy()) {
            onForced();
        }
        FsyncPolicy how = policy;
        if (forceHeldOff && how != FsyncPolicy.NO) {
            // The replies leave: that is what no-appendfsync-on-rewrite trades.
            return letGo();
        }
        if (how == FsyncPolicy.ALWAYS) {
            return forceNow(nowNs);
        }
        if (how == FsyncPolicy.NO) {
            return letGo();
        }
        if (forcing) {
            if (nowNs - forcer.startedNs() >= DELAY_NS && !countedDelay && head != forced) {
                countedDelay = true;
                delayed++;
                listener.note(
                        "Asynchronous AOF fsync is taking too long (disk is busy?). Writing the AOF buffer without waiting for fsync to complete, this may slow down the server.");
            }
        } else if (head != forced && nowNs - lastForceNs >= SECOND_NS) {
            lastForceNs = nowNs;
            countedDelay = false;
            forcing = true;
            forcer.force(log, head, nowNs);
            return 1;
        }
        return 0;
    }

    private void forced(long position) {
        forced = position;
        durable = position;
    }

    private int letGo() {
        if (gate.durable() == head) {
            return 0;
        }
        gate.durable(head);
        if (policy == FsyncPolicy.ALWAYS) {
            listener.onDurable();
        }
        return 1;
    }

    private void onForced() {
        forcing = false;
        String error = forcer.error();
        if (error == null) {
            forced(forcer.position());
            gate.durable(forced);
            listener.onDurable();
        }
        forceError(error);
    }

    private int forceNow(long nowNs) {
        if (head == forced || forcing || forceError != null && nowNs - lastForceNs < SECOND_NS) {
            return 0;
        }
        lastForceNs = nowNs;
        try {
            log.force();
            forced(head);
            gate.durable(head);
            forceError(null);
        } catch (IOException e) {
            forceError(String.valueOf(e.getMessage()));
        }
        listener.onDurable();
        return 1;
    }

    private void forceError(String error) {
        if (error != null && forceError == null) {
            listener.warn("Fail to fsync the AOF file: " + error);
        }
        boolean changed = error == null ? forceError != null : !error.equals(forceError);
        forceError = error;
        if (changed) {
            tellError();
        }
    }

    // After a batch, with whatever has come since then.
    private void rest() {
        if (policy == FsyncPolicy.ALWAYS || next != null || stopping) {
            return;
        }
        long nowNs = System.nanoTime();
        long taken = head - restedAt;
        long pause = pauseNs;
        if (taken > 0) {
            double mayCome = (double) (ring.capacity() >> FILL_SHIFT) / taken;
            pause = (long) Math.min(pause, (nowNs - restedNs) * mayCome);
        }
        restedAt = head;
        restedNs = nowNs;
        park(pause);
    }

    private void idle() {
        idleTurns++;
        ring.touchAhead();
        if (policy == FsyncPolicy.ALWAYS) {
            if (idleTurns == 1) {
                idleSinceNs = System.nanoTime();
            }
            if (System.nanoTime() - idleSinceNs < SPIN_NS) {
                Thread.onSpinWait();
                return;
            }
            park(LONG_PARK_NS);
        } else {
            park(idleTurns < IDLE_TURNS ? pauseNs : LONG_PARK_NS);
        }
    }

    private void park(long ns) {
        sleeping = true;
        if (policy != FsyncPolicy.ALWAYS || head == ring.completed() || writeError != null) {
            LockSupport.parkNanos(ns);
        }
        sleeping = false;
    }

    @Override
    public void wake() {
        org.agrona.UnsafeApi.fullFence();
        if (sleeping) {
            sleeping = false;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public boolean isStuck() {
        return stuck && !discarding || started && !thread.isAlive();
    }

    @Override
    public void onFull() {
        listener.warn(
                "The AOF ring is full: the disk does not keep pace with the writes, which wait for it.");
    }

    @Override
    public void onLost() {
        listener.warn(
                "The AOF ring is full and the AOF cannot be written: the log stays at what it has, and writers are refused, until a rewrite succeeds.");
    }

    /** Sets when to force. */
    public void policy(FsyncPolicy how) {
        policy = how;
        wake();
    }

    /** Forces nothing as long as this is set, as no-appendfsync-on-rewrite asks. */
    public void holdForcesOff(boolean on) {
        forceHeldOff = on;
    }

    /** Lets the agent open the next generation's log while it goes on with this one. By the core, one at a time. */
    public GenerationSwitch prepare(LogOpener opener) {
        assert next == null : "a switch is under way";
        GenerationSwitch to = new GenerationSwitch(opener);
        next = to;
        wake();
        return to;
    }

    /**
     * Goes over to the prepared log at a position of the ring.
     *
     * @param discards whether what comes before it and is not written yet is dropped: since a new base holds it and this log is incomplete.
     */
    public void switchAt(GenerationSwitch to, long position, boolean discards) {
        discarding = discards;
        to.discards = discards;
        to.at(position);
        wake();
    }

    /** Gives a prepared log up. */
    public void cancel(GenerationSwitch to) {
        to.cancelled = true;
        wake();
    }

    /** Whether a switch is prepared or under way. */
    public boolean isSwitching() {
        return next != null;
    }

    /** Up to where effects were forced to disk, whatever replies wait for. */
    public long durable() {
        return durable;
    }

    /** Bytes of this generation. */
    public long size() {
        return size;
    }

    /** How often a force took too long. */
    public long delayedForces() {
        return delayed;
    }

    /** Number of the last frame appended. */
    public long lastSequence() {
        return lastSequence;
    }

    /** What the disk refuses with, in the words of the operating system; null while it does not. */
    public String diskError() {
        return diskError;
    }

    /** Whether a force is under way on the other thread. */
    public boolean isForcing() {
        return forcer.isBusy();
    }

    /** Lets the thread end once everything is written and forced. */
    public void stop() {
        stopping = true;
        wake();
        LockSupport.unpark(thread);
    }

    /** Waits until the thread has ended. */
    public void join() {
        Threads.join(thread, () -> started);
    }
}

package dev.spindle.aof;

import dev.spindle.engine.Engine;
import dev.spindle.engine.propagation.DurabilityGate;
import java.util.Objects;

/**
 * Whether writers are refused for the log's sake, and told why. On the core thread.
 *
 * <pre>
 *   served ── the disk refuses ─► refused ── it takes all that waited ─────────────────────────► served
 *                                    │
 *                                    └─ the ring overflows ─► lacking ── a rewrite is listed ──► served
 * </pre>
 *
 * <p><b>Lacking</b> means that effects were dropped. What is executed from then on has no log that could be loaded: the one that is listed ends
 * before the gap, and what comes behind the gap counts only together with a base that is still to be written. So a disk that takes writes again is
 * not enough. Whoever was told OK meanwhile would be forgotten by a kill; nobody is, until a rewrite has succeeded.
 *
 * <p><b>The command that overflows the ring</b> has been executed. Usually it is a reader who came upon a key that expired, and writers are refused
 * already. But an agent may get stuck while the core is within a turn; then that turn's replies are held, whatever {@code appendfsync} says, and their
 * clients disconnected, as with replies that wait for a disk that refuses.
 */
final class WriteRefusal {

    private static final String UNKNOWN = "Input/output error";

    private final Engine engine;
    private final DurabilityGate gate;
    private boolean lacking;
    private String lastReason = UNKNOWN;
    private String told;

    WriteRefusal(Engine engine) {
        this.engine = engine;
        gate = engine.durability();
    }

    /**
     * Follows what the disk says. Writers are refused and held replies given up in one step: a reply that leaves in between would promise what
     * is not so.
     *
     * @param diskError in the system's words; null when it takes what is written.
     */
    void follow(String diskError) {
        if (diskError != null) {
            lastReason = diskError;
        }
        String now = lacking ? lastReason : diskError;
        if (!Objects.equals(now, told)) {
            told = now;
            gate.fail(now != null);
            engine.diskErrors().logFails(now);
        }
    }

    /** Effects are dropped from now on; within a command. What follows in this turn is refused, what was answered is held until {@link #follow}. */
    void lose() {
        lacking = true;
        if (told == null) {
            gate.on(true);
            engine.diskErrors().logFails(lastReason);
        }
    }

    /** Whether the log lacks effects that were executed. */
    boolean isLacking() {
        return lacking;
    }

    /** The log has everything again, or there is none any more; {@link #follow} lets writers be served then. */
    void whole() {
        lacking = false;
        lastReason = UNKNOWN;
    }

    /** What is in memory is no longer the data: refuses writers until the log is turned on anew, and has a base. */
    void refuse(String reason) {
        lacking = true;
        follow(reason);
    }
}

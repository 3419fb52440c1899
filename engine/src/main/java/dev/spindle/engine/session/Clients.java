package dev.spindle.engine.session;

import dev.spindle.engine.command.CommandFlag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every client that is connected, in order of connection, and CLIENT PAUSE, which concerns them all. */
public final class Clients {

    /** What CLIENT PAUSE holds back. */
    public enum Pause {
        NONE,
        WRITE,
        ALL
    }

    private static final long WRITING = CommandFlag.WRITE.bit() | CommandFlag.MAY_REPLICATE.bit();

    private final Map<Long, Session> byId = new LinkedHashMap<>();
    private final List<Session> waiting = new ArrayList<>();
    private long lastId;
    private Pause pause = Pause.NONE;
    private long pauseEndMs;
    private boolean pausing;
    private Runnable pauseChanged = () -> {};

    /** Registers who hears of the beginning and the end of a pause: while it lasts, keys do not vanish by expiry. */
    public void onPauseChange(Runnable hears) {
        pauseChanged = hears;
    }

    /** The number for the next client; the first is 1. */
    public long nextId() {
        return ++lastId;
    }

    /** Adds a client. */
    public void add(Session session) {
        byId.put(session.id(), session);
    }

    /** Removes a client. */
    public void remove(Session session) {
        byId.remove(session.id());
        waiting.remove(session);
    }

    /** A client by its number, or null. */
    public Session get(long id) {
        return byId.get(id);
    }

    /** All clients in order of connection. */
    public Collection<Session> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    /** How many there are. */
    public int count() {
        return byId.size();
    }

    /** How many wait for the end of a pause. */
    public int paused() {
        return waiting.size();
    }

    /** Whether CLIENT PAUSE is in force for some commands. */
    public boolean isPausing() {
        return pausing;
    }

    /** What is paused. */
    public Pause pause() {
        return pause;
    }

    /** When the pause ends, epoch milliseconds. */
    public long pauseEndMs() {
        return pauseEndMs;
    }

    /** Pauses; a pause under way is only made stronger or longer. */
    public void pause(Pause what, long endMs) {
        pause = what.compareTo(pause) > 0 ? what : pause;
        pauseEndMs = Math.max(pauseEndMs, endMs);
        pausing = true;
        pauseChanged.run();
    }

    /** Ends the pause and lets every client that waited go on. */
    public void unpause() {
        pause = Pause.NONE;
        pauseEndMs = 0;
        pausing = false;
        pauseChanged.run();
        for (Session session : waiting) {
            session.paused(false);
            session.transport().resumeLater();
        }
        waiting.clear();
    }

    /** Ends the pause when its time has come; called once per turn. */
    public void checkPause(long nowMs) {
        if (pausing && nowMs >= pauseEndMs) {
            unpause();
        }
    }

    /**
     * Whether a command must wait; if so its client is marked as waiting, behind those that wait already. Under a pause of all
     * commands even CLIENT UNPAUSE waits: only time ends it.
     *
     * @param flags of what the command may do.
     */
    public boolean mustPause(Session session, long flags, long nowMs) {
        checkPause(nowMs);
        boolean holds = pause == Pause.ALL || pause == Pause.WRITE && (flags & WRITING) != 0;
        if (holds && !session.isPaused()) {
            session.paused(true);
            waiting.add(session);
        }
        return holds;
    }
}

package dev.spindle.engine.session;

import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceListener;
import dev.spindle.engine.keyspace.KeyspaceShared;

/**
 * Hands what happens to keys on to those who want to know.
 *
 * <pre>
 *   Keyspace ──modified, expired, event──► KeyspaceShared.listener ──► watch          WATCH
 *                                          (null when nobody hears)    blocking       clients that wait for keys
 *                                                                      notifications  channels of keyspace events
 *                                                                      tracking       client-side caching
 * </pre>
 *
 * <p>Each of the four has a place of its own and takes it only while it has something to look for: the first client that watches
 * puts the watch in, the last one takes it out. While all places are empty the keyspace has no listener at all, so a change of a key
 * costs one test and no call.
 *
 * <p>They are told in the order above, which is Redis's: a transaction is marked as broken before anybody is told anything.
 * Observers must not change keys while they are told; those that want to (serving a blocked client) note what there is to do and do
 * it when the command at hand is over.
 */
public final class KeyspaceObservers implements KeyspaceListener {

    private final KeyspaceShared shared;
    private KeyspaceListener watch;
    private KeyspaceListener blocking;
    private KeyspaceListener notifications;
    private KeyspaceListener tracking;

    public KeyspaceObservers(KeyspaceShared shared) {
        this.shared = shared;
    }

    /** Puts in who hears for WATCH; null when no client watches. */
    public void watch(KeyspaceListener hears) {
        watch = hears;
        attach();
    }

    /** Puts in who hears for clients that wait for keys; null when none does. */
    public void blocking(KeyspaceListener hears) {
        blocking = hears;
        attach();
    }

    /** Puts in who sends keyspace notifications; null when none are asked for. {@link KeyspaceShared#eventMask} is set apart. */
    public void notifications(KeyspaceListener hears) {
        notifications = hears;
        attach();
    }

    /** Puts in who hears for client-side caching; null when no client tracks. */
    public void tracking(KeyspaceListener hears) {
        tracking = hears;
        attach();
    }

    private void attach() {
        boolean any =
                watch != null || blocking != null || notifications != null || tracking != null;
        shared.listener(any ? this : null);
    }

    @Override
    public void keyModified(int db, long keyAddress, int keyLength) {
        if (watch != null) {
            watch.keyModified(db, keyAddress, keyLength);
        }
        if (blocking != null) {
            blocking.keyModified(db, keyAddress, keyLength);
        }
        if (notifications != null) {
            notifications.keyModified(db, keyAddress, keyLength);
        }
        if (tracking != null) {
            tracking.keyModified(db, keyAddress, keyLength);
        }
    }

    @Override
    public void keyExpired(int db, long keyAddress, int keyLength) {
        if (watch != null) {
            watch.keyExpired(db, keyAddress, keyLength);
        }
        if (blocking != null) {
            blocking.keyExpired(db, keyAddress, keyLength);
        }
        if (notifications != null) {
            notifications.keyExpired(db, keyAddress, keyLength);
        }
        if (tracking != null) {
            tracking.keyExpired(db, keyAddress, keyLength);
        }
    }

    @Override
    public void keyEvicted(int db, long keyAddress, int keyLength) {
        if (watch != null) {
            watch.keyEvicted(db, keyAddress, keyLength);
        }
        if (blocking != null) {
            blocking.keyEvicted(db, keyAddress, keyLength);
        }
        if (notifications != null) {
            notifications.keyEvicted(db, keyAddress, keyLength);
        }
        if (tracking != null) {
            tracking.keyEvicted(db, keyAddress, keyLength);
        }
    }

    @Override
    public void keyEvent(int db, KeyspaceEvent event, long keyAddress, int keyLength) {
        if (watch != null) {
            watch.keyEvent(db, event, keyAddress, keyLength);
        }
        if (blocking != null) {
            blocking.keyEvent(db, event, keyAddress, keyLength);
        }
        if (notifications != null) {
            notifications.keyEvent(db, event, keyAddress, keyLength);
        }
        if (tracking != null) {
            tracking.keyEvent(db, event, keyAddress, keyLength);
        }
    }

    @Override
    public void flushing(int db) {
        if (watch != null) {
            watch.flushing(db);
        }
        if (blocking != null) {
            blocking.flushing(db);
        }
        if (notifications != null) {
            notifications.flushing(db);
        }
        if (tracking != null) {
            tracking.flushing(db);
        }
    }

    @Override
    public void flushed(int db) {
        if (watch != null) {
            watch.flushed(db);
        }
        if (blocking != null) {
            blocking.flushed(db);
        }
        if (notifications != null) {
            notifications.flushed(db);
        }
        if (tracking != null) {
            tracking.flushed(db);
        }
    }

    @Override
    public void swapping(int a, int b) {
        if (watch != null) {
            watch.swapping(a, b);
        }
        if (blocking != null) {
            blocking.swapping(a, b);
        }
        if (notifications != null) {
            notifications.swapping(a, b);
        }
        if (tracking != null) {
            tracking.swapping(a, b);
        }
    }

    @Override
    public void swapped(int a, int b) {
        if (watch != null) {
            watch.swapped(a, b);
        }
        if (blocking != null) {
            blocking.swapped(a, b);
        }
        if (notifications != null) {
            notifications.swapped(a, b);
        }
        if (tracking != null) {
            tracking.swapped(a, b);
        }
    }
}

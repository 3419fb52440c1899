package dev.spindle.engine.session;

import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceListener;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.session.KeyInterests.Interest;
import dev.spindle.engine.session.KeyInterests.Key;

/**
 * WATCH: which transactions break when a key changes.
 *
 * <p>A watch is marked when its key's time had come before it was watched. That such a key is deleted then changes nothing for the
 * client, so it only loses the mark; what comes after is a change. The time of a watched key may come without anybody
 * deleting it: EXEC looks ({@link #isAnyExpired}).
 *
 * <p>A transaction that is broken forgets its watches at once: nothing can mend it.
 */
public final class WatchedKeys implements KeyspaceListener {

    private final Keyspaces keyspaces;
    private final KeyspaceObservers observers;
    private final KeyInterests keys = new KeyInterests();
    private int clients;
    private int a;
    private int b;
    private final KeyInterests.KeyVisitor flush = this::flushKey;
    private final KeyInterests.KeyVisitor swap = this::swapKey;

    public WatchedKeys(Keyspaces keyspaces, KeyspaceObservers observers) {
        this.keyspaces = keyspaces;
        this.observers = observers;
    }

    /** How many keys are watched. */
    public int keys() {
        return keys.keys();
    }

    /** How many clients watch any. */
    public int clients() {
        return clients;
    }

    /** Lets a client watch a key of its database; watching it twice is watching it once. */
    public void watch(Session who, Keyspace db, long hash, long keyAddress, int keyLength) {
        Transaction transaction = who.transaction();
        Interest before = transaction.watches();
        Interest made = keys.add(who, db.id(), hash, keyAddress, keyLength, before);
        if (made == null) {
            return;
        }
        if (before == null && clients++ == 0) {
            observers.watch(this);
        }
        made.mark(isExpired(made.key(), db.id()));
        transaction.watches(made);
    }

    /** Ends all watches of a client. */
    public void unwatch(Session who) {
        Transaction transaction = who.transaction();
        Interest watches = transaction.watches();
        if (watches != null) {
            transaction.watches(null);
            keys.removeAll(watches);
            if (--clients == 0) {
                observers.watch(null);
            }
        }
    }

    /** Whether the time of a key that a client watches has come since. */
    public boolean isAnyExpired(Session who) {
        for (Interest i = who.transaction().watches(); i != null; i = i.ofClient()) {
            if (!i.isMarked() && isExpired(i.key(), i.key().db())) {
                return true;
            }
        }
        return false;
    }

    // The key as it stands in the table, which may be past its time.
    private long find(Key key, int db) {
        return keyspaces.get(db).table().find(key.hash(), key.address(), key.length());
    }

    private boolean isExpired(Key key, int db) {
        long entry = find(key, db);
        return entry != 0 && keyspaces.get(db).isExpiredEntry(entry);
    }

    @Override
    public void keyModified(int db, long keyAddress, int keyLength) {
        Key key = keys.find(keyspaces.get(db), keyAddress, keyLength);
        if (key == null) {
            return;
        }
        boolean gone = key.marked() > 0 && find(key, db) == 0;
        for (Interest i = key.first(); i != null; ) {
            Interest next = i.next();
            if (i.isMarked()) {
                i.mark(!gone);
            } else {
                i.who().transaction().touch();
                unwatch(i.who());
            }
            i = next;
        }
    }

    @Override
    public void keyExpired(int db, long keyAddress, int keyLength) {}

    @Override
    public void flushed(int db) {}

    @Override
    public void flushing(int db) {
        a = db;
        keys.forEach(flush);
    }

    private void flushKey(Key key) {
        if ((a < 0 || a == key.db()) && find(key, key.db()) != 0) {
            for (Interest i = key.first(); i != null; i = i.next()) {
                if (i.isMarked()) {
                    i.mark(false);
                } else {
                    i.who().transaction().touch();
                }
            }
        }
    }

    @Override
    public void swapping(int first, int second) {
        a = first;
        b = second;
        keys.forEach(swap);
    }

    private void swapKey(Key key) {
        int other = key.db() == a ? b : a;
        if (key.db() != a && key.db() != b) {
            return;
        }
        boolean here = find(key, key.db()) != 0;
        boolean there = find(key, other) != 0;
        if (!here && !there) {
            return;
        }
        boolean thereExpired = there && isExpired(key, other);
        for (Interest i = key.first(); i != null; i = i.next()) {
            if (i.isMarked()) {
                if (!there) {
                    i.mark(false);
                } else if (!thereExpired) {
                    i.who().transaction().touch();
                }
            } else if (!here && thereExpired) {
                i.mark(true);
            } else {
                i.who().transaction().touch();
            }
        }
    }
}

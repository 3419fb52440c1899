package dev.spindle.engine.pubsub;

import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeySearch;
import dev.spindle.engine.keyspace.KeyspaceListener;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.session.Clients;
import dev.spindle.engine.session.KeyspaceObservers;
import dev.spindle.engine.session.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * Client-side caching: clients keep what they read, and are told when they may not keep it any longer.
 *
 * <pre>
 *   read command of a client that tracks ──► keys: bytes --hash--> TrackedKey --> the clients that read it
 *   change of a key ──► its TrackedKey: each client is told once, and the key is forgotten until it is read again
 *                   └─► prefixes: the key is noted at each that it begins with; at the end of the batch
 *                       every client of a prefix is told of all its noted keys in one message       (BCAST)
 * </pre>
 *
 * <p>Keys are told apart by name and not by database, as in Redis. What a client is told by a change of its own comes after the
 * reply of that command. A client that speaks RESP2 can be told through another connection only (REDIRECT): as a push where that
 * speaks RESP3, as a message of {@code __redis__:invalidate} where it listens to any channel over RESP2.
 *
 * <h2>Limits</h2>
 *
 * No more keys are remembered than tracking-table-max-keys: beyond, random ones are forgotten, and their clients are told as if
 * they had changed. The table is on the heap; remembering a key that is not there allocates, one that is there does not.
 *
 * <h2>Cost</h2>
 *
 * While no client tracks, a command pays one test. The keyspace's hook is taken only while there is something to tell.
 */
public final class Tracking implements KeyspaceListener {

    /** Keys that are forgotten after one command at most, when there are too many; grows while that is not enough. */
    private static final int EFFORT = 100;

    private final Pushes pushes;
    private final Clients clients;
    private final KeyspaceObservers observers;
    private final KeyspaceShared shared;
    private final EngineSettings settings;
    private final Invalidations invalidations;
    private final long seed;
    private final NameTable<TrackedKey> keys;
    private final List<Prefix> prefixes = new ArrayList<>();
    // Keys that the client at hand is to be told of when its command is over; null for all keys.
    private final List<byte[]> own = new ArrayList<>();
    private ClientTracking ownOf;
    private int trackingClients;
    private long items;
    private boolean changedByNobody;
    private boolean broadcastDue;
    private int overLimit;

    /**
     * Makes it, with nobody tracking.
     *
     * @param seed of hashes; random in production.
     */
    public Tracking(
            Pushes pushes,
            Clients clients,
            KeyspaceObservers observers,
            KeyspaceShared shared,
            EngineSettings settings,
            long seed) {
        this.pushes = pushes;
        this.clients = clients;
        this.observers = observers;
        this.shared = shared;
        this.settings = settings;
        this.seed = seed;
        invalidations = new Invalidations(pushes);
        keys = new NameTable<>(seed);
    }

    /** Whether any client tracks. */
    public boolean isActive() {
        return trackingClients > 0;
    }

    /** Whether {@link #afterCommand} has anything to do. */
    public boolean isDue() {
        return trackingClients > 0 || !own.isEmpty();
    }

    /** How many clients track. */
    public int trackingClients() {
        return trackingClients;
    }

    /** Keys that are remembered. */
    public long totalKeys() {
        return keys.size();
    }

    /** Pairs of a key and a client that are remembered. */
    public long totalItems() {
        return items;
    }

    /** Prefixes that any client hears of. */
    public int totalPrefixes() {
        return prefixes.size();
    }

    private void observe() {
        observers.tracking(isActive() || keys.size() > 0 ? this : null);
    }

    /** Lets a client track, or track in another way; prefixes are added to those it has. */
    public void enable(Session session, TrackingOptions options) {
        ClientTracking client = session.tracking();
        if (client == null) {
            client = new ClientTracking(session);
            session.tracking(client);
        }
        if (!client.on) {
            client.on = true;
            trackingClients++;
        }
        client.broken = false;
        client.redirect(options.redirect);
        client.broadcasting = options.broadcast;
        client.onlyWhenAsked = options.optIn;
        client.unlessAsked = options.optOut;
        client.noLoop = options.noLoop;
        if (options.broadcast) {
            if (options.prefixes.isEmpty()) {
                join(client, new byte[0]);
            }
            for (byte[] prefix : options.prefixes) {
                join(client, prefix);
            }
        }
        observe();
    }

    private void join(ClientTracking client, byte[] bytes) {
        int at = 0;
        while (at < prefixes.size()
                && java.util.Arrays.compareUnsigned(prefixes.get(at).bytes, bytes) < 0) {
            at++;
        }
        if (at == prefixes.size() || !java.util.Arrays.equals(prefixes.get(at).bytes, bytes)) {
            prefixes.add(at, new Prefix(bytes, seed));
        }
        Prefix prefix = prefixes.get(at);
        if (!prefix.clients.contains(client)) {
            prefix.clients.add(client);
            client.addPrefix(bytes);
        }
    }

    /** Lets a client track no longer. */
    public void disable(Session session) {
        ClientTracking client = session.tracking();
        if (client == null || !client.on) {
            return;
        }
        for (int i = prefixes.size() - 1; i >= 0; i--) {
            Prefix prefix = prefixes.get(i);
            if (prefix.clients.remove(client) && prefix.clients.isEmpty()) {
                prefixes.remove(i);
            }
        }
        client.prefixes.clear();
        client.on = false;
        client.broken = false;
        client.broadcasting = false;
        client.onlyWhenAsked = false;
        client.unlessAsked = false;
        client.noLoop = false;
        client.caching = false;
        trackingClients--;
        observe();
    }

    /** Forgets a client that is gone. */
    public void forget(Session session) {
        if (session.tracking() != null) {
            disable(session);
            session.tracking().forgetSession();
        }
    }

    /** Remembers the keys of a command that only reads, for the client it is executed for. */
    public void remember(Invocation in, Session session) {
        ClientTracking client = session.tracking();
        CommandSpec row = in.spec();
        if (client == null || !client.remembers() || row.has(CommandFlag.PUBSUB)) {
            return;
        }
        if (row.keySpecs().length == 1
                && row.firstKey() > 0
                && row.keyFinder() == null
                && row.keySpecs()[0].third() == 0) {
            int last = row.lastKey() < 0 ? in.argc() + row.lastKey() : row.lastKey();
            for (int i = row.firstKey(); i <= last && i < in.argc(); i += row.keyStep()) {
                remember(client, in.argAddress(i), in.argLength(i));
            }
        } else if (KeySearch.canHaveKeys(row)) {
            List<KeySearch.Key> found = KeySearch.find(row, in.argv());
            if (found != null) {
                found.forEach(
                        key ->
                                remember(
                                        client,
                                        in.argAddress(key.index()),
                                        in.argLength(key.index())));
            }
        }
    }

    private void remember(ClientTracking client, long address, int length) {
        long hash = keys.hash(address, length);
        TrackedKey key = keys.find(hash, address, length);
        if (key == null) {
            key = new TrackedKey(Name.copy(address, length), hash);
            keys.add(key);
        }
        if (key.add(client)) {
            items++;
        }
    }

    /**
     * What is to be done when a command is over and its reply complete: keys beyond the limit are forgotten, what its client changed
     * itself is told to it, and CLIENT CACHING is over.
     *
     * @param row of the command; null when there was none.
     */
    public void afterCommand(CommandSpec row, Session session) {
        limit();
        for (int i = 0; i < own.size(); i++) {
            if (ownOf == session.tracking() && ownOf.session() != null) {
                tell(session.tracking(), own.get(i));
            }
        }
        own.clear();
        ClientTracking client = session.tracking();
        // It holds for all of a transaction, from the first command that is queued.
        if (client != null
                && client.caching
                && !isOfClient(row)
                && !session.transaction().isOpen()) {
            client.caching = false;
        }
    }

    // CLIENT CACHING itself, or what else a client may ask about itself.
    private static boolean isOfClient(CommandSpec row) {
        return row != null && row.container() != null && row.container().name().equals("client");
    }

    private void limit() {
        long most = settings.trackingTableMaxKeys;
        if (most == 0 || keys.size() <= most) {
            overLimit = 0;
            return;
        }
        for (int effort = EFFORT * ++overLimit; effort > 0 && keys.size() > most; effort--) {
            int pick = (int) Long.remainderUnsigned(shared.random().getAsLong(), keys.size());
            forget(keys.get(pick));
        }
    }

    @Override
    public void keyExpired(int db, long keyAddress, int keyLength) {
        changedByNobody = true;
    }

    @Override
    public void keyEvicted(int db, long keyAddress, int keyLength) {
        changedByNobody = true;
    }

    @Override
    public void keyModified(int db, long keyAddress, int keyLength) {
        Session by = changedByNobody ? null : pushes.atHand();
        changedByNobody = false;
        for (int i = 0; i < prefixes.size(); i++) {
            Prefix prefix = prefixes.get(i);
            if (prefix.begins(keyAddress, keyLength)) {
                prefix.note(keyAddress, keyLength, by);
                broadcastDue = true;
            }
        }
        if (keys.size() == 0) {
            return;
        }
        TrackedKey key = keys.find(keys.hash(keyAddress, keyLength), keyAddress, keyLength);
        if (key != null) {
            forget(key);
        }
    }

    // Tells all clients of a key that they may not keep it.
    private void forget(TrackedKey key) {
        keys.remove(key);
        items -= key.count();
        for (int i = 0; i < key.places(); i++) {
            ClientTracking client = key.at(i);
            if (client == null || !client.on || client.broadcasting) {
                continue;
            }
            boolean itself = client.session() == pushes.atHand();
            if (itself && client.noLoop) {
                continue;
            }
            if (itself) {
                own.add(key.bytes);
                ownOf = client;
            } else {
                tell(client, key.bytes);
            }
        }
        if (keys.size() == 0) {
            observe();
        }
    }

    // A null key: every key.
    private void tell(ClientTracking client, byte[] key) {
        if (key == null) {
            invalidations.all(client);
        } else {
            invalidations.key(key);
        }
        invalidations.send(client);
    }

    @Override
    public void flushed(int db) {
        if (isActive()) {
            for (Session session : clients.all()) {
                ClientTracking client = session.tracking();
                if (client == null || !client.on) {
                    continue;
                }
                if (session == pushes.atHand()) {
                    own.add(null);
                    ownOf = client;
                } else {
                    tell(client, null);
                }
            }
        }
        keys.clear();
        items = 0;
        observe();
    }

    /** Tells those who hear of prefixes what has changed in this batch; costs one test when nothing has. */
    public void broadcast() {
        if (!broadcastDue) {
            return;
        }
        broadcastDue = false;
        for (int i = 0; i < prefixes.size(); i++) {
            Prefix prefix = prefixes.get(i);
            Prefix.Changed[] changed = prefix.take();
            if (changed.length == 0) {
                continue;
            }
            for (ClientTracking client : prefix.clients) {
                if (invalidations.keys(changed, client.noLoop ? client.session() : null)) {
                    invalidations.send(client);
                }
            }
        }
    }
}

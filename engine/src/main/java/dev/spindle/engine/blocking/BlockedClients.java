package dev.spindle.engine.blocking;

import dev.spindle.engine.Engine;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceListener;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.resp.ReplyBuffer;
import dev.spindle.engine.resp.RequestBatch;
import dev.spindle.engine.session.KeyInterests;
import dev.spindle.engine.session.KeyInterests.Interest;
import dev.spindle.engine.session.KeyInterests.Key;
import dev.spindle.engine.session.KeyspaceObservers;
import dev.spindle.engine.session.Session;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Every client that waits for keys.
 *
 * <pre>
 *   command finds nothing ──block──► request copied, client noted at each of its keys, in order of arrival
 *                                         │
 *   any command changes such a key ───────┼──► key noted as ready (nothing else happens yet)
 *   that command, or its whole EXEC, ends ┼──► serveReady: keys in the order in which they became ready;
 *                                         │      of each its clients in the order in which they came:
 *                                         │      operation.tryServe ──answered──► unblocked, the rest of its input goes on
 *                                         │                         └─nothing───► waits on, in its place
 *   its time is up, CLIENT UNBLOCK ───────┴──► answered so and unblocked
 * </pre>
 *
 * <h2>Rules</h2>
 *
 * <ul>
 *   <li>A client that is tried sees its whole request, as if it came now: one that waits for several keys takes from the first of
 *       them that has something, as in Redis 7.2 (7.0 took from the one that became ready first).
 *   <li>A client is tried only when the key holds the type it waits for; XREADGROUP also when the key is gone or of another type, which
 *       its client is told. So a key of another type does not end the wait of BLPOP.
 *   <li>Serving may make other keys ready (BLMOVE); they are served after those before them, until none is left. Each step
 *       takes a client off the list, so that ends.
 *   <li>While CLIENT PAUSE lasts nobody is served; the keys stay noted.
 * </ul>
 *
 * <h2>Cost</h2>
 *
 * While nobody waits: one test per command and nothing per change of a key, since the keyspace has no listener then. While somebody
 * does, a hash and a look-up per change. A client that waits costs its request's bytes, an object or two that are used
 * again for the next, and no time: deadlines lie in a heap whose top the background work knows ({@code Cron}).
 */
public final class BlockedClients implements KeyspaceListener {

    private static final byte[] UNBLOCKED =
            Reply.errorLine("UNBLOCKED client unblocked via CLIENT UNBLOCK");

    private static final int NO_KEY = -1;

    /** Objects that wait to be used again. */
    private static final int MOST_SPARE = 1024;

    /** Longer waits are as good as for ever, and their deadlines would wrap around. */
    private static final long LONGEST_MS = TimeUnit.DAYS.toMillis(365L * 50);

    private final Engine engine;
    private final Keyspaces keyspaces;
    private final KeyspaceObservers observers;
    private final Reply reply;
    private final Invocation again;
    private final RequestBatch request = new RequestBatch();
    private final KeyInterests keys = new KeyInterests();
    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final BlockedClient[] spare = new BlockedClient[MOST_SPARE];
    private int spareCount;
    private int count;
    private long heldBytes;
    private Key[] ready = new Key[16];
    private int readyCount;
    private boolean serving;
    private boolean held;
    private int changedDb;
    private int otherDb;
    private int keysServedWithout;
    private final KeyInterests.KeyVisitor makeReady = this::makeReady;
    private final KeyInterests.KeyVisitor countServedWithout = this::countServedWithout;

    public BlockedClients(
            Engine engine, Keyspaces keyspaces, KeyspaceObservers observers, Reply reply) {
        this.engine = engine;
        this.keyspaces = keyspaces;
        this.observers = observers;
        this.reply = reply;
        again = new Invocation(engine, reply);
    }

    /** How many clients wait. */
    public int count() {
        return count;
    }

    /** How many of them do not wait for ever. */
    public int timed() {
        return deadlines.size();
    }

    /** How many keys are waited for. */
    public int keys() {
        return keys.keys();
    }

    /** How many of them by clients that are told when the key is gone. */
    public int keysServedWithout() {
        keysServedWithout = 0;
        keys.forEach(countServedWithout);
        return keysServedWithout;
    }

    private void countServedWithout(Key key) {
        keysServedWithout += key.marked() > 0 ? 1 : 0;
    }

    /** Bytes that copies of requests hold. */
    public long heldBytes() {
        return heldBytes;
    }

    /**
     * Lets the client of the command at hand wait, which must be allowed ({@link Invocation#mayBlock}); the command writes no reply.
     *
     * @param operation that serves it.
     * @param memo kept for the operation; null for nothing.
     * @param firstKey the first key's argument.
     * @param keyCount how many keys follow each other from there.
     * @param valueType the type that a key must hold for the client to be tried.
     * @param servedWithoutKey whether it is tried also when a key is gone or holds another type.
     * @param timeoutMs how long it waits; 0 for ever.
     */
    public void block(
            Invocation in,
            BlockedOperation operation,
            long[] memo,
            int firstKey,
            int keyCount,
            int valueType,
            boolean servedWithoutKey,
            long timeoutMs) {
        assert in.mayBlock() : "nobody may block inside a transaction";
        Session who = in.session();
        BlockedClient client = spareCount > 0 ? spare[--spareCount] : new BlockedClient();
        client.who = who;
        client.row = in.spec();
        client.operation = operation;
        client.memo = memo;
        client.valueType = valueType;
        client.servedWithoutKey = servedWithoutKey;
        in.copyTo(client.request, client.row.id());
        heldBytes += client.request.heldBytes();
        int db = in.db().id();
        for (int i = firstKey; i < firstKey + keyCount; i++) {
            Interest made =
                    keys.add(
                            who, db, in.keyHash(i), in.argAddress(i), in.argLength(i), client.keys);
            if (made != null) {
                made.mark(servedWithoutKey);
                client.keys = made;
            }
        }
        if (timeoutMs > 0 && timeoutMs < LONGEST_MS) {
            client.deadlineNs =
                    engine.nanoClock().nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
            deadlines.add(client);
            engine.cron().wakeAt(client.deadlineNs);
        }
        who.blocked(client);
        if (count++ == 0) {
            observers.blocking(this);
        }
    }

    /** Forgets a client that waits, if it does, without an answer: its connection is gone. */
    public void forget(Session who) {
        BlockedClient client = who.blocked();
        if (client == null) {
            return;
        }
        who.blocked(null);
        keys.removeAll(client.keys);
        if (client.heapIndex != BlockedClient.NO_DEADLINE) {
            deadlines.remove(client);
        }
        heldBytes -= client.request.heldBytes();
        client.request.release();
        client.forget();
        if (spareCount < MOST_SPARE) {
            spare[spareCount++] = client;
        }
        if (--count == 0) {
            observers.blocking(null);
        }
    }

    // The answer is written; what the client sent behind the command goes on.
    private void unblock(Session who) {
        forget(who);
        who.transport().flushLater();
        who.transport().resumeLater();
    }

    /** Whether keys have become ready since they were served last. */
    public boolean hasReady() {
        return readyCount > 0;
    }

    /** Holds serving back while a transaction runs. */
    public void hold(boolean on) {
        held = on;
    }

    /** Serves whom it can, when the command that made keys ready is over. */
    public void serveReady() {
        if (serving || held || engine.clients().isPausing()) {
            return;
        }
        serving = true;
        ReplyBuffer buffer = reply.buffer();
        int protocol = reply.protocol();
        KeyspaceShared shared = keyspaces.shared();
        boolean noTouch = shared.noTouch();
        Session atHand = engine.pushes().atHand();
        try {
            // Those that become ready meanwhile are added behind.
            for (int i = 0; i < readyCount; i++) {
                Key key = ready[i];
                ready[i] = null;
                key.listed(false);
                if (key.count() == 0) {
                    keys.recycle(key);
                } else {
                    serve(key);
                }
            }
        } finally {
            forgetReady();
            serving = false;
            reply.target(buffer, protocol);
            shared.noTouch(noTouch);
            engine.pushes().atHand(atHand);
        }
    }

    // All are served already, unless a handler threw.
    private void forgetReady() {
        for (int i = 0; i < readyCount; i++) {
            if (ready[i] != null) {
                ready[i].listed(false);
                ready[i] = null;
            }
        }
        readyCount = 0;
    }

    private void serve(Key key) {
        int type = typeAt(key);
        Interest interest = key.first();
        while (interest != null && (type != NO_KEY || key.marked() > 0)) {
            Interest next = interest.next();
            BlockedClient client = interest.who().blocked();
            if (client.servedWithoutKey || type == client.valueType) {
                if (tryServe(client) && next != null) {
                    type = typeAt(key);
                }
            }
            interest = next;
        }
    }

    private int typeAt(Key key) {
        Keyspace db = keyspaces.get(key.db());
        long entry = db.peek(key.hash(), key.address(), key.length());
        return entry == 0 ? NO_KEY : Entry.type(Entry.header(db.memory(), entry));
    }

    private boolean tryServe(BlockedClient client) {
        Session who = client.who;
        point(client);
        keyspaces.shared().noTouch(who.isNoTouch());
        engine.pushes().atHand(who);
        boolean answered = engine.dispatcher().retry(again, who, client.operation, client.memo);
        if (engine.pushes().isKept()) {
            engine.pushes().release();
            who.transport().flushLater();
        }
        if (answered) {
            unblock(who);
        }
        return answered;
    }

    private void point(BlockedClient client) {
        reply.target(client.who.output(), client.who.protocol());
        again.client(client.who);
        client.request.load(0, request);
        again.request(request, 0, client.row);
    }

    /**
     * Tries to serve a client that waits for something else than a key.
     *
     * @return whether it was answered, or waits no more.
     */
    public boolean serve(Session who) {
        BlockedClient client = who.blocked();
        if (client == null) {
            return true;
        }
        ReplyBuffer buffer = reply.buffer();
        int protocol = reply.protocol();
        KeyspaceShared shared = keyspaces.shared();
        boolean noTouch = shared.noTouch();
        Session atHand = engine.pushes().atHand();
        boolean answered = tryServe(client);
        reply.target(buffer, protocol);
        shared.noTouch(noTouch);
        engine.pushes().atHand(atHand);
        return answered;
    }

    /**
     * Ends the wait of a client, for CLIENT UNBLOCK.
     *
     * @param withError whether it is told so by an error; otherwise as if its time were up.
     * @return whether it waited.
     */
    public boolean unblock(Session who, boolean withError) {
        BlockedClient client = who.blocked();
        if (client == null) {
            return false;
        }
        ReplyBuffer buffer = reply.buffer();
        int protocol = reply.protocol();
        point(client);
        engine.dispatcher()
                .giveUp(again, who, withError ? UNBLOCKED : null, client.operation, client.memo);
        reply.target(buffer, protocol);
        unblock(who);
        return true;
    }

    /** When the next client's time is up, on the nano clock; only while {@link #timed} is not 0. */
    public long nextDeadlineNs() {
        return deadlines.first().deadlineNs;
    }

    /** Answers those whose time is up. */
    public void endWaits(long nowNs) {
        for (BlockedClient first = deadlines.first();
                first != null && nowNs - first.deadlineNs >= 0;
                first = deadlines.first()) {
            unblock(first.who, false);
        }
    }

    private void makeReady(Key key) {
        if (changedDb < 0 || key.db() == changedDb || key.db() == otherDb) {
            note(key);
        }
    }

    private void note(Key key) {
        if (key.isListed()) {
            return;
        }
        if (readyCount == ready.length) {
            ready = Arrays.copyOf(ready, readyCount * 2);
        }
        key.listed(true);
        ready[readyCount++] = key;
    }

    @Override
    public void keyModified(int db, long keyAddress, int keyLength) {
        Keyspace keyspace = keyspaces.get(db);
        long hash = keyspace.hash(keyAddress, keyLength);
        Key key = keys.find(db, hash, keyAddress, keyLength);
        if (key != null) {
            note(key);
        }
    }

    @Override
    public void keyExpired(int db, long keyAddress, int keyLength) {}

    @Override
    public void flushed(int db) {
        swapped(db, db);
    }

    @Override
    public void swapped(int a, int b) {
        changedDb = a;
        otherDb = b;
        keys.forEach(makeReady);
    }
}

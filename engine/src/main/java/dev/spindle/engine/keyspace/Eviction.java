package dev.spindle.engine.keyspace;

import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.memory.Memory;
import java.util.Arrays;

/**
 * Finds the key that is missed least and deletes it: one key per call, in bounded work.
 *
 * <h2>The hand and the pool</h2>
 *
 * <pre>
 *   key table   [bucket][bucket][bucket][bucket][bucket][bucket] ...
 *                                  ^ hand: a few buckets on per eviction; their entries are scored
 *   pool        worst candidate .................... best candidate
 *               64 at most, sorted by score          ^ goes next, if nobody used it since
 * </pre>
 *
 * Exact LRU needs a list through all keys: 8 bytes more per key and two cache misses more per access. As Redis does, the
 * candidates of this server come from a sample instead, and the best of all seen so far wait in a pool. Three things
 * are different:
 *
 * <ul>
 *   <li>The sample is not drawn at random but by a hand that goes round the table. Buckets are in the order of hashes, so what
 *       it meets is as good as random; it meets no key twice before it has met all; and a bucket's entries are loaded
 *       together, so that eight candidates cost little more than one.
 *   <li>Scores do not depend on the time of day: the second of the last access, not the time since. So candidates of different
 *       times compare, and one that was used after it was noted is recognised and goes back among the others.
 *   <li>A candidate is its hash and the address of its entry, no copy of the key. What is found at that address in that bucket
 *       is an entry of the table, whichever key's, and is scored anew before it goes.
 * </ul>
 *
 * <p>Among keys with an expiry the hand goes by the table's marks, so that few such keys among many others are found without
 * looking at the others; see {@link KeyTable}.
 *
 * <h2>Scores</h2>
 *
 * Greater goes first. LRU: minus the second of the last access. LFU: 255 minus the decayed counter, then minutes since the
 * last access. TTL: minus the expiry. No score of a key that nobody touches falls with time.
 */
public final class Eviction {

    /** Candidates kept. */
    static final int POOL = 64;

    /** Buckets that one call looks at, at most, however few candidates are in them. */
    static final int MOST_BUCKETS = 64;

    /** What came of a call. */
    public enum Outcome {
        /** A key was evicted. */
        EVICTED,
        /** None was found yet; the next call looks further. */
        LOOKED,
        /** There is no key that the policy allows to evict. */
        NOTHING
    }

    private final Keyspaces keyspaces;
    private final KeyspaceShared shared;
    private final ElementVisitor offer = this::offer;
    private final long[] hands;
    private EvictionPolicy policy = EvictionPolicy.NOEVICTION;

    private final long[] scores = new long[POOL];
    private final long[] hashes = new long[POOL];
    private final long[] entries = new long[POOL];
    private final Keyspace[] owners = new Keyspace[POOL];
    private int candidates;

    // The database under the hand, and how many of its keys that may go were met.
    private Keyspace at;
    private int met;

    // Whether keys or elements with an expiry were met in the group at hand: its mark stands for
    // both.
    private boolean timed;
    private long picked;

    /** Evicts from databases; nothing until {@link #policy} says so. */
    public Eviction(Keyspaces keyspaces) {
        this.keyspaces = keyspaces;
        this.shared = keyspaces.shared();
        this.hands = new long[keyspaces.count()];
    }

    /** The policy in force. */
    public EvictionPolicy policy() {
        return policy;
    }

    /** Sets it; candidates of another one are forgotten. */
    public void policy(EvictionPolicy now) {
        if (now != policy) {
            forget();
            policy = now;
        }
    }

    /** Forgets the candidates. */
    private void forget() {
        Arrays.fill(owners, null);
        candidates = 0;
    }

    /**
     * Evicts the best candidate.
     *
     * @param samples how many keys to look at, at least, if that can be had within {@link #MOST_BUCKETS} buckets.
     */
    public Outcome evictOne(int samples) {
        if (policy == EvictionPolicy.NOEVICTION || !choose()) {
            return Outcome.NOTHING;
        }
        if (policy.order() == EvictionPolicy.Order.RANDOM) {
            return evictRandom();
        }
        // The first victims should not be the best of five.
        look(candidates == 0 ? Math.max(samples, POOL / 2) : samples);
        while (candidates > 0) {
            candidates--;
            Keyspace owner = owners[candidates];
            owners[candidates] = null;
            long entry = entries[candidates];
            if (!owner.table().findEntry(hashes[candidates], entry)) {
                continue;
            }
            long header = Entry.header(owner.memory(), entry);
            if (!isAllowed(owner, entry, header)) {
                continue;
            }
            if (score(owner.memory(), entry, header) >= scores[candidates]) {
                owner.evictFound(entry);
                return Outcome.EVICTED;
            }
            at = owner;
            offer(entry);
        }
        return Outcome.LOOKED;
    }

    // Draws a database, each as likely as it has keys that may go.
    private boolean choose() {
        long all = 0;
        for (int i = 0; i < keyspaces.count(); i++) {
            all += allowed(keyspaces.get(i));
        }
        if (all == 0) {
            return false;
        }
        long drawn = (shared.random().getAsLong() >>> 1) % all;
        int index = 0;
        while (drawn >= allowed(keyspaces.get(index))) {
            drawn -= allowed(keyspaces.get(index));
            index++;
        }
        at = keyspaces.get(index);
        return true;
    }

    private long allowed(Keyspace db) {
        return policy.isVolatileOnly() ? db.expiring() : db.size();
    }

    private boolean isAllowed(Keyspace db, long entry, long header) {
        return !policy.isVolatileOnly()
                || Entry.expiry(db.memory(), entry, header) != Entry.NO_EXPIRY;
    }

    private Outcome evictRandom() {
        KeyTable table = at.table();
        if (policy.isVolatileOnly()) {
            // From a place drawn anew each time, one of the keys that are met first.
            hands[at.id()] = (shared.random().getAsLong() >>> 1) % table.buckets();
            picked = 0;
            look(1);
        } else {
            picked = table.random(shared.random());
        }
        if (picked == 0 || !table.findPlaceOf(picked)) {
            return Outcome.LOOKED;
        }
        at.evictFound(picked);
        return Outcome.EVICTED;
    }

    // Moves the hand on until enough keys were met.
    private void look(int enough) {
        KeyTable table = at.table();
        met = 0;
        long hand = hands[at.id()];
        for (int looked = 0; looked < MOST_BUCKETS && met < enough; looked += KeyTable.GROUP) {
            if (policy.isVolatileOnly()) {
                hand = table.nextMarked(hand);
            }
            if (hand >= table.buckets()) {
                hand = 0;
                continue;
            }
            hand = lookAtGroup(table, hand, enough);
        }
        hands[at.id()] = hand;
    }

    // Among any keys a bucket or two are enough. A mark is taken back when its whole group was
    // looked at in vain.
    private long lookAtGroup(KeyTable table, long from, int enough) {
        boolean marked = policy.isVolatileOnly();
        long start = marked ? from & -KeyTable.GROUP : from;
        int most = marked ? KeyTable.GROUP : 1 + (enough - met - 1) / KeyTable.MEAN_LOAD;
        long end = Math.min(start + Math.min(most, KeyTable.GROUP), table.buckets());
        timed = false;
        table.touchBuckets(start, end);
        for (long bucket = start; bucket < end; bucket++) {
            table.visitBucket(bucket, offer);
        }
        if (marked && !timed && end - start == KeyTable.GROUP) {
            table.unmark(start);
        }
        return end;
    }

    private long score(Memory memory, long entry, long header) {
        AccessClock clock = shared.clock();
        return switch (policy.order()) {
            case LRU -> clock.idleSeconds(Entry.clock(header)) - shared.nowMs() / 1000;
            case LFU -> clock.coldness(Entry.clock(header));
            case TTL -> -Entry.expiry(memory, entry, header);
            default -> 0;
        };
    }

    private void offer(long entry) {
        long header = Entry.header(at.memory(), entry);
        if (policy.isVolatileOnly()) {
            boolean expires = isAllowed(at, entry, header);
            timed |= expires || Entry.isVolatile(header);
            if (!expires) {
                return;
            }
        }
        met++;
        if (policy.order() == EvictionPolicy.Order.RANDOM) {
            // Each of those met is as likely to be the last that took the place.
            if ((shared.random().getAsLong() >>> 1) % met == 0) {
                picked = entry;
            }
            return;
        }
        long score = score(at.memory(), entry, header);
        if (candidates == POOL && score <= scores[0] || isCandidate(entry)) {
            return;
        }
        insert(score, at.table().hashOfEntry(entry), entry);
    }

    private boolean isCandidate(long entry) {
        for (int i = 0; i < candidates; i++) {
            if (entries[i] == entry) {
                return true;
            }
        }
        return false;
    }

    private void insert(long score, long hash, long entry) {
        int place = candidates;
        while (place > 0 && scores[place - 1] > score) {
            place--;
        }
        if (candidates < POOL) {
            shift(place, place + 1, candidates - place);
            candidates++;
        } else {
            place--;
            shift(1, 0, place);
        }
        scores[place] = score;
        hashes[place] = hash;
        entries[place] = entry;
        owners[place] = at;
    }

    private void shift(int from, int to, int count) {
        System.arraycopy(scores, from, scores, to, count);
        System.arraycopy(hashes, from, hashes, to, count);
        System.arraycopy(entries, from, entries, to, count);
        System.arraycopy(owners, from, owners, to, count);
    }
}

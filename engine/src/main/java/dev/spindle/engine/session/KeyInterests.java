package dev.spindle.engine.session;

import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Scratch;

/**
 * Which clients are interested in which keys: the index behind WATCH and behind clients that wait for keys.
 *
 * <pre>
 *   (database, key) ──hash──► Key ──first──► Interest ◄──► Interest ◄──► ...   in order of arrival
 *                                              │ who
 *                                              └─ ofClient ──► the same client's next Interest
 * </pre>
 *
 * <p>A key is here as long as somebody is interested in it, whether it exists or not. Its bytes lie outside the heap, so that it
 * can be looked up in its database as it is. Keys and interests that are given back are used again: after warm-up nothing is
 * allocated. Chains are kept short by doubling the table when there are as many keys as chains.
 */
public final class KeyInterests {

    private static final int LEAST_CHAINS = 16;

    /** Most objects of a kind that wait to be used again. */
    private static final int MOST_SPARE = 1024;

    /** A key that somebody is interested in. */
    public static final class Key {
        private final Scratch bytes = new Scratch();
        private int db;
        private long hash;
        private Key nextInChain;
        private Interest first;
        private Interest last;
        private int count;

        /** How many of its interests are marked, in whatever sense their owner gives that. */
        int marked;

        /** Whether its owner has it on a list of its own. */
        boolean listed;

        /** Number of its database. */
        public int db() {
            return db;
        }

        /** Its hash. */
        public long hash() {
            return hash;
        }

        /** Address of its bytes. */
        public long address() {
            return bytes.address();
        }

        /** Number of its bytes. */
        public int length() {
            return (int) bytes.length();
        }

        /** The oldest interest in it; null when nobody is interested any more. */
        public Interest first() {
            return first;
        }

        /** How many are interested. */
        public int count() {
            return count;
        }

        /** How many of the interests are marked. */
        public int marked() {
            return marked;
        }

        /** Whether its owner has noted it on a list of its own. */
        public boolean isListed() {
            return listed;
        }

        /** Notes that. */
        public void listed(boolean on) {
            listed = on;
        }

        private boolean is(int database, long keyHash, long keyAddress, int keyLength) {
            return hash == keyHash
                    && db == database
                    && length() == keyLength
                    && dev.spindle.engine.memory.ByteRange.equal(address(), keyAddress, keyLength);
        }
    }

    /** One client's interest in one key. */
    public static final class Interest {
        private Session who;
        private Key key;
        private Interest previous;
        private Interest next;
        private Interest ofClient;
        private boolean marked;

        /** The client. */
        public Session who() {
            return who;
        }

        /** The key. */
        public Key key() {
            return key;
        }

        /** The next younger interest in the same key. */
        public Interest next() {
            return next;
        }

        /** The next interest of the same client. */
        public Interest ofClient() {
            return ofClient;
        }

        /** Whether it is marked. */
        public boolean isMarked() {
            return marked;
        }

        /** Marks it or takes the mark away. */
        public void mark(boolean on) {
            if (on != marked) {
                marked = on;
                key.marked += on ? 1 : -1;
            }
        }
    }

    /** Is shown each key of a walk. */
    @FunctionalInterface
    public interface KeyVisitor {
        /** Shows a key; it may mark interests but not add or remove any. */
        void visit(Key key);
    }

    private Key[] chains = new Key[LEAST_CHAINS];
    private int keys;
    private int interests;
    private Key spareKeys;
    private int spareKeyCount;
    private Interest spareInterests;
    private int spareInterestCount;

    /** How many keys somebody is interested in. */
    public int keys() {
        return keys;
    }

    /** How many interests there are. */
    public int interests() {
        return interests;
    }

    /** Finds a key; null when nobody is interested in it. */
    public Key find(int db, long hash, long keyAddress, int keyLength) {
        for (Key key = chains[chain(db, hash)]; key != null; key = key.nextInChain) {
            if (key.is(db, hash, keyAddress, keyLength)) {
                return key;
            }
        }
        return null;
    }

    /** Finds a key by what a listener hears. */
    Key find(Keyspace db, long keyAddress, int keyLength) {
        return find(db.id(), db.hash(keyAddress, keyLength), keyAddress, keyLength);
    }

    /**
     * Notes that a client is interested in a key, behind those that are already.
     *
     * @param ofClient the client's youngest interest before, or null; the new one leads to it.
     * @return the interest, or null when the client is interested in that key already.
     */
    public Interest add(
            Session who, int db, long hash, long keyAddress, int keyLength, Interest ofClient) {
        for (Interest i = ofClient; i != null; i = i.ofClient) {
            if (i.key.is(db, hash, keyAddress, keyLength)) {
                return null;
            }
        }
        Key key = find(db, hash, keyAddress, keyLength);
        if (key == null) {
            key = insert(db, hash, keyAddress, keyLength);
        }
        Interest made = spareInterests;
        if (made == null) {
            made = new Interest();
        } else {
            spareInterests = made.next;
            spareInterestCount--;
        }
        made.who = who;
        made.key = key;
        made.ofClient = ofClient;
        made.next = null;
        made.previous = key.last;
        if (key.last == null) {
            key.first = made;
        } else {
            key.last.next = made;
        }
        key.last = made;
        key.count++;
        interests++;
        return made;
    }

    /** Forgets all interests of a client, beginning with its youngest. */
    public void removeAll(Interest youngest) {
        Interest interest = youngest;
        while (interest != null) {
            Interest older = interest.ofClient;
            remove(interest);
            interest = older;
        }
    }

    private void remove(Interest interest) {
        Key key = interest.key;
        interest.mark(false);
        if (interest.previous == null) {
            key.first = interest.next;
        } else {
            interest.previous.next = interest.next;
        }
        if (interest.next == null) {
            key.last = interest.previous;
        } else {
            interest.next.previous = interest.previous;
        }
        key.count--;
        interests--;
        interest.who = null;
        interest.key = null;
        interest.previous = null;
        interest.ofClient = null;
        interest.next = null;
        if (spareInterestCount < MOST_SPARE) {
            interest.next = spareInterests;
            spareInterests = interest;
            spareInterestCount++;
        }
        if (key.count == 0) {
            unlink(key);
            release(key);
        }
    }

    private int chain(int db, long hash) {
        return (int) (hash >>> 20) + db & chains.length - 1;
    }

    private Key insert(int db, long hash, long keyAddress, int keyLength) {
        if (keys >= chains.length) {
            grow();
        }
        Key key = spareKeys;
        if (key == null) {
            key = new Key();
        } else {
            spareKeys = key.nextInChain;
            spareKeyCount--;
        }
        key.db = db;
        key.hash = hash;
        key.bytes.clear();
        key.bytes.append(keyAddress, keyLength);
        int chain = chain(db, hash);
        key.nextInChain = chains[chain];
        chains[chain] = key;
        keys++;
        return key;
    }

    private void grow() {
        Key[] old = chains;
        chains = new Key[old.length * 2];
        for (Key head : old) {
            Key key = head;
            while (key != null) {
                Key next = key.nextInChain;
                int chain = chain(key.db, key.hash);
                key.nextInChain = chains[chain];
                chains[chain] = key;
                key = next;
            }
        }
    }

    private void unlink(Key key) {
        int chain = chain(key.db, key.hash);
        if (chains[chain] == key) {
            chains[chain] = key.nextInChain;
        } else {
            Key before = chains[chain];
            while (before.nextInChain != key) {
                before = before.nextInChain;
            }
            before.nextInChain = key.nextInChain;
        }
        key.nextInChain = null;
        keys--;
    }

    // A key that its owner has listed stays as it is until the owner has looked at it; see recycle.
    private void release(Key key) {
        if (!key.listed) {
            recycle(key);
        }
    }

    /** Gives back a key that was listed when its last interest went. */
    public void recycle(Key key) {
        assert key.count == 0 && !key.listed : "in use";
        if (spareKeyCount < MOST_SPARE && key.bytes.capacity() <= MOST_SPARE) {
            key.nextInChain = spareKeys;
            spareKeys = key;
            spareKeyCount++;
        } else {
            key.bytes.release();
        }
    }

    /** Shows every key. */
    public void forEach(KeyVisitor visitor) {
        for (Key head : chains) {
            for (Key key = head; key != null; key = key.nextInChain) {
                visitor.visit(key);
            }
        }
    }
}

package dev.spindle.engine.pubsub;

import java.util.Arrays;

/**
 * A key that clients may keep a copy of, with those clients: the first in a field, since most keys have one, others in an
 * open-addressed table by their object's hash. Clients are only ever added; when the key changes, all are forgotten at once.
 */
final class TrackedKey extends Name {

    private static final ClientTracking[] NONE = {};
    private static final int LEAST = 4;

    private ClientTracking first;
    private ClientTracking[] others = NONE;
    private int count;

    TrackedKey(byte[] bytes, long hash) {
        super(bytes, hash);
    }

    /** How many clients. */
    int count() {
        return count;
    }

    /** Adds a client; answers whether it was not there. */
    boolean add(ClientTracking client) {
        if (first == client) {
            return false;
        }
        if (first == null) {
            first = client;
            count = 1;
            return true;
        }
        if (count * 2 > others.length) {
            grow();
        }
        int slot = slot(others, client);
        if (others[slot] == client) {
            return false;
        }
        others[slot] = client;
        count++;
        return true;
    }

    private void grow() {
        ClientTracking[] larger = new ClientTracking[Math.max(LEAST, others.length * 2)];
        for (ClientTracking client : others) {
            if (client != null) {
                larger[slot(larger, client)] = client;
            }
        }
        others = larger;
    }

    private static int slot(ClientTracking[] table, ClientTracking client) {
        int mask = table.length - 1;
        int slot = System.identityHashCode(client) & mask;
        while (table[slot] != null && table[slot] != client) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Number of places to look for clients at with {@link #at}. */
    int places() {
        return 1 + others.length;
    }

    /** The client at a place, or null. */
    ClientTracking at(int place) {
        return place == 0 ? first : others[place - 1];
    }

    @Override
    public String toString() {
        return Arrays.toString(bytes) + " kept by " + count;
    }
}

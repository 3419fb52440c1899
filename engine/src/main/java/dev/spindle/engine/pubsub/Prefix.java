package dev.spindle.engine.pubsub;

import dev.spindle.engine.session.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.UnsafeApi;

/** A prefix of keys that clients hear of (CLIENT TRACKING BCAST), and the keys with it that have changed since they last did. */
final class Prefix {

    /** A key that has changed. */
    static final class Changed extends Name {
        final Session by;

        Changed(byte[] bytes, long hash, Session by) {
            super(bytes, hash);
            this.by = by;
        }
    }

    final byte[] bytes;
    final List<ClientTracking> clients = new ArrayList<>();
    private final NameTable<Changed> changed;

    Prefix(byte[] bytes, long seed) {
        this.bytes = bytes;
        changed = new NameTable<>(seed);
    }

    /** Whether a key begins with it. */
    boolean begins(long key, int length) {
        if (length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (UnsafeApi.getByte(key + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** Notes that a key has changed; the first who did it counts. */
    void note(long key, int length, Session by) {
        long hash = changed.hash(key, length);
        if (changed.find(hash, key, length) == null) {
            changed.add(new Changed(Name.copy(key, length), hash, by));
        }
    }

    /** The keys that have changed, in order of their bytes, and forgets them. */
    Changed[] take() {
        Changed[] all = new Changed[changed.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = changed.get(i);
        }
        Arrays.sort(all, (a, b) -> Arrays.compareUnsigned(a.bytes, b.bytes));
        if (all.length > 0) {
            changed.clear();
        }
        return all;
    }
}

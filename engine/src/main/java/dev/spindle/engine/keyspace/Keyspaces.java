package dev.spindle.engine.keyspace;

import dev.spindle.engine.memory.Arena;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The numbered databases of a server. */
public final class Keyspaces {

    private final KeyspaceShared shared;
    private final Keyspace[] databases;

    /**
     * Makes empty databases.
     *
     * @param count how many.
     * @param seed of key hashes; random in production.
     */
    public Keyspaces(Arena arena, int count, long seed) {
        shared = new KeyspaceShared(arena, seed);
        databases = new Keyspace[count];
        for (int i = 0; i < count; i++) {
            databases[i] = new Keyspace(shared, i);
        }
    }

    /**
     * Writes what is known of the databases outside the arena, so that another process can go on with them. What waits to be freed is
     * freed before.
     */
    public void writeState(DataOutput out) throws IOException {
        if (shared.hasPendingFrees()) {
            throw new IllegalStateException("memory waits to be freed");
        }
        out.writeLong(shared.stats().dirty);
        out.writeInt(databases.length);
        for (Keyspace database : databases) {
            database.writeState(out);
        }
    }

    /**
     * Takes over what {@link #writeState} wrote, over the same arena and with the same seed.
     *
     * @throws IOException when there are fewer databases now; they must not be used then.
     */
    public void readState(DataInput in) throws IOException {
        shared.stats().dirty = in.readLong();
        int count = in.readInt();
        if (count > databases.length) {
            throw new IOException("fewer databases");
        }
        for (int i = 0; i < count; i++) {
            databases[i].readState(in);
        }
    }

    /** What they share. */
    public KeyspaceShared shared() {
        return shared;
    }

    /** How many there are. */
    public int count() {
        return databases.length;
    }

    /** One of them. */
    public Keyspace get(int index) {
        return databases[index];
    }

    /** Lets two databases change places. */
    public void swap(int a, int b) {
        shared.swapping(a, b);
        Keyspace kept = databases[a];
        databases[a] = databases[b];
        databases[b] = kept;
        databases[a].id(a);
        databases[b].id(b);
        shared.swapped(a, b);
    }

    /**
     * Deletes all keys of one database.
     *
     * @param freeAtOnce whether their memory is free when the call returns; otherwise it is freed in slices.
     * @return how many there were.
     */
    public long flush(int index, boolean freeAtOnce) {
        shared.flushing(index);
        long keys = databases[index].flush(freeAtOnce);
        shared.flushedAll(index);
        return keys;
    }

    /** Deletes all keys of all databases; as {@link #flush}. */
    public long flushAll(boolean freeAtOnce) {
        shared.flushing(-1);
        long keys = 0;
        for (Keyspace database : databases) {
            keys += database.flush(freeAtOnce);
        }
        shared.flushedAll(-1);
        return keys;
    }

    /** Keys of all databases. */
    public long size() {
        long keys = 0;
        for (Keyspace database : databases) {
            keys += database.size();
        }
        return keys;
    }
}

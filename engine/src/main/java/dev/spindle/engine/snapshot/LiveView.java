package dev.spindle.engine.snapshot;

import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;

/** The data as it is now; for the core thread, within one step. */
public final class LiveView implements DataView {

    private final Keyspaces keyspaces;
    private final long hashSeed;

    public LiveView(Keyspaces keyspaces, long hashSeed) {
        this.keyspaces = keyspaces;
        this.hashSeed = hashSeed;
    }

    @Override
    public Arena arena() {
        return keyspaces.shared().arena();
    }

    @Override
    public long hashSeed() {
        return hashSeed;
    }

    @Override
    public int databases() {
        return keyspaces.count();
    }

    @Override
    public KeyTable table(int db) {
        return keyspaces.get(db).table();
    }

    @Override
    public long expiring(int db) {
        return keyspaces.get(db).expiring();
    }

    @Override
    public long volatiles(int db) {
        return keyspaces.get(db).volatiles();
    }

    @Override
    public long asOfMs() {
        return keyspaces.shared().nowMs();
    }
}

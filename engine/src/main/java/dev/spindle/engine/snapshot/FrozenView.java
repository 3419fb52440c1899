package dev.spindle.engine.snapshot;

import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;

/** The data as it was when a snapshot began: what the key tables keep on the heap is copied, the rest is read through a frozen arena. */
final class FrozenView implements DataView {

    private final Arena arena;
    private final long hashSeed;
    private final KeyTable[] tables;
    private final long[] expiring;
    private final long[] volatiles;
    private final long asOfMs;

    FrozenView(Arena frozen, Keyspaces keyspaces, long hashSeed, long asOfMs) {
        arena = frozen;
        this.hashSeed = hashSeed;
        this.asOfMs = asOfMs;
        tables = new KeyTable[keyspaces.count()];
        expiring = new long[tables.length];
        volatiles = new long[tables.length];
        KeyTable empty = new KeyTable(frozen, hashSeed);
        for (int i = 0; i < tables.length; i++) {
            Keyspace db = keyspaces.get(i);
            tables[i] = db.size() == 0 ? empty : db.table().frozen(frozen);
            expiring[i] = db.expiring();
            volatiles[i] = db.volatiles();
        }
    }

    @Override
    public Arena arena() {
        return arena;
    }

    @Override
    public long hashSeed() {
        return hashSeed;
    }

    @Override
    public int databases() {
        return tables.length;
    }

    @Override
    public KeyTable table(int db) {
        return tables[db];
    }

    @Override
    public long expiring(int db) {
        return expiring[db];
    }

    @Override
    public long volatiles(int db) {
        return volatiles[db];
    }

    @Override
    public long asOfMs() {
        return asOfMs;
    }
}

package dev.spindle.rdb.check;

import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.type.ValueType;
import dev.spindle.rdb.read.ValueReader;

/** Tells a keyspace that has no engine how values are freed. */
final class ValueDisposal {

    private ValueDisposal() {}

    static void register(Keyspaces keyspaces, ValueReader.Types types) {
        keyspaces.shared().disposer(ValueType.LIST, types.lists());
        keyspaces.shared().disposer(ValueType.SET, types.sets());
        keyspaces.shared().disposer(ValueType.SORTED_SET, types.sortedSets());
        keyspaces.shared().disposer(ValueType.HASH, types.hashes());
        keyspaces.shared().disposer(ValueType.STREAM, types.streams());
    }
}

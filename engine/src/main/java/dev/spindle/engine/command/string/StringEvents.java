package dev.spindle.engine.command.string;

import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceEvent.Kind;

/** What notifications call that which happens to strings. */
final class StringEvents {

    static final KeyspaceEvent SET = event("set");
    static final KeyspaceEvent SETRANGE = event("setrange");
    static final KeyspaceEvent APPEND = event("append");
    static final KeyspaceEvent INCRBY = event("incrby");
    static final KeyspaceEvent INCRBYFLOAT = event("incrbyfloat");

    private StringEvents() {}

    private static KeyspaceEvent event(String name) {
        return new KeyspaceEvent(Kind.STRING, name);
    }
}

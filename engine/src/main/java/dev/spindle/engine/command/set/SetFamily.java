package dev.spindle.engine.command.set;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceEvent.Kind;
import dev.spindle.engine.type.SetType;
import java.util.Arrays;
import java.util.stream.Stream;

/** The rows of the family, and what its commands share. */
public final class SetFamily {

    static final KeyspaceEvent SADD = new KeyspaceEvent(Kind.SET, "sadd");
    static final KeyspaceEvent SREM = new KeyspaceEvent(Kind.SET, "srem");
    static final KeyspaceEvent SPOP = new KeyspaceEvent(Kind.SET, "spop");
    static final KeyspaceEvent SINTERSTORE = new KeyspaceEvent(Kind.SET, "sinterstore");
    static final KeyspaceEvent SUNIONSTORE = new KeyspaceEvent(Kind.SET, "sunionstore");
    static final KeyspaceEvent SDIFFSTORE = new KeyspaceEvent(Kind.SET, "sdiffstore");

    private SetFamily() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return Stream.of(
                        new MemberCommands().rows(),
                        new RandomCommands().rows(),
                        new AlgebraCommands().rows())
                .flatMap(Arrays::stream)
                .toArray(CommandSpec[]::new);
    }

    /** The type, told the limits that hold now. */
    static SetType limited(Invocation in) {
        SetType sets = in.engine().sets();
        HotParameters hot = in.engine().config().hot();
        sets.limits(
                hot.setMaxIntsetEntries(), hot.setMaxListpackEntries(), hot.setMaxListpackValue());
        return sets;
    }

    /** Tells that the set of an argument has changed by a number of members. */
    static void changed(Invocation in, int key, KeyspaceEvent event, long members) {
        in.modified(key);
        in.db().shared().stats().dirty += members - 1;
        in.event(event, key);
    }

    /** Deletes a set that lost its last member; its key must be the one looked up last. */
    static void deleteEmpty(Invocation in, int key, long entry) {
        in.db().removeFound(entry, Entry.header(in.db().memory(), entry));
        in.event(KeyspaceEvent.DEL, key);
    }
}

package dev.spindle.engine;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.bitmap.BitmapCommands;
import dev.spindle.engine.command.connection.ConnectionCommands;
import dev.spindle.engine.command.generic.GenericCommands;
import dev.spindle.engine.command.geo.GeoCommands;
import dev.spindle.engine.command.hash.HashCommands;
import dev.spindle.engine.command.hyperloglog.HyperLogLogCommands;
import dev.spindle.engine.command.list.ListCommands;
import dev.spindle.engine.command.observe.ObserveCommands;
import dev.spindle.engine.command.pubsub.PubSubCommands;
import dev.spindle.engine.command.server.ConfigCommands;
import dev.spindle.engine.command.server.ServerCommands;
import dev.spindle.engine.command.set.SetFamily;
import dev.spindle.engine.command.sortedset.SortedSetCommands;
import dev.spindle.engine.command.stream.StreamCommands;
import dev.spindle.engine.command.string.StringCommands;
import dev.spindle.engine.command.transactions.TransactionCommands;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The families of commands that the engine itself brings. Each family's class holds its rows. */
public final class CommandFamilies {

    private CommandFamilies() {}

    /** New rows of every family; rows are numbered by the table they go into, so each table needs its own. */
    public static List<CommandSpec> rows() {
        List<CommandSpec> rows = new ArrayList<>();
        Collections.addAll(rows, StringCommands.rows());
        Collections.addAll(rows, BitmapCommands.rows());
        Collections.addAll(rows, SetFamily.rows());
        Collections.addAll(rows, HashCommands.rows());
        Collections.addAll(rows, SortedSetCommands.rows());
        Collections.addAll(rows, GeoCommands.rows());
        Collections.addAll(rows, ListCommands.rows());
        Collections.addAll(rows, StreamCommands.rows());
        Collections.addAll(rows, new HyperLogLogCommands().rows());
        Collections.addAll(rows, GenericCommands.rows());
        Collections.addAll(rows, ConnectionCommands.rows());
        Collections.addAll(rows, ServerCommands.rows());
        Collections.addAll(rows, ConfigCommands.rows());
        Collections.addAll(rows, ObserveCommands.rows());
        Collections.addAll(rows, TransactionCommands.rows());
        Collections.addAll(rows, PubSubCommands.rows());
        return rows;
    }
}

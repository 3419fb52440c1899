package dev.spindle.engine.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.agrona.UnsafeApi;

/**
 * Every command by name. Names on the wire are found without making a String: an open-addressed table is keyed by a
 * case-folding hash of the bytes and confirmed by comparison.
 *
 * <pre>
 *   wire bytes --fold to lower case, 64-bit mix--> slot --compare name--> CommandSpec
 * </pre>
 *
 * <p>Rows are fixed once the table is made. Ids are dense over commands and subcommands, in order of registration.
 */
public final class CommandTable {

    private static final int MAX_NAME_LENGTH = 64;

    private final Map<String, CommandSpec> byName = new LinkedHashMap<>();
    private final List<CommandSpec> byId = new ArrayList<>();
    private final CommandSpec[] slots;
    private final int mask;

    /**
     * Makes a table of rows.
     *
     * @throws IllegalArgumentException when a name stands twice.
     */
    public CommandTable(Collection<CommandSpec> rows) {
        int size = Integer.highestOneBit(Math.max(16, rows.size() * 4)) << 1;
        slots = new CommandSpec[size];
        mask = size - 1;
        for (CommandSpec row : rows) {
            if (byName.put(row.name(), row) != null) {
                throw new IllegalArgumentException("command stands twice: " + row.name());
            }
            int slot = (int) hash(row.nameBytes()) & mask;
            while (slots[slot] != null) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = row;
            number(row);
            for (CommandSpec sub : row.subcommands()) {
                number(sub);
            }
        }
    }

    private void number(CommandSpec row) {
        row.assignId(byId.size());
        byId.add(row);
    }

    /** Number of rows with subcommands; ids are below it. */
    public int idCount() {
        return byId.size();
    }

    /** The row of an id. */
    public CommandSpec byId(int id) {
        return byId.get(id);
    }

    /** All commands without subcommands, in order of registration. */
    public Collection<CommandSpec> commands() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /** Finds a command or, written {@code container|name}, a subcommand, in any case; null when there is none. */
    public CommandSpec find(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        int bar = lower.indexOf('|');
        if (bar < 0) {
            return byName.get(lower);
        }
        CommandSpec container = byName.get(lower.substring(0, bar));
        if (container == null) {
            return null;
        }
        for (CommandSpec sub : container.subcommands()) {
            if (sub.name().equals(lower.substring(bar + 1))) {
                return sub;
            }
        }
        return null;
    }

    /** Finds a command by the bytes of its name in any case; null when there is none. Hot path: allocates nothing. */
    public CommandSpec find(long address, int length) {
        if (length > MAX_NAME_LENGTH) {
            return null;
        }
        long hash = 0;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ fold(UnsafeApi.getByte(address + i))) * 0x9E3779B97F4A7C15L;
        }
        int slot = (int) (hash >>> 32) & mask;
        for (CommandSpec row = slots[slot]; row != null; row = slots[slot]) {
            if (matches(row.nameBytes(), address, length)) {
                return row;
            }
            slot = (slot + 1) & mask;
        }
        return null;
    }

    /** Finds a subcommand of a container by the bytes of its name in any case; null when there is none. */
    public static CommandSpec findSubcommand(CommandSpec container, long address, int length) {
        for (CommandSpec sub : container.subcommands()) {
            if (matches(sub.nameBytes(), address, length)) {
                return sub;
            }
        }
        return null;
    }

    private static long hash(byte[] name) {
        long hash = 0;
        for (byte b : name) {
            hash = (hash ^ fold(b)) * 0x9E3779B97F4A7C15L;
        }
        return hash >>> 32;
    }

    private static boolean matches(byte[] name, long address, int length) {
        if (name.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name[i] != fold(UnsafeApi.getByte(address + i))) {
                return false;
            }
        }
        return true;
    }

    private static byte fold(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }
}

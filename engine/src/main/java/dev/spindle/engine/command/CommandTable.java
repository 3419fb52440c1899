package dev.spindle.engine.command;

import dev.spindle.engine.config.ConfigException;
import dev.spindle.engine.config.ServerConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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

    private final Map<String, CommandSpec> byName;
    private final List<CommandSpec> byId = new ArrayList<>();
    private final CommandSpec[] slots;
    private final int mask;
    private final int longestName;

    /** Makes a table of rows under their own names. */
    public CommandTable(Collection<CommandSpec> rows) {
        this(rows, List.of());
    }

    /**
     * Makes a table of rows.
     *
     * @param renames new names for some; only what clients call them changes, they are reported under their own.
     * @throws IllegalArgumentException when a name stands twice among the rows.
     * @throws ConfigException when a command cannot be renamed so.
     */
    public CommandTable(Collection<CommandSpec> rows, List<ServerConfig.Rename> renames) {
        byName = named(rows, renames);
        int size = Integer.highestOneBit(Math.max(16, byName.size() * 4)) << 1;
        slots = new CommandSpec[size];
        mask = size - 1;
        int longest = 0;
        for (Map.Entry<String, CommandSpec> named : byName.entrySet()) {
            CommandSpec row = named.getValue();
            byte[] name = named.getKey().getBytes(StandardCharsets.ISO_8859_1);
            longest = Math.max(longest, name.length);
            row.calledAs(name);
            int slot = (int) hash(name) & mask;
            while (slots[slot] != null) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = row;
            number(row);
            for (CommandSpec sub : row.subcommands()) {
                number(sub);
            }
        }
        longestName = longest;
    }

    /**
     * What a table would hold, by name in lower case.
     *
     * @throws ConfigException with Redis's words, when there is no such command to rename, or the new name is taken.
     */
    public static Map<String, CommandSpec> named(
            Collection<CommandSpec> rows, List<ServerConfig.Rename> renames) {
        Map<String, CommandSpec> named = new LinkedHashMap<>();
        for (CommandSpec row : rows) {
            if (named.put(row.name(), row) != null) {
                throw new IllegalArgumentException("command stands twice: " + row.name());
            }
        }
        for (ServerConfig.Rename rename : renames) {
            CommandSpec row = named.remove(fold(rename.from()));
            if (row == null) {
                throw ConfigException.atLine(rename.line(), "No such command in rename-command");
            }
            if (!rename.to().isEmpty() && named.putIfAbsent(fold(rename.to()), row) != null) {
                throw ConfigException.atLine(rename.line(), "Target command name already exists");
            }
        }
        return named;
    }

    // As on the wire: letters of ASCII only.
    private static String fold(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = fold(bytes[i]);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
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
        String lower = fold(name);
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
        if (length > longestName) {
            return null;
        }
        long hash = 0;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ fold(UnsafeApi.getByte(address + i))) * 0x9E3779B97F4A7C15L;
        }
        int slot = (int) (hash >>> 32) & mask;
        for (CommandSpec row = slots[slot]; row != null; row = slots[slot]) {
            if (matches(row.wireName(), address, length)) {
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

package dev.spindle.engine.config;

import dev.spindle.engine.text.GlobPattern;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The configuration of one server: what it was started with and what CONFIG SET made of it.
 *
 * <p>Each row of {@link ConfigTable} has a cell with its value. A CONFIG SET is all or nothing: names are checked first, then all values
 * are parsed and stored, then the guards of the changed ones are asked, and a complaint at any point brings every old value back.
 * Only after that do listeners hear of it. All of this happens on the engine's thread; nothing here is safe for others.
 *
 * <p>Text is ISO 8859-1, one char per byte.
 */
public final class ServerConfig {
    private static final int MIN_HZ = 1;
    private static final int MAX_HZ = 500;
    private static final long MIN_BACKLOG = 16 * 1024;
    private static final int MIN_WATCHDOG_MS = 200;

    /** A command and its new name; an empty one takes the command away. */
    public record Rename(String from, String to, ConfigLine line) {}

    private final Map<String, ConfigParameter.Cell<?>> cells = new LinkedHashMap<>();
    private final Map<String, ConfigParameter.Cell<?>> names = new LinkedHashMap<>();
    private final Map<String, List<Supplier<String>>> guards = new HashMap<>();
    private final Map<String, List<Runnable>> listeners = new HashMap<>();
    private final List<Rename> renames = new ArrayList<>();
    private final List<List<String>> users = new ArrayList<>();
    private final List<List<String>> modules = new ArrayList<>();
    private final Map<String, ConfigLine> origins = new HashMap<>();
    private final HotParameters hot = new HotParameters();
    private Path file;

    private ServerConfig() {
        for (ConfigParameter<?> row : ConfigTable.rows()) {
            ConfigParameter.Cell<?> cell = new ConfigParameter.Cell<>(row);
            cells.put(row.name(), cell);
            names.put(row.name(), cell);
            if (row.alias() != null) {
                names.put(row.alias(), cell);
            }
        }
        hot.refresh(this);
    }

    /** A server that was told nothing. */
    public static ServerConfig defaults() {
        return new ServerConfig();
    }

    /**
     * Loads what redis-server takes: {@code [file] [-] [--option value ...]}. The file may also be the first of the arguments.
     *
     * @throws ConfigException with the text to print before ending the process
     */
    public static ServerConfig load(Path fileOrNull, List<String> arguments) {
        return load(fileOrNull, arguments, System.in);
    }

    static ServerConfig load(Path fileOrNull, List<String> arguments, InputStream standardInput) {
        Path file = fileOrNull;
        List<String> options = arguments;
        if (file == null && !arguments.isEmpty() && !arguments.get(0).startsWith("-")) {
            file = Path.of(arguments.get(0));
            options = arguments.subList(1, arguments.size());
        }
        ServerConfig config = new ServerConfig();
        if (file != null) {
            config.file = file.toAbsolutePath().normalize();
        }
        new ConfigLoader(config).load(config.file, options, standardInput);
        config.settle();
        config.hot.refresh(config);
        Unbuilt.refuse(config);
        return config;
    }

    /** The file that CONFIG REWRITE writes, absolute; null when started without. */
    public Path file() {
        return file;
    }

    public HotParameters hot() {
        return hot;
    }

    ConfigParameter.Cell<?> cell(String name) {
        return names.get(name.toLowerCase(Locale.ROOT));
    }

    /** The value as CONFIG GET shows it. */
    public String text(String name) {
        return known(name).text();
    }

    /** The file that a parameter names, seen from {@code dir}, whichever of the two was configured first; null when it is empty. */
    public Path path(String name) {
        String value = text(name);
        return value.isEmpty() ? null : Path.of(text("dir")).resolve(value);
    }

    /** The value of a number, bytes for memory. */
    public long number(String name) {
        return (Long) known(name).value;
    }

    /** The value of a yes-or-no parameter. */
    public boolean flag(String name) {
        return (Boolean) known(name).value;
    }

    /** Each address of {@code bind}, its leading '-' kept. */
    public List<String> bindAddresses() {
        return List.of(splitAtSpaces(text("bind")).toArray(new String[0]));
    }

    public OutputBufferLimits outputBufferLimits() {
        return (OutputBufferLimits) known("client-output-buffer-limit").value;
    }

    /** {@code notify-keyspace-events} as bits of {@link KeyspaceEvents}; its text does not show all of them. */
    public int keyspaceEvents() {
        return (Integer) known("notify-keyspace-events").value;
    }

    private ConfigParameter.Cell<?> known(String name) {
        ConfigParameter.Cell<?> cell = cell(name);
        if (cell == null) {
            throw new IllegalArgumentException("no parameter " + name);
        }
        return cell;
    }

    /** The {@code rename-command} lines in order. */
    public List<Rename> renames() {
        return Collections.unmodifiableList(renames);
    }

    /** The {@code user} lines: name and rules. */
    public List<List<String>> users() {
        return Collections.unmodifiableList(users);
    }

    /** The {@code loadmodule} lines: path and arguments. There is nothing that could load them. */
    public List<List<String>> modules() {
        return Collections.unmodifiableList(modules);
    }

    void addRename(String from, String to, ConfigLine line) {
        renames.add(new Rename(from, to, line));
    }

    void configuredAt(String directive, ConfigLine line) {
        origins.put(directive, line);
    }

    /** The last line that set a parameter or held a directive; null when there was none. */
    ConfigLine origin(String directive) {
        return origins.get(directive);
    }

    /** Registers, for parameters of features that are not there yet, who is told that a change has no effect. */
    public void onUnbuiltChange(Consumer<String> log) {
        for (ConfigParameter<?> row : ConfigTable.rows()) {
            if (row.support() == Support.LATER) {
                onChange(row.name(), () -> log.accept(Unbuilt.warning(row, text(row.name()))));
            }
        }
    }

    void addUser(List<String> words) {
        users.add(List.copyOf(words));
    }

    void addModule(List<String> words) {
        modules.add(List.copyOf(words));
    }

    /**
     * CONFIG GET: names and values in turn. A name without wildcards is echoed as it was asked for; a pattern lists names and aliases
     * but nothing hidden. Nothing comes twice.
     */
    public List<String> get(String... patterns) {
        Map<String, String> found = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        for (String pattern : patterns) {
            boolean wild = pattern.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
            if (!wild) {
                ConfigParameter.Cell<?> cell = cell(pattern);
                if (cell != null && seen.add(pattern.toLowerCase(Locale.ROOT))) {
                    found.put(pattern, cell.text());
                }
                continue;
            }
            byte[] bytes = pattern.getBytes(StandardCharsets.ISO_8859_1);
            names.forEach(
                    (name, cell) -> {
                        byte[] nameBytes = name.getBytes(StandardCharsets.ISO_8859_1);
                        if (!cell.row.isHidden()
                                && GlobPattern.matches(bytes, nameBytes, true)
                                && seen.add(name)) {
                            found.put(name, cell.text());
                        }
                    });
        }
        List<String> flat = new ArrayList<>();
        found.forEach((name, value) -> Collections.addAll(flat, name, value));
        return flat;
    }

    /** {@link #set(List, boolean)} for a client that is not on this machine. */
    public String set(List<String> namesAndValues) {
        return set(namesAndValues, false);
    }

    /**
     * CONFIG SET.
     *
     * @param namesAndValues in turn
     * @param local whether the client may do what is allowed to local ones
     * @return null, or Redis's error without the leading dash
     */
    public String set(List<String> namesAndValues, boolean local) {
        if (namesAndValues.size() % 2 != 0) {
            return "ERR syntax error";
        }
        Map<String, ConfigParameter.Cell<?>> targets = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            String name = namesAndValues.get(i);
            ConfigParameter.Cell<?> cell = cell(name);
            if (cell == null) {
                return "ERR Unknown option or number of arguments for CONFIG SET - '" + name + "'";
            }
            if (cell.row.isImmutable()) {
                return failed(name, "can't set immutable config");
            }
            if (cell.row.isGuarded() && !guardedAllowed(local)) {
                return failed(name, "can't set protected config");
            }
            if (targets.putIfAbsent(name.toLowerCase(Locale.ROOT), cell) != null) {
                return failed(name, "duplicate parameter");
            }
        }
        return store(namesAndValues, targets);
    }

    private boolean guardedAllowed(boolean local) {
        String allowed = text("enable-protected-configs");
        return allowed.equals("yes") || (allowed.equals("local") && local);
    }

    private String store(
            List<String> namesAndValues, Map<String, ConfigParameter.Cell<?>> targets) {
        List<Runnable> undo = new ArrayList<>();
        Set<String> changed = new LinkedHashSet<>();
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            String name = namesAndValues.get(i);
            String value = namesAndValues.get(i + 1);
            ConfigParameter.Cell<?> cell = targets.get(name.toLowerCase(Locale.ROOT));
            undo.add(cell.memento());
            String before = cell.text();
            try {
                boolean words = cell.row.type().takesWords();
                cell.set(words ? splitAtSpaces(value) : List.of(value), true);
            } catch (RejectedValue e) {
                restore(undo);
                return failed(name, e.getMessage());
            }
            if (!before.equals(cell.text())) {
                changed.add(cell.row.name());
            }
        }
        settle();
        hot.refresh(this);
        List<Supplier<String>> agreed = new ArrayList<>();
        for (String name : changed) {
            for (Supplier<String> guard : guards.getOrDefault(name, List.of())) {
                String error = guard.get();
                if (error != null) {
                    restore(undo);
                    agreed.forEach(Supplier::get);
                    return failed(name, error);
                }
                agreed.add(guard);
            }
        }
        for (String name : changed) {
            listeners.getOrDefault(name, List.of()).forEach(Runnable::run);
        }
        return null;
    }

    private void restore(List<Runnable> undo) {
        for (int i = undo.size() - 1; i >= 0; i--) {
            undo.get(i).run();
        }
        hot.refresh(this);
    }

    private static String failed(String name, String reason) {
        return "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason;
    }

    /** Values that Redis takes and then moves into a range without a word. */
    private void settle() {
        clamp("hz", MIN_HZ, MAX_HZ);
        clamp("repl-backlog-size", MIN_BACKLOG, Long.MAX_VALUE);
        if (number("watchdog-period") > 0) {
            clamp("watchdog-period", MIN_WATCHDOG_MS, Integer.MAX_VALUE);
        }
    }

    /** Lowers a number to what the process can have, at start; nobody is told but who asks from now on. */
    public void lower(String name, long most) {
        clamp(name, 0, most);
        hot.refresh(this);
    }

    @SuppressWarnings("unchecked") // the row's type is a number's, or number() has failed before
    private void clamp(String name, long least, long most) {
        long value = Math.max(least, Math.min(most, number(name)));
        ((ConfigParameter.Cell<Long>) known(name)).value = value;
    }

    /** Empty for an empty text; otherwise what stands between single spaces, which may be nothing. */
    static List<String> splitAtSpaces(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
    }

    /** Registers what is to happen after a change of a parameter was accepted. */
    public void onChange(String name, Runnable listener) {
        String row = known(name).row.name();
        listeners.computeIfAbsent(row, any -> new ArrayList<>()).add(listener);
    }

    /**
     * Registers who is asked when a parameter has a new value, before anyone hears of it.
     *
     * @param guard answers null, or why the value cannot be had; then every value of the CONFIG SET goes back, and those guards that
     *     had agreed are asked once more, to go back with them. One that does not agree must leave things as they were
     */
    public void guard(String name, Supplier<String> guard) {
        String row = known(name).row.name();
        guards.computeIfAbsent(row, any -> new ArrayList<>()).add(guard);
    }

    /**
     * CONFIG REWRITE.
     *
     * @param users the lines of the users of now, as in {@code user name rules}; null leaves the file's
     * @return null, or the error without the leading dash
     */
    public String rewrite(List<String> users) {
        if (file == null) {
            return "ERR The server is running without a config file";
        }
        try {
            new ConfigRewriter(this).rewrite(file, cells.values(), users);
            return null;
        } catch (IOException e) {
            return "ERR Rewriting config file: " + ConfigLoader.reason(e);
        }
    }
}

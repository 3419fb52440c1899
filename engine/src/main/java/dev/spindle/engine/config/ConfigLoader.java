package dev.spindle.engine.config;

import dev.spindle.engine.text.QuotedWords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads files and the command line into a {@link ServerConfig}.
 *
 * <p>As in Redis, everything becomes one text: the file, then standard input when asked for, then each {@code --option} as a line
 * of its own. That is why an error on the command line names a line of "the configuration file".
 */
final class ConfigLoader {
    private static final int MAX_INCLUDE_DEPTH = 64;

    private final ServerConfig config;
    private boolean saveSeen;

    ConfigLoader(ServerConfig config) {
        this.config = config;
    }

    void load(Path file, List<String> arguments, InputStream standardInput) {
        StringBuilder text = new StringBuilder();
        if (file != null) {
            text.append(read(file));
        }
        StringBuilder options = new StringBuilder();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            boolean atAnEnd = i == 0 || i == arguments.size() - 1;
            if (argument.equals("-") && atAnEnd) {
                text.append(readStandardInput(standardInput));
            } else if (argument.startsWith("--") && argument.length() > 2) {
                options.append(options.isEmpty() ? "" : "\n")
                        .append(argument, 2, argument.length());
                options.append(' ');
            } else {
                options.append(ConfigType.quoted(argument)).append(' ');
            }
        }
        if (!options.isEmpty()) {
            text.append('\n').append(options);
        }
        loadText(text.toString(), 0);
    }

    private static String readStandardInput(InputStream in) {
        try {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new ConfigException("Fatal error, can't read standard input: " + e.getMessage());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new ConfigException(
                    "Fatal error, can't open config file '" + file + "': " + reason(e));
        }
    }

    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "No such file or directory";
        }
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "Permission denied";
        }
        return e.getMessage();
    }

    private void loadText(String text, int depth) {
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = trim(raw);
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            ConfigLine origin = new ConfigLine(number, line);
            try {
                loadLine(origin, depth);
            } catch (RejectedValue e) {
                throw ConfigException.atLine(origin, e.getMessage());
            }
        }
    }

    /** Only what Redis trims: spaces, tabs and line ends. */
    static String trim(String line) {
        int from = 0;
        int to = line.length();
        while (from < to && " \t\r\n".indexOf(line.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && " \t\r\n".indexOf(line.charAt(to - 1)) >= 0) {
            to--;
        }
        return line.substring(from, to);
    }

    /** The words of a line, or null when its quotes are unbalanced. */
    static List<String> words(String line) {
        List<byte[]> split = QuotedWords.split(line.getBytes(StandardCharsets.ISO_8859_1));
        return split == null
                ? null
                : split.stream().map(w -> new String(w, StandardCharsets.ISO_8859_1)).toList();
    }

    private void loadLine(ConfigLine line, int depth) throws RejectedValue {
        List<String> words = words(line.text());
        if (words == null) {
            throw new RejectedValue("Unbalanced quotes in configuration line");
        }
        if (words.isEmpty()) {
            return;
        }
        String name = words.get(0).toLowerCase(Locale.ROOT);
        List<String> arguments = words.subList(1, words.size());
        ConfigParameter.Cell<?> cell = config.cell(name);
        if (cell != null) {
            setParameter(cell, arguments);
            config.configuredAt(cell.row.name(), line);
            return;
        }
        int count = arguments.size();
        switch (name) {
            case "include" -> {
                check(count == 1);
                include(arguments.get(0), depth);
            }
            case "rename-command" -> {
                check(count == 2);
                config.addRename(arguments.get(0), arguments.get(1), line);
            }
            case "user" -> {
                check(count >= 1);
                config.addUser(arguments);
                config.configuredAt(name, line);
            }
            case "loadmodule" -> {
                check(count >= 1);
                config.addModule(arguments);
                config.configuredAt(name, line);
            }
            // Long dead; Redis takes and forgets them.
            case "list-max-ziplist-entries", "list-max-ziplist-value" -> check(count == 1);
            case "sentinel" ->
                    throw new RejectedValue("sentinel directive while not in sentinel mode");
            default -> check(false);
        }
    }

    private static void check(boolean condition) throws RejectedValue {
        if (!condition) {
            throw new RejectedValue("Bad directive or wrong number of arguments");
        }
    }

    private void setParameter(ConfigParameter.Cell<?> cell, List<String> arguments)
            throws RejectedValue {
        List<String> words = arguments;
        if (cell.row.type().takesWords() && words.size() == 1) {
            words = ServerConfig.splitAtSpaces(words.get(0));
        }
        // The first line of a file replaces the default save points, the following ones add to it.
        boolean fresh = true;
        if (cell.row.name().equals("save") && !words.isEmpty()) {
            fresh = !saveSeen;
            saveSeen = true;
        }
        cell.set(words, fresh);
    }

    private void include(String pattern, int depth) {
        if (depth >= MAX_INCLUDE_DEPTH) {
            throw new ConfigException(
                    "Fatal error, config files include each other more than "
                            + MAX_INCLUDE_DEPTH
                            + " deep");
        }
        for (Path file : matching(Path.of(config.text("dir")).resolve(pattern))) {
            loadText(read(file), depth + 1);
        }
    }

    /** The file itself, or in order all that a pattern in its last part matches, which may be none. */
    private static List<Path> matching(Path path) {
        String last = String.valueOf(path.getFileName());
        if (last.indexOf('*') < 0 && last.indexOf('?') < 0 && last.indexOf('[') < 0) {
            return List.of(path);
        }
        List<Path> files = new ArrayList<>();
        byte[] pattern = last.getBytes(StandardCharsets.UTF_8);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path.getParent())) {
            for (Path entry : entries) {
                byte[] name = entry.getFileName().toString().getBytes(StandardCharsets.UTF_8);
                boolean shown = name[0] != '.' || pattern[0] == '.';
                if (shown && dev.spindle.engine.text.GlobPattern.matches(pattern, name, false)) {
                    files.add(entry);
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        files.sort(null);
        return files;
    }
}

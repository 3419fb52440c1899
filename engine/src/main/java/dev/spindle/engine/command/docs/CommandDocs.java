package dev.spindle.engine.command.docs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The prose of commands: summary, complexity, history, arguments.
 *
 * <h2>Format of a resource</h2>
 *
 * A tree by indentation, two blanks per level; lines that begin with {@code #} are remarks. The file's name is the group.
 *
 * <pre>
 *   config                                   a command, in lower case
 *     summary Reads and changes parameters   also: since, complexity, replaced
 *     flags deprecated                       words of doc_flags
 *     deprecated 6.2.0                       version since when it is
 *     history 7.0.0 Takes many parameters.   version and text; as often as needed
 *     arg oneof condition since=2.6.12       an argument: type, name, attributes
 *       arg pure-token nx token=NX           parts of a oneof or block stand below it
 *     sub get                                a subcommand; its lines stand below it
 * </pre>
 *
 * Attributes of an argument: {@code @n} (number of the key spec it belongs to), {@code token=}, {@code since=}, {@code
 * deprecated=}, {@code summary=} (takes the rest of the line), and the flags {@code optional}, {@code multiple} and {@code
 * multiple_token}. A token may be empty.
 *
 * <h2>Loading</h2>
 *
 * All groups are read at once, since a name does not tell its group; they take some hundred KiB. A server asks for them from a
 * thread of its own soon after its start, so that no client waits for it. Texts exist
 * for commands that no family brings yet: a new family finds its own waiting.
 */
public final class CommandDocs {

    private static final String[] GROUPS = {
        "bitmap",
        "cluster",
        "connection",
        "generic",
        "geo",
        "hash",
        "hyperloglog",
        "list",
        "pubsub",
        "scripting",
        "server",
        "set",
        "sorted-set",
        "stream",
        "string",
        "transactions"
    };

    private static final class Loaded {
        private static final CommandDocs ALL = new CommandDocs();
    }

    private final Map<String, CommandProse> byName = new HashMap<>();

    private CommandDocs() {
        for (String group : GROUPS) {
            for (DocsLine command : read(group)) {
                add(new CommandProse(group, command.word(), command));
            }
        }
    }

    /** The prose of all commands, read at the first call; any thread. */
    public static CommandDocs load() {
        return Loaded.ALL;
    }

    private void add(CommandProse prose) {
        byName.put(prose.fullName(), prose);
        for (CommandProse sub : prose.subcommands()) {
            byName.put(sub.fullName(), sub);
        }
    }

    /**
     * The prose of a command.
     *
     * @param fullName lower case; of a subcommand {@code container|name}.
     * @return null when there is none.
     */
    public CommandProse find(String fullName) {
        return byName.get(fullName);
    }

    /** Names of all commands that have prose, subcommands as {@code container|name}. */
    public Iterable<String> names() {
        return byName.keySet();
    }

    private static List<DocsLine> read(String group) {
        String resource = group + ".txt";
        try (InputStream in = CommandDocs.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("no resource " + resource);
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return parse(resource, lines.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Parses the lines of a resource.
     *
     * @throws IllegalArgumentException when a line is indented by an odd number or deeper than one level below its parent.
     */
    static List<DocsLine> parse(String resource, List<String> lines) {
        DocsLine root = new DocsLine("", "", new ArrayList<>());
        Deque<DocsLine> open = new ArrayDeque<>();
        open.push(root);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            int indent = line.length() - line.stripLeading().length();
            if (indent % 2 != 0 || indent / 2 >= open.size()) {
                throw new IllegalArgumentException(
                        resource + ":" + (i + 1) + ": wrong indentation: " + line);
            }
            while (open.size() > indent / 2 + 1) {
                open.pop();
            }
            int blank = stripped.indexOf(' ');
            DocsLine made =
                    blank < 0
                            ? new DocsLine(stripped, "", new ArrayList<>())
                            : new DocsLine(
                                    stripped.substring(0, blank),
                                    stripped.substring(blank + 1),
                                    new ArrayList<>());
            open.peek().children().add(made);
            open.push(made);
        }
        return root.children();
    }
}

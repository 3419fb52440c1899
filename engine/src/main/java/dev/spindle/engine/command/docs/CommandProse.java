package dev.spindle.engine.command.docs;

import dev.spindle.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The prose of one command or subcommand, and how COMMAND DOCS writes it. */
public final class CommandProse {

    private final String group;
    private final String fullName;
    private final DocsLine line;
    private final List<CommandProse> subcommands = new ArrayList<>();

    CommandProse(String group, String fullName, DocsLine line) {
        this.group = group;
        this.fullName = fullName;
        this.line = line;
        for (DocsLine sub : line.children("sub")) {
            subcommands.add(new CommandProse(group, fullName + '|' + sub.text(), sub));
        }
    }

    /** Lower-case name; of a subcommand {@code container|name}. */
    public String fullName() {
        return fullName;
    }

    /** The group it belongs to, such as {@code sorted-set}. */
    public String group() {
        return group;
    }

    /** One line on what it does. */
    public String summary() {
        return line.text("summary");
    }

    /** The version that brought it. */
    public String since() {
        return line.text("since");
    }

    List<CommandProse> subcommands() {
        return subcommands;
    }

    /**
     * Writes the map that COMMAND DOCS answers for this command.
     *
     * @param isKnown whether a subcommand, by its full name, exists in the server; others are left out.
     */
    public void write(Reply reply, Predicate<String> isKnown) {
        List<DocsLine> arguments = line.children("arg");
        List<String> history = line.texts("history");
        List<CommandProse> subs = new ArrayList<>();
        for (CommandProse sub : subcommands) {
            if (isKnown.test(sub.fullName)) {
                subs.add(sub);
            }
        }
        String complexity = line.text("complexity");
        String flags = line.text("flags");
        String deprecated = line.text("deprecated");
        String replaced = line.text("replaced");
        reply.map(
                count(summary(), since(), group, complexity, flags, deprecated, replaced)
                        + (history.isEmpty() ? 0 : 1)
                        + (arguments.isEmpty() ? 0 : 1)
                        + (subs.isEmpty() ? 0 : 1));
        field(reply, "summary", summary());
        field(reply, "since", since());
        field(reply, "group", group);
        field(reply, "complexity", complexity);
        if (flags != null) {
            reply.bulk("doc_flags");
            statuses(reply, flags.split(" "));
        }
        field(reply, "deprecated_since", deprecated);
        field(reply, "replaced_by", replaced);
        if (!history.isEmpty()) {
            writeHistory(reply, history);
        }
        if (!arguments.isEmpty()) {
            reply.bulk("arguments");
            writeArguments(reply, arguments);
        }
        if (!subs.isEmpty()) {
            reply.bulk("subcommands");
            reply.map(subs.size());
            for (CommandProse sub : subs) {
                reply.bulk(sub.fullName);
                sub.write(reply, isKnown);
            }
        }
    }

    private static int count(String... values) {
        int present = 0;
        for (String value : values) {
            present += value == null ? 0 : 1;
        }
        return present;
    }

    private static void field(Reply reply, String name, String value) {
        if (value != null) {
            reply.bulk(name);
            reply.bulk(value);
        }
    }

    private static void statuses(Reply reply, String[] words) {
        reply.set(words.length);
        for (String word : words) {
            reply.simple(word);
        }
    }

    private static void writeHistory(Reply reply, List<String> history) {
        reply.bulk("history");
        reply.set(history.size());
        for (String entry : history) {
            int blank = entry.indexOf(' ');
            reply.array(2);
            reply.bulk(entry.substring(0, blank));
            reply.bulk(entry.substring(blank + 1));
        }
    }

    private static void writeArguments(Reply reply, List<DocsLine> arguments) {
        reply.array(arguments.size());
        for (DocsLine argument : arguments) {
            ArgumentProse.parse(argument).write(reply);
        }
    }

    /** One argument; see {@link CommandDocs} for its line. */
    private record ArgumentProse(
            String type,
            String name,
            Integer keySpec,
            String token,
            String summary,
            String since,
            String deprecated,
            List<String> flags,
            List<DocsLine> parts) {

        static ArgumentProse parse(DocsLine line) {
            String text = line.text();
            String summary = null;
            int at = text.indexOf(" summary=");
            if (at >= 0) {
                summary = text.substring(at + " summary=".length());
                text = text.substring(0, at);
            }
            String[] words = text.split(" ");
            Integer keySpec = null;
            String token = null;
            String since = null;
            String deprecated = null;
            List<String> flags = new ArrayList<>();
            for (int i = 2; i < words.length; i++) {
                String word = words[i];
                if (word.startsWith("@")) {
                    keySpec = Integer.valueOf(word.substring(1));
                } else if (word.startsWith("token=")) {
                    token = word.substring("token=".length());
                } else if (word.startsWith("since=")) {
                    since = word.substring("since=".length());
                } else if (word.startsWith("deprecated=")) {
                    deprecated = word.substring("deprecated=".length());
                } else {
                    flags.add(word);
                }
            }
            return new ArgumentProse(
                    words[0],
                    words[1],
                    keySpec,
                    token,
                    summary,
                    since,
                    deprecated,
                    flags,
                    line.children("arg"));
        }

        void write(Reply reply) {
            reply.map(
                    count(type, name, token, summary, since, deprecated)
                            + (keySpec == null ? 0 : 1)
                            + (flags.isEmpty() ? 0 : 1)
                            + (parts.isEmpty() ? 0 : 1));
            field(reply, "name", name);
            field(reply, "type", type);
            if (keySpec != null) {
                reply.bulk("key_spec_index");
                reply.integer(keySpec);
            }
            field(reply, "token", token);
            field(reply, "summary", summary);
            field(reply, "since", since);
            field(reply, "deprecated_since", deprecated);
            if (!flags.isEmpty()) {
                reply.bulk("flags");
                statuses(reply, flags.toArray(new String[0]));
            }
            if (!parts.isEmpty()) {
                reply.bulk("arguments");
                writeArguments(reply, parts);
            }
        }
    }
}

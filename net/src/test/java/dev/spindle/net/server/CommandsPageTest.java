package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.command.CommandTable;
import dev.spindle.engine.command.docs.CommandDocs;
import dev.spindle.engine.command.docs.CommandProse;
import dev.spindle.net.link.PeerCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Keeps engine/docs/commands.md the picture of the table of a whole server; run with -Dspindle.docs.write=true to draw it anew. */
class CommandsPageTest {

    private static final Path PAGE = Path.of("..", "engine", "docs", "commands.md");
    private static final String MARK =
            "<!-- Below: made from the command table by CommandsPageTest. -->\n";

    @Test
    void shouldListEveryCommandThatIsThereOrMissing() throws IOException {
        String page = Files.readString(PAGE);
        String head = page.substring(0, page.indexOf(MARK) + MARK.length());
        String drawn = head + '\n' + groups();
        if (Boolean.getBoolean("spindle.docs.write")) {
            Files.writeString(PAGE, drawn);
        }
        assertEquals(drawn, Files.readString(PAGE));
    }

    private static String groups() {
        CommandTable table = new CommandTable(StartAhead.allRows(new PeerCache()));
        CommandDocs docs = CommandDocs.load();
        Map<String, TreeSet<String>> here = new TreeMap<>();
        Map<String, TreeSet<String>> missing = new TreeMap<>();
        for (String name : docs.names()) {
            CommandProse prose = docs.find(name);
            boolean exists = table.find(name) != null;
            if (exists || !isLaterThanSevenTwo(prose.since())) {
                (exists ? here : missing)
                        .computeIfAbsent(prose.group(), group -> new TreeSet<>())
                        .add(name.replace('|', ' ').toUpperCase(Locale.ROOT));
            }
        }
        TreeSet<String> all = new TreeSet<>(here.keySet());
        all.addAll(missing.keySet());
        StringBuilder text = new StringBuilder();
        int hereCount = here.values().stream().mapToInt(TreeSet::size).sum();
        int missingCount = missing.values().stream().mapToInt(TreeSet::size).sum();
        text.append(hereCount).append(" are there, ").append(missingCount).append(" missing.\n");
        for (String group : all) {
            text.append("\n## ").append(group).append("\n\n");
            line(text, "There", here.get(group));
            line(text, "Missing", missing.get(group));
        }
        return text.toString();
    }

    private static boolean isLaterThanSevenTwo(String version) {
        return Integer.parseInt(version.substring(0, version.indexOf('.'))) >= 8;
    }

    private static void line(StringBuilder text, String title, TreeSet<String> names) {
        if (names != null) {
            text.append("- **").append(title).append("**: ");
            text.append(String.join(", ", names)).append('\n');
        }
    }
}

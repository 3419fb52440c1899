package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.command.CommandSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every row of the command table is used by a test that is judged by a real server, or stands in the list of those that no real
 * server at hand can judge, with why.
 */
class EveryRowCoveredTest {

    private static final Path TESTS = Path.of("src", "test", "java");

    /** Marks of a source whose commands go to a real server too. */
    private static final Pattern JUDGED =
            Pattern.compile("\\b(Duel|RealRedis|Stage)\\b|Cases\\b|Scenarios\\b");

    /**
     * Commands that came after the real server's version, whose tests hold what their documentation says, and those that speak in
     * words of our own.
     */
    private static final Set<String> NEWER =
            Set.of(
                    "client help",
                    "client no-touch",
                    "client setinfo",
                    "commandlog get",
                    "commandlog help",
                    "commandlog len",
                    "commandlog reset",
                    "delifeq",
                    "latency doctor",
                    "hexpire",
                    "hexpireat",
                    "hexpiretime",
                    "hgetdel",
                    "hgetex",
                    "hpersist",
                    "hpexpire",
                    "hpexpireat",
                    "hpexpiretime",
                    "hpttl",
                    "hsetex",
                    "httl");

    @Test
    void shouldJudgeEveryRowByARealServerWhenOneKnowsIt() throws IOException {
        String judged = sources(true);
        String all = sources(false);
        List<String> unjudged = new ArrayList<>();
        List<String> untested = new ArrayList<>();
        for (String name : rows()) {
            if (!uses(all, name)) {
                untested.add(name);
            } else if (!uses(judged, name) && !NEWER.contains(name)) {
                unjudged.add(name);
            }
        }
        assertEquals(List.of(), untested, "commands that no test uses");
        assertEquals(List.of(), unjudged, "commands that no test compares with a real server");
    }

    private static Set<String> rows() {
        Set<String> names = new TreeSet<>();
        for (CommandSpec row : CommandFamilies.rows()) {
            if (row.subcommands().length == 0) {
                names.add(row.name());
            }
            for (CommandSpec sub : row.subcommands()) {
                names.add(row.name() + ' ' + sub.name());
            }
        }
        assertTrue(names.size() > 200, "the rows were not found");
        return names;
    }

    // A step of words ("GET k") or words in quotes of their own ("CONFIG", "SET"), in any case.
    private static boolean uses(String source, String name) {
        String words = Pattern.quote(name).replace(" ", "\\E(?: |\", *\")\\Q");
        Matcher matcher =
                Pattern.compile("[\"\\s]" + words + "[\"\\s\\\\]", Pattern.CASE_INSENSITIVE)
                        .matcher(source);
        return matcher.find();
    }

    private static String sources(boolean judgedOnly) throws IOException {
        StringBuilder all = new StringBuilder();
        List<Path> roots = List.of(TESTS, Path.of("..", "net").resolve(TESTS));
        for (Path root : roots) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    String text = Files.readString(file, StandardCharsets.UTF_8);
                    boolean own = file.endsWith("EveryRowCoveredTest.java");
                    if (!own && (!judgedOnly || JUDGED.matcher(text).find())) {
                        all.append(literals(text)).append('\n');
                    }
                }
            }
        }
        return all.toString().toUpperCase(Locale.ROOT);
    }

    // Only what stands in string literals, with what is between neighbours kept short.
    private static String literals(String source) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = Pattern.compile("\"(?:[^\"\\\\\n]|\\\\.)*\"").matcher(source);
        int end = -2;
        while (matcher.find()) {
            boolean neighbour =
                    end > 0 && source.substring(end, matcher.start()).matches("[,\\s]*");
            text.append(neighbour ? ", " : "\n").append(matcher.group());
            end = matcher.end();
        }
        return text.toString();
    }
}

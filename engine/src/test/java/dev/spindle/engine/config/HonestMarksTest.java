package dev.spindle.engine.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A row may say that it acts only where some code outside the configuration asks for it: by name, or by its hot getter. */
class HonestMarksTest {
    private static final Path ENGINE = Path.of("src", "main", "java");
    private static final List<Path> ROOTS =
            Stream.of("engine", "rdb", "aof", "net")
                    .map(module -> Path.of("..", module, "src", "main", "java"))
                    .toList();

    /** Obeyed within the configuration itself: what may be set, and where relative files are. */
    private static final List<String> OWN = List.of("enable-protected-configs");

    @Test
    void shouldFindObeyingCodeWhenARowSaysThatItActs() throws Exception {
        String code = sources();
        Map<String, String> getters = getters();
        StringBuilder idle = new StringBuilder();
        for (ConfigParameter<?> row : ConfigTable.rows()) {
            if (row.support() != Support.ACTS || OWN.contains(row.name())) {
                continue;
            }
            boolean asked =
                    Pattern.compile(
                                    "(text|number|flag|path)\\(\""
                                            + Pattern.quote(row.name())
                                            + "\"\\)")
                            .matcher(code)
                            .find();
            String getter = getters.get(row.name());
            boolean hot = getter != null && code.contains("." + getter + "()");
            if (!asked && !hot) {
                idle.append(row.name()).append(' ');
            }
        }
        assertTrue(idle.isEmpty(), "marked ACTS, obeyed nowhere: " + idle);
    }

    private static Map<String, String> getters() throws IOException {
        Path file = ENGINE.resolve("dev/spindle/engine/config/HotParameters.java");
        Matcher matcher =
                Pattern.compile("\\{@code ([a-z-]+)\\}[^*]*\\*/\\s+public \\w+ (\\w+)\\(\\)")
                        .matcher(Files.readString(file, StandardCharsets.UTF_8));
        Map<String, String> found = new TreeMap<>();
        while (matcher.find()) {
            found.put(matcher.group(1), matcher.group(2));
        }
        assertTrue(found.size() > 20, "the getters no longer look as this test thinks");
        found.put("bind", "bindAddresses");
        return found;
    }

    private static String sources() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path root : ROOTS) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    if (!file.getParent().endsWith("config")) {
                        all.append(Files.readString(file, StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return all.toString();
    }
}

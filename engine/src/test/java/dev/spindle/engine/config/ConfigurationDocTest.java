package dev.spindle.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Keeps docs/configuration.md the picture of the rows; run with -Dspindle.docs.write=true to draw it anew. */
class ConfigurationDocTest {
    private static final Path PAGE = Path.of("docs", "configuration.md");
    private static final String MARK =
            "<!-- Below: made from ConfigTable by ConfigurationDocTest. -->\n";

    @Test
    void shouldDescribeEveryRowWhenTheTableChanges() throws Exception {
        String page = Files.readString(PAGE, StandardCharsets.UTF_8);
        int cut = page.indexOf(MARK) + MARK.length();
        String expected = page.substring(0, cut) + tables();
        if (Boolean.getBoolean("spindle.docs.write")) {
            Files.writeString(PAGE, expected, StandardCharsets.UTF_8);
            return;
        }
        assertEquals(expected, page, "write it anew with -Dspindle.docs.write=true");
    }

    private static String tables() {
        StringBuilder out = new StringBuilder();
        for (ConfigTable.Section section : ConfigTable.sections()) {
            out.append("\n## ")
                    .append(section.title())
                    .append("\n\n")
                    .append(section.summary())
                    .append("\n\n");
            out.append(
                    "| Parameter | Values | Default | CONFIG SET | Support |\n|---|---|---|---|---|\n");
            for (ConfigParameter<?> row : section.rows()) {
                out.append(line(row));
            }
        }
        return out.toString();
    }

    private static String line(ConfigParameter<?> row) {
        String name =
                "`" + row.name() + "`" + (row.alias() == null ? "" : " (`" + row.alias() + "`)");
        String initial =
                row.name().equals("dir")
                        ? "where it was started"
                        : row.initialText().isEmpty() ? "" : "`" + row.initialText() + "`";
        String change =
                row.isImmutable()
                        ? "no"
                        : row.isGuarded() ? "with enable-protected-configs" : "yes";
        String support =
                switch (row.support()) {
                    case ACTS -> row.note().isEmpty() ? "acts" : "acts: " + row.note();
                    case LATER -> "later: " + row.note();
                    case MEANINGLESS -> "no meaning: " + row.note();
                };
        return "| " + String.join(" | ", name, row.typeText(), initial, change, support) + " |\n";
    }
}

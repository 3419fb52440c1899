package dev.spindle.engine.command.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommandDocsTest {

    @Test
    void shouldBuildATreeFromIndentation() {
        List<DocsLine> lines =
                CommandDocs.parse(
                        "r",
                        List.of(
                                "# remark",
                                "get",
                                "  summary Gets  it.",
                                "",
                                "  arg oneof x",
                                "    arg string y",
                                "set",
                                "  flags"));
        assertEquals(2, lines.size());
        assertEquals("Gets  it.", lines.get(0).text("summary"));
        assertEquals("string y", lines.get(0).children("arg").get(0).children("arg").get(0).text());
        assertEquals("", lines.get(1).text("flags"));
        assertNull(lines.get(1).text("summary"));
    }

    @Test
    void shouldNameTheLineWhoseIndentationIsWrong() {
        for (String line : List.of(" summary x", "    summary x")) {
            IllegalArgumentException wrong =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> CommandDocs.parse("r", List.of("get", line)));
            assertEquals("r:2: wrong indentation: " + line, wrong.getMessage());
        }
    }

    @Test
    void shouldFindSubcommandsByTheirFullName() {
        CommandProse sub = CommandDocs.load().find("config|get");
        assertEquals("server", sub.group());
        assertEquals("2.0.0", sub.since());
        assertNull(CommandDocs.load().find("nope"));
    }
}

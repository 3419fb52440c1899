package dev.spindle.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.command.CommandTable;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnbuiltTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--user bob on",
                "--aclfile a.acl",
                "--loadmodule x.so",
                "--tls-port 7000",
                "--replicaof 127.0.0.1 6379",
                "--cluster-enabled yes"
            })
    void shouldRefuseToStartWhenIgnoringTheLineWouldBeDangerous(String line) {
        ConfigException e =
                assertThrows(
                        ConfigException.class,
                        () -> ServerConfig.load(null, List.of(line.split(" "))));
        assertTrue(e.getMessage().contains("*** FATAL CONFIG FILE ERROR"), e.getMessage());
        assertTrue(e.getMessage().contains("supported") || e.getMessage().contains("loaded"));
    }

    @Test
    void shouldNotWarnOfPersistence() {
        assertEquals(List.of(), Unbuilt.warnings(ServerConfig.defaults()));
        ServerConfig none = ServerConfig.load(null, List.of("--save", "", "--tls-port", "0"));
        assertEquals(List.of(), Unbuilt.warnings(none));
        ServerConfig both =
                ServerConfig.load(null, List.of("--save", "60", "1", "--appendonly", "yes"));
        assertEquals(List.of(), Unbuilt.warnings(both));
    }

    @Test
    void shouldRenameOnlyWhatClientsCallACommand() {
        CommandTable table = table("--rename-command", "GET", "HGetIt");
        assertNull(table.find("get"));
        assertEquals("get", table.find("hgetit").name());
        CommandTable without = table("--rename-command", "flushall", "");
        assertNull(without.find("flushall"));
        assertEquals(CommandFamilies.rows().size() - 1, without.commands().size());
    }

    @Test
    void shouldEndTheStartWhenARenameIsImpossible() {
        assertTrue(refused("nosuch", "x").contains("\nNo such command in rename-command\n"));
        assertTrue(refused("get", "SET").contains("\nTarget command name already exists\n"));
    }

    private static String refused(String from, String to) {
        return assertThrows(ConfigException.class, () -> table("--rename-command", from, to))
                .getMessage();
    }

    private static CommandTable table(String... arguments) {
        ServerConfig config = ServerConfig.load(null, List.of(arguments));
        return new CommandTable(CommandFamilies.rows(), config.renames());
    }
}

package dev.spindle.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
    private final ServerConfig config = ServerConfig.defaults();

    @Test
    void shouldBringAllValuesBackWhenOneIsRefused() {
        String error = config.set(List.of("maxmemory", "1gb", "hz", "x"));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'hz') - argument couldn't be parsed into an integer",
                error);
        assertEquals(0, config.number("maxmemory"));
        assertEquals(0, config.hot().maxmemoryBytes());
    }

    @Test
    void shouldBringAllValuesBackWhenAGuardComplains() {
        List<String> heard = new ArrayList<>();
        config.guard("port", () -> "Unable to listen on this port. Check server logs.");
        config.onChange("maxmemory", () -> heard.add("maxmemory"));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.",
                config.set(List.of("maxmemory", "1gb", "PORT", "7000")));
        assertEquals(0, config.hot().maxmemoryBytes());
        assertEquals(6379, config.number("port"));
        assertEquals(List.of(), heard);
    }

    @Test
    void shouldAskGuardsThatAgreedOnceMoreWhenALaterOneComplains() {
        List<Long> seen = new ArrayList<>();
        config.guard(
                "port",
                () -> {
                    seen.add(config.number("port"));
                    return null;
                });
        config.guard("tls-port", () -> "no");
        config.set(List.of("port", "7000", "tls-port", "7001"));
        assertEquals(List.of(7000L, 6379L), seen);
    }

    @Test
    void shouldTellListenersOnlyWhenTheValueChanges() {
        List<Long> heard = new ArrayList<>();
        config.onChange("slave-priority", () -> heard.add(config.number("replica-priority")));
        assertNull(config.set(List.of("replica-priority", "100")));
        assertNull(config.set(List.of("replica-priority", "7")));
        assertEquals(List.of(7L), heard);
    }

    @Test
    void shouldRefreshHotParametersWhenSet() {
        assertNull(
                config.set(
                        List.of(
                                "notify-keyspace-events",
                                "KEA",
                                "maxmemory",
                                "2mb",
                                "maxmemory-policy",
                                "ALLKEYS-LRU")));
        assertEquals(
                KeyspaceEvents.KEYSPACE | KeyspaceEvents.KEYEVENT | KeyspaceEvents.ALL,
                config.hot().keyspaceEvents());
        assertEquals(2 << 20, config.hot().maxmemoryBytes());
        assertEquals("allkeys-lru", config.hot().maxmemoryPolicy());
    }

    @Test
    void shouldLetGuardedParametersBeSetWhenAllowed() {
        String refused =
                "ERR CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config";
        List<String> change = List.of("dbfilename", "x.rdb");
        assertEquals(refused, config.set(change, true));
        ServerConfig local =
                ServerConfig.load(null, List.of("--enable-protected-configs", "local"));
        assertEquals(refused, local.set(change, false));
        assertNull(local.set(change, true));
        ServerConfig all = ServerConfig.load(null, List.of("--enable-protected-configs", "yes"));
        assertNull(all.set(change, false));
    }

    @Test
    void shouldTakeFilesIncludesAndDirectivesWhenLoading(
            @org.junit.jupiter.api.io.TempDir Path directory) throws Exception {
        Path main = directory.resolve("redis.conf");
        java.nio.file.Files.writeString(
                main,
                "port 7000\ninclude "
                        + directory
                        + "/part-*.conf\nrename-command DEBUG \"\"\nsave 60 1\nsave 30 2\nslave-priority 3\n");
        java.nio.file.Files.writeString(
                directory.resolve("part-1.conf"), "timeout 1\nmaxmemory 1gb");
        java.nio.file.Files.writeString(directory.resolve("part-2.conf"), "timeout 2");
        ServerConfig loaded =
                ServerConfig.load(
                        null,
                        List.of(main.toString(), "--port", "7001", "--bind", "127.0.0.1", "::1"));
        assertEquals(7001, loaded.number("port"));
        assertEquals(2, loaded.number("timeout"));
        assertEquals(1L << 30, loaded.hot().maxmemoryBytes());
        assertEquals(List.of("127.0.0.1", "::1"), loaded.bindAddresses());
        assertEquals("60 1 30 2", loaded.text("save"));
        ConfigLine line = new ConfigLine(3, "rename-command DEBUG \"\"");
        assertEquals(List.of(new ServerConfig.Rename("DEBUG", "", line)), loaded.renames());
        assertEquals(3, loaded.number("replica-priority"));
        assertEquals(main, loaded.file());
    }

    @Test
    void shouldReadStandardInputWhenAskedByADash() {
        byte[] text = "port 7000\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        ServerConfig loaded =
                ServerConfig.load(
                        null, List.of("-", "--hz", "20"), new java.io.ByteArrayInputStream(text));
        assertEquals(7000, loaded.number("port"));
        assertEquals(20, loaded.hot().hz());
        assertNull(loaded.file());
    }

    @Test
    void shouldKnowEachNameOnceWhenRowsAreListed() {
        List<String> names = new ArrayList<>();
        for (ConfigParameter<?> row : ConfigTable.rows()) {
            names.add(row.name());
            if (row.alias() != null) {
                names.add(row.alias());
            }
        }
        assertEquals(names.size(), new java.util.HashSet<>(names).size());
        assertTrue(names.contains("idle-strategy"));
        assertFalse(ConfigTable.rows().isEmpty());
        assertSame(config.cell("SLAVEOF"), config.cell("replicaof"));
    }

    @Test
    void shouldAnswerCommandlogNamesWhenSlowlogWasSet() {
        assertNull(config.set(List.of("slowlog-log-slower-than", "5")));
        assertEquals(
                List.of("commandlog-execution-slower-than", "5"),
                config.get("commandlog-execution-slower-than"));
    }
}

package dev.spindle.engine.info;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.engine.testkit.ReplyTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InfoFieldsTest {

    /** Fields that 7.2 has and 7.0 has not. */
    private static final Set<String> ADDED_LATER =
            Set.of(
                    "expired_subkeys",
                    "total_blocking_keys",
                    "total_blocking_keys_on_nokey",
                    "eventloop_cycles",
                    "eventloop_duration_sum",
                    "eventloop_duration_cmd_sum",
                    "instantaneous_eventloop_cycles_per_sec",
                    "instantaneous_eventloop_duration_usec",
                    "acl_access_denied_auth",
                    "acl_access_denied_cmd",
                    "acl_access_denied_key",
                    "acl_access_denied_channel");

    private static RealRedis real;

    @BeforeAll
    static void startServer() {
        real = RealRedis.start();
        assumeTrue(real.versionAtLeast(7, 0) && !real.versionAtLeast(7, 2), "fields of 7.0");
    }

    @AfterAll
    static void stopServer() {
        CloseHelper.close(real);
    }

    private static Map<String, String> fields(String info) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : info.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    private static String ours(EngineHarness engine, String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "INFO";
        System.arraycopy(words, 0, command, 1, words.length);
        return ReplyTree.parse(engine.command(command)).text();
    }

    // Headings, and names of fields in their order without what 7.2 added and what only this server
    // has.
    private static List<String> outline(String info) {
        List<String> outline = new ArrayList<>();
        for (String line : info.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            if (!ADDED_LATER.contains(name) && !name.startsWith("snapshot_")) {
                outline.add(name);
            }
        }
        return outline;
    }

    @Test
    void shouldHaveTheFieldsOfARealServerInTheirOrder() {
        String[] questions = {
            "",
            "server",
            "CLIENTS",
            "memory",
            "persistence",
            "stats",
            "replication",
            "cpu",
            "modules",
            "module_list",
            "errorstats",
            "cluster",
            "keyspace",
            "default",
            "nonsense",
            "cpu keyspace",
            "keyspace CPU nonsense cpu",
            "default server"
        };
        for (String question : questions) {
            try (EngineHarness engine = new EngineHarness();
                    RawClient client = real.connect()) {
                client.command("FLUSHALL");
                client.command("CONFIG", "RESETSTAT");
                for (String[] words :
                        new String[][] {{"SET", "k", "v"}, {"INCR", "k"}, {"GET", "k"}}) {
                    assertEquals(client.command(words), engine.command(words));
                }
                String[] words = question.isEmpty() ? new String[0] : question.split(" ");
                String[] command = ("INFO " + question).trim().split(" ");
                assertEquals(
                        String.join("\n", outline(client.text(command))),
                        String.join("\n", outline(ours(engine, words))),
                        question);
            }
        }
    }

    @Test
    void shouldPutItsOwnSectionBehindThoseOfRedisWhenAllAreAskedFor() {
        try (EngineHarness engine = new EngineHarness();
                RawClient client = real.connect()) {
            for (String word : List.of("all", "everything")) {
                List<String> theirs = headings(client.text("INFO", word));
                theirs.add("# Spindle");
                assertEquals(theirs, headings(ours(engine, word)));
            }
        }
    }

    private static List<String> headings(String info) {
        List<String> headings = new ArrayList<>();
        for (String line : info.split("\r\n")) {
            if (line.startsWith("#")) {
                headings.add(line);
            }
        }
        return headings;
    }

    @Test
    void shouldFormatValuesAsARealServerDoes() {
        try (EngineHarness engine = new EngineHarness();
                RawClient client = real.connect()) {
            client.command("CONFIG", "RESETSTAT");
            Map<String, String> theirs = fields(client.text("INFO"));
            Map<String, String> ours = fields(ours(engine));
            List<String> wrong = new ArrayList<>();
            theirs.forEach(
                    (name, value) -> {
                        if (ours.containsKey(name) && !shape(value).equals(shape(ours.get(name)))) {
                            wrong.add(name + ": " + value + " but ours " + ours.get(name));
                        }
                    });
            // Words and paths of which each server has its own.
            wrong.removeIf(
                    line ->
                            line.matches(
                                    "(redis_version|redis_build_id|os|atomicvar_api|multiplexing_api|"
                                            + "executable|mem_allocator|run_id|master_replid):.*"));
            assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
        }
    }

    // Digits as one sign, so that "7.86" and "12.05" have the same shape, but "7" and "7.8" have
    // not.
    private static String shape(String value) {
        if (value.matches("-?[0-9]+(\\.[0-9]+)?[BKMGTP]")) {
            return value.endsWith("B")
                    ? "amount"
                    : value.replaceAll("[0-9]+\\.[0-9]{2}.", "amount");
        }
        if (value.matches("-?[0-9]+")) {
            return "integer";
        }
        return value.replaceAll("^-", "").replaceAll("^[0-9]+", "9").replaceAll("[0-9]", "9");
    }

    @Test
    void shouldCountCallsFailuresAndRefusalsOfEachCommand() {
        try (EngineHarness engine = new EngineHarness();
                RawClient client = real.connect()) {
            client.command("FLUSHALL");
            client.command("CONFIG", "RESETSTAT");
            for (String line :
                    List.of(
                            "SET k v",
                            "GET k",
                            "GET k",
                            "INCR k",
                            "GET",
                            "FOO",
                            "COMMAND COUNT 1")) {
                client.command(line.split(" "));
                engine.command(line.split(" "));
            }
            Map<String, String> theirs = counted(fields(client.text("INFO", "commandstats")));
            theirs.remove("cmdstat_config|resetstat");
            assertEquals(theirs, counted(fields(ours(engine, "commandstats"))));
            assertEquals(
                    fields(client.text("INFO", "errorstats")), fields(ours(engine, "errorstats")));
        }
    }

    private static Map<String, String> counted(Map<String, String> stats) {
        Map<String, String> counted = new java.util.TreeMap<>();
        stats.forEach(
                (name, value) ->
                        counted.put(
                                name,
                                value.replaceAll("usec=[0-9]+", "usec=n")
                                        .replaceAll(
                                                "usec_per_call=[0-9]+\\.[0-9]{2}",
                                                "usec_per_call=n")));
        return counted;
    }

    @Test
    void shouldReportKeysAndExpiriesOfEachDatabase() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "a", "1");
            engine.command("SET", "b", "1");
            engine.command("EXPIRE", "b", "100");
            engine.session().database(3);
            engine.command("SET", "c", "1");
            Map<String, String> fields = fields(ours(engine, "keyspace"));
            assertEquals(List.of("db0", "db3"), List.copyOf(fields.keySet()));
            assertTrue(fields.get("db0").startsWith("keys=2,expires=1,avg_ttl="));
            assertEquals("keys=1,expires=0,avg_ttl=0", fields.get("db3"));
        }
    }

    @Test
    void shouldAccountForDataAndRememberThePeak() {
        try (EngineHarness engine = new EngineHarness()) {
            long before = Long.parseLong(fields(ours(engine, "memory")).get("used_memory"));
            engine.command("SET", "k", "x".repeat(1 << 20));
            Map<String, String> full = fields(ours(engine, "memory"));
            long used = Long.parseLong(full.get("used_memory"));
            assertTrue(used >= before + (1 << 20), used + " after " + before);
            assertTrue(Long.parseLong(full.get("used_memory_dataset")) >= 1 << 20);
            engine.command("SET", "k", "small");
            Map<String, String> after = fields(ours(engine, "memory"));
            assertTrue(Long.parseLong(after.get("used_memory")) < used);
            assertTrue(Long.parseLong(after.get("used_memory_peak")) >= used);
            assertTrue(Long.parseLong(after.get("used_memory_rss")) > 0);
            assertTrue(Long.parseLong(after.get("total_system_memory")) > 0);
        }
    }

    @Test
    void shouldLetAModulePutItsSectionInThePlaceOfOurs() {
        try (EngineHarness engine = new EngineHarness()) {
            List<String> before = headings(ours(engine));
            engine.engine()
                    .info()
                    .put(
                            new InfoSection() {
                                @Override
                                public String title() {
                                    return "Persistence";
                                }

                                @Override
                                public void write(InfoText out, InfoReport report) {
                                    out.field("rdb_saves", 5);
                                }
                            });
            assertEquals("# Persistence\r\nrdb_saves:5\r\n", ours(engine, "persistence"));
            assertEquals(before, headings(ours(engine)));
        }
    }

    @Test
    void shouldShowTheListenersOfTheProcess() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine()
                    .info()
                    .process(
                            new OwnProcess(engine.clock().epochMs() - 90_000_000) {
                                @Override
                                public List<String> listeners() {
                                    return List.of("name=tcp,bind=127.0.0.1,port=7000");
                                }

                                @Override
                                public int tcpPort() {
                                    return 7000;
                                }
                            });
            Map<String, String> fields = fields(ours(engine, "server"));
            assertEquals("7000", fields.get("tcp_port"));
            assertEquals("90000", fields.get("uptime_in_seconds"));
            assertEquals("1", fields.get("uptime_in_days"));
            assertEquals("name=tcp,bind=127.0.0.1,port=7000", fields.get("listener0"));
        }
    }
}

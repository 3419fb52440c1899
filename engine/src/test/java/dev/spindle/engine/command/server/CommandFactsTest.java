package dev.spindle.engine.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.docs.CommandDocs;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.engine.testkit.ReplyTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What COMMAND INFO and COMMAND DOCS say of each command, against what a real server says. */
class CommandFactsTest {

    /** Commands that redis-server 7.0 does not have, and why we do. */
    private static final Map<String, String> NEWER =
            Map.ofEntries(
                    Map.entry("client|no-touch", "7.2"),
                    Map.entry("client|setinfo", "7.2"),
                    Map.entry("waitaof", "7.2"),
                    Map.entry("hexpire", "7.4"),
                    Map.entry("hexpireat", "7.4"),
                    Map.entry("hexpiretime", "7.4"),
                    Map.entry("hpersist", "7.4"),
                    Map.entry("hpexpire", "7.4"),
                    Map.entry("hpexpireat", "7.4"),
                    Map.entry("hpexpiretime", "7.4"),
                    Map.entry("hpttl", "7.4"),
                    Map.entry("httl", "7.4"),
                    Map.entry("hgetdel", "8.0"),
                    Map.entry("hgetex", "8.0"),
                    Map.entry("hsetex", "8.0"),
                    Map.entry("delifeq", "Valkey 9.0"),
                    Map.entry("commandlog", "Valkey 8.1"),
                    Map.entry("commandlog|get", "Valkey 8.1"),
                    Map.entry("commandlog|help", "Valkey 8.1"),
                    Map.entry("commandlog|len", "Valkey 8.1"),
                    Map.entry("commandlog|reset", "Valkey 8.1"));

    /** Commands whose COMMAND INFO differs on purpose, and why. */
    private static final Map<String, String> INFO_DIFFERS =
            Map.of(
                    "zrank", "WITHSCORE of 7.2",
                    "zrevrank", "WITHSCORE of 7.2",
                    "blpop", "7.2 allows it in scripts",
                    "brpop", "7.2 allows it in scripts",
                    "blmove", "7.2 allows it in scripts",
                    "brpoplpush", "7.2 allows it in scripts",
                    "bzpopmin", "7.2 allows it in scripts",
                    "bzpopmax", "7.2 allows it in scripts",
                    "command|getkeys", "7.2 corrected the arity to -3",
                    "command|getkeysandflags", "7.2 corrected the arity to -3");

    /** Commands whose COMMAND DOCS differs on purpose, and why. */
    private static final Map<String, String> DOCS_DIFFER =
            Map.of(
                    "quit", "7.2 deprecated it",
                    "set", "Valkey's IFEQ",
                    "zrank", "WITHSCORE of 7.2",
                    "zrevrank", "WITHSCORE of 7.2");

    private static RealRedis real;

    @BeforeAll
    static void startServer() {
        real = RealRedis.start();
        assumeTrue(real.versionAtLeast(7, 0) && !real.versionAtLeast(7, 2), "facts of 7.0");
    }

    @AfterAll
    static void stopServer() {
        CloseHelper.close(real);
    }

    private static List<String> names(EngineHarness engine) {
        List<String> names = new ArrayList<>();
        for (CommandSpec row : engine.engine().commands().commands()) {
            names.add(row.fullName());
            for (CommandSpec sub : row.subcommands()) {
                names.add(sub.fullName());
            }
        }
        return names;
    }

    private static void compare(
            int protocol,
            String question,
            Map<String, String> exceptions,
            UnaryOperator<ReplyTree> shown) {
        List<String> wrong = new ArrayList<>();
        try (EngineHarness engine = new EngineHarness();
                RawClient client = real.connect()) {
            client.command("HELLO", Integer.toString(protocol));
            engine.session().protocol(protocol);
            for (String name : names(engine)) {
                ReplyTree theirs = ReplyTree.parse(client.command("COMMAND", question, name));
                ReplyTree ours = ReplyTree.parse(engine.command("COMMAND", question, name));
                boolean same = shown.apply(theirs).equals(shown.apply(ours));
                if (same && (exceptions.containsKey(name) || NEWER.containsKey(name))) {
                    wrong.add(name + " is listed as an exception but does not differ");
                } else if (!same && !exceptions.containsKey(name) && !NEWER.containsKey(name)) {
                    wrong.add("theirs " + shown.apply(theirs));
                    wrong.add("ours   " + shown.apply(ours));
                }
            }
        }
        assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldDescribeEachCommandAsARealServerDoes(int protocol) {
        // Subcommands are compared one by one: the real server has some that we lack.
        compare(
                protocol,
                "INFO",
                INFO_DIFFERS,
                tree -> tree.get(0).children().isEmpty() ? tree : tree.get(0).first(9));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldDocumentEachCommandAsARealServerDoes(int protocol) {
        compare(
                protocol,
                "DOCS",
                DOCS_DIFFER,
                tree -> tree.children().isEmpty() ? tree : tree.get(1).without("subcommands"));
    }

    @Test
    void shouldHaveProseForEveryCommandOfARealServer() {
        CommandDocs docs = CommandDocs.load();
        try (RawClient client = real.connect()) {
            for (String name : client.elements("COMMAND", "LIST")) {
                assertNotNull(docs.find(name), name);
            }
        }
    }

    @Test
    void shouldDocumentEveryCommandWeHave() {
        try (EngineHarness engine = new EngineHarness()) {
            for (String name : names(engine)) {
                ReplyTree reply = ReplyTree.parse(engine.command("COMMAND", "DOCS", name));
                assertEquals(2, reply.children().size(), name);
                assertEquals(name, reply.get(0).text());
            }
        }
    }

    @Test
    void shouldListSubcommandsInsideTheirContainer() {
        try (EngineHarness engine = new EngineHarness()) {
            ReplyTree info = ReplyTree.parse(engine.command("COMMAND", "INFO", "command"));
            assertEquals(7, info.get(0).get(9).children().size());
            ReplyTree docs = ReplyTree.parse(engine.command("COMMAND", "DOCS", "command"));
            assertEquals(14, docs.get(1).value("subcommands").children().size());
        }
    }
}

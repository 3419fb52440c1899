package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.command.AclCategory;
import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.OneWay;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.perf.latency.LatencyRecorder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real server answers to a whole connection's worth of bytes, and what Spindle does. */
class ConnectionDifferentialTest {
    private static RealRedis redis;
    private static RealRedis guarded;

    @BeforeAll
    static void start() {
        // A busy machine may interrupt any command for longer than the default allows.
        redis = RealRedis.start("--enable-debug-command", "yes", "--slowlog-log-slower-than", "-1");
        guarded = RealRedis.start();
        try (RawClient client = guarded.connect()) {
            client.command("CONFIG", "SET", "requirepass", "pw");
        }
    }

    @AfterAll
    static void stop() {
        CloseHelper.closeAll(redis, guarded);
    }

    static List<String> commands() {
        return List.of(
                "PING|PING x|PING x y|ECHO|ECHO x|ECHO x y",
                "AUTH|AUTH x|AUTH a b|AUTH default b|AUTH a b c",
                "HELLO|HELLO x|HELLO 1|HELLO 4|HELLO 2 foo|HELLO 3 SETNAME|HELLO 3 setname \"a b\"|HELLO 3 AUTH a",
                "HELLO 3 AUTH a b|HELLO 3 AUTH default b SETNAME foo|CLIENT GETNAME|HELLO|HELLO 2|HELLO 3 SETNAME bar|RESET|HELLO",
                "HELLO 3 SETNAME x SETNAME y AUTH default z|CLIENT GETNAME|HELLO 99999999999999999999|HELLO 3 AUTH default b foo",
                "SELECT|SELECT x|SELECT 16|SELECT -1|SELECT 3|SELECT 4294967296|SET k v|SELECT 0|GET k|SELECT 3|GET k",
                "QUIT|PING",
                "QUIT x|PING",
                "SELECT 3|CLIENT SETNAME me|HELLO 3|RESET|CLIENT GETNAME|GET k|RESET x",
                "CLIENT|CLIENT FOO|CLIENT FOO BAR|CLIENT INFO x|CLIENT \"a\\x00b\"|CLIENT \"a\\r\\nb\"",
                "CLIENT SETNAME \"a b\"|CLIENT SETNAME ab|CLIENT GETNAME|CLIENT SETNAME \"\"|CLIENT GETNAME|CLIENT SETNAME \"\\xc3\"",
                "HELLO 3|CLIENT GETNAME|CLIENT TRACKINGINFO|CLIENT GETREDIR|HELLO 2|CLIENT TRACKINGINFO",
                "CLIENT LIST TYPE foo|CLIENT LIST TYPE pubsub|CLIENT LIST TYPE master|CLIENT LIST TYPE slave|CLIENT LIST TYPE",
                "CLIENT LIST ID|CLIENT LIST ID x|CLIENT LIST ID 999999|CLIENT LIST FOO|CLIENT LIST TYPE normal x|HELLO 3|CLIENT LIST ID 0",
                "CLIENT KILL 1|CLIENT KILL|CLIENT KILL ID x|CLIENT KILL ID 0|CLIENT KILL ID -1|CLIENT KILL ID 999999|CLIENT KILL TYPE foo",
                "CLIENT KILL TYPE pubsub|CLIENT KILL USER foo|CLIENT KILL SKIPME x|CLIENT KILL SKIPME yes SKIPME|CLIENT KILL FOO bar",
                "CLIENT KILL ADDR x LADDR y|CLIENT KILL MAXAGE 10|CLIENT KILL ID 5 TYPE|CLIENT KILL ADDR x SKIPME no USER default",
                "CLIENT NO-EVICT on|CLIENT NO-EVICT x|CLIENT NO-EVICT OFF|CLIENT NO-EVICT",
                "CLIENT PAUSE|CLIENT PAUSE x|CLIENT PAUSE -1|CLIENT PAUSE 0 foo|CLIENT PAUSE 0 WRITE x|CLIENT PAUSE 99999999999999999999",
                "CLIENT UNPAUSE|CLIENT UNPAUSE x|CLIENT PAUSE 0|CLIENT PAUSE 0 write|CLIENT PAUSE 0 ALL",
                "CLIENT REPLY|CLIENT REPLY x|CLIENT REPLY on|CLIENT REPLY OFF x",
                "CLIENT UNBLOCK x|CLIENT UNBLOCK 1|CLIENT UNBLOCK 1 x|CLIENT UNBLOCK 1 timeout x|CLIENT UNBLOCK 1 error|CLIENT UNBLOCK",
                "SLOWLOG|SLOWLOG FOO|SLOWLOG GET x|SLOWLOG GET -2|SLOWLOG GET 1 2|SLOWLOG RESET|SLOWLOG RESET x|SLOWLOG LEN|SLOWLOG LEN x",
                "SLOWLOG GET|SLOWLOG GET -1|SLOWLOG GET 0|SLOWLOG HELP",
                "LATENCY|LATENCY FOO|LATENCY HISTORY x|LATENCY LATEST|LATENCY GRAPH x|LATENCY RESET|LATENCY RESET x y|LATENCY HELP",
                "LATENCY HISTOGRAM nothing|HELLO 3|LATENCY HISTOGRAM nothing|LATENCY HISTORY x|LATENCY GRAPH",
                "CONFIG|CONFIG FOO|CONFIG GET|CONFIG GET maxmemory|CONFIG GET nothing|CONFIG HELP|CONFIG HELP x|CONFIG RESETSTAT",
                "CONFIG SET maxmemory|CONFIG SET a b|CONFIG SET maxmemory 1 hz|CONFIG SET maxmemory x|CONFIG SET maxmemory 0 MAXMEMORY 0",
                "CONFIG SET databases 3|CONFIG SET enable-debug-command no|CONFIG REWRITE|HELLO 3|CONFIG GET hz|CONFIG GET nothing",
                "foo\"a\\x00b\" c|foo \"a\\x00b\" \"c\\r\\nd\"|foo|get|GET a b|"
                        + "x".repeat(200)
                        + " "
                        + "y".repeat(200)
                        + " z",
                "foo 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30",
                "CLIENT REPLY OFF|PING|FOO|CLIENT REPLY ON|PING",
                "CLIENT REPLY SKIP|PING|PING",
                "CLIENT REPLY SKIP|FOO|PING",
                "CLIENT REPLY SKIP|GET|PING",
                "CLIENT REPLY SKIP|CLIENT REPLY ON|PING",
                "CLIENT REPLY SKIP|CLIENT REPLY SKIP|PING|PING",
                "CLIENT REPLY SKIP|CLIENT REPLY X|PING",
                "CLIENT REPLY SKIP|CLIENT REPLY OFF|PING|CLIENT REPLY ON",
                "CLIENT REPLY OFF|FOO|CLIENT REPLY SKIP|PING|CLIENT REPLY ON|PING",
                "CLIENT REPLY OFF|RESET|PING",
                "CLIENT REPLY OFF|QUIT|PING",
                "CLIENT REPLY SKIP|HELLO 3|CLIENT TRACKINGINFO");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldAnswerLikeRedisWhenCommandsAreGiven(String commands) {
        assertSame(commands.replace("|", "\r\n") + "\r\n");
    }

    static List<String> frames() {
        return List.of(
                "*\r\n",
                "*x\r\n",
                "*1\0\r\n",
                "*01\r\n",
                "*-0\r\n",
                "*-1\r\nPING\r\n",
                "*-9223372036854775808\r\nPING\r\n",
                "*-9223372036854775809\r\nPING\r\n",
                "*9223372036854775807\r\n",
                "*9223372036854775808\r\n",
                "*0\r\nPING\r\n",
                "*2147483647\r\n",
                "*2147483648\r\n",
                "*99999999999999999999\r\n",
                "*1\r\nPING\r\n",
                "*1\r\n\0PING\r\n",
                "*1\r\n\r\n",
                "*1\r\n$-1\r\n",
                "*1\r\n$x\r\n",
                "*1\r\n$0\r\n\r\nPING\r\n",
                "*1\r\n$4\r\nPINGxxPING\r\n",
                "*1\rx$4\rxPINGxx",
                "*1\n$4\nPING\n",
                "*1\r\n$536870913\r\n",
                "*1\r\n$536870912\r\n",
                "*1\r\n$04\r\n",
                "*1\r\n$\r\n",
                "*1\r\n$4\0\r\n",
                "PING\n",
                "PING\r\r\n",
                "PING \"a b\"\r\n",
                "PING \"a\r\n",
                "PING 'a'b\r\n",
                "PING 'it\\'s'\r\n",
                "PING a\0b\r\nPING\r\n",
                "PING\0\r\n\r\n",
                "\0\r\nPING\r\n",
                "\r\nPING\r\n",
                "\n\n\r\n\nPING\n",
                "   PING   a  \r\n",
                "PING\ta\u000bb\r\n",
                "\u000b\fPING \f a\r\n",
                "PING a\"b c\"\r\n",
                "PING \"\\x41\\n\\q\\\\\"\r\n",
                "PING \"\"\r\nECHO ''\r\n",
                "PING \"",
                "*1\r\n$4\r\nPING\r\n*x\r\nPING\r\n",
                "*+1\r\n$4\r\nPING\r\n",
                "* 1\r\n",
                "*1\r\n+PING\r\n",
                "*1\r\n\u00ff\r\n",
                "*1\r\n$4\r\nPI",
                "*2\r\n$4\r\nECHO\r\n$3\r\na\0b\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n\r\nPING\r\n",
                "POST / HTTP/1.1\r\nPING\r\n",
                "PING\r\nPING \"\r\n",
                "CLIENT REPLY OFF\r\nPING\r\n*x\r\n",
                "CLIENT REPLY SKIP\r\n*x\r\n",
                "QUIT\r\n*x\r\n",
                "PING\r\nQUIT\r\nPING\r\n*x\r\n",
                "x".repeat(65_600) + "\r\nPING\r\n");
    }

    @ParameterizedTest
    @MethodSource("frames")
    void shouldAnswerLikeRedisWhenFramesAreOdd(String bytes) {
        assertSame(bytes);
    }

    @Test
    void shouldRefuseLikeRedisWhenALineHasNoEnd() {
        for (String start : List.of("", "*", "*1\r\n$", "*1\r\n", "PING\r\n*1\r\n$")) {
            String bytes = start + "1".repeat(70_000);
            String expected;
            try (RawClient client = redis.connect()) {
                client.sendRaw(RawClient.bytes(bytes));
                StringBuilder replies = new StringBuilder();
                do {
                    replies.append(RawClient.latin1(client.readReply()));
                } while (replies.charAt(0) != '-' && replies.indexOf("\r\n-") < 0);
                expected = replies.toString();
            }
            try (EngineHarness engine = new EngineHarness()) {
                assertEquals(expected, engine.send(engine.session(), bytes));
            }
        }
    }

    static List<String> strangers() {
        return List.of(
                "PING|GET|GET k|FOO|CLIENT FOO|CLIENT|CLIENT LIST|HELLO|HELLO 3|HELLO 3 AUTH default x|HELLO 3 AUTH x pw",
                "AUTH x|AUTH default x|AUTH x pw|AUTH default pw|PING|AUTH x|PING|RESET|PING|AUTH pw|PING",
                "HELLO 3 AUTH default pw SETNAME me|CLIENT GETNAME|RESET|CLIENT GETNAME|ECHO x|SELECT 1|QUIT",
                "AUTH pw|*1|$16385|",
                "*11|$4|PING|",
                "*10|$4|PING|",
                "*1|$16385|",
                "*1|$16384|",
                "AUTH pw|*12|$4|PING|",
                "*2|$4|AUTH|$2|pw|*2|$4|ECHO|$3|abc|",
                "PING|*11|",
                "AUTH x|*2|$4|ECHO|$16385|");
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void shouldKeepStrangersOutLikeRedisWhenAPasswordIsSet(String commands) {
        String bytes = commands.replace("|", "\r\n") + (commands.endsWith("|") ? "" : "\r\n");
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().settings().password = "pw".getBytes(StandardCharsets.US_ASCII);
            assertEquals(
                    masked(OneWay.ask(guarded, bytes)),
                    masked(engine.send(engine.connect(), bytes)));
        }
    }

    @Test
    void shouldCountCallsAndErrorsLikeRedisWhenCommandsFail() {
        assumeTrue(
                redis.versionAtLeast(7, 0),
                "rejected and failed calls are counted since 6.2, subcommands since 7.0");
        String sequence =
                "GET\r\nGET a b\r\nGET none\r\nSET s x\r\nINCR s\r\nINCR\r\nFOO\r\nCLIENT FOO\r\nCLIENT\r\nSELECT x\r\n"
                        + "PING a b\r\nPING\r\nCLIENT GETNAME\r\nCLIENT KILL ID x\r\nCLIENT INFO x\r\nHELLO 9\r\n"
                        + "HELLO 3 AUTH a b\r\nAUTH a b\r\nAUTH x\r\nSLOWLOG GET x\r\nLATENCY GRAPH y\r\nECHO\r\n*x\r\n";
        try (RealRedis fresh = RealRedis.start();
                EngineHarness engine = new EngineHarness();
                RawClient client = fresh.connect()) {
            client.command("CONFIG", "RESETSTAT");
            OneWay.ask(fresh, sequence);
            engine.send(engine.session(), sequence);
            assertEquals(commandStats(client.text("INFO", "commandstats")), commandStats(engine));
            Map<String, String> errors = new TreeMap<>();
            engine.engine()
                    .stats()
                    .errorsByCode
                    .forEach((code, count) -> errors.put(code, "count=" + count[0]));
            assertEquals(fields(client.text("INFO", "errorstats"), "errorstat_"), errors);
            assertEquals(
                    fields(client.text("INFO", "stats"), "total_error_").get("replies"),
                    Long.toString(engine.engine().stats().errorReplies));
        }
    }

    private static Map<String, String> commandStats(String info) {
        Map<String, String> stats = fields(info, "cmdstat_");
        stats.keySet().removeIf(name -> name.startsWith("config") || name.startsWith("info"));
        stats.replaceAll((name, text) -> text.replaceAll("usec=.*,rej", "rej"));
        return stats;
    }

    private static Map<String, String> commandStats(EngineHarness engine) {
        Map<String, String> stats = new TreeMap<>();
        for (int id = 0; id < engine.engine().commands().idCount(); id++) {
            LatencyRecorder recorder = engine.engine().latency().get(id);
            long calls = recorder == null ? 0 : recorder.calls();
            long rejected = engine.engine().stats().rejectedCalls[id];
            long failed = engine.engine().stats().failedCalls[id];
            if (calls + rejected + failed > 0) {
                stats.put(
                        engine.engine().commands().byId(id).fullName(),
                        "calls="
                                + calls
                                + ",rejected_calls="
                                + rejected
                                + ",failed_calls="
                                + failed);
            }
        }
        return stats;
    }

    private static Map<String, String> fields(String info, String prefix) {
        Map<String, String> fields = new TreeMap<>();
        for (String line : info.split("\r\n")) {
            if (line.startsWith(prefix)) {
                int colon = line.indexOf(':');
                fields.put(line.substring(prefix.length(), colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    @Test
    void shouldDescribeItsCommandsLikeRedisWhenAskedForInfo() {
        try (EngineHarness engine = new EngineHarness();
                RawClient client = redis.connect()) {
            for (String name :
                    "auth echo hello ping quit reset select client slowlog latency monitor"
                            .split(" ")) {
                CommandSpec row = engine.engine().commands().find(name);
                assertRow(client, row);
                for (CommandSpec sub : row.subcommands()) {
                    if (!List.of("no-touch", "setinfo").contains(sub.name())) {
                        assertRow(client, sub);
                    }
                }
            }
        }
    }

    private static void assertRow(RawClient client, CommandSpec row) {
        List<String> real = client.elements("COMMAND", "INFO", row.fullName());
        // Name, arity, flags, first, last, step, categories, tips, key specs; leaves only, so flags
        // and tips flow together.
        TreeSet<String> words = new TreeSet<>();
        words.add(row.fullName());
        for (CommandFlag flag : CommandFlag.values()) {
            if (row.has(flag)) {
                words.add(flag.wireName());
            }
        }
        for (AclCategory category : AclCategory.values()) {
            if ((row.categories() & category.bit()) != 0) {
                words.add("@" + category.wireName());
            }
        }
        words.addAll(List.of(row.tips()));
        TreeSet<String> expected = new TreeSet<>();
        int numbers = 0;
        for (String leaf : real) {
            if (leaf.matches("-?\\d+")) {
                numbers++;
                if (numbers == 1) {
                    assertEquals(Integer.parseInt(leaf), row.arity(), row.fullName());
                }
            } else if (row.container() != null
                    || row.subcommands().length == 0
                    || !leaf.contains("|")) {
                expected.add(leaf);
            } else {
                break;
            }
            if (numbers > 4) {
                break;
            }
        }
        assertEquals(expected, words, row.fullName());
    }

    @Test
    void shouldListTheFieldsOfRedisWhenAClientIsShown() {
        try (EngineHarness engine = new EngineHarness();
                RawClient client = redis.connect()) {
            String real = client.text("CLIENT", "INFO").replaceAll("=[^ \\n]*", "").strip();
            Session session = engine.session();
            String ours =
                    RawClient.flatten(engine.command(session, "CLIENT", "INFO"))
                            .get(0)
                            .replaceAll("=[^ \\n]*", "")
                            .strip();
            assertEquals(
                    real + " lib-name lib-ver",
                    ours.replace(" watch", ""),
                    "7.2 added the last two, 7.4 watch");
        }
    }

    private static void assertSame(String bytes) {
        try (EngineHarness engine = new EngineHarness()) {
            assertEquals(
                    masked(OneWay.ask(redis, bytes)), masked(engine.send(engine.session(), bytes)));
        }
        try (RawClient client = redis.connect()) {
            client.command("FLUSHALL");
        }
    }

    private static String masked(String replies) {
        return replies.replaceAll("(\\$2\r\nid\r\n):\\d+", "$1:ID")
                .replaceAll("(\\$7\r\nversion\r\n)\\$\\d\r\n[0-9.]+", "$1VERSION");
    }
}

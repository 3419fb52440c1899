package dev.spindle.engine.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.Persistence;
import dev.spindle.engine.ShutdownRequest;
import dev.spindle.engine.differential.Duel;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.engine.testkit.ReplyTree;
import java.util.List;
import java.util.Random;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Server commands on an engine and on a real server; replies must be the same bytes. */
class ServerCasesTest {

    private static final List<String> CASES =
            List.of(
                    "CLIENT PAUSE x",
                    "CLIENT PAUSE -1",
                    "CLIENT PAUSE 1 FOO",
                    "CLIENT PAUSE",
                    "CLIENT UNPAUSE",
                    "CLIENT UNPAUSE x",
                    "SLOWLOG RESET",
                    "SLOWLOG LEN",
                    "SLOWLOG GET x",
                    "SLOWLOG GET -2",
                    "SLOWLOG GET 1 2",
                    "LATENCY RESET",
                    "LATENCY RESET nope",
                    "LATENCY LATEST",
                    "LATENCY LATEST x",
                    "LATENCY HISTORY",
                    "LATENCY HISTORY command",
                    "CONFIG HELP",
                    "CONFIG HELP x",
                    "LATENCY HELP",
                    "LATENCY GRAPH nope",
                    "SLOWLOG HELP",
                    "COMMAND COUNT 1",
                    "COMMAND FOO",
                    "COMMAND HELP",
                    "COMMAND INFO nope",
                    "COMMAND DOCS nope",
                    "COMMAND LIST FOO",
                    "COMMAND LIST FILTERBY",
                    "COMMAND LIST FILTERBY FOO bar",
                    "COMMAND LIST FILTERBY ACLCAT bar baz",
                    "COMMAND LIST FILTERBY ACLCAT nope",
                    "COMMAND LIST FILTERBY ACLCAT @string",
                    "COMMAND LIST FILTERBY MODULE nope",
                    "COMMAND LIST FILTERBY PATTERN nope*",
                    "COMMAND LIST FILTERBY PATTERN GETR*GE",
                    "COMMAND GETKEYS GET a b",
                    "COMMAND GETKEYS PING a",
                    "COMMAND GETKEYS nope a",
                    "COMMAND GETKEYS command nope",
                    "COMMAND GETKEYS get|x a",
                    "COMMAND GETKEYS SET a b",
                    "COMMAND GETKEYS MSET a b c d",
                    "COMMAND GETKEYS MSET a b c",
                    "COMMAND GETKEYS MGET a b c",
                    "COMMAND GETKEYS DEL a b",
                    "COMMAND GETKEYS RENAME a b",
                    "COMMAND GETKEYS COPY a b",
                    "COMMAND GETKEYS LCS a b",
                    "COMMAND GETKEYS BITOP and d a b",
                    "COMMAND GETKEYS OBJECT encoding k",
                    "COMMAND GETKEYS MEMORY usage k",
                    "COMMAND GETKEYS DEBUG object k",
                    "COMMAND GETKEYSANDFLAGS GET a b",
                    "COMMAND GETKEYSANDFLAGS GET a",
                    "COMMAND GETKEYSANDFLAGS SET a b",
                    "COMMAND GETKEYSANDFLAGS SET a b GET",
                    "COMMAND GETKEYSANDFLAGS SET a b EX 5 get",
                    "COMMAND GETKEYSANDFLAGS BITFIELD a GET u8 1",
                    "COMMAND GETKEYSANDFLAGS BITFIELD a GET u8 1 SET u8 1 1",
                    "COMMAND GETKEYSANDFLAGS BITFIELD a",
                    "COMMAND GETKEYSANDFLAGS BITFIELD a OVERFLOW SAT",
                    "COMMAND GETKEYSANDFLAGS BITFIELD a INCRBY u8 1 1",
                    "COMMAND GETKEYSANDFLAGS BITFIELD_RO a GET u8 1",
                    "COMMAND GETKEYSANDFLAGS BITOP and d a b",
                    "COMMAND GETKEYSANDFLAGS RENAME a b",
                    "COMMAND GETKEYSANDFLAGS UNLINK a b c",
                    "COMMAND GETKEYSANDFLAGS MSETNX a b c d",
                    "INFO modules",
                    "INFO nonsense",
                    "INFO cluster nonsense",
                    "TIME now",
                    "ROLE",
                    "ROLE x",
                    "MEMORY",
                    "MEMORY FOO",
                    "MEMORY HELP",
                    "MEMORY HELP me",
                    "MEMORY PURGE",
                    "MEMORY USAGE",
                    "MEMORY USAGE none",
                    "MEMORY USAGE none SAMPLES",
                    "MEMORY USAGE none SAMPLES x",
                    "MEMORY USAGE none SAMPLES -1",
                    "MEMORY USAGE none FOO 1",
                    "MEMORY USAGE none SAMPLES 0 SAMPLES 5",
                    "SHUTDOWN FOO",
                    "SHUTDOWN SAVE NOSAVE",
                    "SHUTDOWN ABORT",
                    "SHUTDOWN ABORT NOW",
                    "SHUTDOWN FORCE ABORT",
                    "LOLWUT VERSION x",
                    "LOLWUT VERSION 5 x",
                    "DEBUG",
                    "DEBUG FOO",
                    "DEBUG DIGEST x",
                    "DEBUG DIGEST-VALUE",
                    "DEBUG DIGEST-VALUE none",
                    "DEBUG ERROR",
                    "DEBUG ERROR oops",
                    "DEBUG LOG hello",
                    "DEBUG HTSTATS x",
                    "DEBUG HTSTATS -1",
                    "DEBUG HTSTATS 99",
                    "DEBUG HTSTATS 15",
                    "DEBUG HTSTATS-KEY none",
                    "SET k v",
                    "DEBUG HTSTATS-KEY k",
                    "DEBUG OBJECT none",
                    "DEBUG OBJECT",
                    "DEBUG POPULATE",
                    "DEBUG POPULATE x",
                    "DEBUG POPULATE -1",
                    "DEBUG POPULATE 1 p x",
                    "DEBUG POPULATE 1 p -1",
                    "DEBUG POPULATE 1 p 1 1",
                    "DEBUG PROTOCOL",
                    "DEBUG PROTOCOL string",
                    "DEBUG PROTOCOL integer",
                    "DEBUG PROTOCOL double",
                    "DEBUG PROTOCOL bignum",
                    "DEBUG PROTOCOL null",
                    "DEBUG PROTOCOL array",
                    "DEBUG PROTOCOL set",
                    "DEBUG PROTOCOL map",
                    "DEBUG PROTOCOL attrib",
                    "DEBUG PROTOCOL verbatim",
                    "DEBUG PROTOCOL true",
                    "DEBUG PROTOCOL FALSE",
                    "DEBUG PROTOCOL nope",
                    "DEBUG SET-ACTIVE-EXPIRE 1",
                    "DEBUG SET-ACTIVE-EXPIRE x",
                    "DEBUG SET-ACTIVE-EXPIRE",
                    "DEBUG SLEEP 0",
                    "DEBUG SLEEP x",
                    "DEBUG SLEEP -1",
                    "DEBUG SLEEP");

    private static RealRedis real;

    @BeforeAll
    static void startServer() {
        // A busy machine may interrupt any command for longer than the default allows.
        real = RealRedis.start("--enable-debug-command", "yes", "--slowlog-log-slower-than", "-1");
    }

    @AfterAll
    static void stopServer() {
        CloseHelper.close(real);
    }

    private static EngineHarness engine() {
        EngineHarness engine = new EngineHarness();
        engine.engine().settings().debugCommand = 2;
        return engine;
    }

    private static Duel duel(int protocol) {
        Duel duel = new Duel(real, protocol);
        duel.engine().engine().settings().debugCommand = 2;
        return duel;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void shouldAnswerAsARealServer(int protocol) {
        try (Duel duel = duel(protocol)) {
            CASES.forEach(duel::step);
        }
    }

    @Test
    void shouldAnswerPushesOnlyInRespThree() {
        try (EngineHarness engine = engine();
                RawClient client = real.connect()) {
            assertEquals(
                    client.command("DEBUG", "PROTOCOL", "push"),
                    engine.command("DEBUG", "PROTOCOL", "push"));
            client.command("HELLO", "3");
            engine.session().protocol(3);
            String theirs =
                    client.command("DEBUG", "PROTOCOL", "push")
                            + RawClient.latin1(client.readReply());
            assertEquals(theirs, engine.command("DEBUG", "PROTOCOL", "push"));
        }
    }

    @Test
    void shouldDigestEqualDataAsARealServerDoes() {
        long seed = Long.getLong("spindle.test.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (Duel duel = duel(2)) {
            duel.step("DEBUG DIGEST");
            for (int round = 0; round < 6; round++) {
                duel.run("SELECT", Integer.toString(random.nextInt(16)));
                for (int i = 0; i < 200; i++) {
                    String key = "k".repeat(1 + random.nextInt(300)) + random.nextInt(50);
                    duel.run("SET", key, value(random));
                    if (random.nextInt(3) == 0) {
                        // That a key expires is part of the digest, when is not.
                        duel.real().command("EXPIRE", key, "100000");
                        duel.engine()
                                .command(
                                        "EXPIRE", key, Integer.toString(500 + random.nextInt(900)));
                    }
                    duel.run("DEBUG", "DIGEST-VALUE", key, "none");
                }
                duel.step("DEBUG DIGEST");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 600})
    void shouldDigestTimesOfFieldsWhenHashesDifferInNothingElse(int fields) {
        try (Duel duel = duel(2)) {
            EngineHarness engine = duel.engine();
            for (int i = 0; i < fields; i++) {
                duel.run("HSET", "h", "f" + i, "v" + i);
                duel.run("HSET", "copy", "f" + i, "v" + i);
            }
            duel.run("DEBUG", "DIGEST-VALUE", "h", "copy");
            String none = digest(engine, "h");
            String allNone = engine.command("DEBUG", "DIGEST");
            until(engine, "h", "f0", 9_000_000_000_000L);
            String first = digest(engine, "h");
            String all = engine.command("DEBUG", "DIGEST");
            assertNotEquals(none, first);
            assertNotEquals(allNone, all);
            until(engine, "h", "f0", 9_000_000_000_001L);
            assertNotEquals(first, digest(engine, "h"));
            assertNotEquals(all, engine.command("DEBUG", "DIGEST"));
            until(engine, "copy", "f0", 9_000_000_000_001L);
            assertEquals(digest(engine, "copy"), digest(engine, "h"));
            until(engine, "h", "f0", 9_000_000_000_000L);
            assertEquals(first, digest(engine, "h"));
            engine.command("HPERSIST", "h", "FIELDS", "1", "f0");
            engine.command("HPERSIST", "copy", "FIELDS", "1", "f0");
            // None again: as the real server's.
            duel.run("DEBUG", "DIGEST-VALUE", "h", "copy");
            duel.step("DEBUG DIGEST");
        }
    }

    @Test
    void shouldDigestHashesAlikeWhenAnExpiredFieldIsStillThere() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.engine().settings().debugCommand = 2;
            engine.command("DEBUG", "SET-ACTIVE-EXPIRE", "0");
            engine.command("HSET", "h", "f", "v", "g", "w");
            engine.command("HSET", "other", "g", "w");
            engine.command("HPEXPIRE", "h", "10", "FIELDS", "1", "f");
            assertNotEquals(digest(engine, "other"), digest(engine, "h"));
            engine.clock().advanceMs(20);
            assertEquals(digest(engine, "other"), digest(engine, "h"));
        }
    }

    private static void until(EngineHarness engine, String key, String field, long ms) {
        assertEquals(
                "*1\r\n:1\r\n",
                engine.command("HPEXPIREAT", key, Long.toString(ms), "FIELDS", "1", field));
    }

    private static String digest(EngineHarness engine, String key) {
        return engine.command("DEBUG", "DIGEST-VALUE", key);
    }

    private static String value(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 1 -> "";
            default -> {
                StringBuilder bytes = new StringBuilder();
                for (int i = random.nextInt(3000); i > 0; i--) {
                    bytes.append((char) random.nextInt(256));
                }
                yield bytes.toString();
            }
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DEBUG POPULATE 1000",
                "DEBUG POPULATE 0",
                "DEBUG POPULATE 11 other",
                "DEBUG POPULATE 120 p 3",
                "DEBUG POPULATE 120 p 100",
                "DEBUG POPULATE 12 p 5000"
            })
    void shouldPopulateTheSameDataAsARealServer(String line) {
        try (Duel duel = duel(2)) {
            List.of("SET p:1 kept", line, "SELECT 3", line, "DEBUG DIGEST").forEach(duel::step);
        }
    }

    @Test
    void shouldTellTheSerializedLengthARealServerTells() {
        try (EngineHarness engine = engine();
                RawClient client = real.connect()) {
            client.command("CONFIG", "SET", "rdbcompression", "no");
            StringBuilder longer = new StringBuilder();
            for (int i = 0; i < 20_000; i++) {
                longer.append((char) ('a' + i % 26));
            }
            for (String value :
                    List.of(
                            "",
                            "1",
                            "-129",
                            "32768",
                            "2147483648",
                            "-9223372036854775808",
                            "01",
                            "text",
                            longer.substring(0, 63),
                            longer.substring(0, 64),
                            longer.substring(0, 16_383),
                            longer.substring(0, 16_384))) {
                client.command("SET", "k", value);
                engine.command("SET", "k", value);
                assertEquals(
                        serialized(client.command("DEBUG", "OBJECT", "k")),
                        serialized(engine.command("DEBUG", "OBJECT", "k")),
                        "of " + value.length() + " bytes");
            }
        }
    }

    private static String serialized(String reply) {
        return reply.replaceAll("at:0x[0-9a-f]+", "at").replaceAll(" lru.*", "");
    }

    @Test
    void shouldRefuseDebugWhenItIsNotEnabled() {
        try (RealRedis strict = RealRedis.start();
                RawClient client = strict.connect();
                EngineHarness engine = new EngineHarness()) {
            assertEquals(
                    client.command("DEBUG", "SLEEP", "0"), engine.command("DEBUG", "SLEEP", "0"));
        }
    }

    @Test
    void shouldSayWhichDebugSubcommandsItLacks() {
        try (EngineHarness engine = engine()) {
            assertEquals(
                    "-ERR DEBUG RELOAD is not supported by this server\r\n",
                    engine.command("DEBUG", "reload"));
        }
    }

    @Test
    void shouldSwitchActiveExpiryAndWriteTheLog() {
        try (EngineHarness engine = engine()) {
            engine.command("DEBUG", "SET-ACTIVE-EXPIRE", "0");
            assertEquals(false, engine.engine().settings().activeExpire);
            engine.command("DEBUG", "SET-ACTIVE-EXPIRE", "1");
            assertEquals(true, engine.engine().settings().activeExpire);
            engine.command("DEBUG", "LOG", "hello");
            assertTrue(engine.log().contains("DEBUG LOG: hello"), engine.log().toString());
        }
    }

    @Test
    void shouldTellTheTimeInSecondsAndMicroseconds() {
        try (EngineHarness engine = engine()) {
            ReplyTree reply = ReplyTree.parse(engine.command("TIME"));
            long micros =
                    Long.parseLong(reply.get(0).text()) * 1_000_000
                            + Long.parseLong(reply.get(1).text());
            assertEquals(engine.clock().epochMicros(), micros);
        }
    }

    @Test
    void shouldAskTheProcessToEndWithoutAnswering() {
        for (String how : List.of("SHUTDOWN", "SHUTDOWN NOSAVE", "SHUTDOWN nosave now force")) {
            try (EngineHarness engine = engine()) {
                assertEquals("", engine.command(how.split(" ")));
                assertTrue(engine.isShutdown());
            }
        }
        try (EngineHarness engine = engine()) {
            engine.engine()
                    .persistence()
                    .add(
                            new Persistence.Part() {
                                @Override
                                public boolean beforeShutdown(ShutdownRequest request) {
                                    return request.save() != ShutdownRequest.Save.ALWAYS;
                                }
                            });
            assertEquals(
                    "-ERR Errors trying to SHUTDOWN. Check logs.\r\n",
                    engine.command("SHUTDOWN", "SAVE"));
            assertEquals(false, engine.isShutdown());
            assertEquals("", engine.command("SHUTDOWN", "SAVE", "FORCE"));
            assertTrue(engine.isShutdown());
        }
    }

    @Test
    void shouldEndEveryPictureWithTheVersion() {
        try (EngineHarness engine = engine()) {
            Session session = engine.session();
            session.protocol(3);
            for (String how : List.of("LOLWUT", "LOLWUT VERSION 5 40 1", "LOLWUT 10 10")) {
                String text = ReplyTree.parse(engine.command(how.split(" "))).text();
                assertTrue(text.startsWith("txt:"), text);
                assertTrue(text.matches("(?s).*\nRedis ver\\. 7\\.2\\.[0-9]+\n"), text);
            }
            String small = engine.command("LOLWUT", "VERSION", "5", "30", "4");
            assertTrue(small.chars().filter(c -> c == '\n').count() < 9, small);
        }
    }
}

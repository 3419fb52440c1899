package dev.spindle.net.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.BitFieldArgs;
import io.lettuce.core.BitFieldArgs.OverflowType;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ExpireArgs;
import io.lettuce.core.GetExArgs;
import io.lettuce.core.KeyScanArgs;
import io.lettuce.core.KeyValue;
import io.lettuce.core.KillArgs;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.SetArgs;
import io.lettuce.core.UnblockType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.models.command.CommandDetail;
import io.lettuce.core.models.command.CommandDetailParser;
import io.lettuce.core.models.role.RoleParser;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The servers through Lettuce: one connection, commands one by one, asynchronous, reactive and after a lost connection. */
class LettuceTest extends EachServer {
    private static final int MOST_ATTEMPTS = 20;

    private static final int MANY = 10_000;
    private static final long YEAR_3000_S = 32_503_680_000L;

    private RedisClient client;
    private StatefulRedisConnection<String, String> connection;
    private RedisCommands<String, String> sync;

    private RedisClient client(RedisURI uri) {
        RedisClient made = RedisClient.create(uri);
        made.setOptions(
                ClientOptions.builder()
                        .protocolVersion(
                                protocol == 3 ? ProtocolVersion.RESP3 : ProtocolVersion.RESP2)
                        .build());
        return made;
    }

    private static RedisURI.Builder uri(int port) {
        return RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withTimeout(Duration.ofSeconds(60));
    }

    @BeforeEach
    void connect() {
        client = client(uri(server.port()).build());
        connection = client.connect();
        sync = connection.sync();
        assertEquals("OK", sync.flushall());
    }

    @AfterEach
    void disconnect() {
        end(client);
    }

    private static void end(RedisClient client) {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }

    private static String message(Executable command) {
        return assertThrows(RedisCommandExecutionException.class, command).getMessage();
    }

    @Test
    void shouldKeepValuesWhenSetWithEveryOption() {
        assertEquals("PONG", sync.ping());
        assertEquals("OK", sync.set("a", "1"));
        assertNull(sync.set("a", "2", SetArgs.Builder.nx()));
        assertEquals("OK", sync.set("a", "2", SetArgs.Builder.xx().ex(100)));
        assertEquals("OK", sync.set("a", "3", SetArgs.Builder.keepttl()));
        assertTrue(sync.ttl("a") > 90);
        assertEquals("OK", sync.set("a", "3", SetArgs.Builder.px(500_000)));
        assertTrue(sync.pttl("a") > 400_000);
        assertEquals("OK", sync.set("a", "3", SetArgs.Builder.exAt(YEAR_3000_S)));
        assertEquals(YEAR_3000_S, sync.expiretime("a"));
        assertEquals("OK", sync.set("a", "3", SetArgs.Builder.pxAt(YEAR_3000_S * 1000 + 5)));
        assertEquals(YEAR_3000_S * 1000 + 5, sync.pexpiretime("a"));
        assertEquals("3", sync.setGet("a", "4", SetArgs.Builder.ex(10)));
        assertNull(sync.setGet("none", "4", SetArgs.Builder.xx()));
        assertEquals("4", sync.getex("a", GetExArgs.Builder.persist()));
        assertEquals(-1, sync.ttl("a"));
        assertTrue(sync.expire("a", 100, ExpireArgs.Builder.nx()));
        assertFalse(sync.expire("a", 50, ExpireArgs.Builder.gt()));
        assertEquals("4", sync.getdel("a"));
        assertEquals("OK", sync.mset(Map.of("x", "1", "y", "2")));
        assertEquals(
                List.of(KeyValue.just("x", "1"), KeyValue.empty("none"), KeyValue.just("y", "2")),
                sync.mget("x", "none", "y"));
        assertFalse(sync.msetnx(Map.of("x", "9", "z", "9")));
        assertEquals(1.5, sync.incrbyfloat("x", 0.5));
        assertEquals(3, sync.incr("y"));
        assertEquals("string", sync.type("x"));
        assertTrue(sync.copy("x", "xx"));
        sync.psetex("soon", 30, "x");
        Contestant.await("the key is gone", () -> sync.get("soon") == null);
    }

    @Test
    void shouldCountAndFindBitsWhenBitsAreSet() {
        assertEquals(0, sync.setbit("b", 7, 1));
        assertEquals(1, sync.setbit("b", 7, 1));
        assertEquals(1, sync.bitcount("b"));
        assertEquals(7, sync.bitpos("b", true));
        assertEquals(-1, sync.bitpos("b", true, 1));
        sync.setbit("c", 20, 1);
        assertEquals(3, sync.bitopOr("d", "b", "c"));
        assertEquals(2, sync.bitcount("d"));
        assertEquals(1, sync.bitopNot("d", "b"));
        assertEquals(7, sync.bitcount("d", 0, -1));
        assertEquals(
                Arrays.asList(0L, 255L, null),
                sync.bitfield(
                        "f",
                        new BitFieldArgs()
                                .set(BitFieldArgs.unsigned(8), 8, 255)
                                .get(BitFieldArgs.unsigned(8), 8)
                                .overflow(OverflowType.FAIL)
                                .incrBy(BitFieldArgs.unsigned(8), 8, 1)));
    }

    @Test
    void shouldVisitEveryKeyWhenTenThousandAreScanned() {
        RedisAsyncCommands<String, String> async = connection.async();
        List<RedisFuture<?>> futures = new ArrayList<>();
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            futures.add(async.set("key:" + i, "v"));
            expected.add("key:" + i);
        }
        assertTrue(all(futures));
        assertEquals(expected, scanned(new KeyScanArgs()));
        assertEquals(expected, scanned(KeyScanArgs.Builder.type("string").limit(500)));
        assertEquals(Set.of(), scanned(KeyScanArgs.Builder.type("zset").limit(500)));
        expected.removeIf(key -> !key.startsWith("key:9"));
        assertEquals(expected, scanned(KeyScanArgs.Builder.matches("key:9*")));
    }

    private Set<String> scanned(KeyScanArgs how) {
        Set<String> found = new HashSet<>();
        ScanIterator.scan(sync, how).forEachRemaining(found::add);
        return found;
    }

    private static boolean all(List<RedisFuture<?>> futures) {
        return LettuceFutures.awaitAll(
                60, TimeUnit.SECONDS, futures.toArray(new RedisFuture<?>[0]));
    }

    @Test
    void shouldAnswerInOrderWhenTenThousandCommandsAreFlushedAtOnce() throws Exception {
        connection.setAutoFlushCommands(false);
        RedisAsyncCommands<String, String> async = connection.async();
        List<RedisFuture<?>> futures = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            futures.add(i % 10 == 9 ? async.incr("text") : async.incr("counter"));
            if (i == 0) {
                futures.set(0, async.set("text", "x"));
            }
        }
        connection.flushCommands();
        connection.setAutoFlushCommands(true);
        long expected = 1;
        for (int i = 1; i < MANY; i++) {
            RedisFuture<?> future = futures.get(i);
            if (i % 10 == 9) {
                Throwable cause =
                        assertThrows(
                                        ExecutionException.class,
                                        () -> future.get(20, TimeUnit.SECONDS))
                                .getCause();
                assertEquals("ERR value is not an integer or out of range", cause.getMessage());
            } else {
                assertEquals(++expected, future.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void shouldStreamValuesWhenAskedReactively() {
        sync.mset(Map.of("a", "1", "b", "2"));
        assertEquals(
                List.of("1", "2"),
                connection
                        .reactive()
                        .mget("a", "b")
                        .map(KeyValue::getValue)
                        .collectList()
                        .block(Duration.ofSeconds(60)));
    }

    @Test
    void shouldKeepEveryByteWhenDataIsBinaryAndLarge() {
        try (StatefulRedisConnection<byte[], byte[]> raw =
                client.connect(ByteArrayCodec.INSTANCE)) {
            byte[] megabyte = new byte[1 << 20];
            new Random(2).nextBytes(megabyte);
            byte[] key = Arrays.copyOf(megabyte, 300);
            assertEquals("OK", raw.sync().set(key, megabyte));
            assertArrayEquals(megabyte, raw.sync().get(key));
            assertEquals(1 << 20, raw.sync().strlen(key));
            assertEquals("OK", raw.sync().set(new byte[0], new byte[0]));
            assertArrayEquals(new byte[0], raw.sync().get(new byte[0]));
            List<RedisFuture<byte[]>> values = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                raw.async().set(new byte[] {(byte) i}, megabyte);
                values.add(raw.async().get(new byte[] {(byte) i}));
            }
            values.forEach(
                    value -> assertArrayEquals(megabyte, value.toCompletableFuture().join()));
        }
    }

    // Why a client is not let in. Lettuce may lose the answer to its own handshake when it comes
    // very fast,
    // whoever the server is, and says so; then it is asked again.
    private static String refusal(Executable attempt) {
        for (int attempts = 0; ; attempts++) {
            Throwable refusal = assertThrows(RedisException.class, attempt);
            while (refusal.getCause() != null) {
                refusal = refusal.getCause();
            }
            boolean lost = "RedisHandshakeHandler not registered".equals(refusal.getMessage());
            if (!lost || attempts == MOST_ATTEMPTS) {
                return refusal.getMessage();
            }
        }
    }

    @Test
    void shouldLetInOnlyThoseWithThePasswordWhenOneIsRequired() {
        try (Contestant.Running guarded = contestant.start("--requirepass", "secret")) {
            RedisClient known =
                    client(uri(guarded.port()).withPassword("secret".toCharArray()).build());
            assertEquals("OK", known.connect().sync().set("a", "1"));
            end(known);
            RedisClient named =
                    client(uri(guarded.port()).withAuthentication("default", "secret").build());
            assertEquals("1", named.connect().sync().get("a"));
            end(named);
            RedisClient wrong =
                    client(uri(guarded.port()).withPassword("wrong".toCharArray()).build());
            assertEquals(
                    "WRONGPASS invalid username-password pair or user is disabled.",
                    refusal(wrong::connect));
            end(wrong);
            RedisClient stranger = client(uri(guarded.port()).build());
            String refusal = refusal(() -> stranger.connect().sync().get("a"));
            assertTrue(refusal.startsWith("NOAUTH "), refusal);
            end(stranger);
        }
    }

    @Test
    void shouldComeBackAsItWasWhenItsConnectionIsKilled() {
        RedisClient victims =
                client(uri(server.port()).withDatabase(4).withClientName("victim").build());
        RedisCommands<String, String> victim = victims.connect().sync();
        victim.set("a", "four");
        for (int round = 0; round < 3; round++) {
            long id = victim.clientId();
            assertEquals(1, sync.clientKill(KillArgs.Builder.id(id)));
            Contestant.await(
                    "it is connected again",
                    () -> {
                        try {
                            return victim.clientId() != id;
                        } catch (RedisException lostMeanwhile) {
                            return false;
                        }
                    });
            assertEquals("four", victim.get("a"), "its database is selected again");
            assertEquals("victim", victim.clientGetname());
        }
        assertNull(sync.get("a"));
        end(victims);
    }

    @Test
    void shouldShowClientsAndParametersWhenAsked() {
        assertEquals("OK", sync.clientSetname("me"));
        assertEquals("me", sync.clientGetname());
        assertTrue(sync.clientList().contains(" name=me "), sync.clientList());
        assertTrue(sync.clientInfo().startsWith("id=" + sync.clientId() + " "));
        assertEquals("OK", sync.clientNoEvict(true));
        assertEquals("OK", sync.clientPause(0));
        assertEquals(0, sync.clientUnblock(sync.clientId(), UnblockType.ERROR));
        assertEquals(Map.of("hz", "10"), sync.configGet("hz"));
        assertEquals("OK", sync.configSet(Map.of("hz", "20", "maxmemory", "1gb")));
        assertEquals(
                Map.of("hz", "20", "maxmemory", "1073741824"), sync.configGet("hz", "maxmemory"));
        assertEquals("OK", sync.configSet(Map.of("hz", "10", "maxmemory", "0")));
        assertEquals("OK", sync.configResetstat());
        assertTrue(sync.info().contains("\r\ntcp_port:" + server.port() + "\r\n"));
        assertTrue(sync.info("server").startsWith("# Server\r\n"));
        assertEquals(2, sync.time().size());
        assertTrue(RoleParser.parse(sync.role()).getRole().isUpstream());
        assertEquals("OK", sync.select(7));
        sync.set("a", "seven");
        assertEquals("OK", sync.swapdb(7, 8));
        assertNull(sync.get("a"));
        assertEquals("ERR DB index is out of range", message(() -> sync.select(99)));
    }

    @Test
    void shouldDescribeCommandsWhenAsked() {
        List<CommandDetail> details = CommandDetailParser.parse(sync.command());
        assertEquals(sync.commandCount(), details.size());
        CommandDetail mset = CommandDetailParser.parse(sync.commandInfo("mset", "get")).get(0);
        assertEquals("mset", mset.getName());
        assertEquals(-3, mset.getArity());
        assertEquals(2, mset.getKeyStepCount());
        assertTrue(mset.getFlags().contains(CommandDetail.Flag.DENYOOM));
    }

    @Test
    void shouldThrowWhatRedisSaysWhenCommandsAreWrong() {
        sync.set("text", "x");
        assertEquals(
                "ERR value is not an integer or out of range", message(() -> sync.incr("text")));
        assertEquals("ERR no such key", message(() -> sync.rename("none", "x")));
        assertEquals(
                "ERR invalid expire time in 'set' command",
                message(() -> sync.set("a", "b", SetArgs.Builder.ex(0))));
        assertEquals(
                "ERR Unknown option or number of arguments for CONFIG SET - 'nothing'",
                message(() -> sync.configSet("nothing", "1")));
        assertEquals("ERR No such client", message(() -> sync.clientKill("127.0.0.1:1")));
        assertEquals("x", sync.get("text"), "the connection goes on");
    }

    @Test
    void shouldServeEveryThreadWhenManyShareOneConnection() throws Exception {
        int threads = 8;
        int rounds = 500;
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            String own = "own" + t;
            running.add(
                    workers.submit(
                            () -> {
                                for (int i = 1; i <= rounds; i++) {
                                    sync.incr("shared");
                                    sync.set(own, "v" + i);
                                    assertEquals("v" + i, sync.get(own));
                                }
                            }));
        }
        for (Future<?> each : running) {
            each.get(60, TimeUnit.SECONDS);
        }
        workers.shutdown();
        assertEquals(Integer.toString(threads * rounds), sync.get("shared"));
    }
}

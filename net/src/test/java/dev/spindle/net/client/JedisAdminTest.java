package dev.spindle.net.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisMonitor;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.args.ClientPauseMode;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.ClientKillParams;
import redis.clients.jedis.params.CommandListFilterByParams;
import redis.clients.jedis.resps.CommandInfo;
import redis.clients.jedis.resps.Slowlog;

/** Connections, passwords, databases, parameters, statistics, monitors, errors and pools through Jedis. */
class JedisAdminTest extends EachServerThroughJedis {

    @Test
    void shouldGreetWhenConnected() {
        assertEquals("PONG", jedis.ping());
        assertEquals("hello", jedis.ping("hello"));
        assertEquals("hello", jedis.echo("hello"));
        String resp = field(jedis.clientInfo(), "resp");
        // 7.0 does not tell the protocol yet.
        assertTrue(resp == null || resp.equals(Integer.toString(protocol)), resp);
        assertEquals(2, jedis.time().size());
        assertEquals("master", jedis.role().get(0));
    }

    @Test
    void shouldLetInOnlyThoseWithThePasswordWhenOneIsRequired() {
        try (Contestant.Running guarded = contestant.start("--requirepass", "secret")) {
            try (Jedis known = connect(guarded.port(), settings().password("secret"))) {
                assertEquals("OK", known.set("a", "1"));
                assertEquals("secret", known.configGet("requirepass").get("requirepass"));
            }
            try (Jedis known =
                    connect(guarded.port(), settings().user("default").password("secret"))) {
                assertEquals("1", known.get("a"));
            }
            assertEquals(
                    "WRONGPASS invalid username-password pair or user is disabled.",
                    assertThrows(
                                    JedisAccessControlException.class,
                                    () -> connect(guarded.port(), settings().password("wrong")))
                            .getMessage());
            try (Jedis stranger =
                    connect(guarded.port(), DefaultJedisClientConfig.builder())) { // no HELLO
                assertEquals(
                        "NOAUTH Authentication required.",
                        assertThrows(JedisDataException.class, () -> stranger.get("a"))
                                .getMessage());
                assertEquals("OK", stranger.auth("secret"));
                assertEquals("1", stranger.get("a"));
                assertEquals("OK", stranger.configSet("requirepass", ""));
            }
            try (Jedis anyone = connect(guarded.port(), settings())) {
                assertEquals("1", anyone.get("a"));
            }
        }
    }

    @Test
    void shouldRefuseAPasswordWhenNoneIsSet() {
        assertEquals(
                "ERR AUTH <password> called without any password configured for the default user."
                        + " Are you sure your configuration is correct?",
                assertThrows(JedisDataException.class, () -> jedis.auth("x")).getMessage());
    }

    @Test
    void shouldKeepDatabasesApartWhenSelected() {
        jedis.set("a", "zero");
        assertEquals("OK", jedis.select(3));
        assertNull(jedis.get("a"));
        jedis.set("a", "three");
        try (Jedis other = connect(server.port(), settings().database(3))) {
            assertEquals("three", other.get("a"));
        }
        assertEquals("OK", jedis.swapDB(0, 3));
        assertEquals("zero", jedis.get("a"));
        assertEquals(
                "ERR DB index is out of range",
                assertThrows(JedisDataException.class, () -> jedis.select(16)).getMessage());
        assertEquals("OK", jedis.flushDB());
        assertEquals(0, jedis.dbSize());
        assertEquals("OK", jedis.select(0));
        assertEquals("three", jedis.get("a"));
    }

    @Test
    void shouldShowAndNameClientsWhenAsked() {
        assertEquals("OK", jedis.clientSetname("first"));
        assertEquals("first", jedis.clientGetname());
        long id = jedis.clientId();
        try (Jedis other = connect(server.port(), settings().clientName("second"))) {
            assertNotEquals(id, other.clientId());
            List<String> names = new ArrayList<>();
            for (String line : jedis.clientList().split("\n")) {
                names.add(field(line, "name"));
            }
            assertTrue(names.containsAll(List.of("first", "second")), names.toString());
            assertEquals("second", field(jedis.clientList(other.clientId()), "name"));
            assertEquals(Long.toString(id), field(jedis.clientInfo(), "id"));
            assertEquals("client|info", field(jedis.clientInfo(), "cmd"));
            assertEquals("OK", jedis.clientNoEvictOn());
            assertEquals("OK", jedis.clientNoEvictOff());
            assertEquals("OK", jedis.clientPause(60_000, ClientPauseMode.WRITE));
            assertNull(other.get("nothing"));
            assertEquals("OK", jedis.clientUnpause());
            assertEquals("OK", other.set("a", "1"));
            assertEquals(0, jedis.clientUnblock(other.clientId()));
            assertEquals(-1, jedis.clientTrackingInfo().getRedirect());
            assertEquals(List.of("off"), jedis.clientTrackingInfo().getFlags());
            String victim = Long.toString(other.clientId());
            assertEquals(1, jedis.clientKill(new ClientKillParams().id(victim)));
            assertEquals(0, jedis.clientKill(new ClientKillParams().id(victim)));
            assertThrows(JedisConnectionException.class, other::ping);
        }
        assertEquals(
                "ERR No such client",
                assertThrows(JedisDataException.class, () -> jedis.clientKill("127.0.0.1:1"))
                        .getMessage());
    }

    // Jedis hands a verbatim string on with its format in front.
    private static String text(String reply) {
        return reply.startsWith("txt:") ? reply.substring("txt:".length()) : reply;
    }

    private static String field(String line, String name) {
        for (String pair : text(line).trim().split(" ")) {
            if (pair.startsWith(name + "=")) {
                return pair.substring(name.length() + 1);
            }
        }
        return null;
    }

    @Test
    void shouldFollowParametersWhenTheyAreSet() {
        Map<String, String> found = jedis.configGet("maxmemory", "hz", "nothing");
        assertEquals("0", found.get("maxmemory"));
        assertEquals(2, found.size());
        assertTrue(jedis.configGet("*").size() > 150);
        assertEquals("OK", jedis.configSet("maxmemory", "100mb"));
        assertEquals("104857600", jedis.configGet("maxmemory").get("maxmemory"));
        assertEquals("OK", jedis.configSet("maxmemory", "0", "slowlog-max-len", "77"));
        assertEquals("77", jedis.configGet("slowlog-max-len").get("slowlog-max-len"));
        assertEquals("OK", jedis.configSet("slowlog-log-slower-than", "0"));
        assertEquals("OK", jedis.slowlogReset());
        jedis.set("slow", "indeed");
        assertTrue(jedis.slowlogLen() >= 1);
        List<Slowlog> slow = jedis.slowlogGet(10);
        assertTrue(
                slow.stream()
                        .anyMatch(
                                entry -> entry.getArgs().equals(List.of("SET", "slow", "indeed"))),
                slow.toString());
        assertEquals("OK", jedis.configSet("slowlog-log-slower-than", "10000"));
        assertEquals(
                "ERR Unknown option or number of arguments for CONFIG SET - 'nothing'",
                message(() -> jedis.configSet("nothing", "1")));
        assertEquals(
                "ERR CONFIG SET failed (possibly related to argument 'maxmemory') -"
                        + " argument must be a memory value",
                message(() -> jedis.configSet("maxmemory", "x")));
        assertEquals("OK", jedis.configResetStat());
    }

    @Test
    void shouldTellItsStateWhenAskedForInfo() {
        jedis.set("a", "1");
        jedis.setex("b", 100, "1");
        jedis.get("a");
        jedis.get("none");
        Map<String, String> info = new HashMap<>();
        for (String line : text(jedis.info()).split("\r\n")) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                int colon = line.indexOf(':');
                assertTrue(colon > 0, line);
                assertNull(info.put(line.substring(0, colon), line.substring(colon + 1)), line);
            }
        }
        assertTrue(info.get("redis_version").matches("\\d+\\.\\d+\\.\\d+"));
        assertEquals(Integer.toString(server.port()), info.get("tcp_port"));
        assertEquals("standalone", info.get("redis_mode"));
        assertEquals("master", info.get("role"));
        assertEquals("0", info.get("cluster_enabled"));
        assertTrue(Long.parseLong(info.get("used_memory")) > 0);
        assertTrue(Integer.parseInt(info.get("connected_clients")) >= 1);
        assertTrue(Long.parseLong(info.get("keyspace_hits")) >= 1);
        assertTrue(Long.parseLong(info.get("total_commands_processed")) >= 4);
        assertTrue(info.get("db0").matches("keys=2,expires=1,avg_ttl=\\d+.*"), info.get("db0"));
        assertTrue(jedis.info("commandstats").contains("cmdstat_get:calls="));
        assertTrue(text(jedis.info("keyspace")).startsWith("# Keyspace\r\n"));
        assertEquals("", text(jedis.info("nonsense")));
        assertTrue(jedis.memoryStats().size() > 20);
        assertEquals(Map.of(), jedis.latencyLatest());
    }

    @Test
    void shouldDescribeCommandsWhenAsked() {
        Map<String, CommandInfo> infos = jedis.commandInfo("get", "mset", "nothing");
        assertEquals(2, infos.get("get").getArity());
        assertEquals(2, infos.get("mset").getStep());
        assertTrue(infos.get("get").getFlags().contains("readonly"));
        assertTrue(infos.get("get").getAclCategories().contains("@string"));
        assertEquals("1.0.0", jedis.commandDocs("get").get("get").getSince());
        assertEquals(jedis.commandCount(), jedis.commandList().size() - subcommands());
        assertEquals(
                List.of("getrange"),
                jedis.commandListFilterBy(
                        CommandListFilterByParams.commandListFilterByParams()
                                .filterByPattern("getr*ge")));
        assertEquals(List.of("a", "c"), jedis.commandGetKeys("MSET", "a", "b", "c", "d"));
        assertEquals(jedis.commandCount(), jedis.command().size());
    }

    private long subcommands() {
        return jedis.commandList().stream().filter(name -> name.contains("|")).count();
    }

    @Test
    void shouldShowEveryCommandWhenMonitored() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Jedis watching = connect(server.port(), settings());
        Thread reader =
                new Thread(
                        () -> {
                            try {
                                watching.monitor(
                                        new JedisMonitor() {
                                            @Override
                                            public void onCommand(String line) {
                                                lines.add(line);
                                            }
                                        });
                            } catch (JedisException closed) {
                                // The test is over.
                            }
                        });
        reader.start();
        Contestant.await(
                "the monitor is there",
                () -> {
                    jedis.ping();
                    return !lines.isEmpty();
                });
        jedis.select(2);
        jedis.set("a\"\r\n", "\u0001z");
        String line = "";
        while (!line.contains("SET")) {
            line = lines.poll(20, TimeUnit.SECONDS);
        }
        String address = field(jedis.clientInfo(), "addr");
        assertTrue(line.matches("\\d+\\.\\d{6} \\[2 127\\.0\\.0\\.1:\\d+] \"SET\" .*"), line);
        assertTrue(line.endsWith("\"a\\\"\\r\\n\" \"\\x01z\""), line);
        assertTrue(line.contains(address), line);
        watching.disconnect();
        reader.join(20_000);
        assertFalse(reader.isAlive());
    }

    private static String message(Executable command) {
        return assertThrows(JedisDataException.class, command).getMessage();
    }

    @Test
    void shouldThrowWhatRedisSaysWhenCommandsAreWrong() {
        jedis.set("text", "x");
        assertEquals(
                "ERR value is not an integer or out of range", message(() -> jedis.incr("text")));
        assertEquals("ERR value is not a valid float", message(() -> jedis.incrByFloat("text", 1)));
        jedis.set("big", "9223372036854775807");
        assertEquals("ERR increment or decrement would overflow", message(() -> jedis.incr("big")));
        assertEquals("ERR no such key", message(() -> jedis.rename("none", "x")));
        assertEquals(
                "ERR bit offset is not an integer or out of range",
                message(() -> jedis.setbit("text", -1, true)));
        assertEquals(
                "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
                message(() -> jedis.setrange("text", 1L << 40, "x")));
        assertEquals(
                "ERR invalid expire time in 'setex' command",
                message(() -> jedis.setex("text", 0, "x")));
        assertEquals(
                "ERR unknown command 'NOPE', with args beginning with: 'a' 'b' ",
                message(() -> jedis.sendCommand(() -> "NOPE".getBytes(), "a", "b")));
        assertEquals(
                "ERR wrong number of arguments for 'get' command",
                message(() -> jedis.sendCommand(Protocol.Command.GET)));
        assertEquals(
                "ERR syntax error",
                message(() -> jedis.sendCommand(Protocol.Command.SET, "a", "b", "c")));
        assertEquals("x", jedis.get("text"), "the connection goes on");
    }

    @Test
    void shouldServeEveryThreadWhenManyShareAPool() throws Exception {
        int threads = 16;
        int rounds = 400;
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(8);
        pool.setTestOnBorrow(true);
        try (JedisPooled pooled =
                new JedisPooled(
                        pool, new HostAndPort("127.0.0.1", server.port()), settings().build())) {
            ExecutorService workers = Executors.newFixedThreadPool(threads);
            List<Future<?>> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String own = "own" + t;
                running.add(
                        workers.submit(
                                () -> {
                                    for (int i = 1; i <= rounds; i++) {
                                        pooled.incr("shared");
                                        pooled.set(own, "v" + i);
                                        assertEquals("v" + i, pooled.get(own));
                                    }
                                }));
            }
            for (Future<?> each : running) {
                each.get(60, TimeUnit.SECONDS);
            }
            workers.shutdown();
            assertEquals(Integer.toString(threads * rounds), pooled.get("shared"));
        }
    }
}

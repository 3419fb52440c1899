package dev.spindle.net.client;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.resps.GeoRadiusResponse;

/**
 * What Jedis clients and one server said to each other. Every reply becomes one line, as the client shows it: maps and sets sorted, since their
 * order is nobody's promise, all else as it came. Two servers agree when the same calls leave the same lines.
 */
final class Dialogue implements AutoCloseable {

    private static final int TIMEOUT_S = 60;

    private final List<String> lines = new ArrayList<>();
    private final List<Jedis> connections = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HostAndPort server;
    private final JedisClientConfig config;
    private final Jedis jedis;

    Dialogue(int port, RedisProtocol protocol) {
        server = new HostAndPort("127.0.0.1", port);
        config =
                DefaultJedisClientConfig.builder()
                        .protocol(protocol)
                        .timeoutMillis(TIMEOUT_S * 1000)
                        .build();
        jedis = another();
        jedis.flushAll();
    }

    /** The first connection. */
    Jedis jedis() {
        return jedis;
    }

    /** One more connection, closed with the dialogue. */
    Jedis another() {
        Jedis made = new Jedis(server, config);
        connections.add(made);
        return made;
    }

    HostAndPort server() {
        return server;
    }

    JedisClientConfig config() {
        return config;
    }

    /** Notes replies that arrived one after another. */
    void hears(Object... replies) {
        for (Object reply : replies) {
            lines.add(shown(reply));
        }
    }

    /** Notes a list whose order the server may choose. */
    void hearsInAnyOrder(Collection<?> reply) {
        lines.add(sorted(reply));
    }

    /** Notes the error of a command that has to fail. */
    void hearsNo(Runnable command) {
        try {
            command.run();
        } catch (JedisDataException refusal) {
            lines.add(shown(refusal));
            return;
        }
        throw new AssertionError("not refused, after " + lines);
    }

    /** Runs a call on a connection and thread of its own, and returns when the server counts one more blocked client. */
    <T> Future<T> blocked(Function<Jedis, T> call) {
        Jedis own = another();
        long before = blockedClients();
        Future<T> reply = threads.submit(() -> call.apply(own));
        Contestant.await(
                "the client waits", () -> reply.isDone() || blockedClients() == before + 1);
        assertFalse(reply.isDone(), "it did not wait");
        return reply;
    }

    /** The result of a call that was blocked. */
    static <T> T served(Future<T> call) throws Exception {
        return call.get(TIMEOUT_S, TimeUnit.SECONDS);
    }

    long blockedClients() {
        String field = "blocked_clients:";
        return jedis.info("clients")
                .lines()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.substring(field.length()).trim()))
                .findFirst()
                .orElseThrow();
    }

    List<String> lines() {
        return lines;
    }

    private static String sorted(Collection<?> values) {
        return values.stream().map(Dialogue::shown).sorted().toList().toString();
    }

    private static String shown(Object reply) {
        if (reply instanceof JedisDataException error) {
            return "error " + error.getMessage();
        }
        if (reply instanceof byte[] bytes) {
            return Arrays.toString(bytes);
        }
        if (reply instanceof Map<?, ?> map) {
            TreeMap<String, String> shown = new TreeMap<>();
            map.forEach((key, value) -> shown.put(shown(key), shown(value)));
            return shown.toString();
        }
        if (reply instanceof Map.Entry<?, ?> entry) {
            return shown(entry.getKey()) + '=' + shown(entry.getValue());
        }
        if (reply instanceof Set<?> set) {
            return sorted(set);
        }
        if (reply instanceof Collection<?> list) {
            return list.stream().map(Dialogue::shown).toList().toString();
        }
        if (reply instanceof GeoRadiusResponse place) {
            return place.getMemberByString()
                    + " at "
                    + place.getCoordinate()
                    + ' '
                    + place.getDistance()
                    + ' '
                    + place.getRawScore();
        }
        String text = String.valueOf(reply);
        assertFalse(text.matches("[\\w.$]+@[0-9a-f]+"), "nothing to compare by: " + text);
        return text;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        connections.forEach(Jedis::close);
    }
}

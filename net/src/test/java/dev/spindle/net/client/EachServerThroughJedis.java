package dev.spindle.net.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;

/** Tests with a Jedis connection to each server, which is empty when a test begins. */
abstract class EachServerThroughJedis extends EachServer {

    Jedis jedis;

    @BeforeEach
    void connect() {
        jedis = open();
        assertEquals("OK", jedis.flushAll());
    }

    @AfterEach
    void disconnect() {
        jedis.close();
    }

    /** One more connection; closing it is up to the test. */
    Jedis open() {
        return connect(server.port(), settings());
    }

    static Jedis connect(int port, DefaultJedisClientConfig.Builder settings) {
        return new Jedis(new HostAndPort("127.0.0.1", port), settings.build());
    }

    DefaultJedisClientConfig.Builder settings() {
        return DefaultJedisClientConfig.builder()
                .protocol(protocol == 3 ? RedisProtocol.RESP3 : RedisProtocol.RESP2)
                .timeoutMillis(20_000);
    }
}

package dev.spindle.net.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.args.BitCountOption;
import redis.clients.jedis.args.BitOP;
import redis.clients.jedis.args.ExpiryOption;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.BitPosParams;
import redis.clients.jedis.params.GetExParams;
import redis.clients.jedis.params.LCSParams;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.LCSMatchResult;
import redis.clients.jedis.resps.ScanResult;

/** Strings, bitmaps, expiry, scans, pipelines and large or binary data through Jedis. */
class JedisDataTest extends EachServerThroughJedis {

    private static final int MANY = 10_000;
    private static final long YEAR_3000_S = 32_503_680_000L;

    @Test
    void shouldKeepValuesWhenSetWithEveryOption() {
        assertEquals("OK", jedis.set("a", "1"));
        assertNull(jedis.set("a", "2", SetParams.setParams().nx()));
        assertEquals("OK", jedis.set("a", "2", SetParams.setParams().xx()));
        assertNull(jedis.set("b", "2", SetParams.setParams().xx()));
        assertEquals("OK", jedis.set("b", "2", SetParams.setParams().nx().ex(100)));
        assertTrue(jedis.ttl("b") > 90);
        assertEquals("OK", jedis.set("b", "3", SetParams.setParams().keepTtl()));
        assertTrue(jedis.ttl("b") > 90);
        assertEquals("OK", jedis.set("b", "3", SetParams.setParams().px(500_000)));
        assertTrue(jedis.pttl("b") > 400_000);
        assertEquals("OK", jedis.set("b", "3", SetParams.setParams().exAt(YEAR_3000_S)));
        assertEquals(YEAR_3000_S, jedis.expireTime("b"));
        assertEquals("OK", jedis.set("b", "3", SetParams.setParams().pxAt(YEAR_3000_S * 1000 + 7)));
        assertEquals(YEAR_3000_S * 1000 + 7, jedis.pexpireTime("b"));
        assertEquals("3", jedis.setGet("b", "4"));
        assertEquals(-1, jedis.ttl("b"));
        assertNull(jedis.setGet("new", "x"));
        assertEquals("x", jedis.setGet("new", "y", SetParams.setParams().xx().ex(50)));
        assertEquals("y", jedis.setGet("new", "z", SetParams.setParams().nx()));
        assertEquals("y", jedis.get("new"));
        assertEquals("y", jedis.getEx("new", GetExParams.getExParams().persist()));
        assertEquals(-1, jedis.pttl("new"));
        assertEquals("y", jedis.getDel("new"));
        assertNull(jedis.get("new"));
        assertEquals(0, jedis.setnx("a", "x"));
        assertEquals("OK", jedis.setex("e", 100, "v"));
        assertEquals("OK", jedis.psetex("e", 100_000, "v"));
        assertTrue(jedis.ttl("e") > 90);
    }

    @Test
    void shouldChangeStringsWhenTheyAreEdited() {
        assertEquals(3, jedis.append("a", "abc"));
        assertEquals(6, jedis.append("a", "def"));
        assertEquals("bcd", jedis.getrange("a", 1, 3));
        assertEquals("ef", jedis.getrange("a", -2, -1));
        assertEquals(9, jedis.setrange("a", 7, "xy"));
        assertEquals("abcdef\0xy", jedis.get("a"));
        assertEquals(9, jedis.strlen("a"));
        assertEquals(1, jedis.incr("n"));
        assertEquals(11, jedis.incrBy("n", 10));
        assertEquals(10, jedis.decr("n"));
        assertEquals(-5, jedis.decrBy("n", 15));
        assertEquals(-4.75, jedis.incrByFloat("n", 0.25));
        assertEquals("OK", jedis.mset("x", "ohmytext", "y", "mynewtext"));
        assertEquals(Arrays.asList("ohmytext", null, "mynewtext"), jedis.mget("x", "none", "y"));
        assertEquals(0, jedis.msetnx("x", "1", "z", "1"));
        assertEquals(1, jedis.msetnx("w", "1", "z", "1"));
        assertEquals("mytext", jedis.lcs("x", "y", LCSParams.LCSParams()).getMatchString());
        assertEquals(6, jedis.lcs("x", "y", LCSParams.LCSParams().len()).getLen());
        LCSMatchResult matches =
                jedis.lcs("x", "y", LCSParams.LCSParams().idx().minMatchLen(4).withMatchLen());
        assertEquals(6, matches.getLen());
        assertEquals(1, matches.getMatches().size());
        assertEquals(4, matches.getMatches().get(0).getMatchLen());
        assertEquals(5, matches.getMatches().get(0).getB().getStart());
    }

    @Test
    void shouldCountAndFindBitsWhenBitsAreSet() {
        assertFalse(jedis.setbit("b", 7, true));
        assertTrue(jedis.setbit("b", 7, true));
        assertFalse(jedis.setbit("b", 100, true));
        assertTrue(jedis.getbit("b", 100));
        assertFalse(jedis.getbit("b", 1_000_000));
        assertEquals(2, jedis.bitcount("b"));
        assertEquals(1, jedis.bitcount("b", 0, 0));
        assertEquals(1, jedis.bitcount("b", 8, 200, BitCountOption.BIT));
        assertEquals(7, jedis.bitpos("b", true));
        assertEquals(100, jedis.bitpos("b", true, new BitPosParams(1)));
        assertEquals(0, jedis.bitpos("b", false));
        jedis.set("c", "\u0001");
        assertEquals(13, jedis.bitop(BitOP.XOR, "d", "b", "c"));
        assertEquals(1, jedis.bitcount("d"));
        assertEquals(13, jedis.bitop(BitOP.NOT, "d", "b"));
        assertEquals(13 * 8 - 2, jedis.bitcount("d"));
        assertEquals(
                Arrays.asList(0L, 255L, null, 255L),
                jedis.bitfield(
                        "f",
                        "SET",
                        "u8",
                        "#1",
                        "255",
                        "GET",
                        "u8",
                        "#1",
                        "OVERFLOW",
                        "FAIL",
                        "INCRBY",
                        "u8",
                        "#1",
                        "1",
                        "GET",
                        "u8",
                        "8"));
        assertEquals(List.of(-1L), jedis.bitfieldReadonly("f", "GET", "i8", "8"));
    }

    @Test
    void shouldForgetKeysWhenTheirTimeHasCome() {
        jedis.set("a", "1");
        assertEquals(-1, jedis.ttl("a"));
        assertEquals(-2, jedis.ttl("none"));
        assertEquals(0, jedis.expire("none", 10));
        assertEquals(0, jedis.expire("a", 10, ExpiryOption.XX));
        assertEquals(1, jedis.expire("a", 100, ExpiryOption.NX));
        assertEquals(0, jedis.expire("a", 50, ExpiryOption.GT));
        assertEquals(1, jedis.expire("a", 50, ExpiryOption.LT));
        assertEquals(1, jedis.persist("a"));
        assertEquals(1, jedis.pexpireAt("a", YEAR_3000_S * 1000));
        assertEquals(YEAR_3000_S, jedis.expireTime("a"));
        assertEquals(1, jedis.expireAt("a", 1));
        assertFalse(jedis.exists("a"));
        jedis.psetex("soon", 30, "x");
        Contestant.await("the key is gone", () -> jedis.get("soon") == null);
        Pipeline pipeline = jedis.pipelined();
        for (int i = 0; i < 500; i++) {
            pipeline.psetex("brief" + i, 20, "x");
        }
        pipeline.sync();
        // Nobody reads them: the server itself must find them.
        Contestant.await("all keys are gone", () -> jedis.dbSize() == 0);
    }

    @Test
    void shouldNameAndMoveKeysWhenAsked() {
        jedis.set("a", "1");
        assertEquals("string", jedis.type("a"));
        assertEquals("none", jedis.type("none"));
        assertEquals("OK", jedis.rename("a", "b"));
        assertTrue(jedis.copy("b", "c", false));
        assertFalse(jedis.copy("b", "c", false));
        assertTrue(jedis.copy("b", "c", 3, true));
        assertEquals(0, jedis.renamenx("b", "c"));
        assertEquals(1, jedis.move("b", 5));
        assertEquals("c", jedis.randomKey());
        assertEquals(Set.of("c"), jedis.keys("*"));
        assertEquals(2, jedis.exists("c", "c", "none"));
        assertEquals(1, jedis.touch("c", "none"));
        assertEquals("int", jedis.objectEncoding("c"));
        assertEquals(1, jedis.unlink("c", "none"));
        assertNull(jedis.randomKey());
        jedis.set("s", "text");
        assertEquals("embstr", jedis.objectEncoding("s"));
        assertEquals(1, jedis.objectRefcount("s"));
        assertTrue(jedis.objectIdletime("s") < 60);
        assertTrue(jedis.objectHelp().size() > 5);
        assertTrue(jedis.memoryUsage("s") > 0);
        assertNull(jedis.memoryUsage("none"));
    }

    @Test
    void shouldVisitEveryKeyWhenTenThousandAreScanned() {
        Pipeline pipeline = jedis.pipelined();
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            pipeline.set("key:" + i, "v");
            expected.add("key:" + i);
        }
        pipeline.sync();
        assertEquals(MANY, jedis.dbSize());
        assertEquals(expected, scanned(new ScanParams().count(100), null));
        assertEquals(expected, scanned(new ScanParams(), "string"));
        assertEquals(Set.of(), scanned(new ScanParams().count(1000), "hash"));
        Set<String> few = scanned(new ScanParams().match("key:*77").count(1000), null);
        expected.removeIf(key -> !key.endsWith("77"));
        assertEquals(expected, few);
        assertEquals(expected, jedis.keys("key:*77"));
    }

    private Set<String> scanned(ScanParams params, String type) {
        Set<String> found = new HashSet<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        int calls = 0;
        do {
            ScanResult<String> page =
                    type == null ? jedis.scan(cursor, params) : jedis.scan(cursor, params, type);
            found.addAll(page.getResult());
            cursor = page.getCursor();
            assertTrue(++calls <= 2 * MANY, "the scan does not end");
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return found;
    }

    @Test
    void shouldAnswerInOrderWhenTenThousandCommandsArePipelined() {
        Pipeline pipeline = jedis.pipelined();
        List<Response<?>> responses = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            responses.add(
                    switch (i % 4) {
                        case 0 -> pipeline.set("k" + i, "value " + i);
                        case 1 -> pipeline.get("k" + (i - 1));
                        case 2 -> pipeline.incr("k" + (i - 2));
                        default -> pipeline.incr("counter");
                    });
        }
        List<Object> all = pipeline.syncAndReturnAll();
        assertEquals(MANY, all.size());
        for (int i = 0; i < MANY; i++) {
            switch (i % 4) {
                case 0 -> assertEquals("OK", all.get(i));
                case 1 -> assertEquals("value " + (i - 1), responses.get(i).get());
                case 2 ->
                        assertEquals(
                                "ERR value is not an integer or out of range",
                                assertInstanceOf(JedisDataException.class, all.get(i))
                                        .getMessage());
                default -> assertEquals((long) (i / 4 + 1), all.get(i));
            }
        }
    }

    @Test
    void shouldKeepEveryByteWhenKeysAndValuesAreBinary() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        byte[][] keys = {
            all, {}, {0}, {'\r', '\n'}, {(byte) 0xff, (byte) 0xfe}, "\u00fc\u20ac".getBytes(UTF_8)
        };
        for (byte[] key : keys) {
            assertEquals("OK", jedis.set(key, all));
            assertEquals(3, jedis.append(key, new byte[] {'\r', '\n', 0}) - all.length);
        }
        for (byte[] key : keys) {
            byte[] value = jedis.get(key);
            assertArrayEquals(all, Arrays.copyOf(value, all.length));
            assertArrayEquals(
                    new byte[] {'\r', '\n', 0},
                    Arrays.copyOfRange(value, all.length, value.length));
        }
        Set<String> named = new HashSet<>();
        jedis.keys("*".getBytes(UTF_8)).forEach(key -> named.add(Arrays.toString(key)));
        assertEquals(keys.length, named.size());
        for (byte[] key : keys) {
            assertTrue(named.contains(Arrays.toString(key)));
            assertEquals(1, jedis.del(key));
        }
        assertEquals(0, jedis.dbSize());
    }

    @Test
    void shouldKeepEveryByteWhenValuesAreLarge() {
        byte[] megabyte = new byte[1 << 20];
        new Random(1).nextBytes(megabyte);
        byte[] key = {'b', 'i', 'g'};
        assertEquals("OK", jedis.set(key, megabyte));
        assertArrayEquals(megabyte, jedis.get(key));
        assertArrayEquals(
                Arrays.copyOfRange(megabyte, 500_000, 600_001),
                jedis.getrange(key, 500_000, 600_000));
        assertEquals(2L << 20, jedis.append(key, megabyte));
        assertEquals(2L << 20, jedis.strlen(key));
        Pipeline pipeline = jedis.pipelined();
        List<Response<byte[]>> values = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] name = {'k', (byte) i};
            pipeline.set(name, megabyte);
            values.add(pipeline.get(name));
        }
        pipeline.sync();
        values.forEach(value -> assertArrayEquals(megabyte, value.get()));
    }
}

package dev.spindle.rdb.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.rdb.format.Crc64;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Files and payloads that are cut or changed: a clear fault or a sound load, and in either case no access out of bounds (checks are on
 * in tests), nothing left behind in the arena, and an end.
 */
class DamageTest {

    private static final long SEED = Long.getLong("spindle.test.seed", System.nanoTime());
    private static final int CUTS = 1000;
    private static final int FLIPS = Integer.getInteger("spindle.rdb.flips", 2000);

    private static byte[] file;
    private static final List<byte[]> payloads = new ArrayList<>();

    @BeforeAll
    static void write() throws IOException {
        System.out.println("seed " + SEED);
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            for (int i = 0; i < 40; i++) {
                client.command("SET", "s" + i, "value " + "v".repeat(i * 3));
                client.command("RPUSH", "list", "element" + i, String.valueOf(i * 1000));
                client.command("HSET", "hash", "f" + i, "value" + i);
                client.command("SADD", "ints", String.valueOf(i * 100));
                client.command("SADD", "set", "member" + i);
                client.command("ZADD", "zset", i + ".5", "m" + i);
                client.command("XADD", "stream", i + 1 + "-1", "field", "v" + i, "g", "w");
                client.command("HSET", "big", "f" + i, "x".repeat(100));
                client.command("ZADD", "bigz", String.valueOf(i), "y".repeat(80) + i);
                client.command("PEXPIRE", "s" + i, "100000000");
            }
            client.command("XGROUP", "CREATE", "stream", "g", "0");
            client.command("XREADGROUP", "GROUP", "g", "c", "COUNT", "9", "STREAMS", "stream", ">");
            client.command("XDEL", "stream", "3-1", "4-1");
            for (String key : client.elements("KEYS", "*")) {
                String reply = RawClient.latin1(client.commandBytes(RawClient.bytes("DUMP", key)));
                String payload = reply.substring(reply.indexOf('\n') + 1, reply.length() - 2);
                if (key.charAt(0) != 's' || key.length() > 3) {
                    payloads.add(RawClient.bytes(payload));
                }
            }
            client.command("SAVE");
            file = Files.readAllBytes(redis.directory().resolve("dump.rdb"));
        }
    }

    // Loads into an engine that is emptied again; answers the fault or null.
    private static RdbFault load(Rig rig, byte[] bytes, boolean checkSum) {
        RdbFault fault = null;
        try {
            rig.load(bytes, new LoadOptions(false, true, checkSum, true));
        } catch (RdbFault e) {
            fault = e;
        }
        rig.digest();
        rig.text("FLUSHALL", "SYNC");
        rig.libraries.clear();
        return fault;
    }

    @Test
    void shouldSayWhereItEndsWhenAFileIsCutAnywhere() {
        try (Rig rig = new Rig()) {
            assertEquals(null, load(rig, file, true));
            long empty = rig.engine.arena().usedBytes();
            for (int i = 0; i < CUTS; i++) {
                int length = (int) ((long) i * file.length / CUTS);
                byte[] cut = java.util.Arrays.copyOf(file, length);
                RdbFault fault = load(rig, cut, true);
                assertEquals(RdbFault.Kind.SHORT, fault.kind(), "cut at " + length);
                assertTrue(fault.offset() <= length, "cut at " + length);
            }
            assertEquals(empty, rig.engine.arena().usedBytes());
        }
    }

    @Test
    void shouldFindOutWhenABitIsFlippedAnywhere() {
        Random random = new Random(SEED);
        try (Rig rig = new Rig()) {
            load(rig, file, true);
            long empty = rig.engine.arena().usedBytes();
            for (int i = 0; i < FLIPS; i++) {
                byte[] bytes = file.clone();
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                RdbFault fault = load(rig, bytes, true);
                assertTrue(fault != null, "flip at " + at + ", seed " + SEED);
            }
            assertEquals(empty, rig.engine.arena().usedBytes(), "seed " + SEED);
        }
    }

    @Test
    void shouldEndSomehowWhenManyBytesChangeAndNobodyLooksAtTheChecksum() {
        Random random = new Random(SEED + 1);
        try (Rig rig = new Rig()) {
            load(rig, file, true);
            long empty = rig.engine.arena().usedBytes();
            for (int i = 0; i < FLIPS; i++) {
                byte[] bytes = file.clone();
                damage(bytes, 9, bytes.length, random);
                load(rig, bytes, false);
            }
            assertEquals(empty, rig.engine.arena().usedBytes(), "seed " + SEED);
        }
    }

    private static void damage(byte[] bytes, int from, int to, Random random) {
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = from + random.nextInt(to - from);
            bytes[at] =
                    (byte)
                            (random.nextBoolean()
                                    ? random.nextInt(256)
                                    : random.nextBoolean() ? 255 : 0);
        }
    }

    @Test
    void shouldAnswerOrRefuseWhenPayloadsAreDamagedAndTheirChecksumIsRight() {
        Random random = new Random(SEED + 2);
        try (RestoreRig rig = new RestoreRig()) {
            rig.text("RESTORE", "k", "0", RawClient.latin1(payloads.get(0)));
            rig.text("FLUSHALL", "SYNC");
            long empty = rig.harness.engine().arena().usedBytes();
            for (String sanitize : new String[] {"yes", "no"}) {
                rig.text("CONFIG", "SET", "sanitize-dump-payload", sanitize);
                for (int i = 0; i < FLIPS; i++) {
                    byte[] bytes = payloads.get(random.nextInt(payloads.size())).clone();
                    damage(bytes, 0, bytes.length - 10, random);
                    String reply = rig.text("RESTORE", "k", "0", withChecksum(bytes));
                    assertTrue(
                            reply.equals("+OK\r\n") || reply.equals("-ERR Bad data format\r\n"),
                            reply);
                    use(rig);
                    rig.text("FLUSHALL", "SYNC");
                }
            }
            assertEquals(empty, rig.harness.engine().arena().usedBytes(), "seed " + SEED);
        }
    }

    private static String withChecksum(byte[] payload) {
        long checksum = Crc64.update(Crc64.START, payload, 0, payload.length - 8);
        for (int i = 0; i < 8; i++) {
            payload[payload.length - 8 + i] = (byte) (checksum >>> 8 * i);
        }
        return RawClient.latin1(payload);
    }

    // What was accepted must be a value like any other.
    private static void use(RestoreRig rig) {
        rig.text("DEBUG", "DIGEST");
        switch (rig.text("TYPE", "k").trim()) {
            case "+list" -> {
                rig.text("LPUSH", "k", "front");
                rig.text("LRANGE", "k", "0", "-1");
                rig.text("LPOP", "k", "1000");
            }
            case "+set" -> {
                rig.text("SADD", "k", "another", "12345");
                rig.text("SPOP", "k", "1000");
            }
            case "+zset" -> {
                rig.text("ZADD", "k", "7", "another");
                rig.text("ZRANGE", "k", "0", "-1", "WITHSCORES");
                rig.text("ZPOPMIN", "k", "1000");
            }
            case "+hash" -> {
                rig.text("HSET", "k", "another", "v");
                rig.text("HGETALL", "k");
                rig.text("HDEL", "k", "another");
            }
            case "+stream" -> {
                rig.text("XADD", "k", "*", "f", "v");
                rig.text("XRANGE", "k", "-", "+");
                rig.text("XINFO", "STREAM", "k", "FULL");
                rig.text("XTRIM", "k", "MAXLEN", "1");
            }
            default -> rig.text("APPEND", "k", "x");
        }
    }
}

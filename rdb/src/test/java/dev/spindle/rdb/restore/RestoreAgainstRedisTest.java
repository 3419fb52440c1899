package dev.spindle.rdb.restore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.rdb.read.Bytes;
import dev.spindle.rdb.read.RestoreRig;
import java.util.List;
import java.util.Random;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** RESTORE beside a real server: every option and error, and payloads that it has made. */
class RestoreAgainstRedisTest {

    private static RealRedis redis;
    private static RawClient client;

    @BeforeAll
    static void start() {
        redis = RealRedis.start("--enable-debug-command", "yes");
        client = redis.connect();
    }

    @AfterAll
    static void stop() {
        CloseHelper.closeAll(client, redis);
    }

    private static String dump(String key) {
        byte[] reply = client.commandBytes(RawClient.bytes("DUMP", key));
        String text = RawClient.latin1(reply);
        int head = text.indexOf('\n') + 1;
        return text.substring(head, text.length() - 2);
    }

    @Test
    void shouldAnswerAsRedisDoesWhenAskedInEveryWay() {
        client.command("FLUSHALL");
        client.command("SET", "source", "value");
        String good = dump("source");
        String broken =
                good.substring(0, good.length() - 1) + (char) (good.charAt(good.length() - 1) ^ 1);
        String tooNew = new Bytes().u8(0).text("v").footer(100).latin1();
        String noType = new Bytes().u8(200).text("v").footer(10).latin1();
        String unusedType = new Bytes().u8(8).text("v").footer(10).latin1();
        String cut = new Bytes().u8(0).length(60).raw("v").footer(10).latin1();
        String empty = new Bytes().u8(2).length(0).footer(10).latin1();
        String module = new Bytes().u8(7).length(1234567).footer(10).latin1();
        List<String[]> commands =
                List.of(
                        words("RESTORE", "k", "0", good),
                        words("GET", "k"),
                        words("RESTORE", "k", "0", good),
                        words("RESTORE", "k", "x", broken),
                        words("RESTORE", "k", "0", good, "replace"),
                        words("RESTORE", "k", "x", good, "REPLACE"),
                        words("RESTORE", "k", "-1", good, "REPLACE"),
                        words("RESTORE", "n", "0", broken),
                        words("RESTORE", "n", "0", tooNew),
                        words("RESTORE", "n", "0", noType),
                        words("RESTORE", "n", "0", unusedType),
                        words("RESTORE", "n", "0", cut),
                        words("RESTORE", "n", "0", empty),
                        words("RESTORE", "n", "0", module),
                        words("RESTORE", "n", "0", ""),
                        words("RESTORE", "n", "0", "123456789"),
                        words("EXISTS", "n"),
                        words("RESTORE", "n", "0", good, "IDLETIME", "-1"),
                        words("RESTORE", "n", "0", good, "IDLETIME", "x"),
                        words("RESTORE", "n", "0", good, "IDLETIME"),
                        words("RESTORE", "n", "0", good, "FREQ", "-1"),
                        words("RESTORE", "n", "0", good, "FREQ", "256"),
                        words("RESTORE", "n", "0", good, "FREQ"),
                        words("RESTORE", "n", "0", good, "IDLETIME", "3", "FREQ", "3"),
                        words("RESTORE", "n", "0", good, "FREQ", "3", "IDLETIME", "3"),
                        words("RESTORE", "n", "0", good, "WHAT"),
                        words("RESTORE", "n", "0"),
                        words("RESTORE", "old", "1000", good, "ABSTTL"),
                        words("EXISTS", "old"),
                        words("RESTORE", "k", "1000", good, "ABSTTL", "REPLACE"),
                        words("EXISTS", "k"),
                        words("RESTORE", "late", "4000000000000", good, "ABSTTL"),
                        words("PEXPIRETIME", "late"),
                        words("RESTORE", "idle", "0", good, "IDLETIME", "1000"),
                        words("RESTORE", "idle2", "0", good, "IDLETIME", "0"),
                        words("OBJECT", "FREQ", "idle"),
                        words("LPUSH", "list", "a"),
                        words("RESTORE", "list", "0", good, "REPLACE"),
                        words("TYPE", "list"));
        try (RestoreRig rig = new RestoreRig()) {
            for (String[] command : commands) {
                assertEquals(client.command(command), rig.text(command), String.join(" ", command));
            }
            assertTrue(rig.text("OBJECT", "IDLETIME", "idle").matches(":100[0-9]\r\n"));
            rig.text("RESTORE", "timed", "50000", good);
            assertEquals(":50000\r\n", rig.text("PTTL", "timed"));
        }
    }

    private static String[] words(String... words) {
        return words;
    }

    @Test
    void shouldHoldTheSameWhenPayloadsComeFromRedis() {
        client.command("FLUSHALL");
        Random random = new Random(11);
        for (int size : new int[] {1, 50, 128, 129, 513, 2000}) {
            for (int i = 0; i < size; i++) {
                String noise = Long.toString(random.nextLong(), 36).repeat(1 + random.nextInt(4));
                client.command("RPUSH", "list" + size, noise);
                client.command("SADD", "set" + size, noise);
                client.command("SADD", "ints" + size, String.valueOf(random.nextInt()));
                client.command("ZADD", "zset" + size, String.valueOf(random.nextGaussian()), noise);
                client.command("HSET", "hash" + size, noise, String.valueOf(i));
                client.command("XADD", "stream" + size, "*", "f", noise);
            }
        }
        client.command("SET", "text", "x".repeat(5000));
        client.command("SET", "number", "12345");
        try (RestoreRig rig = new RestoreRig()) {
            for (String key : client.elements("KEYS", "*")) {
                assertEquals("+OK\r\n", rig.text("RESTORE", key, "0", dump(key)), key);
                assertEquals(
                        client.command("DEBUG", "DIGEST-VALUE", key),
                        rig.text("DEBUG", "DIGEST-VALUE", key),
                        key);
            }
            assertEquals(
                    client.text("DEBUG", "DIGEST"),
                    rig.text("DEBUG", "DIGEST").substring(1).trim());
        }
    }

    @Test
    void shouldDescribeItselfAsRedisDoesWhenAskedForItsRow() {
        try (RestoreRig rig = new RestoreRig()) {
            for (String name : new String[] {"restore", "restore-asking"}) {
                String real = client.command("COMMAND", "INFO", name);
                assertEquals(
                        RawClient.flatten(real).stream().sorted().toList(),
                        RawClient.flatten(rig.text("COMMAND", "INFO", name)).stream()
                                .sorted()
                                .toList());
            }
        }
    }
}

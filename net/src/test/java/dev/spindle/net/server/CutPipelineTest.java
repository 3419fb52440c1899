package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pipelines of {@value #DEPTH} commands on every type, sent to a server in a process of its own in pieces cut anywhere. The real server gets the
 * same pipeline in one piece; the bytes of all replies must be equal. The seed is printed; {@code -Dspindle.cut.seed} takes it
 * back, {@code -Dspindle.cut.pipelines} asks for more than a hundred.
 */
class CutPipelineTest {

    private static final int DEPTH = 64;
    private static final int PIPELINES = Integer.getInteger("spindle.cut.pipelines", 100);
    private static final int MOST_CUTS = 40;

    /** Limits of the compact encodings so low that keys cross them all the time. */
    private static final String[] OPTIONS = {
        "--hash-max-listpack-entries", "4",
        "--zset-max-listpack-entries", "4",
        "--set-max-intset-entries", "4",
        "--list-max-listpack-size", "4",
        "--stream-node-max-entries", "4"
    };

    /** The first letters of keys: one for each type. */
    private static final String TYPES = "slhezxpg";

    /**
     * Commands by type, in the order of {@link #TYPES}; replies whose order is free are left out. K stands for a key, T for a text, N for a number
     * and I for one that rises from command to command.
     */
    private static final String[][] COMMANDS = {
        {
            "SET K T",
            "GET K",
            "INCR K",
            "APPEND K T",
            "SETRANGE K N x",
            "GETRANGE K 0 N",
            "BITCOUNT K",
            "SET K N EX 1000",
            "MGET K s0 l0 none"
        },
        {
            "RPUSH K T N",
            "LPUSH K a b T",
            "LRANGE K 0 N",
            "LPOP K",
            "RPOP K 3",
            "LINSERT K BEFORE a T",
            "LPOS K a COUNT 0",
            "LREM K 1 a",
            "LMOVE K l0 LEFT RIGHT",
            "BLPOP K none 0.01",
            "LSET K N x",
            "LTRIM K 0 50"
        },
        {
            "HSET K fN T g 1",
            "HGET K fN",
            "HINCRBY K g N",
            "HINCRBYFLOAT K g 0.5",
            "HMGET K fN g none",
            "HDEL K fN",
            "HLEN K",
            "HSTRLEN K fN"
        },
        {
            "SADD K N T",
            "SADD K 1 2 N",
            "SREM K N",
            "SCARD K",
            "SISMEMBER K N",
            "SMISMEMBER K 1 N x",
            "SINTERCARD 2 K e0",
            "SUNIONSTORE e2 K e1"
        },
        {
            "ZADD K N T",
            "ZADD K 1.5 a N b",
            "ZINCRBY K 0.25 a",
            "ZRANGE K 0 -1 WITHSCORES",
            "ZRANGEBYSCORE K (1 N",
            "ZRANK K a",
            "ZPOPMIN K 2",
            "ZSCORE K b",
            "ZUNIONSTORE z2 2 K z1"
        },
        {
            "XADD K I-* f T",
            "XADD K I-N f v g T",
            "XRANGE K - + COUNT N",
            "XLEN K",
            "XTRIM K MAXLEN 4",
            "XREAD COUNT 3 STREAMS K 0",
            "XGROUP CREATE K g 0 MKSTREAM",
            "XREADGROUP GROUP g c COUNT 2 STREAMS K >",
            "XACK K g I-0",
            "XPENDING K g"
        },
        {"PFADD K T N", "PFCOUNT K", "PFCOUNT K p1", "PFMERGE p2 K", "GET K"},
        {
            "GEOADD K 13.N 52.N vN",
            "GEOPOS K vN",
            "GEOSEARCH K FROMLONLAT 13.5 52.5 BYRADIUS 50 km ASC WITHDIST",
            "TYPE K",
            "DEL K",
            "EXISTS K s1",
            "NOSUCH K",
            "SORT l0 ALPHA",
            "LRANGE K"
        }
    };

    @TempDir private static Path directory;

    private static RealRedis redis;
    private static Process spindle;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        redis = RealRedis.start(OPTIONS);
        port = RealRedis.freePort();
        List<String> options =
                new ArrayList<>(List.of("--port", Integer.toString(port), "--save", ""));
        options.addAll(List.of(OPTIONS));
        spindle = ProcessTest.start(directory, options.toArray(new String[0]));
        ProcessTest.awaitServing(port);
    }

    @AfterAll
    static void stop() throws Exception {
        CloseHelper.close(redis);
        if (spindle != null) {
            spindle.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldAnswerTheSameBytesWhenPipelinesOfAllTypesAreCutAnywhere() {
        long seed = Long.getLong("spindle.cut.seed", System.nanoTime());
        System.out.println("CutPipelineTest -Dspindle.cut.seed=" + seed);
        Random random = new Random(seed);
        for (String protocol : new String[] {"2", "3"}) {
            try (RawClient real = redis.connect();
                    RawClient ours = new RawClient("127.0.0.1", port);
                    RawClient witness = new RawClient("127.0.0.1", port)) {
                for (RawClient client : List.of(real, ours)) {
                    client.command("HELLO", protocol);
                    client.command("FLUSHALL");
                }
                for (int i = 0; i < PIPELINES; i++) {
                    List<String> commands = commands(random, i);
                    byte[] bytes = encoded(commands);
                    real.sendRaw(bytes);
                    sendCut(random, bytes, ours, witness);
                    for (String command : commands) {
                        assertEquals(
                                RawClient.latin1(real.readReply()),
                                RawClient.latin1(ours.readReply()),
                                command + ", pipeline " + i + ", seed " + seed);
                    }
                }
            }
        }
    }

    private static void sendCut(Random random, byte[] bytes, RawClient ours, RawClient witness) {
        int[] cuts = random.ints(random.nextInt(MOST_CUTS), 1, bytes.length).sorted().toArray();
        int from = 0;
        for (int cut : cuts) {
            ours.sendRaw(Arrays.copyOfRange(bytes, from, cut));
            if (random.nextInt(4) == 0) {
                // Another client's answer shows that the server has had a turn in between.
                assertEquals("+PONG\r\n", witness.command("PING"));
            }
            from = cut;
        }
        ours.sendRaw(Arrays.copyOfRange(bytes, from, bytes.length));
    }

    private static byte[] encoded(List<String> commands) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String command : commands) {
            bytes.writeBytes(RawClient.encode(RawClient.bytes(command.split(" "))));
        }
        return bytes.toByteArray();
    }

    private static List<String> commands(Random random, int pipeline) {
        List<String> commands = new ArrayList<>();
        while (commands.size() < DEPTH) {
            commands.add(command(random, pipeline * DEPTH + commands.size()));
        }
        if (random.nextInt(4) == 0) {
            int from = random.nextInt(DEPTH / 2);
            commands.set(from, "MULTI");
            commands.set(from + 1 + random.nextInt(DEPTH / 2 - 1), "EXEC");
        }
        return commands;
    }

    /** A command on one of few keys, most often of the type that the key's name says. */
    private static String command(Random random, int time) {
        int n = random.nextInt(200);
        int type = random.nextInt(TYPES.length());
        // Never a string's command on a HyperLogLog: it could damage it, and what a failing command
        // leaves of damaged ones differs.
        boolean foreign = type != 0 && random.nextInt(20) == 0;
        int keyType = foreign ? random.nextInt(TYPES.length()) : type;
        String key = TYPES.charAt(keyType) + "" + random.nextInt(3);
        switch (random.nextInt(60)) {
            case 0, 1 -> {
                return "DEL " + key;
            }
            case 2 -> {
                return "COPY " + key + ' ' + TYPES.charAt(keyType) + "0 REPLACE";
            }
            case 3 -> {
                return "RENAME " + key + ' ' + TYPES.charAt(keyType) + '1';
            }
            default -> {
                // A command of the type.
            }
        }
        String text = random.nextInt(30) == 0 ? "v".repeat(n * 100 + 1) : "v" + n;
        String[] choices = COMMANDS[type];
        String[] words = choices[random.nextInt(choices.length)].split(" ");
        StringBuilder command = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            command.append(' ')
                    .append(
                            switch (word) {
                                case "K" -> key;
                                case "T" -> text;
                                default ->
                                        word.replaceAll("\\bI-", time + "-")
                                                .replaceAll("\\bN|(?<=[fv])N", "" + n);
                            });
        }
        return command.toString();
    }
}

package dev.spindle.rdb.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.rdb.format.RdbType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forms that Redis 7.0 reads but writes no more: the bytes are built here, and the real server says whether they are right. */
class OldFormsTest {

    private static final long LATER_SECONDS = 2_000_000_000L;

    private static Map<String, Bytes> values() {
        String long1 = "x".repeat(300);
        Map<String, Bytes> values = new LinkedHashMap<>();
        values.put("list", of(RdbType.LIST).length(3).texts("a", "12", long1));
        values.put("set", of(RdbType.SET).length(3).texts("a", "b", "-7"));
        values.put("set of numbers", of(RdbType.SET).length(2).texts("5", "-70000"));
        values.put("hash", of(RdbType.HASH).length(2).texts("f", "v", "g", long1));
        values.put(
                "zset",
                of(RdbType.ZSET)
                        .length(4)
                        .text("half")
                        .u8(3)
                        .raw("0.5")
                        .text("top")
                        .u8(254)
                        .text("bottom")
                        .u8(255)
                        .text("third")
                        .u8(19)
                        .raw("0.33333333333333331"));
        values.put(
                "zset2",
                of(RdbType.ZSET_2).length(1).text("m").little(Double.doubleToLongBits(1.5), 8));
        values.put(
                "zipmap",
                of(RdbType.HASH_ZIPMAP)
                        .text(Bytes.zipmap("f", "v", "n", "12", long1, "y", "z", long1)));
        values.put("list ziplist", of(RdbType.LIST_ZIPLIST).text(numbers("a", long1)));
        values.put(
                "zset ziplist",
                of(RdbType.ZSET_ZIPLIST)
                        .text(Bytes.ziplist("a", -1, "b", "0.5", "c", 12, long1, 70000)));
        values.put(
                "hash ziplist",
                of(RdbType.HASH_ZIPLIST).text(Bytes.ziplist("f", 1, "g", long1, 12, "v")));
        values.put(
                "quicklist",
                of(RdbType.LIST_QUICKLIST)
                        .length(2)
                        .text(numbers("a"))
                        .text(Bytes.ziplist("last")));
        values.put(
                "quicklist2",
                of(RdbType.LIST_QUICKLIST_2)
                        .length(2)
                        .length(2)
                        .text(Bytes.listpack("a", 5000))
                        .length(1)
                        .text(long1));
        values.put("intset 16", of(RdbType.SET_INTSET).text(Bytes.intset(2, -5, 0, 300)));
        values.put("intset 32", of(RdbType.SET_INTSET).text(Bytes.intset(4, -70000, 300)));
        values.put(
                "intset 64",
                of(RdbType.SET_INTSET).text(Bytes.intset(8, Long.MIN_VALUE, 7, Long.MAX_VALUE)));
        values.put(
                "hash listpack",
                of(RdbType.HASH_LISTPACK)
                        .text(Bytes.listpack("f", 1, "g", long1, 4095, "w".repeat(20_000))));
        values.put(
                "zset listpack",
                of(RdbType.ZSET_LISTPACK)
                        .text(
                                Bytes.listpack(
                                        "a",
                                        -5000,
                                        "b",
                                        "0.1",
                                        "c",
                                        8_000_000,
                                        "d",
                                        Long.MAX_VALUE / 2)));
        values.put("stream", stream(RdbType.STREAM_LISTPACKS));
        values.put("stream 2", stream(RdbType.STREAM_LISTPACKS_2));
        values.put("lzf", of(RdbType.STRING).u8(0xC3).length(5).length(11).u8(0, 'a', 0xE0, 1, 0));
        values.put("int 8", of(RdbType.STRING).u8(0xC0, 0x85));
        values.put("int 16", of(RdbType.STRING).u8(0xC1).little(-300, 2));
        values.put("int 32", of(RdbType.STRING).u8(0xC2).little(-70000, 4));
        values.put("length of 64 bits", of(RdbType.STRING).u8(0x81).big(3, 8).raw("abc"));
        return values;
    }

    private static Bytes of(int type) {
        return new Bytes().u8(type);
    }

    private static Bytes numbers(String... texts) {
        Object[] elements = new Object[texts.length + 9];
        System.arraycopy(texts, 0, elements, 0, texts.length);
        Object[] numbers = {
            0, 12, 13, -1, -129, 32000, -8_000_000, Integer.MIN_VALUE, Long.MAX_VALUE
        };
        System.arraycopy(numbers, 0, elements, texts.length, numbers.length);
        return Bytes.ziplist(elements);
    }

    /** A stream of four entries, one of them deleted, with a group in which two are pending. */
    static Bytes stream(int type) {
        Bytes pack =
                Bytes.listpack(
                        3, 1, 2, "f", 7, 0, 2, 0, 0, "v", 1, 5, 3, 0, 1, "gone", 2, 5, 0, 5, 0, 1,
                        "other", "w", 6, 2, 6, 3, 12, "end", 5);
        Bytes to = of(type).length(1).text(new Bytes().big(1000, 8).big(1, 8)).text(pack);
        to.length(3).length(2000).length(5);
        if (type >= RdbType.STREAM_LISTPACKS_2) {
            to.length(1000).length(1).length(1000).length(2).length(4);
        }
        to.length(1).text("group").length(1005).length(1);
        if (type >= RdbType.STREAM_LISTPACKS_2) {
            to.length(3);
        }
        to.length(2);
        to.big(1000, 8).big(1, 8).little(1_600_000_000_000L, 8).length(1);
        to.big(1005, 8).big(1, 8).little(1_600_000_000_500L, 8).length(70);
        to.length(2);
        for (String name : new String[] {"one", "two"}) {
            to.text(name).little(1_600_000_001_000L, 8);
            if (type >= RdbType.STREAM_LISTPACKS_3) {
                to.little(1_600_000_002_000L, 8);
            }
            to.length(1).big(name.equals("one") ? 1000 : 1005, 8).big(1, 8);
        }
        return to;
    }

    @Test
    void shouldReadAsRedisDoesWhenPayloadsAreOfOldForms() {
        try (RealRedis redis = RealRedis.start("--enable-debug-command", "yes");
                RawClient client = redis.connect();
                RestoreRig rig = new RestoreRig()) {
            values().forEach(
                            (key, value) -> {
                                String payload = value.footer(6).latin1();
                                assertEquals(
                                        "+OK\r\n",
                                        client.command("RESTORE", key, "0", payload),
                                        key);
                                assertEquals(
                                        "+OK\r\n", rig.text("RESTORE", key, "0", payload), key);
                                assertSame(client, rig, key);
                            });
            String last = "XINFO STREAM stream 2";
            assertEquals(
                    client.elements("XRANGE", "stream 2", "-", "+"),
                    RawClient.flatten(rig.text("XRANGE", "stream 2", "-", "+")),
                    last);
            assertEquals(
                    client.command("XPENDING", "stream 2", "group"),
                    rig.text("XPENDING", "stream 2", "group"));
            assertEquals(
                    client.command("XINFO", "GROUPS", "stream"),
                    rig.text("XINFO", "GROUPS", "stream"));
        }
    }

    private static void assertSame(RawClient client, RestoreRig rig, String key) {
        assertEquals(
                client.command("DEBUG", "DIGEST-VALUE", key),
                rig.text("DEBUG", "DIGEST-VALUE", key),
                key);
        assertEquals(client.command("TYPE", key), rig.text("TYPE", key), key);
    }

    @Test
    void shouldReadAsRedisDoesWhenFilesAreOfOldVersions(@TempDir Path directory)
            throws IOException {
        for (int version : new int[] {1, 3, 4, 5, 6, 8, 9, 10}) {
            Bytes file = new Bytes().raw(String.format("REDIS%04d", version));
            if (version >= 8) {
                file.u8(250).texts("redis-ver", "255.255.255").u8(250).texts("redis-bits", "64");
            }
            file.u8(254).length(0);
            if (version >= 6) {
                file.u8(251).length(1000).length(1);
            }
            file.u8(253).little(LATER_SECONDS, 4).u8(RdbType.STRING).texts("seconds", "v");
            file.u8(252).little(LATER_SECONDS * 1000 + 5, 8).u8(RdbType.STRING).texts("ms", "v");
            file.u8(252).little(1000, 8).u8(RdbType.STRING).texts("over", "v");
            if (version >= 9) {
                file.u8(248).length(100).u8(RdbType.STRING).texts("idle", "v");
                file.u8(249).u8(77).u8(RdbType.STRING).texts("often", "v");
            }
            values().forEach(
                            (key, value) ->
                                    file.u8(value.bytes()[0] & 255)
                                            .text(key)
                                            .raw(value.latin1().substring(1)));
            file.u8(254).length(5).u8(RdbType.STRING).texts("elsewhere", "v");
            byte[] bytes = version >= 5 ? file.end().bytes() : file.u8(255).bytes();
            Path path = directory.resolve("v" + version + ".rdb");
            Files.write(path, bytes);
            try (RealRedis redis =
                            RealRedis.start(
                                    "--enable-debug-command", "yes",
                                    "--dir", directory.toString(),
                                    "--dbfilename", path.getFileName().toString());
                    RawClient client = redis.connect();
                    Rig rig = new Rig()) {
                RdbLoader loader = rig.load(path, Rig.asMaster());
                assertEquals(version, loader.version());
                assertEquals(1, loader.expired());
                assertEquals(Rig.digest(client), rig.digest(), "version " + version);
            }
        }
    }

    @Test
    void shouldKeepWhatIsOverWhenToldSo() {
        Bytes file = new Bytes().raw("REDIS0010").u8(254).length(0);
        file.u8(252).little(1000, 8).u8(RdbType.STRING).texts("over", "v").end();
        try (Rig rig = new Rig()) {
            assertEquals(1, rig.load(file.bytes(), Rig.asMaster()).expired());
            assertEquals(0, rig.engine.keyspaces().size());
            // The base of a log: what is over by now may be given more time by what comes behind
            // it.
            RdbLoader loader = rig.load(file.bytes(), new LoadOptions(false, false, true, true));
            assertEquals(0, loader.expired());
            assertEquals(1, rig.engine.keyspaces().size());
        }
    }
}

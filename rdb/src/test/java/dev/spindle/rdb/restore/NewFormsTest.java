package dev.spindle.rdb.restore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.rdb.format.RdbType;
import dev.spindle.rdb.read.Bytes;
import dev.spindle.rdb.read.RestoreRig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Forms that are newer than the server at hand: sets in listpacks, and fields with times. */
class NewFormsTest {

    private static final long LATER = 4_000_000_000_000L;

    private final RestoreRig rig = new RestoreRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private String restore(Bytes payload) {
        return rig.text("RESTORE", "k", "0", payload.footer(12).latin1(), "REPLACE");
    }

    private static Bytes of(int type) {
        return new Bytes().u8(type);
    }

    @Test
    void shouldKeepItAListpackWhenASetComesAsOne() {
        assertEquals(
                "+OK\r\n", restore(of(RdbType.SET_LISTPACK).text(Bytes.listpack("a", 12, "b"))));
        assertEquals("$8\r\nlistpack\r\n", rig.text("OBJECT", "ENCODING", "k"));
        assertEquals("*3\r\n:1\r\n:1\r\n:0\r\n", rig.text("SMISMEMBER", "k", "a", "12", "c"));
    }

    @Test
    void shouldKeepTimesOfFieldsWhenTheyComeOneByOne() {
        Bytes hash = of(RdbType.HASH_METADATA).little(LATER, 8).length(3);
        hash.length(0)
                .texts("never", "1")
                .length(1)
                .texts("first", "2")
                .length(11)
                .texts("later", "3");
        assertEquals("+OK\r\n", restore(hash));
        assertTimes();
        assertEquals("$10\r\nlistpackex\r\n", rig.text("OBJECT", "ENCODING", "k"));
    }

    @Test
    void shouldKeepTimesOfFieldsWhenTheyComeInAPack() {
        Bytes pack = Bytes.listpack("first", 2, LATER, "later", 3, LATER + 10, "never", 1, 0);
        assertEquals("+OK\r\n", restore(of(RdbType.HASH_LISTPACK_EX).little(LATER, 8).text(pack)));
        assertTimes();
        assertEquals("+OK\r\n", restore(of(RdbType.HASH_LISTPACK_EX_PRE_GA).text(pack)));
        assertTimes();
    }

    @Test
    void shouldKeepTimesOfFieldsWhenTheyAreWholeInTheOldWay() {
        Bytes hash = of(RdbType.HASH_METADATA_PRE_GA).length(3);
        hash.length(0)
                .texts("never", "1")
                .length(LATER)
                .texts("first", "2")
                .length(LATER + 10)
                .texts("later", "3");
        assertEquals("+OK\r\n", restore(hash));
        assertTimes();
    }

    @Test
    void shouldKeepTimesOfFieldsWhenAHashIsLarge() {
        Bytes hash = of(RdbType.HASH_METADATA).little(LATER, 8).length(603);
        for (int i = 0; i < 600; i++) {
            hash.length(0).texts("f" + i, "v");
        }
        hash.length(0)
                .texts("never", "1")
                .length(1)
                .texts("first", "2")
                .length(11)
                .texts("later", "3");
        assertEquals("+OK\r\n", restore(hash));
        assertEquals("$9\r\nhashtable\r\n", rig.text("OBJECT", "ENCODING", "k"));
        assertTimes();
        assertEquals(":603\r\n", rig.text("HLEN", "k"));
    }

    private void assertTimes() {
        assertEquals(
                "*3\r\n:-1\r\n:" + LATER + "\r\n:" + (LATER + 10) + "\r\n",
                rig.text("HPEXPIRETIME", "k", "FIELDS", "3", "never", "first", "later"));
        assertEquals(
                "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n",
                rig.text("HMGET", "k", "never", "first", "later"));
        assertEquals(1, rig.harness.engine().keyspaces().get(0).volatiles());
    }

    @Test
    void shouldRefuseOrOverlookWhenATextComesTwiceInAPack() {
        Bytes[] payloads = {
            of(RdbType.SET_LISTPACK).text(Bytes.listpack("a", "b", "a")),
            of(RdbType.HASH_LISTPACK).text(Bytes.listpack("a", 1, "a", 2)),
            of(RdbType.HASH_ZIPLIST).text(Bytes.ziplist("a", 1, "a", 2)),
            of(RdbType.HASH_ZIPMAP).text(Bytes.zipmap("a", "1", "a", "2")),
            of(RdbType.ZSET_LISTPACK).text(Bytes.listpack("a", 1, "a", 2))
        };
        for (Bytes payload : payloads) {
            payload.footer(10);
        }
        for (Bytes payload : payloads) {
            rig.text("CONFIG", "SET", "sanitize-dump-payload", "yes");
            assertEquals(
                    "-ERR Bad data format\r\n", rig.text("RESTORE", "k", "0", payload.latin1()));
            rig.text("CONFIG", "SET", "sanitize-dump-payload", "no");
            assertEquals("+OK\r\n", rig.text("RESTORE", "k", "0", payload.latin1()));
            rig.text("DEL", "k");
        }
        Bytes fields = of(RdbType.HASH).length(2).texts("a", "1", "a", "2");
        assertEquals("-ERR Bad data format\r\n", restore(fields));
    }
}

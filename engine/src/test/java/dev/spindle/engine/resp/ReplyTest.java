package dev.spindle.engine.resp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class ReplyTest {

    private final BlockPool pool = new BlockPool();
    private final ReplyBuffer buffer = new ReplyBuffer(pool);
    private final Reply reply = new Reply();

    private String written(int protocol, Consumer<Reply> what) {
        reply.target(buffer, protocol);
        what.accept(reply);
        return new String(NativeBytes.drain(buffer), ISO_8859_1);
    }

    private void check(String resp2, String resp3, Consumer<Reply> what) {
        assertEquals(resp2, written(2, what));
        assertEquals(resp3, written(3, what));
    }

    private void check(String both, Consumer<Reply> what) {
        check(both, both, what);
    }

    @Test
    void shouldWriteSimpleStringsAndErrors() {
        check("+OK\r\n", Reply::ok);
        check("+QUEUED\r\n", r -> r.simple("QUEUED"));
        check("-ERR no  such\r\n", r -> r.error("ERR no\r\nsuch"));
        byte[] line = Reply.errorLine("WRONGTYPE x");
        check("-WRONGTYPE x\r\n", r -> r.errorLine(line));
    }

    @Test
    void shouldRememberTheLastErrorUntilItIsTaken() {
        reply.target(buffer, 2);
        assertFalse(reply.hasError());
        reply.error("ERR one");
        assertTrue(reply.hasError());
        assertFalse(reply.isErrorShared());
        assertArrayEquals("-ERR one\r\n".getBytes(ISO_8859_1), reply.takeError());
        assertFalse(reply.hasError());
        assertNull(reply.takeError());
        byte[] line = Reply.errorLine("ERR two");
        reply.errorLine(line);
        assertTrue(reply.isErrorShared());
        assertTrue(line == reply.takeError());
        buffer.clear();
    }

    @Test
    void shouldWriteIntegersOfEverySize() {
        for (long i = -20; i < 11_000; i++) {
            long value = i;
            check(":" + value + "\r\n", r -> r.integer(value));
        }
        for (long value : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, -10_000, 1_234_567_890L}) {
            check(":" + value + "\r\n", r -> r.integer(value));
            String digits = Long.toString(value);
            check("$" + digits.length() + "\r\n" + digits + "\r\n", r -> r.bulkInteger(value));
        }
        check("$1\r\n0\r\n", r -> r.bulkInteger(0));
    }

    @Test
    void shouldWriteBulksOfEveryLengthAcrossBlocks() {
        int longest = 70_000;
        byte[] bytes = new byte[longest];
        new Random(5).nextBytes(bytes);
        long block = UnsafeApi.allocateMemory(longest);
        NativeBytes.put(bytes, 0, block, longest);
        String text = new String(bytes, ISO_8859_1);
        reply.target(buffer, 2);
        StringBuilder expected = new StringBuilder();
        for (int length = 0; length <= longest; length += length < 600 ? 1 : 1 + length / 9) {
            reply.bulk(block, length);
            expected.append('$').append(length).append("\r\n");
            expected.append(text, 0, length).append("\r\n");
        }
        assertEquals(expected.toString(), new String(NativeBytes.drain(buffer), ISO_8859_1));
        UnsafeApi.freeMemory(block);
        check("$0\r\n\r\n", r -> r.bulk(new byte[0]));
        check("$3\r\n\u00e2\u0082\u00ac\r\n", r -> r.bulk("\u20ac"));
        check("*2\r\n$1\r\na\r\n$2\r\nbc\r\n", r -> r.bulks(List.of("a", "bc")));
        check("*0\r\n", r -> r.bulks(List.of()));
    }

    @Test
    void shouldWriteNulls() {
        check("$-1\r\n", "_\r\n", Reply::nullBulk);
        check("*-1\r\n", "_\r\n", Reply::nullArray);
    }

    @Test
    void shouldWriteHeadersOfAggregates() {
        check("*0\r\n", r -> r.array(0));
        check("*3\r\n", r -> r.array(3));
        check("*4294967296\r\n", r -> r.array(1L << 32));
        check("*6\r\n", "%3\r\n", r -> r.map(3));
        check("*3\r\n", "~3\r\n", r -> r.set(3));
        check("*3\r\n", ">3\r\n", r -> r.push(3));
        assertEquals("|1\r\n", written(3, r -> r.attribute(1)));
    }

    @Test
    void shouldWriteTheTypesOfResp3OrWhatStandsForThem() {
        check(":1\r\n", "#t\r\n", r -> r.bool(true));
        check(":0\r\n", "#f\r\n", r -> r.bool(false));
        check("$4\r\n1.25\r\n", ",1.25\r\n", r -> r.doubleText("1.25"));
        check("$4\r\n-inf\r\n", ",-inf\r\n", r -> r.doubleText("-inf"));
        check("$3\r\n123\r\n", "(123\r\n", r -> r.bigNumber("123"));
        check(
                "$2\r\nhi\r\n",
                "=6\r\ntxt:hi\r\n",
                r -> r.verbatim("txt", "hi".getBytes(ISO_8859_1)));
    }

    @Test
    void shouldChangeTheProtocolWithinAReply() {
        assertEquals(
                "*-1\r\n_\r\n",
                written(
                        2,
                        r -> {
                            r.nullArray();
                            r.protocol(3);
                            r.nullArray();
                            assertEquals(3, r.protocol());
                        }));
    }
}

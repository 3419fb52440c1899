package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReplyCounterTest {
    private static final String REPLIES =
            "+OK\r\n:12\r\n$5\r\na\r\nbc\r\n$-1\r\n$0\r\n\r\n+PONG\r\n"
                    + "*0\r\n*-1\r\n*2\r\n$1\r\n\n\r\n*2\r\n:1\r\n$-1\r\n*1\r\n*1\r\n*0\r\n+OK\r\n";

    @Test
    void shouldCountTheSameWhereverTheStreamIsCut() throws IOException {
        for (int cut = 0; cut <= REPLIES.length(); cut++) {
            ReplyCounter counter = new ReplyCounter();
            int replies =
                    counter.consume(bytes(REPLIES.substring(0, cut)))
                            + counter.consume(bytes(REPLIES.substring(cut)));
            assertEquals(11, replies, "cut at " + cut);
        }
    }

    @Test
    void shouldStopAtAnErrorReply() {
        IOException error =
                assertThrows(
                        IOException.class,
                        () -> new ReplyCounter().consume(bytes("+OK\r\n-OOM no\r\n")));
        assertEquals("the server answered the load with: -OOM no", error.getMessage());
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}

package dev.spindle.bench.compare;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Counts the complete replies in a stream of them, for loads that need to know that all are there and that none is an error, but
 * not what they say. Simple replies, integers and bulks; a bulk's bytes are skipped, not looked at.
 */
final class ReplyCounter {
    private byte type;
    private boolean inLine;
    private long bulkLength;
    private boolean negative;
    private long skip;

    /**
     * Consumes all bytes of the buffer.
     *
     * @return replies that were completed by them
     * @throws IOException at an error reply, or at what is no RESP2 reply of these kinds
     */
    int consume(ByteBuffer buffer) throws IOException {
        int complete = 0;
        int at = buffer.position();
        int end = buffer.limit();
        while (at < end) {
            if (skip > 0) {
                long step = Math.min(skip, end - at);
                skip -= step;
                at += (int) step;
                if (skip == 0) {
                    complete++;
                }
                continue;
            }
            byte b = buffer.get(at++);
            if (!inLine) {
                begin(b, buffer, at - 1);
            } else if (b == '\n') {
                inLine = false;
                if (type == '$' && !negative) {
                    skip = bulkLength + 2;
                } else {
                    complete++;
                }
            } else if (type == '$') {
                if (b == '-') {
                    negative = true;
                } else if (b != '\r') {
                    bulkLength = bulkLength * 10 + (b - '0');
                }
            }
        }
        buffer.position(end);
        return complete;
    }

    private void begin(byte b, ByteBuffer buffer, int at) throws IOException {
        if (b != '+' && b != ':' && b != '$') {
            StringBuilder text = new StringBuilder();
            for (int i = at; i < Math.min(buffer.limit(), at + 100) && buffer.get(i) != '\r'; i++) {
                text.append((char) buffer.get(i));
            }
            throw new IOException("the server answered the load with: " + text);
        }
        type = b;
        inLine = true;
        bulkLength = 0;
        negative = false;
    }
}

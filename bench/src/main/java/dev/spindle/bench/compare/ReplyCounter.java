package dev.spindle.bench.compare;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Counts the complete replies in a stream of them, for loads that need to know that all are there and that none is an error, but
 * not what they say. Simple replies, integers, bulks, and arrays of these; a bulk's bytes are skipped, not looked at.
 */
final class ReplyCounter {
    private byte type;
    private boolean inLine;
    private long number;
    private boolean negative;
    private long skip;

    // Replies and elements of arrays that are still to come before the reply at hand is complete.
    private long missing = 1;

    /**
     * Consumes all bytes of the buffer.
     *
     * @return replies that were completed by them
     * @throws IOException at an error reply, or at what is no RESP2 reply
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
                complete += skip == 0 ? endOfPart() : 0;
                continue;
            }
            byte b = buffer.get(at++);
            if (!inLine) {
                begin(b, buffer, at - 1);
            } else if (b == '\n') {
                complete += endOfLine();
            } else if (b == '-') {
                negative = true;
            } else if (b != '\r') {
                number = number * 10 + (b - '0');
            }
        }
        buffer.position(end);
        return complete;
    }

    // The number of a line that has none means nothing and is not looked at.
    private int endOfLine() {
        inLine = false;
        if (type == '$' && !negative) {
            skip = number + 2;
            return 0;
        }
        if (type == '*' && !negative) {
            missing += number;
        }
        return endOfPart();
    }

    private int endOfPart() {
        missing--;
        if (missing > 0) {
            return 0;
        }
        missing = 1;
        return 1;
    }

    private void begin(byte b, ByteBuffer buffer, int at) throws IOException {
        if (b != '+' && b != ':' && b != '$' && b != '*') {
            StringBuilder text = new StringBuilder();
            for (int i = at; i < Math.min(buffer.limit(), at + 100) && buffer.get(i) != '\r'; i++) {
                text.append((char) buffer.get(i));
            }
            throw new IOException("the server answered the load with: " + text);
        }
        type = b;
        inLine = true;
        number = 0;
        negative = false;
    }
}

package dev.spindle.engine.command.stream;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.ValueType;

/** Commands that read a stream's entries by their ids: XLEN, XRANGE, XREVRANGE. */
final class RangeCommands {

    private static final byte[] COUNT = Ascii.bytes("count");

    private final StreamId start = new StreamId();
    private final StreamId end = new StreamId();
    private final StreamReplies replies;

    RangeCommands(StreamReplies replies) {
        this.replies = replies;
    }

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("xlen", 2, "readonly fast", "stream", this::xlen).keys(range("RO", 1, 0, 1)),
            command("xrange", -4, "readonly", "stream", this::xrange)
                    .keys(range("RO access", 1, 0, 1)),
            command("xrevrange", -4, "readonly", "stream", this::xrevrange)
                    .keys(range("RO access", 1, 0, 1)),
        };
    }

    void xlen(Invocation in) {
        long entry = in.readAs(1, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        StreamType streams = in.engine().streams();
        in.reply().integer(entry == 0 ? 0 : streams.log(streams.root(entry)).length());
    }

    void xrange(Invocation in) {
        answer(in, 2, 3, false);
    }

    void xrevrange(Invocation in) {
        answer(in, 3, 2, true);
    }

    private void answer(Invocation in, int startIndex, int endIndex, boolean backwards) {
        if (!start.requireStart(in, startIndex) || !end.requireEnd(in, endIndex)) {
            return;
        }
        long count = Long.MAX_VALUE;
        for (int i = 4; i < in.argc(); i += 2) {
            if (i + 1 == in.argc() || !in.argIs(i, COUNT)) {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return;
            }
            if (!in.requireLong(i + 1)) {
                return;
            }
            count = Math.max(0, in.longValue());
        }
        long entry = in.readAs(1, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().array(0);
            return;
        }
        if (count == 0) {
            in.reply().nullArray();
            return;
        }
        StreamType streams = in.engine().streams();
        replies.range(
                in.reply(),
                streams.cursor(),
                streams.root(entry),
                start.ms,
                start.seq,
                end.ms,
                end.seq,
                count,
                backwards);
    }
}

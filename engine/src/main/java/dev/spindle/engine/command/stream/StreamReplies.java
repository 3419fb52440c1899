package dev.spindle.engine.command.stream;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.StreamCursor;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.DecimalWriter;
import dev.spindle.engine.resp.Reply;

/** What commands of streams answer: ids, entries, and the errors that name a key and a group. */
final class StreamReplies {

    private static final int MOST_DIGITS = 20;

    // An id: the text of its milliseconds and a dash stay, since entries are added by the thousand
    // within one.
    private final Scratch text = new Scratch();
    private long textMs;

    /** An id as a bulk string. */
    void id(Reply reply, long ms, long seq) {
        if (ms != textMs || text.length() == 0) {
            text.clear();
            unsigned(ms);
            text.appendByte('-');
            textMs = ms;
        }
        long kept = text.length();
        unsigned(seq);
        reply.bulk(text.address(), text.length());
        text.length(kept);
    }

    private void unsigned(long value) {
        if (value < 0) {
            long tenth = Long.divideUnsigned(value, 10);
            unsigned(tenth);
            text.appendByte('0' + (int) (value - tenth * 10));
            return;
        }
        long at = text.extend(MOST_DIGITS);
        long end = DecimalWriter.write(at, value);
        text.length(text.length() - MOST_DIGITS + end - at);
    }

    /** The entry at hand of a walk: its id, and its fields and values in one array. */
    void entry(Reply reply, StreamCursor cursor) {
        reply.array(2);
        id(reply, cursor.ms(), cursor.seq());
        reply.array(2L * cursor.pairs());
        while (cursor.nextPair()) {
            reply.bulk(cursor.fieldAddress(), cursor.fieldLength());
            reply.bulk(cursor.valueAddress(), cursor.valueLength());
        }
    }

    /** The entries of a walk from one id to another, as an array. */
    void range(
            Reply reply,
            StreamCursor cursor,
            long root,
            long fromMs,
            long fromSeq,
            long toMs,
            long toSeq,
            long most,
            boolean backwards) {
        long left = cursor.count(root, fromMs, fromSeq, toMs, toSeq, most);
        reply.array(left);
        cursor.open(root, fromMs, fromSeq, toMs, toSeq, backwards);
        while (left > 0 && cursor.next()) {
            entry(reply, cursor);
            left--;
        }
        assert left == 0 : "fewer entries than counted";
    }

    /** The name of a group or consumer. */
    static void name(Reply reply, StreamGroups groups, long record) {
        reply.bulk(groups.nameAddress(record), groups.nameLength(record));
    }

    /** Answers that there is no such key or group. */
    static void noGroup(Invocation in, int key, int group, String more) {
        in.reply()
                .error(
                        "NOGROUP No such key '"
                                + shown(in, key)
                                + "' or consumer group '"
                                + shown(in, group)
                                + "'"
                                + more);
    }

    /** Answers that the key has no such group. */
    static void noGroupOfKey(Invocation in, int key, int group) {
        in.reply()
                .error(
                        "NOGROUP No such consumer group '"
                                + shown(in, group)
                                + "' for key name '"
                                + shown(in, key)
                                + "'");
    }

    /** An argument as Redis prints it into an error: up to a NUL. */
    static String shown(Invocation in, int index) {
        String whole = in.argString(index);
        int nul = whole.indexOf(0);
        return nul < 0 ? whole : whole.substring(0, nul);
    }
}

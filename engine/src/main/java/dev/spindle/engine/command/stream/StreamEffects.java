package dev.spindle.engine.command.stream;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.propagation.Propagation;
import java.nio.charset.StandardCharsets;

/** The effects of commands on streams that are not repeated as they were sent: ids that were chosen, entries that were given to whom. */
final class StreamEffects {

    private static final byte[] XADD = word("XADD");
    private static final byte[] XCLAIM = word("XCLAIM");
    private static final byte[] XGROUP = word("XGROUP");
    private static final byte[] SETID = word("SETID");
    private static final byte[] CREATECONSUMER = word("CREATECONSUMER");
    private static final byte[] TIME = word("TIME");
    private static final byte[] RETRYCOUNT = word("RETRYCOUNT");
    private static final byte[] FORCE = word("FORCE");
    private static final byte[] JUSTID = word("JUSTID");
    private static final byte[] LASTID = word("LASTID");
    private static final byte[] ENTRIESREAD = word("ENTRIESREAD");

    private StreamEffects() {}

    private static byte[] word(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** An entry was added under an id, and the stream trimmed. */
    static void added(Invocation in, TrimOptions options, long root, StreamId id) {
        Propagation effects = in.engine().propagation();
        if (!effects.isActive() || options.isAbsolute()) {
            return;
        }
        effects.begin(in, XADD);
        options.tell(in, effects, in.engine().streams().log(root), options.end);
        effects.id(id.ms, id.seq);
        for (int i = options.end + 1; i < in.argc(); i++) {
            effects.arg(in, i);
        }
        effects.end();
    }

    /** A consumer was made. */
    static void consumer(Invocation in, int key, long group, int name) {
        Propagation effects = in.engine().propagation();
        if (!effects.isActive()) {
            return;
        }
        StreamGroups groups = in.engine().streams().groups();
        effects.begin(in, XGROUP)
                .bulk(CREATECONSUMER)
                .arg(in, key)
                .bulk(groups.nameAddress(group), groups.nameLength(group))
                .arg(in, name)
                .end();
    }

    /** An entry belongs to a consumer now, or no more to anybody, when it is not in the stream. */
    static void claimed(
            Invocation in,
            int key,
            long group,
            long consumer,
            long ms,
            long seq,
            long deliveredMs,
            long deliveries) {
        Propagation effects = in.engine().propagation();
        if (!effects.isActive()) {
            return;
        }
        StreamGroups groups = in.engine().streams().groups();
        effects.begin(in, XCLAIM)
                .arg(in, key)
                .bulk(groups.nameAddress(group), groups.nameLength(group))
                .bulk(groups.nameAddress(consumer), groups.nameLength(consumer))
                .number(0)
                .id(ms, seq)
                .bulk(TIME)
                .number(deliveredMs)
                .bulk(RETRYCOUNT)
                .number(deliveries)
                .bulk(FORCE)
                .bulk(JUSTID)
                .bulk(LASTID)
                .id(groups.lastMs(group), groups.lastSeq(group))
                .end();
    }

    /** A group has delivered up to an id. */
    static void delivered(Invocation in, int key, long group) {
        Propagation effects = in.engine().propagation();
        if (!effects.isActive()) {
            return;
        }
        StreamGroups groups = in.engine().streams().groups();
        effects.begin(in, XGROUP)
                .bulk(SETID)
                .arg(in, key)
                .bulk(groups.nameAddress(group), groups.nameLength(group))
                .id(groups.lastMs(group), groups.lastSeq(group))
                .bulk(ENTRIESREAD)
                .number(groups.entriesRead(group))
                .end();
    }
}

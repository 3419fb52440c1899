package dev.spindle.engine.command.stream;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.text.Ascii;

/** The effects of commands on streams that are not repeated as they were sent: ids that were chosen, entries that were given to whom. */
final class StreamEffects {

    private static final byte[] XADD = Ascii.bytes("XADD");
    private static final byte[] XCLAIM = Ascii.bytes("XCLAIM");
    private static final byte[] XGROUP = Ascii.bytes("XGROUP");
    private static final byte[] SETID = Ascii.bytes("SETID");
    private static final byte[] CREATECONSUMER = Ascii.bytes("CREATECONSUMER");
    private static final byte[] TIME = Ascii.bytes("TIME");
    private static final byte[] RETRYCOUNT = Ascii.bytes("RETRYCOUNT");
    private static final byte[] FORCE = Ascii.bytes("FORCE");
    private static final byte[] JUSTID = Ascii.bytes("JUSTID");
    private static final byte[] LASTID = Ascii.bytes("LASTID");
    private static final byte[] ENTRIESREAD = Ascii.bytes("ENTRIESREAD");

    private StreamEffects() {}

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

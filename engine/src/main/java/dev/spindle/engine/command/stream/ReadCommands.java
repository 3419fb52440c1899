package dev.spindle.engine.command.stream;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.blocking.BlockedOperation;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.encoding.IdTree;
import dev.spindle.engine.encoding.StreamCursor;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.ValueType;
import java.util.Arrays;

/**
 * XREAD and XREADGROUP. A request is parsed into a {@link ReadRequest}, then each stream is asked whether it has something
 * for the client, and only then, when it is known how many have, the reply is written.
 *
 * <h2>Blocking</h2>
 *
 * A request that nothing can be given comes to {@link #nothingToServe}, the one place where a client is blocked. What
 * it was waiting for is served later by {@link #serveLater} with the request's arguments and the ids that {@link
 * ReadRequest#resolvedIds} gave when it came: what {@code $} meant then.
 */
public final class ReadCommands {

    private static final int FEW = 16;
    static final KeyspaceEvent CREATE_CONSUMER =
            new KeyspaceEvent(KeyspaceEvent.Kind.STREAM, "xgroup-createconsumer");

    private final ReadRequest request = new ReadRequest();
    private final StreamId from = new StreamId();
    private final StreamReplies replies;
    private final BlockedOperation readLater = (in, memo) -> serveLater(in, false, memo);
    private final BlockedOperation groupedLater = (in, memo) -> serveLater(in, true, memo);

    // Per stream of the request: its root, or 0 when it has nothing to give, and its group and
    // consumer.
    private long[] roots = new long[FEW];
    private long[] groups = new long[FEW];
    private long[] consumers = new long[FEW];

    ReadCommands(StreamReplies replies) {
        this.replies = replies;
    }

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("xread", -4, "readonly blocking movablekeys", "stream", this::xread)
                    .keys(behindStreams(1))
                    .keyFinder(ReadRequest::keys),
            command("xreadgroup", -7, "write blocking movablekeys", "stream", this::xreadgroup)
                    .keys(behindStreams(4))
                    .keyFinder(ReadRequest::keys),
        };
    }

    private static KeySpec behindStreams(int from) {
        return new KeySpec(
                null,
                "RO access",
                KeySpec.Begin.KEYWORD,
                from,
                "STREAMS",
                KeySpec.Find.RANGE,
                -1,
                1,
                2);
    }

    void xread(Invocation in) {
        read(in, false);
    }

    void xreadgroup(Invocation in) {
        read(in, true);
    }

    private void read(Invocation in, boolean grouped) {
        if (grouped) {
            in.engine().propagation().instead();
        }
        if (request.parse(in, grouped) && request.resolve(in) && !serve(in)) {
            nothingToServe(in, grouped);
        }
    }

    // The end of a request for which there is nothing. A group's reader is told when the stream
    // goes.
    private void nothingToServe(Invocation in, boolean grouped) {
        if (!request.blocks() || !in.mayBlock()) {
            in.reply().nullArray();
            return;
        }
        in.engine()
                .blocked()
                .block(
                        in,
                        grouped ? groupedLater : readLater,
                        request.resolvedIds(),
                        request.keyIndex(0),
                        request.streams(),
                        ValueType.STREAM,
                        grouped,
                        request.untilMs() == 0 ? 0 : request.untilMs() - in.nowMs());
    }

    /**
     * Serves a blocked client, when one of its keys may have something for it.
     *
     * @param in its request, parsed anew.
     * @param resolvedIds two longs per stream, as {@link ReadRequest#resolvedIds} gave them when the request came.
     * @return whether it was answered, be it with an error; otherwise it goes on waiting.
     */
    public boolean serveLater(Invocation in, boolean grouped, long[] resolvedIds) {
        if (grouped) {
            in.engine().propagation().instead();
        }
        return !request.parse(in, grouped) || !request.resolveAgain(in, resolvedIds) || serve(in);
    }

    // Answers what there is, or nothing and then false.
    private boolean serve(Invocation in) {
        int count = request.streams();
        if (count > roots.length) {
            roots = Arrays.copyOf(roots, count * 2);
            groups = Arrays.copyOf(groups, count * 2);
            consumers = Arrays.copyOf(consumers, count * 2);
        }
        int served = 0;
        for (int i = 0; i < count; i++) {
            roots[i] = 0;
            groups[i] = 0;
            long entry = in.lookupRead(request.keyIndex(i));
            if (entry == 0) {
                continue;
            }
            long root = in.engine().streams().root(entry);
            boolean gives =
                    request.isGrouped() ? groupGives(in, i, root) : streamGives(in, i, root);
            if (gives) {
                roots[i] = root;
                served++;
            }
        }
        if (served == 0) {
            return false;
        }
        Reply reply = in.reply();
        boolean maps = reply.protocol() == 3;
        if (maps) {
            reply.map(served);
        } else {
            reply.array(served);
        }
        for (int i = 0; i < count; i++) {
            if (roots[i] != 0) {
                if (!maps) {
                    reply.array(2);
                }
                int key = request.keyIndex(i);
                reply.bulk(in.argAddress(key), in.argLength(key));
                answer(in, i);
            }
        }
        return true;
    }

    private boolean streamGives(Invocation in, int i, long root) {
        StreamLog log = in.engine().streams().log(root);
        return log.findLast()
                && StreamIds.compare(log.foundMs(), log.foundSeq(), request.ms(i), request.seq(i))
                        > 0;
    }

    private boolean groupGives(Invocation in, int i, long root) {
        StreamGroups all = in.engine().streams().groups();
        long group = all.find(root, request.group(in), request.groupLength(in));
        boolean gives = !request.isNew(i) || hasNew(in, i, root, group);
        // Who is given entries is made by that where it is repeated.
        boolean told = gives && request.isNew(i) && !request.noAck();
        if (!told && isNewConsumer(in, group, request.consumerIndex())) {
            StreamEffects.consumer(in, request.keyIndex(i), group, request.consumerIndex());
        }
        groups[i] = group;
        consumers[i] = consumer(in, group, request.keyIndex(i), request.consumerIndex());
        return gives;
    }

    // A key that is named twice gives its second place what the first leaves.
    private boolean hasNew(Invocation in, int i, long root, long group) {
        StreamType streams = in.engine().streams();
        StreamLog log = streams.log(root);
        long ms = streams.groups().lastMs(group);
        long seq = streams.groups().lastSeq(group);
        if (!log.findLast() || StreamIds.compare(log.foundMs(), log.foundSeq(), ms, seq) <= 0) {
            return false;
        }
        int before = 0;
        for (int j = 0; j < i; j++) {
            before += groups[j] == group && roots[j] != 0 && request.isNew(j) ? 1 : 0;
        }
        if (before == 0) {
            return true;
        }
        if (request.count() == 0) {
            return false;
        }
        from.ms = ms;
        from.seq = seq;
        from.increment();
        long taken =
                request.count() > Long.MAX_VALUE / (before + 1)
                        ? Long.MAX_VALUE - 1
                        : request.count() * before;
        return streams.cursor()
                        .count(root, from.ms, from.seq, StreamIds.MAX, StreamIds.MAX, taken + 1)
                > taken;
    }

    /** Whether there is no consumer of a name yet. */
    static boolean isNewConsumer(Invocation in, long group, int name) {
        return in.engine()
                        .streams()
                        .groups()
                        .findConsumer(group, in.argAddress(name), in.argLength(name))
                == 0;
    }

    /** The consumer of a name, which is made where there is none, and is seen now. */
    static long consumer(Invocation in, long group, int key, int name) {
        StreamGroups all = in.engine().streams().groups();
        long address = in.argAddress(name);
        int length = in.argLength(name);
        long consumer = all.findConsumer(group, address, length);
        if (consumer == 0) {
            consumer = all.createConsumer(group, address, length, in.nowMs());
            in.db().shared().stats().dirty++;
            in.event(CREATE_CONSUMER, key);
        }
        all.seen(consumer, in.nowMs());
        return consumer;
    }

    private void answer(Invocation in, int i) {
        long most = request.count() == 0 ? Long.MAX_VALUE : request.count();
        from.ms = request.ms(i);
        from.seq = request.seq(i);
        if (!request.isGrouped()) {
            from.increment();
            replies.range(
                    in.reply(),
                    in.engine().streams().cursor(),
                    roots[i],
                    from.ms,
                    from.seq,
                    StreamIds.MAX,
                    StreamIds.MAX,
                    most,
                    false);
            return;
        }
        in.db().shared().stats().dirty++;
        if (request.isNew(i)) {
            deliver(in, request.keyIndex(i), roots[i], groups[i], consumers[i], most);
        } else {
            from.increment();
            history(in, i, most);
        }
    }

    private void deliver(Invocation in, int key, long root, long group, long consumer, long most) {
        StreamType streams = in.engine().streams();
        StreamGroups all = streams.groups();
        from.ms = all.lastMs(group);
        from.seq = all.lastSeq(group);
        from.increment();
        StreamCursor cursor = streams.cursor();
        long left = cursor.count(root, from.ms, from.seq, StreamIds.MAX, StreamIds.MAX, most);
        in.reply().array(left);
        cursor.open(root, from.ms, from.seq, StreamIds.MAX, StreamIds.MAX, false);
        for (; left > 0 && cursor.next(); left--) {
            // What may find no memory comes first: nothing must be passed over.
            if (!request.noAck()) {
                all.assign(group, consumer, cursor.ms(), cursor.seq(), in.nowMs(), 1);
                all.active(consumer, in.nowMs());
            }
            streams.advance(root, group, cursor.ms(), cursor.seq());
            if (!request.noAck()) {
                StreamEffects.claimed(
                        in, key, group, consumer, cursor.ms(), cursor.seq(), in.nowMs(), 1);
            }
            replies.entry(in.reply(), cursor);
        }
        StreamEffects.delivered(in, key, group);
    }

    // What the consumer was given before and has not acknowledged.
    private void history(Invocation in, int i, long most) {
        StreamType streams = in.engine().streams();
        StreamGroups all = streams.groups();
        IdTree own = all.pendingOf(consumers[i]);
        long left = 0;
        for (boolean more = own.ceiling(from.ms, from.seq);
                more && left < most;
                more = own.next()) {
            left++;
        }
        Reply reply = in.reply();
        reply.array(left);
        StreamCursor cursor = streams.cursor();
        for (boolean more = own.ceiling(from.ms, from.seq); more && left > 0; more = own.next()) {
            long ms = own.ms();
            long seq = own.seq();
            cursor.open(roots[i], ms, seq, ms, seq, false);
            if (cursor.next()) {
                replies.entry(reply, cursor);
                IdTree list = all.groupPendingOf(groups[i]);
                if (list.find(ms, seq)) {
                    all.redelivered(list, in.nowMs());
                }
            } else {
                reply.array(2);
                replies.id(reply, ms, seq);
                reply.nullArray();
            }
            left--;
        }
    }
}

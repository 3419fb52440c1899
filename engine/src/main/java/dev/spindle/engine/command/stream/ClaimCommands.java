package dev.spindle.engine.command.stream;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.IdTree;
import dev.spindle.engine.encoding.StreamCursor;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.ValueType;

/**
 * XCLAIM and XAUTOCLAIM: pending entries change hands. First the lists are changed and the ids remembered, then, when their
 * number is known, the reply is written; entries themselves do not change in between.
 */
final class ClaimCommands {

    private static final byte[] FORCE = Ascii.bytes("force");
    private static final byte[] JUSTID = Ascii.bytes("justid");
    private static final byte[] IDLE = Ascii.bytes("idle");
    private static final byte[] TIME = Ascii.bytes("time");
    private static final byte[] RETRYCOUNT = Ascii.bytes("retrycount");
    private static final byte[] LASTID = Ascii.bytes("lastid");
    private static final byte[] COUNT = Ascii.bytes("count");

    private static final byte[] BAD_MIN_IDLE = invalid("min-idle-time argument for XCLAIM");
    private static final byte[] BAD_IDLE = invalid("IDLE option argument for XCLAIM");
    private static final byte[] BAD_TIME = invalid("TIME option argument for XCLAIM");
    private static final byte[] BAD_RETRY = invalid("RETRYCOUNT option argument for XCLAIM");
    private static final byte[] BAD_AUTO_IDLE = invalid("min-idle-time argument for XAUTOCLAIM");
    private static final byte[] BAD_COUNT = Reply.errorLine("ERR COUNT must be > 0");

    private static final int FIRST_ID = 5;
    private static final long USUAL_COUNT = 100;
    private static final long MOST_COUNT = Long.MAX_VALUE / 16;
    private static final long ATTEMPTS_PER_ENTRY = 10;
    private static final int ID_BYTES = 16;

    private final StreamId id = new StreamId();
    private final StreamId last = new StreamId();
    private final StreamReplies replies;
    private final Scratch claimed = new Scratch();
    private final Scratch gone = new Scratch();

    private int idsEnd;
    private boolean force;
    private boolean justId;
    private long minIdle;
    private long deliveredMs;
    private long retries;
    private long count;
    private long group;
    private long root;

    ClaimCommands(StreamReplies replies) {
        this.replies = replies;
    }

    private static byte[] invalid(String what) {
        return Reply.errorLine("ERR Invalid " + what);
    }

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("xclaim", -6, "write fast", "stream", this::xclaim)
                    .keys(range("RW update", 1, 0, 1))
                    .tips("nondeterministic_output"),
            command("xautoclaim", -6, "write fast", "stream", this::xautoclaim)
                    .keys(range("RW delete", 1, 0, 1))
                    .tips("nondeterministic_output"),
        };
    }

    // Looks at what a look-up of the key found; answers an error where there is no such group.
    private boolean findGroup(Invocation in, long entry) {
        StreamType streams = in.engine().streams();
        root = entry == 0 ? 0 : streams.root(entry);
        group = entry == 0 ? 0 : streams.groups().find(root, in.argAddress(2), in.argLength(2));
        if (group == 0) {
            StreamReplies.noGroup(in, 1, 2, "");
        }
        return group != 0;
    }

    private static boolean requireLong(Invocation in, int index, byte[] error) {
        if (in.isLong(index)) {
            return true;
        }
        in.reply().errorLine(error);
        return false;
    }

    void xclaim(Invocation in) {
        in.engine().propagation().instead();
        long entry = in.readAs(1, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE || !findGroup(in, entry)) {
            return;
        }
        if (!requireLong(in, 4, BAD_MIN_IDLE)) {
            return;
        }
        minIdle = Math.max(0, in.longValue());
        if (!parseClaim(in)) {
            return;
        }
        StreamGroups groups = in.engine().streams().groups();
        boolean moved =
                StreamIds.compare(last.ms, last.seq, groups.lastMs(group), groups.lastSeq(group))
                        > 0;
        if (moved) {
            groups.lastDelivered(group, last.ms, last.seq);
        }
        boolean made = ReadCommands.isNewConsumer(in, group, 3);
        long consumer = ReadCommands.consumer(in, group, 1, 3);
        claimed.clear();
        long before = in.db().shared().stats().dirty;
        for (int i = FIRST_ID; i < idsEnd; i++) {
            id.isStrict(in, i);
            claim(in, groups, consumer);
        }
        if (moved && in.db().shared().stats().dirty == before) {
            in.db().shared().stats().dirty++;
            StreamEffects.delivered(in, 1, group);
        }
        if (made && claimed.length() == 0) {
            StreamEffects.consumer(in, 1, group, 3);
        }
        in.reply().array(claimed.length() / ID_BYTES);
        answerClaimed(in);
    }

    // Ids come first; what is no id is an option.
    private boolean parseClaim(Invocation in) {
        force = false;
        justId = false;
        retries = -1;
        deliveredMs = -1;
        last.ms = 0;
        last.seq = 0;
        int i = FIRST_ID;
        while (i < in.argc() && id.isStrict(in, i)) {
            i++;
        }
        idsEnd = i;
        for (; i < in.argc(); i++) {
            boolean more = i + 1 < in.argc();
            boolean good = true;
            if (in.argIs(i, FORCE)) {
                force = true;
            } else if (in.argIs(i, JUSTID)) {
                justId = true;
            } else if (more && in.argIs(i, IDLE)) {
                good = requireLong(in, ++i, BAD_IDLE);
                deliveredMs = in.nowMs() - in.longValue();
            } else if (more && in.argIs(i, TIME)) {
                good = requireLong(in, ++i, BAD_TIME);
                deliveredMs = in.longValue();
            } else if (more && in.argIs(i, RETRYCOUNT)) {
                good = requireLong(in, ++i, BAD_RETRY);
                retries = in.longValue();
            } else if (more && in.argIs(i, LASTID)) {
                good = last.require(in, ++i);
            } else {
                in.reply()
                        .error(
                                "ERR Unrecognized XCLAIM option '"
                                        + StreamReplies.shown(in, i)
                                        + "'");
                good = false;
            }
            if (!good) {
                return false;
            }
        }
        // A time that cannot be, which a client's clock may well compute, is now.
        if (deliveredMs < 0 || deliveredMs > in.nowMs()) {
            deliveredMs = in.nowMs();
        }
        return true;
    }

    private void claim(Invocation in, StreamGroups groups, long consumer) {
        IdTree list = groups.groupPendingOf(group);
        boolean pending = list.find(id.ms, id.seq);
        if (!in.engine().streams().log(root).contains(id.ms, id.seq)) {
            if (pending) {
                tellGone(in, groups, list, id.ms, id.seq);
                groups.acknowledge(group, id.ms, id.seq);
                in.db().shared().stats().dirty++;
            }
            return;
        }
        if (!pending && !force) {
            return;
        }
        long deliveries = 1;
        if (pending) {
            if (minIdle != 0 && in.nowMs() - groups.delivered(list) < minIdle) {
                return;
            }
            deliveries = groups.deliveries(list);
        }
        if (retries >= 0) {
            deliveries = retries;
        } else if (!justId) {
            deliveries++;
        }
        groups.assign(group, consumer, id.ms, id.seq, deliveredMs, deliveries);
        groups.active(consumer, in.nowMs());
        in.db().shared().stats().dirty++;
        StreamEffects.claimed(in, 1, group, consumer, id.ms, id.seq, deliveredMs, deliveries);
        remember(claimed, id.ms, id.seq);
    }

    // Claiming what is not in the stream takes it from whom it belonged to.
    private void tellGone(Invocation in, StreamGroups groups, IdTree list, long ms, long seq) {
        StreamEffects.claimed(
                in,
                1,
                group,
                groups.owner(list),
                ms,
                seq,
                groups.delivered(list),
                groups.deliveries(list));
    }

    private static void remember(Scratch ids, long ms, long seq) {
        ids.appendLong(ms);
        ids.appendLong(seq);
    }

    private void answerClaimed(Invocation in) {
        StreamCursor cursor = in.engine().streams().cursor();
        for (long at = 0; at < claimed.length(); at += ID_BYTES) {
            long ms = claimed.longAt(at);
            long seq = claimed.longAt(at + 8);
            if (justId) {
                replies.id(in.reply(), ms, seq);
                continue;
            }
            cursor.open(root, ms, seq, ms, seq, false);
            boolean stands = cursor.next();
            assert stands : "claimed what is not there";
            replies.entry(in.reply(), cursor);
        }
    }

    void xautoclaim(Invocation in) {
        in.engine().propagation().instead();
        long entry = in.lookupRead(1);
        if (!requireLong(in, 4, BAD_AUTO_IDLE)) {
            return;
        }
        minIdle = Math.max(0, in.longValue());
        if (!id.requireStart(in, 5) || !parseAuto(in)) {
            return;
        }
        if (entry != 0 && !in.engine().streams().isStream(entry)) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        if (!findGroup(in, entry)) {
            return;
        }
        StreamGroups groups = in.engine().streams().groups();
        boolean made = ReadCommands.isNewConsumer(in, group, 3);
        long consumer = ReadCommands.consumer(in, group, 1, 3);
        claimed.clear();
        gone.clear();
        claimFrom(in, groups, consumer);
        if (made && claimed.length() == 0) {
            StreamEffects.consumer(in, 1, group, 3);
        }
        Reply reply = in.reply();
        reply.array(3);
        replies.id(reply, id.ms, id.seq);
        reply.array(claimed.length() / ID_BYTES);
        answerClaimed(in);
        reply.array(gone.length() / ID_BYTES);
        for (long at = 0; at < gone.length(); at += ID_BYTES) {
            replies.id(reply, gone.longAt(at), gone.longAt(at + 8));
        }
    }

    private boolean parseAuto(Invocation in) {
        count = USUAL_COUNT;
        justId = false;
        for (int i = 6; i < in.argc(); i++) {
            if (i + 1 < in.argc() && in.argIs(i, COUNT)) {
                i++;
                if (!in.isLong(i) || in.longValue() < 1 || in.longValue() > MOST_COUNT) {
                    in.reply().errorLine(BAD_COUNT);
                    return false;
                }
                count = in.longValue();
            } else if (in.argIs(i, JUSTID)) {
                justId = true;
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return false;
            }
        }
        return true;
    }

    // From the id parsed, which is then where to go on next time.
    private void claimFrom(Invocation in, StreamGroups groups, long consumer) {
        long left = count;
        long attempts =
                count > Long.MAX_VALUE / ATTEMPTS_PER_ENTRY
                        ? Long.MAX_VALUE
                        : count * ATTEMPTS_PER_ENTRY;
        IdTree list = groups.groupPendingOf(group);
        boolean more = list.ceiling(id.ms, id.seq);
        for (; more && attempts > 0 && left > 0; attempts--) {
            long ms = list.ms();
            long seq = list.seq();
            if (!in.engine().streams().log(root).contains(ms, seq)) {
                tellGone(in, groups, list, ms, seq);
                groups.acknowledge(group, ms, seq);
                in.db().shared().stats().dirty++;
                remember(gone, ms, seq);
                left--;
                more = groups.groupPendingOf(group).ceiling(ms, seq);
                continue;
            }
            if (minIdle == 0 || in.nowMs() - groups.delivered(list) >= minIdle) {
                long deliveries = groups.deliveries(list) + (justId ? 0 : 1);
                groups.assign(group, consumer, ms, seq, in.nowMs(), deliveries);
                groups.active(consumer, in.nowMs());
                in.db().shared().stats().dirty++;
                StreamEffects.claimed(in, 1, group, consumer, ms, seq, in.nowMs(), deliveries);
                remember(claimed, ms, seq);
                left--;
            }
            more = list.next();
        }
        id.ms = more ? list.ms() : 0;
        id.seq = more ? list.seq() : 0;
    }
}

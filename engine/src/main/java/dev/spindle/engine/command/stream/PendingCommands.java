package dev.spindle.engine.command.stream;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.IdTree;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.ValueType;

/** XPENDING: what a group has delivered and nobody has acknowledged. */
final class PendingCommands {

    private static final byte[] IDLE = Ascii.bytes("idle");
    private static final int SUMMARY_WORDS = 3;
    private static final int LEAST_WORDS = 6;
    private static final int MOST_WORDS = 9;

    private final StreamId start = new StreamId();
    private final StreamId end = new StreamId();
    private final StreamReplies replies;
    private long minIdle;
    private long count;
    private int consumerIndex;

    PendingCommands(StreamReplies replies) {
        this.replies = replies;
    }

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("xpending", -3, "readonly", "stream", this::xpending)
                    .keys(range("RO access", 1, 0, 1))
                    .tips("nondeterministic_output"),
        };
    }

    void xpending(Invocation in) {
        int argc = in.argc();
        if (argc != SUMMARY_WORDS && (argc < LEAST_WORDS || argc > MOST_WORDS)) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        if (argc != SUMMARY_WORDS && !parse(in)) {
            return;
        }
        long entry = in.readAs(1, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        StreamType streams = in.engine().streams();
        StreamGroups groups = streams.groups();
        long group =
                entry == 0
                        ? 0
                        : groups.find(streams.root(entry), in.argAddress(2), in.argLength(2));
        if (group == 0) {
            StreamReplies.noGroup(in, 1, 2, "");
        } else if (argc == SUMMARY_WORDS) {
            summary(in.reply(), groups, group);
        } else {
            list(in, groups, group);
        }
    }

    private boolean parse(Invocation in) {
        int at = 3;
        minIdle = 0;
        if (in.argIs(at, IDLE)) {
            if (!in.requireLong(at + 1)) {
                return false;
            }
            minIdle = in.longValue();
            if (in.argc() < LEAST_WORDS + 2) {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return false;
            }
            at += 2;
        }
        if (!in.requireLong(at + 2)) {
            return false;
        }
        count = Math.max(0, in.longValue());
        consumerIndex = at + 3 < in.argc() ? at + 3 : 0;
        return start.requireStart(in, at) && end.requireEnd(in, at + 1);
    }

    private void summary(Reply reply, StreamGroups groups, long group) {
        IdTree list = groups.groupPendingOf(group);
        reply.array(4);
        reply.integer(list.size());
        if (!list.first()) {
            reply.nullBulk();
            reply.nullBulk();
            reply.nullArray();
            return;
        }
        replies.id(reply, list.ms(), list.seq());
        list.last();
        replies.id(reply, list.ms(), list.seq());
        int consumers = groups.consumerCount(group);
        int busy = 0;
        for (int i = 0; i < consumers; i++) {
            busy += groups.pendingOf(groups.consumer(group, i)).size() > 0 ? 1 : 0;
        }
        reply.array(busy);
        for (int i = 0; i < consumers; i++) {
            long consumer = groups.consumer(group, i);
            long pending = groups.pendingOf(consumer).size();
            if (pending > 0) {
                reply.array(2);
                StreamReplies.name(reply, groups, consumer);
                reply.bulkInteger(pending);
            }
        }
    }

    private void list(Invocation in, StreamGroups groups, long group) {
        long consumer = 0;
        if (consumerIndex != 0) {
            consumer =
                    groups.findConsumer(
                            group, in.argAddress(consumerIndex), in.argLength(consumerIndex));
            if (consumer == 0) {
                in.reply().array(0);
                return;
            }
        }
        long found = walk(in, groups, group, consumer, count, false);
        in.reply().array(found);
        walk(in, groups, group, consumer, found, true);
    }

    // Counts what fits, or answers it.
    private long walk(
            Invocation in,
            StreamGroups groups,
            long group,
            long consumer,
            long most,
            boolean answers) {
        IdTree all = groups.groupPendingOf(group);
        IdTree own = consumer == 0 ? all : groups.pendingOf(consumer);
        long found = 0;
        boolean more = own.ceiling(start.ms, start.seq);
        for (; more && found < most; more = own.next()) {
            if (StreamIds.compare(own.ms(), own.seq(), end.ms, end.seq) > 0) {
                break;
            }
            if (own != all && !all.find(own.ms(), own.seq())) {
                continue;
            }
            long idle = in.nowMs() - groups.delivered(all);
            if (minIdle != 0 && idle < minIdle) {
                continue;
            }
            found++;
            if (answers) {
                Reply reply = in.reply();
                reply.array(4);
                replies.id(reply, all.ms(), all.seq());
                StreamReplies.name(reply, groups, groups.owner(all));
                reply.integer(Math.max(0, idle));
                reply.integer(groups.deliveries(all));
            }
        }
        return found;
    }
}

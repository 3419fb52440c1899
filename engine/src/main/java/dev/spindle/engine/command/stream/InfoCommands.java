package dev.spindle.engine.command.stream;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.HelpReply;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.IdTree;
import dev.spindle.engine.encoding.StreamCursor;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.ValueType;

/**
 * XINFO: what is known about a stream, its groups and their consumers.
 *
 * <p>The radix tree that STREAM reports on is not there. Its keys are the stream's blocks, which end where Redis's nodes do,
 * so their number is the same; its nodes are those that Redis's tree over the same keys has, counted over the first {@link
 * #MOST_COUNTED} blocks and estimated beyond.
 */
final class InfoCommands {

    private static final byte[] FULL = Ascii.bytes("full");
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final long USUAL_COUNT = 10;
    private static final long MOST_COUNTED = 10_000;

    private static final String[] HELP = {
        "CONSUMERS <key> <groupname>",
        "    Show consumers of <groupname>.",
        "GROUPS <key>",
        "    Show the stream consumer groups.",
        "STREAM <key> [FULL [COUNT <count>]",
        "    Show information about the stream."
    };

    private final StreamReplies replies;

    InfoCommands(StreamReplies replies) {
        this.replies = replies;
    }

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("xinfo", -2, "", "", null)
                    .subcommands(
                            command("consumers", 4, "readonly", "stream", this::consumers)
                                    .keys(range("RO access", 2, 0, 1))
                                    .tips("nondeterministic_output"),
                            command("groups", 3, "readonly", "stream", this::groups)
                                    .keys(range("RO access", 2, 0, 1)),
                            command("help", 2, "loading stale", "stream", this::help),
                            command("stream", -3, "readonly", "stream", this::stream)
                                    .keys(range("RO access", 2, 0, 1))),
        };
    }

    void help(Invocation in) {
        HelpReply.write(in, HELP);
    }

    // The root of the key's stream, or 0 after an error.
    private static long find(Invocation in) {
        long entry = in.readAs(2, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return 0;
        }
        if (entry == 0) {
            in.reply().errorLine(ReplyErrors.NO_SUCH_KEY);
            return 0;
        }
        return in.engine().streams().root(entry);
    }

    void consumers(Invocation in) {
        long root = find(in);
        if (root == 0) {
            return;
        }
        StreamGroups groups = in.engine().streams().groups();
        long group = groups.find(root, in.argAddress(3), in.argLength(3));
        if (group == 0) {
            StreamReplies.noGroupOfKey(in, 2, 3);
            return;
        }
        Reply reply = in.reply();
        int count = groups.consumerCount(group);
        reply.array(count);
        for (int i = 0; i < count; i++) {
            long consumer = groups.consumer(group, i);
            long active = groups.active(consumer);
            reply.map(4);
            reply.bulk("name");
            StreamReplies.name(reply, groups, consumer);
            field(reply, "pending", groups.pendingOf(consumer).size());
            field(reply, "idle", Math.max(0, in.nowMs() - groups.seen(consumer)));
            field(reply, "inactive", active == -1 ? -1 : in.nowMs() - active);
        }
    }

    private static void field(Reply reply, String name, long value) {
        reply.bulk(name);
        reply.integer(value);
    }

    private void idField(Reply reply, String name, long ms, long seq) {
        reply.bulk(name);
        replies.id(reply, ms, seq);
    }

    void groups(Invocation in) {
        long root = find(in);
        if (root == 0) {
            return;
        }
        StreamType streams = in.engine().streams();
        StreamGroups groups = streams.groups();
        Reply reply = in.reply();
        int count = groups.count(root);
        reply.array(count);
        for (int i = 0; i < count; i++) {
            long group = groups.group(root, i);
            reply.map(6);
            reply.bulk("name");
            StreamReplies.name(reply, groups, group);
            field(reply, "consumers", groups.consumerCount(group));
            field(reply, "pending", groups.groupPendingOf(group).size());
            progress(reply, streams, root, group);
        }
    }

    // How far a group has come.
    private void progress(Reply reply, StreamType streams, long root, long group) {
        StreamGroups groups = streams.groups();
        idField(reply, "last-delivered-id", groups.lastMs(group), groups.lastSeq(group));
        known(reply, "entries-read", groups.entriesRead(group), StreamGroups.UNKNOWN);
        known(reply, "lag", streams.lag(root, group), StreamType.LAG_UNKNOWN);
    }

    private static void known(Reply reply, String name, long value, long unknown) {
        reply.bulk(name);
        if (value == unknown) {
            reply.nullBulk();
        } else {
            reply.integer(value);
        }
    }

    void stream(Invocation in) {
        long root = find(in);
        if (root == 0) {
            return;
        }
        int argc = in.argc();
        boolean full = argc > 3;
        long count = USUAL_COUNT;
        if (full) {
            boolean known =
                    (argc == 4 || argc == 6)
                            && in.argIs(3, FULL)
                            && (argc == 4 || in.argIs(4, COUNT));
            if (!known) {
                HelpReply.syntaxError(in);
                return;
            }
            if (argc == 6) {
                if (!in.requireLong(5)) {
                    return;
                }
                count = in.longValue() < 0 ? USUAL_COUNT : in.longValue();
            }
        }
        Reply reply = in.reply();
        StreamType streams = in.engine().streams();
        reply.map(full ? 9 : 10);
        facts(reply, streams.log(root));
        if (full) {
            everything(reply, streams, root, count == 0 ? Long.MAX_VALUE : count);
        } else {
            field(reply, "groups", streams.groups().count(root));
            edge(reply, streams.cursor(), root, false);
            edge(reply, streams.cursor(), root, true);
        }
    }

    private void facts(Reply reply, StreamLog log) {
        field(reply, "length", log.length());
        field(reply, "radix-tree-keys", log.blocks());
        field(reply, "radix-tree-nodes", log.radixNodes(MOST_COUNTED));
        idField(reply, "last-generated-id", log.lastMs(), log.lastSeq());
        idField(reply, "max-deleted-entry-id", log.maxDeletedMs(), log.maxDeletedSeq());
        field(reply, "entries-added", log.added());
        idField(reply, "recorded-first-entry-id", log.firstMs(), log.firstSeq());
    }

    private void edge(Reply reply, StreamCursor cursor, long root, boolean last) {
        reply.bulk(last ? "last-entry" : "first-entry");
        cursor.open(root, 0, 0, StreamIds.MAX, StreamIds.MAX, last);
        if (cursor.next()) {
            replies.entry(reply, cursor);
        } else {
            reply.nullBulk();
        }
    }

    private void everything(Reply reply, StreamType streams, long root, long most) {
        reply.bulk("entries");
        replies.range(
                reply, streams.cursor(), root, 0, 0, StreamIds.MAX, StreamIds.MAX, most, false);
        StreamGroups groups = streams.groups();
        int count = groups.count(root);
        reply.bulk("groups");
        reply.array(count);
        for (int i = 0; i < count; i++) {
            long group = groups.group(root, i);
            reply.map(7);
            reply.bulk("name");
            StreamReplies.name(reply, groups, group);
            progress(reply, streams, root, group);
            field(reply, "pel-count", groups.groupPendingOf(group).size());
            reply.bulk("pending");
            groupPending(reply, groups, group, most);
            int consumers = groups.consumerCount(group);
            reply.bulk("consumers");
            reply.array(consumers);
            for (int j = 0; j < consumers; j++) {
                consumer(reply, groups, group, groups.consumer(group, j), most);
            }
        }
    }

    private void groupPending(Reply reply, StreamGroups groups, long group, long most) {
        IdTree list = groups.groupPendingOf(group);
        long left = Math.min(most, list.size());
        reply.array(left);
        for (boolean more = list.first(); more && left > 0; more = list.next()) {
            reply.array(4);
            replies.id(reply, list.ms(), list.seq());
            StreamReplies.name(reply, groups, groups.owner(list));
            reply.integer(groups.delivered(list));
            reply.integer(groups.deliveries(list));
            left--;
        }
    }

    private void consumer(Reply reply, StreamGroups groups, long group, long consumer, long most) {
        reply.map(5);
        reply.bulk("name");
        StreamReplies.name(reply, groups, consumer);
        field(reply, "seen-time", groups.seen(consumer));
        field(reply, "active-time", groups.active(consumer));
        IdTree own = groups.pendingOf(consumer);
        IdTree all = groups.groupPendingOf(group);
        long left = Math.min(most, own.size());
        field(reply, "pel-count", own.size());
        reply.bulk("pending");
        reply.array(left);
        for (boolean more = own.first(); more && left > 0; more = own.next()) {
            boolean known = all.find(own.ms(), own.seq());
            assert known : "pending for a consumer but not for its group";
            reply.array(3);
            replies.id(reply, own.ms(), own.seq());
            reply.integer(groups.delivered(all));
            reply.integer(groups.deliveries(all));
            left--;
        }
    }
}

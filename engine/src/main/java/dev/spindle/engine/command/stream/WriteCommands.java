package dev.spindle.engine.command.stream;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.encoding.StreamFields;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.ValueType;

/** Commands that add and delete entries: XADD, XDEL, XTRIM, XSETID. */
final class WriteCommands {

    private static final KeyspaceEvent XADD = event("xadd");
    private static final KeyspaceEvent XDEL = event("xdel");
    private static final KeyspaceEvent XTRIM = event("xtrim");
    private static final KeyspaceEvent XSETID = event("xsetid");

    private static final byte[] XTRIM_WORD = Ascii.bytes("XTRIM");
    private static final byte[] ENTRIES_ADDED = Ascii.bytes("entriesadded");
    private static final byte[] MAX_DELETED_ID = Ascii.bytes("maxdeletedid");

    private static final byte[] ARITY =
            Reply.errorLine("ERR wrong number of arguments for 'xadd' command");
    private static final byte[] ZERO =
            Reply.errorLine("ERR The ID specified in XADD must be greater than 0-0");
    private static final byte[] EXHAUSTED =
            Reply.errorLine(
                    "ERR The stream has exhausted the last possible ID, unable to add more items");
    private static final byte[] NOT_ABOVE =
            Reply.errorLine(
                    "ERR The ID specified in XADD is equal or smaller than the target stream top item");
    private static final byte[] TOO_LARGE =
            Reply.errorLine("ERR Elements are too large to be stored");
    private static final byte[] NEGATIVE_ADDED =
            Reply.errorLine("ERR entries_added must be positive");
    private static final byte[] BELOW_GIVEN =
            Reply.errorLine(
                    "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
    private static final byte[] BELOW_DELETED =
            Reply.errorLine(
                    "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id");
    private static final byte[] BELOW_TOP =
            Reply.errorLine(
                    "ERR The ID specified in XSETID is smaller than the target stream top item");
    private static final byte[] ADDED_BELOW_LENGTH =
            Reply.errorLine(
                    "ERR The entries_added specified in XSETID is smaller than the target stream length");

    private final TrimOptions options = new TrimOptions();
    private final StreamId id = new StreamId();
    private final StreamId other = new StreamId();
    private final StreamReplies replies;
    private final Arguments fields = new Arguments();

    WriteCommands(StreamReplies replies) {
        this.replies = replies;
    }

    private static KeyspaceEvent event(String name) {
        return new KeyspaceEvent(KeyspaceEvent.Kind.STREAM, name);
    }

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("xadd", -5, "write denyoom fast", "stream", this::xadd)
                    .keys(
                            range("RW update", 1, 0, 1)
                                    .withNotes(
                                            "UPDATE instead of INSERT because of the optional trimming feature"))
                    .tips("nondeterministic_output"),
            command("xdel", -3, "write fast", "stream", this::xdel)
                    .keys(range("RW delete", 1, 0, 1)),
            command("xtrim", -4, "write", "stream", this::xtrim)
                    .keys(range("RW delete", 1, 0, 1))
                    .tips("nondeterministic_output"),
            command("xsetid", -3, "write denyoom fast", "stream", this::xsetid)
                    .keys(range("RW update", 1, 0, 1)),
        };
    }

    void xadd(Invocation in) {
        if (!options.parse(in, true)) {
            return;
        }
        int first = options.end + 1;
        int texts = in.argc() - first;
        if (texts < 2 || texts % 2 == 1) {
            in.reply().errorLine(ARITY);
            return;
        }
        StreamId given = options.id;
        if (options.idGiven && given.seqGiven && given.ms == 0 && given.seq == 0) {
            in.reply().errorLine(ZERO);
            return;
        }
        long entry = in.writeAs(1, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0 && options.noMakeStream) {
            in.reply().nullBulk();
            return;
        }
        fields.point(in, first, texts / 2);
        long found = entry == 0 ? 0 : in.engine().streams().root(entry);
        byte[] error = chooseId(in, found);
        if (error != null) {
            in.reply().errorLine(error);
            return;
        }
        long root = add(in, found);
        replies.id(in.reply(), id.ms, id.seq);
        in.modified(1);
        in.event(XADD, 1);
        if (options.trims() && options.trim(in.engine().streams().log(root)) > 0) {
            in.event(XTRIM, 1);
        }
        StreamEffects.added(in, options, root, id);
    }

    // Leaves the id in the field; answers why there is none.
    private byte[] chooseId(Invocation in, long root) {
        long lastMs = 0;
        long lastSeq = 0;
        if (root != 0) {
            StreamLog log = in.engine().streams().log(root);
            lastMs = log.lastMs();
            lastSeq = log.lastSeq();
        }
        if (lastMs == StreamIds.MAX && lastSeq == StreamIds.MAX) {
            return EXHAUSTED;
        }
        if (!options.idGiven) {
            long now = in.nowMs();
            id.ms = now;
            id.seq = 0;
            if (Long.compareUnsigned(now, lastMs) <= 0) {
                id.ms = lastMs;
                id.seq = lastSeq;
                id.increment();
            }
        } else {
            id.ms = options.id.ms;
            id.seq = options.id.seq;
            if (!options.id.seqGiven && id.ms == lastMs) {
                if (lastSeq == StreamIds.MAX) {
                    return NOT_ABOVE;
                }
                id.seq = lastSeq + 1;
            }
        }
        if (StreamIds.compare(id.ms, id.seq, lastMs, lastSeq) <= 0) {
            return NOT_ABOVE;
        }
        return fields.bytes() > StreamLog.MOST_BYTES ? TOO_LARGE : null;
    }

    // Answers the stream's root.
    private long add(Invocation in, long found) {
        StreamType streams = in.engine().streams();
        HotParameters limits = in.engine().config().hot();
        long root = found;
        if (found == 0) {
            root =
                    streams.root(
                            streams.create(
                                    in.db(), in.keyHash(1), in.argAddress(1), in.argLength(1)));
        }
        try {
            streams.log(root)
                    .append(
                            id.ms,
                            id.seq,
                            fields,
                            limits.streamNodeMaxBytes(),
                            limits.streamNodeMaxEntries());
        } catch (OutOfMemory full) {
            if (found == 0) {
                streams.discard(in.db(), in.keyHash(1), in.argAddress(1), in.argLength(1));
            }
            throw full;
        }
        if (found == 0) {
            in.event(KeyspaceEvent.NEW, 1);
        }
        return root;
    }

    void xdel(Invocation in) {
        long entry = in.writeAs(1, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().integer(0);
            return;
        }
        for (int i = 2; i < in.argc(); i++) {
            if (!id.require(in, i)) {
                return;
            }
        }
        StreamType streams = in.engine().streams();
        StreamLog log = streams.log(streams.root(entry));
        long deleted = 0;
        boolean first = false;
        for (int i = 2; i < in.argc(); i++) {
            id.isStrict(in, i);
            if (log.delete(id.ms, id.seq)) {
                deleted++;
                first |= id.ms == log.firstMs() && id.seq == log.firstSeq();
                if (StreamIds.compare(id.ms, id.seq, log.maxDeletedMs(), log.maxDeletedSeq()) > 0) {
                    log.maxDeleted(id.ms, id.seq);
                }
            }
        }
        if (first || deleted > 0 && log.length() == 0) {
            log.refreshFirst();
        }
        changed(in, deleted, XDEL);
        in.reply().integer(deleted);
    }

    private static void changed(Invocation in, long entries, KeyspaceEvent event) {
        if (entries > 0) {
            in.modified(1);
            in.db().shared().stats().dirty += entries - 1;
            in.event(event, 1);
        }
    }

    void xtrim(Invocation in) {
        if (!options.parse(in, false)) {
            return;
        }
        long entry = in.writeAs(1, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        long trimmed = 0;
        if (entry != 0) {
            StreamType streams = in.engine().streams();
            StreamLog log = streams.log(streams.root(entry));
            trimmed = options.trim(log);
            if (trimmed > 0 && options.isApproximate()) {
                tellTrimmed(in, log);
            }
        }
        changed(in, trimmed, XTRIM);
        in.reply().integer(trimmed);
    }

    private void tellTrimmed(Invocation in, StreamLog log) {
        Propagation effects = in.engine().propagation();
        if (effects.isActive()) {
            effects.begin(in, XTRIM_WORD);
            options.tell(in, effects, log, in.argc());
            effects.end();
        }
    }

    void xsetid(Invocation in) {
        if (!id.require(in, 2)) {
            return;
        }
        long added = -1;
        other.ms = 0;
        other.seq = 0;
        for (int i = 3; i < in.argc(); i += 2) {
            boolean more = i + 1 < in.argc();
            if (more && in.argIs(i, ENTRIES_ADDED)) {
                if (!in.requireLong(i + 1)) {
                    return;
                }
                added = in.longValue();
                if (added < 0) {
                    in.reply().errorLine(NEGATIVE_ADDED);
                    return;
                }
            } else if (more && in.argIs(i, MAX_DELETED_ID)) {
                if (!other.require(in, i + 1)) {
                    return;
                }
                if (StreamIds.compare(id.ms, id.seq, other.ms, other.seq) < 0) {
                    in.reply().errorLine(BELOW_GIVEN);
                    return;
                }
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return;
            }
        }
        long entry = in.writeAs(1, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (entry == 0) {
            in.reply().errorLine(ReplyErrors.NO_SUCH_KEY);
            return;
        }
        StreamType streams = in.engine().streams();
        StreamLog log = streams.log(streams.root(entry));
        byte[] error = refusal(log, added);
        if (error != null) {
            in.reply().errorLine(error);
            return;
        }
        log.last(id.ms, id.seq);
        if (added != -1) {
            log.added(added);
        }
        if (other.ms != 0 || other.seq != 0) {
            log.maxDeleted(other.ms, other.seq);
        }
        in.reply().ok();
        in.modified(1);
        in.event(XSETID, 1);
    }

    private byte[] refusal(StreamLog log, long added) {
        if (StreamIds.compare(id.ms, id.seq, log.maxDeletedMs(), log.maxDeletedSeq()) < 0) {
            return BELOW_DELETED;
        }
        if (!log.findLast()) {
            return null;
        }
        if (StreamIds.compare(id.ms, id.seq, log.foundMs(), log.foundSeq()) < 0) {
            return BELOW_TOP;
        }
        return added != -1 && log.length() > added ? ADDED_BELOW_LENGTH : null;
    }

    /** The fields and values of XADD, in place. */
    private static final class Arguments implements StreamFields {
        private Invocation in;
        private int first;
        private int pairs;
        private long bytes;

        void point(Invocation invocation, int firstArgument, int count) {
            in = invocation;
            first = firstArgument;
            pairs = count;
            bytes = StreamFields.super.bytes();
        }

        @Override
        public long bytes() {
            return bytes;
        }

        @Override
        public int pairs() {
            return pairs;
        }

        @Override
        public long address(int index) {
            return in.argAddress(first + index);
        }

        @Override
        public int length(int index) {
            return in.argLength(first + index);
        }
    }
}

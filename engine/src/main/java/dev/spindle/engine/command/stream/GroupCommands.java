package dev.spindle.engine.command.stream;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.HelpReply;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.StreamGroups;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.ValueType;

/** XGROUP, and XACK. */
final class GroupCommands {

    private static final KeyspaceEvent CREATE = event("xgroup-create");
    private static final KeyspaceEvent SET_ID = event("xgroup-setid");
    private static final KeyspaceEvent DESTROY = event("xgroup-destroy");
    private static final KeyspaceEvent DELETE_CONSUMER = event("xgroup-delconsumer");

    private static final byte[] MKSTREAM = Ascii.bytes("mkstream");
    private static final byte[] ENTRIES_READ = Ascii.bytes("entriesread");

    private static final byte[] NEGATIVE_READ =
            Reply.errorLine("ERR value for ENTRIESREAD must be positive or -1");
    private static final byte[] NO_KEY =
            Reply.errorLine(
                    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you"
                            + " may want to use the MKSTREAM option to create an empty stream"
                            + " automatically.");
    private static final byte[] BUSY =
            Reply.errorLine("BUSYGROUP Consumer Group name already exists");

    private static final String[] HELP = {
        "CREATE <key> <groupname> <id|$> [option]",
        "    Create a new consumer group. Options are:",
        "    * MKSTREAM",
        "      Create the empty stream if it does not exist.",
        "    * ENTRIESREAD entries_read",
        "      Set the group's entries_read counter (internal use).",
        "CREATECONSUMER <key> <groupname> <consumer>",
        "    Create a new consumer in the specified group.",
        "DELCONSUMER <key> <groupname> <consumer>",
        "    Remove the specified consumer.",
        "DESTROY <key> <groupname>",
        "    Remove the specified group.",
        "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
        "    Set the current group ID and entries_read counter."
    };

    private static final int MOST_CREATE_WORDS = 8;

    private final StreamId id = new StreamId();
    private boolean makesStream;
    private long entriesRead;
    // What the last look-up found.
    private long root;
    private long group;

    private static KeyspaceEvent event(String name) {
        return new KeyspaceEvent(KeyspaceEvent.Kind.STREAM, name);
    }

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("xack", -4, "write fast", "stream", this::xack)
                    .keys(range("RW update", 1, 0, 1)),
            command("xgroup", -2, "", "", null)
                    .subcommands(
                            command("create", -5, "write denyoom", "stream", this::create)
                                    .keys(range("RW insert", 2, 0, 1)),
                            command(
                                            "createconsumer",
                                            5,
                                            "write denyoom",
                                            "stream",
                                            this::createConsumer)
                                    .keys(range("RW insert", 2, 0, 1)),
                            command("delconsumer", 5, "write", "stream", this::deleteConsumer)
                                    .keys(range("RW delete", 2, 0, 1)),
                            command("destroy", 4, "write", "stream", this::destroy)
                                    .keys(range("RW delete", 2, 0, 1)),
                            command("help", 2, "loading stale", "stream", this::help),
                            command("setid", -5, "write", "stream", this::setId)
                                    .keys(range("RW update", 2, 0, 1))),
        };
    }

    void help(Invocation in) {
        HelpReply.write(in, HELP);
    }

    // The options of CREATE and SETID.
    private boolean parse(Invocation in, boolean create) {
        makesStream = false;
        entriesRead = StreamGroups.UNKNOWN;
        for (int i = 5; i < in.argc(); i++) {
            if (create && in.argIs(i, MKSTREAM)) {
                makesStream = true;
            } else if (i + 1 < in.argc() && in.argIs(i, ENTRIES_READ)) {
                if (!in.requireLong(++i)) {
                    return false;
                }
                entriesRead = in.longValue();
                if (entriesRead < StreamGroups.UNKNOWN) {
                    in.reply().errorLine(NEGATIVE_READ);
                    return false;
                }
            } else {
                HelpReply.syntaxError(in);
                return false;
            }
        }
        return true;
    }

    // Looks key and group up; answers an error where one must be there and is not.
    private boolean find(Invocation in, boolean needsKey, boolean needsGroup) {
        root = 0;
        group = 0;
        long entry = in.writeAs(2, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return false;
        }
        if (entry == 0) {
            if (needsKey) {
                in.reply().errorLine(NO_KEY);
            }
            return !needsKey;
        }
        StreamType streams = in.engine().streams();
        root = streams.root(entry);
        group = streams.groups().find(root, in.argAddress(3), in.argLength(3));
        if (group == 0 && needsGroup) {
            StreamReplies.noGroupOfKey(in, 2, 3);
            return false;
        }
        return true;
    }

    // The id of CREATE and SETID.
    private boolean parseId(Invocation in, boolean create) {
        if (!TrimOptions.isChar(in, 4, '$')) {
            return create ? id.require(in, 4) : id.requireOrEnd(in, 4);
        }
        id.ms = 0;
        id.seq = 0;
        if (root != 0) {
            StreamLog log = in.engine().streams().log(root);
            id.ms = log.lastMs();
            id.seq = log.lastSeq();
        }
        return true;
    }

    void create(Invocation in) {
        if (!parse(in, true) || !find(in, !makesStream, false)) {
            return;
        }
        if (in.argc() > MOST_CREATE_WORDS) {
            HelpReply.syntaxError(in);
            return;
        }
        if (!parseId(in, true)) {
            return;
        }
        boolean fresh = root == 0;
        long made = fresh ? createWithStream(in) : createGroup(in);
        if (fresh) {
            in.db().signal(in.argAddress(2), in.argLength(2));
            in.event(KeyspaceEvent.NEW, 2);
        }
        if (made == 0) {
            in.reply().errorLine(BUSY);
            return;
        }
        in.reply().ok();
        in.db().shared().stats().dirty++;
        in.event(CREATE, 2);
    }

    private long createGroup(Invocation in) {
        return in.engine()
                .streams()
                .groups()
                .create(root, in.argAddress(3), in.argLength(3), id.ms, id.seq, entriesRead);
    }

    // Both or neither.
    private long createWithStream(Invocation in) {
        StreamType streams = in.engine().streams();
        long hash = in.keyHash(2);
        root = streams.root(streams.create(in.db(), hash, in.argAddress(2), in.argLength(2)));
        try {
            return createGroup(in);
        } catch (OutOfMemory full) {
            streams.discard(in.db(), hash, in.argAddress(2), in.argLength(2));
            throw full;
        }
    }

    void setId(Invocation in) {
        if (!parse(in, false) || !find(in, true, true)) {
            return;
        }
        if (in.argc() != 5 && in.argc() != 7) {
            HelpReply.syntaxError(in);
            return;
        }
        if (!parseId(in, false)) {
            return;
        }
        StreamGroups groups = in.engine().streams().groups();
        groups.lastDelivered(group, id.ms, id.seq);
        groups.entriesRead(group, entriesRead);
        in.reply().ok();
        in.db().shared().stats().dirty++;
        in.event(SET_ID, 2);
    }

    void destroy(Invocation in) {
        if (!find(in, true, false)) {
            return;
        }
        if (group == 0) {
            in.reply().integer(0);
            return;
        }
        in.engine().streams().groups().destroy(root, in.argAddress(3), in.argLength(3));
        in.reply().integer(1);
        in.db().shared().stats().dirty++;
        in.event(DESTROY, 2);
        // To transactions the stream is as it was, but who waits for the group must hear of it.
        in.engine().blocked().keyModified(in.db().id(), in.argAddress(2), in.argLength(2));
    }

    void createConsumer(Invocation in) {
        if (!find(in, true, true)) {
            return;
        }
        StreamGroups groups = in.engine().streams().groups();
        if (groups.findConsumer(group, in.argAddress(4), in.argLength(4)) != 0) {
            in.reply().integer(0);
            return;
        }
        ReadCommands.consumer(in, group, 2, 4);
        in.reply().integer(1);
    }

    void deleteConsumer(Invocation in) {
        if (!find(in, true, true)) {
            return;
        }
        StreamGroups groups = in.engine().streams().groups();
        long consumer = groups.findConsumer(group, in.argAddress(4), in.argLength(4));
        long pending = 0;
        if (consumer != 0) {
            pending = groups.pendingOf(consumer).size();
            groups.deleteConsumer(group, consumer);
            in.db().shared().stats().dirty++;
            in.event(DELETE_CONSUMER, 2);
        }
        in.reply().integer(pending);
    }

    void xack(Invocation in) {
        long entry = in.readAs(1, ValueType.STREAM);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        StreamType streams = in.engine().streams();
        StreamGroups groups = streams.groups();
        long of =
                entry == 0
                        ? 0
                        : groups.find(streams.root(entry), in.argAddress(2), in.argLength(2));
        if (of == 0) {
            in.reply().integer(0);
            return;
        }
        for (int i = 3; i < in.argc(); i++) {
            if (!id.require(in, i)) {
                return;
            }
        }
        long acknowledged = 0;
        for (int i = 3; i < in.argc(); i++) {
            id.isStrict(in, i);
            acknowledged += groups.acknowledge(of, id.ms, id.seq) ? 1 : 0;
        }
        in.db().shared().stats().dirty += acknowledged;
        in.reply().integer(acknowledged);
    }
}

package dev.spindle.engine.command.generic;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;

/** What gives a value another key or another database: RENAME, RENAMENX, COPY, MOVE. */
final class RenameCommands {

    private static final byte[] SAME_OBJECT =
            Reply.errorLine("ERR source and destination objects are the same");
    private static final KeyspaceEvent RENAME_FROM = event("rename_from");
    private static final KeyspaceEvent RENAME_TO = event("rename_to");
    private static final KeyspaceEvent COPY_TO = event("copy_to");
    private static final KeyspaceEvent MOVE_FROM = event("move_from");
    private static final KeyspaceEvent MOVE_TO = event("move_to");
    private static final byte[] REPLACE = Ascii.bytes("replace");
    private static final byte[] DB = Ascii.bytes("db");

    private RenameCommands() {}

    private static KeyspaceEvent event(String name) {
        return new KeyspaceEvent(KeyspaceEvent.Kind.GENERIC, name);
    }

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("rename", 3, "write", "keyspace", RenameCommands::rename)
                    .keys(range("RW access delete", 1, 0, 1), range("OW update", 2, 0, 1)),
            command("renamenx", 3, "write fast", "keyspace", RenameCommands::renameNx)
                    .keys(range("RW access delete", 1, 0, 1), range("OW insert", 2, 0, 1)),
            command("copy", -3, "write denyoom", "keyspace", RenameCommands::copy)
                    .keys(range("RO access", 1, 0, 1), range("OW update", 2, 0, 1)),
            command("move", 3, "write fast", "keyspace", RenameCommands::move)
                    .keys(range("RW access update", 1, 0, 1)),
        };
    }

    static void rename(Invocation in) {
        rename(in, false);
    }

    static void renameNx(Invocation in) {
        rename(in, true);
    }

    private static void rename(Invocation in, boolean onlyNew) {
        Keyspace db = in.db();
        long fromHash = in.keyHash(1);
        long entry = in.lookupWrite(1);
        if (entry == 0) {
            in.reply().errorLine(ReplyErrors.NO_SUCH_KEY);
            return;
        }
        if (sameKey(in)) {
            if (onlyNew) {
                in.reply().integer(0);
            } else {
                in.reply().ok();
            }
            return;
        }
        long toHash = in.keyHash(2);
        if (onlyNew && db.peek(toHash, in.argAddress(2), in.argLength(2)) != 0) {
            in.reply().integer(0);
            return;
        }
        db.rename(
                entry,
                fromHash,
                in.argAddress(1),
                in.argLength(1),
                toHash,
                in.argAddress(2),
                in.argLength(2));
        in.event(KeyspaceEvent.NEW, 2);
        db.signal(in.argAddress(1), in.argLength(1));
        in.modified(2);
        in.event(RENAME_FROM, 1);
        in.event(RENAME_TO, 2);
        if (onlyNew) {
            in.reply().integer(1);
        } else {
            in.reply().ok();
        }
    }

    private static boolean sameKey(Invocation in) {
        return in.argLength(1) == in.argLength(2)
                && ByteRange.equal(in.argAddress(1), in.argAddress(2), in.argLength(1));
    }

    static void copy(Invocation in) {
        int database = in.session().database();
        boolean replace = false;
        for (int i = 3; i < in.argc(); i++) {
            if (in.argIs(i, REPLACE)) {
                replace = true;
            } else if (in.argIs(i, DB) && i + 1 < in.argc()) {
                i++;
                if (!in.requireInt(i)) {
                    return;
                }
                if (!isDatabase(in, in.longValue())) {
                    in.reply().errorLine(ReplyErrors.DB_INDEX_OUT_OF_RANGE);
                    return;
                }
                database = (int) in.longValue();
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return;
            }
        }
        if (database == in.session().database() && sameKey(in)) {
            in.reply().errorLine(SAME_OBJECT);
            return;
        }
        copy(in, in.engine().keyspaces().get(database), replace);
    }

    private static void copy(Invocation in, Keyspace target, boolean replace) {
        long entry = in.lookupRead(1);
        if (entry == 0) {
            in.reply().integer(0);
            return;
        }
        long key = in.argAddress(2);
        int keyLength = in.argLength(2);
        long hash = target.hash(key, keyLength);
        long old = target.lookupWrite(hash, key, keyLength);
        if (old != 0 && !replace) {
            in.reply().integer(0);
            return;
        }
        Memory memory = target.memory();
        long until = Entry.expiry(memory, entry, Entry.header(memory, entry));
        long made = target.copyEntry(entry, key, keyLength, until);
        target.shared().copyValue(entry, made);
        Entry.clock(memory, made, Entry.header(memory, made), target.shared().clock().fresh());
        if (old != 0) {
            target.replaceFound(old, made);
        } else {
            target.insert(hash, made);
        }
        target.event(KeyspaceEvent.NEW, key, keyLength);
        target.modified(key, keyLength);
        target.event(COPY_TO, key, keyLength);
        in.reply().integer(1);
    }

    private static boolean isDatabase(Invocation in, long index) {
        return index >= 0 && index < in.engine().keyspaces().count();
    }

    static void move(Invocation in) {
        if (!in.requireInt(2)) {
            return;
        }
        long index = in.longValue();
        if (!isDatabase(in, index)) {
            in.reply().errorLine(ReplyErrors.DB_INDEX_OUT_OF_RANGE);
            return;
        }
        if (index == in.session().database()) {
            in.reply().errorLine(SAME_OBJECT);
            return;
        }
        Keyspace db = in.db();
        Keyspace target = in.engine().keyspaces().get((int) index);
        long key = in.argAddress(1);
        int keyLength = in.argLength(1);
        long hash = in.keyHash(1);
        long entry = in.lookupWrite(1);
        if (entry == 0 || target.peek(hash, key, keyLength) != 0) {
            in.reply().integer(0);
            return;
        }
        // All databases share one arena and one hash seed: the entry goes over as it is. First in,
        // then out, so that it
        // is never nowhere when memory runs out.
        target.attach(hash, entry);
        db.detachFound(entry);
        target.event(KeyspaceEvent.NEW, key, keyLength);
        db.signal(key, keyLength);
        target.modified(key, keyLength);
        db.event(MOVE_FROM, key, keyLength);
        target.event(MOVE_TO, key, keyLength);
        in.reply().integer(1);
    }
}

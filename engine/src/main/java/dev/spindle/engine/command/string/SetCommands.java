package dev.spindle.engine.command.string;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeyFinders;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.type.StringType;

/** SET with its options, and the commands that are older names for parts of it. */
final class SetCommands {

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("set", -3, "write denyoom", "string", SetCommands::set)
                    .keys(
                            range("RW access update variable_flags", 1, 0, 1)
                                    .withNotes("RW and ACCESS due to the optional `GET` argument"))
                    .keyFinder(KeyFinders::set),
            command("setnx", 3, "write denyoom fast", "string", SetCommands::setnx)
                    .keys(range("OW insert", 1, 0, 1)),
            command("setex", 4, "write denyoom", "string", SetCommands::setex)
                    .keys(range("OW update", 1, 0, 1)),
            command("psetex", 4, "write denyoom", "string", SetCommands::psetex)
                    .keys(range("OW update", 1, 0, 1)),
            command("getset", 3, "write denyoom fast", "string", SetCommands::getset)
                    .keys(range("RW access update", 1, 0, 1)),
            command("mset", -3, "write denyoom", "string", SetCommands::mset)
                    .keys(range("OW update", 1, -1, 2))
                    .tips("request_policy:multi_shard", "response_policy:all_succeeded"),
            command("msetnx", -3, "write denyoom", "string", SetCommands::msetnx)
                    .keys(range("OW insert", 1, -1, 2))
                    .tips("request_policy:multi_shard", "response_policy:agg_min"),
        };
    }

    private SetCommands() {}

    private static void store(Invocation in, long hash, long old, int key, int value, long expiry) {
        in.engine()
                .strings()
                .set(
                        in.db(),
                        hash,
                        old,
                        in.argAddress(key),
                        in.argLength(key),
                        in.argAddress(value),
                        in.argLength(value),
                        expiry);
        if (old == 0) {
            in.event(KeyspaceEvent.NEW, key);
        }
        in.modified(key);
        in.event(StringEvents.SET, key);
    }

    static void set(Invocation in) {
        if (in.argc() > 3) {
            setWithOptions(in);
            return;
        }
        long hash = in.keyHash(1);
        long old = in.db().lookupWrite(hash, in.argAddress(1), in.argLength(1));
        store(in, hash, old, 1, 2, Entry.NO_EXPIRY);
        in.reply().ok();
    }

    private static void setWithOptions(Invocation in) {
        long options = StringOptions.parse(in, 3, true);
        if (options < 0) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        long until =
                StringOptions.has(options, StringOptions.KEEPTTL)
                        ? StringType.KEEP_EXPIRY
                        : Entry.NO_EXPIRY;
        if (StringOptions.has(options, StringOptions.ANY_EXPIRY)) {
            until = StringOptions.expiry(in, options);
            if (until < 0) {
                return;
            }
        }
        boolean get = StringOptions.has(options, StringOptions.GET);
        long hash = in.keyHash(1);
        long old = lookup(in, hash, get);
        if (old != 0 && (get || StringOptions.has(options, StringOptions.IFEQ))) {
            long header = Entry.header(in.db().memory(), old);
            if (!StringType.isString(header)) {
                in.reply().errorLine(ReplyErrors.WRONG_TYPE);
                return;
            }
            if (get) {
                StringCommands.reply(in, old, header);
            }
        } else if (get) {
            in.reply().nullBulk();
        }
        if (!conditionHolds(in, options, old)) {
            if (!get) {
                in.reply().nullBulk();
            }
            return;
        }
        // A time that is past already is kept like any other: the first look at the key ends it.
        store(in, hash, old, 1, 2, until);
        if (until > 0) {
            in.event(KeyspaceEvent.EXPIRE, 1);
        }
        StringEffects.setWithOptions(in, options, until);
        if (!get) {
            in.reply().ok();
        }
    }

    // GET makes it a read, which counts as a hit or miss.
    private static long lookup(Invocation in, long hash, boolean read) {
        Keyspace db = in.db();
        return read
                ? db.lookupRead(hash, in.argAddress(1), in.argLength(1))
                : db.lookupWrite(hash, in.argAddress(1), in.argLength(1));
    }

    private static boolean conditionHolds(Invocation in, long options, long old) {
        if (old == 0) {
            return !StringOptions.has(options, StringOptions.XX | StringOptions.IFEQ);
        }
        if (StringOptions.has(options, StringOptions.NX)) {
            return false;
        }
        if (!StringOptions.has(options, StringOptions.IFEQ)) {
            return true;
        }
        int value = StringOptions.ifeqIndex(options);
        return in.engine()
                .strings()
                .equals(in.db().memory(), old, in.argAddress(value), in.argLength(value));
    }

    static void setnx(Invocation in) {
        long hash = in.keyHash(1);
        if (lookup(in, hash, false) != 0) {
            in.reply().integer(0);
            return;
        }
        store(in, hash, 0, 1, 2, Entry.NO_EXPIRY);
        in.reply().integer(1);
    }

    static void setex(Invocation in) {
        setWithExpiry(in, StringOptions.EX);
    }

    static void psetex(Invocation in) {
        setWithExpiry(in, StringOptions.PX);
    }

    private static void setWithExpiry(Invocation in, int unit) {
        long until = StringOptions.expiry(in, 2, unit);
        if (until < 0) {
            return;
        }
        long hash = in.keyHash(1);
        store(in, hash, lookup(in, hash, false), 1, 3, until);
        in.event(KeyspaceEvent.EXPIRE, 1);
        StringEffects.setUntil(in, 3, until);
        in.reply().ok();
    }

    static void getset(Invocation in) {
        long hash = in.keyHash(1);
        long old = lookup(in, hash, true);
        if (old == 0) {
            in.reply().nullBulk();
        } else {
            long header = Entry.header(in.db().memory(), old);
            if (!StringType.isString(header)) {
                in.reply().errorLine(ReplyErrors.WRONG_TYPE);
                return;
            }
            StringCommands.reply(in, old, header);
        }
        store(in, hash, old, 1, 2, Entry.NO_EXPIRY);
        StringEffects.set(in);
    }

    static void mset(Invocation in) {
        if (isPaired(in)) {
            setAll(in);
            in.reply().ok();
        }
    }

    static void msetnx(Invocation in) {
        if (!isPaired(in)) {
            return;
        }
        int argc = in.argc();
        int index = 1;
        while (index < argc) {
            int end = in.touchKeys(index, argc, 2);
            for (int n = 0; index < end; n++, index += 2) {
                long key = in.argAddress(index);
                if (in.db().lookupWrite(in.touchedHash(n), key, in.argLength(index)) != 0) {
                    in.reply().integer(0);
                    return;
                }
            }
        }
        setAll(in);
        in.reply().integer(1);
    }

    private static boolean isPaired(Invocation in) {
        if ((in.argc() & 1) == 1) {
            return true;
        }
        in.reply()
                .error("ERR wrong number of arguments for '" + in.spec().fullName() + "' command");
        return false;
    }

    private static void setAll(Invocation in) {
        int argc = in.argc();
        int index = 1;
        while (index < argc) {
            int end = in.touchKeys(index, argc, 2);
            for (int n = 0; index < end; n++, index += 2) {
                long hash = in.touchedHash(n);
                long old = in.db().lookupWrite(hash, in.argAddress(index), in.argLength(index));
                // Those before are in, should memory end.
                in.engine().propagation().upTo(index);
                store(in, hash, old, index, index + 1, Entry.NO_EXPIRY);
            }
        }
        in.engine().propagation().upTo(argc);
    }
}

package dev.spindle.engine.command.generic;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;

/**
 * Times to live: setting, asking and taking back. Times are kept as epoch milliseconds, as Redis does, so the commands in
 * seconds round when they answer.
 */
final class ExpireCommands {

    private static final byte[] NX = Ascii.bytes("nx");
    private static final byte[] XX = Ascii.bytes("xx");
    private static final byte[] GT = Ascii.bytes("gt");
    private static final byte[] LT = Ascii.bytes("lt");
    private static final byte[] PEXPIREAT = Ascii.bytes("PEXPIREAT");
    private static final int ONLY_NEW = 1;
    private static final int ONLY_OLD = 2;
    private static final int ONLY_LATER = 4;
    private static final int ONLY_EARLIER = 8;

    private static final byte[] NX_CONFLICT =
            Reply.errorLine("ERR NX and XX, GT or LT options at the same time are not compatible");
    private static final byte[] GT_LT_CONFLICT =
            Reply.errorLine("ERR GT and LT options at the same time are not compatible");

    private ExpireCommands() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            setter("expire", in -> expire(in, true, true)),
            setter("pexpire", in -> expire(in, true, false)),
            setter("expireat", in -> expire(in, false, true)),
            setter("pexpireat", in -> expire(in, false, false)),
            getter("ttl", in -> timeToLive(in, true)).tips("nondeterministic_output"),
            getter("pttl", in -> timeToLive(in, false)).tips("nondeterministic_output"),
            getter("expiretime", in -> expireTime(in, true)),
            getter("pexpiretime", in -> expireTime(in, false)),
            command("persist", 2, "write fast", "keyspace", ExpireCommands::persist)
                    .keys(range("RW update", 1, 0, 1)),
        };
    }

    private static CommandSpec setter(String name, CommandHandler handler) {
        return command(name, -3, "write fast", "keyspace", handler)
                .keys(range("RW update", 1, 0, 1));
    }

    private static CommandSpec getter(String name, CommandHandler handler) {
        return command(name, 2, "readonly fast", "keyspace", handler)
                .keys(range("RO access", 1, 0, 1));
    }

    private static void expire(Invocation in, boolean relative, boolean seconds) {
        int conditions = conditions(in);
        if (conditions < 0 || !in.requireLong(2)) {
            return;
        }
        long when = in.longValue();
        if (seconds) {
            if (when > Long.MAX_VALUE / 1000 || when < Long.MIN_VALUE / 1000) {
                invalidTime(in);
                return;
            }
            when *= 1000;
        }
        if (relative) {
            if (when > Long.MAX_VALUE - in.nowMs()) {
                invalidTime(in);
                return;
            }
            when += in.nowMs();
        }
        long entry = in.lookupWrite(1);
        if (entry == 0 || !isWanted(in, entry, conditions, when)) {
            in.reply().integer(0);
            return;
        }
        Keyspace db = in.db();
        boolean over = in.isPast(when);
        if (over) {
            db.removeFound(entry, Entry.header(db.memory(), entry));
        } else {
            db.expiry(entry, when);
        }
        in.modified(1);
        in.event(over ? KeyspaceEvent.DEL : KeyspaceEvent.EXPIRE, 1);
        if (over || relative || seconds) {
            tell(in, when, over);
        }
        in.reply().integer(1);
    }

    private static void tell(Invocation in, long when, boolean over) {
        Propagation effects = in.engine().propagation();
        if (!effects.isActive()) {
            return;
        }
        if (over) {
            effects.begin(in, effects.deletion()).arg(in, 1).end();
            return;
        }
        effects.begin(in, PEXPIREAT).arg(in, 1).number(when);
        for (int i = 3; i < in.argc(); i++) {
            effects.arg(in, i);
        }
        effects.end();
    }

    private static void invalidTime(Invocation in) {
        in.reply().error("ERR invalid expire time in '" + in.spec().fullName() + "' command");
    }

    // The options as bits, or -1 when an error was answered.
    private static int conditions(Invocation in) {
        int conditions = 0;
        for (int i = 3; i < in.argc(); i++) {
            if (in.argIs(i, NX)) {
                conditions |= ONLY_NEW;
            } else if (in.argIs(i, XX)) {
                conditions |= ONLY_OLD;
            } else if (in.argIs(i, GT)) {
                conditions |= ONLY_LATER;
            } else if (in.argIs(i, LT)) {
                conditions |= ONLY_EARLIER;
            } else {
                in.reply().error("ERR Unsupported option " + in.argString(i));
                return -1;
            }
        }
        if ((conditions & ONLY_NEW) != 0 && conditions != ONLY_NEW) {
            in.reply().errorLine(NX_CONFLICT);
            return -1;
        }
        if ((conditions & ONLY_LATER) != 0 && (conditions & ONLY_EARLIER) != 0) {
            in.reply().errorLine(GT_LT_CONFLICT);
            return -1;
        }
        return conditions;
    }

    // A key without expiry counts as living for ever.
    private static boolean isWanted(Invocation in, long entry, int conditions, long when) {
        if (conditions == 0) {
            return true;
        }
        Memory memory = in.db().memory();
        long now = Entry.expiry(memory, entry, Entry.header(memory, entry));
        boolean expires = now != Entry.NO_EXPIRY;
        if ((conditions & ONLY_NEW) != 0 && expires) {
            return false;
        }
        if ((conditions & ONLY_OLD) != 0 && !expires) {
            return false;
        }
        if ((conditions & ONLY_LATER) != 0 && (!expires || when <= now)) {
            return false;
        }
        return (conditions & ONLY_EARLIER) == 0 || !expires || when < now;
    }

    private static void timeToLive(Invocation in, boolean seconds) {
        long at = expiryOf(in);
        if (at >= 0) {
            long left = Math.max(0, at - in.nowMs());
            at = seconds ? rounded(left) : left;
        }
        in.reply().integer(at);
    }

    private static void expireTime(Invocation in, boolean seconds) {
        long at = expiryOf(in);
        in.reply().integer(at >= 0 && seconds ? rounded(at) : at);
    }

    private static long rounded(long ms) {
        return Long.divideUnsigned(ms + 500, 1000);
    }

    // Epoch milliseconds; -2: no such key, -1: no expiry.
    private static long expiryOf(Invocation in) {
        long entry = in.inspect(1);
        if (entry == 0) {
            return -2;
        }
        Memory memory = in.db().memory();
        return Entry.expiry(memory, entry, Entry.header(memory, entry));
    }

    static void persist(Invocation in) {
        long entry = in.lookupWrite(1);
        Memory memory = in.db().memory();
        if (entry == 0
                || Entry.expiry(memory, entry, Entry.header(memory, entry)) == Entry.NO_EXPIRY) {
            in.reply().integer(0);
            return;
        }
        in.db().expiry(entry, Entry.NO_EXPIRY);
        in.modified(1);
        in.event(KeyspaceEvent.PERSIST, 1);
        in.reply().integer(1);
    }
}

package dev.spindle.rdb.restore;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.Engine;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.keyspace.AccessClock;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.StringType;
import java.util.List;

/** RESTORE, and RESTORE-ASKING, which is the same for a key that is on its way between nodes of a cluster. */
public final class RestoreCommands {

    private static final byte[] BUSY_KEY =
            Reply.errorLine("BUSYKEY Target key name already exists.");
    private static final byte[] BAD_FOOTER =
            Reply.errorLine("ERR DUMP payload version or checksum are wrong");
    private static final byte[] BAD_FORMAT = Reply.errorLine("ERR Bad data format");
    private static final byte[] BAD_TTL = Reply.errorLine("ERR Invalid TTL value, must be >= 0");
    private static final byte[] BAD_IDLE_TIME =
            Reply.errorLine("ERR Invalid IDLETIME value, must be >= 0");
    private static final byte[] BAD_FREQUENCY =
            Reply.errorLine("ERR Invalid FREQ value, must be >= 0 and <= 255");
    private static final KeyspaceEvent RESTORE =
            new KeyspaceEvent(KeyspaceEvent.Kind.GENERIC, "restore");
    private static final byte[] RESTORE_WORD = Ascii.bytes("RESTORE");
    private static final byte[] ABSTTL_WORD = Ascii.bytes("ABSTTL");
    private static final byte[] DEL_WORD = Ascii.bytes("DEL");
    private static final int NONE = -1;
    private static final int OPTIONS = 4;
    private static final int MOST_FREQUENT = 255;

    private Payload payload;
    private Engine engine;

    // Of the command at hand.
    private boolean replace;
    private boolean absolute;
    private long idleSeconds;
    private int frequency;
    private long ttl;

    /** New rows. */
    public List<CommandSpec> rows() {
        return List.of(
                command("restore", -4, "write denyoom", "keyspace dangerous", this::restore)
                        .keys(KeySpec.range("OW update", 1, 0, 1)),
                command(
                                "restore-asking",
                                -4,
                                "write denyoom asking",
                                "keyspace dangerous",
                                this::restore)
                        .keys(KeySpec.range("OW update", 1, 0, 1)));
    }

    private Payload payload(Engine of) {
        if (engine != of) {
            engine = of;
            payload = new Payload(of);
        }
        return payload;
    }

    private void restore(Invocation in) {
        if (!readOptions(in)) {
            return;
        }
        if (!replace && in.lookupRead(1) != 0) {
            in.reply().errorLine(BUSY_KEY);
            return;
        }
        if (!in.requireLong(2)) {
            return;
        }
        ttl = in.longValue();
        if (ttl < 0) {
            in.reply().errorLine(BAD_TTL);
            return;
        }
        Payload bytes = payload(in.engine());
        if (!bytes.open(in.argAddress(3), in.argLength(3))) {
            in.reply().errorLine(BAD_FOOTER);
            return;
        }
        put(in, bytes);
    }

    private boolean readOptions(Invocation in) {
        replace = false;
        absolute = false;
        idleSeconds = NONE;
        frequency = NONE;
        for (int i = OPTIONS; i < in.argc(); i++) {
            boolean more = i + 1 < in.argc();
            if (in.argIs(i, "replace")) {
                replace = true;
            } else if (in.argIs(i, "absttl")) {
                absolute = true;
            } else if (in.argIs(i, "idletime") && more && frequency == NONE) {
                if (!in.requireLong(++i)) {
                    return false;
                }
                idleSeconds = in.longValue();
                if (idleSeconds < 0) {
                    in.reply().errorLine(BAD_IDLE_TIME);
                    return false;
                }
            } else if (in.argIs(i, "freq") && more && idleSeconds == NONE) {
                if (!in.requireLong(++i)) {
                    return false;
                }
                if (in.longValue() < 0 || in.longValue() > MOST_FREQUENT) {
                    in.reply().errorLine(BAD_FREQUENCY);
                    return false;
                }
                frequency = (int) in.longValue();
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return false;
            }
        }
        return true;
    }

    private void put(Invocation in, Payload bytes) {
        Keyspace db = in.db();
        long until = ttl == 0 ? Entry.NO_EXPIRY : absolute ? ttl : ttl + in.nowMs();
        long entry =
                bytes.read(db, in.argAddress(1), in.argLength(1), Math.max(Entry.NO_EXPIRY, until));
        if (entry == 0) {
            in.reply().errorLine(BAD_FORMAT);
            return;
        }
        long old = db.peek(in.keyHash(1), in.argAddress(1), in.argLength(1));
        if (until != Entry.NO_EXPIRY && in.isPast(until)) {
            // Its time has come already: what is left of it is that the old value goes.
            db.discard(entry);
            if (old != 0) {
                db.removeFound(old, Entry.header(db.memory(), old));
                tellDeleted(in);
            }
            in.reply().ok();
            return;
        }
        access(db, entry);
        StringType.place(db, in.keyHash(1), old, entry);
        if (old == 0) {
            in.event(KeyspaceEvent.NEW, 1);
        }
        in.modified(1);
        in.event(RESTORE, 1);
        if (ttl != 0 && !absolute) {
            tellAbsolute(in, until);
        }
        in.reply().ok();
    }

    private void access(Keyspace db, long entry) {
        AccessClock clock = db.shared().clock();
        long header = Entry.header(db.memory(), entry);
        if (clock.isLfu() && frequency >= 0) {
            Entry.clock(db.memory(), entry, header, clock.ofFrequency(frequency));
        } else if (!clock.isLfu() && idleSeconds >= 0) {
            Entry.clock(db.memory(), entry, header, clock.ofIdle(idleSeconds));
        }
    }

    private static void tellDeleted(Invocation in) {
        in.modified(1);
        in.event(KeyspaceEvent.DEL, 1);
        Propagation propagation = in.engine().propagation();
        if (propagation.isActive()) {
            propagation.begin(in, DEL_WORD).arg(in, 1).end();
        }
    }

    // Who repeats the command later must come to the same time.
    private static void tellAbsolute(Invocation in, long until) {
        Propagation propagation = in.engine().propagation();
        if (!propagation.isActive()) {
            return;
        }
        propagation.begin(in, RESTORE_WORD).arg(in, 1).number(until);
        for (int i = 3; i < in.argc(); i++) {
            propagation.arg(in, i);
        }
        propagation.bulk(ABSTTL_WORD).end();
    }
}

package dev.spindle.engine.command.hash;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.HashType;

/** HGETEX, HSETEX and HGETDEL of Redis 8.0: values and times of fields in one step. */
final class FieldTimeCommands {

    private static final byte[] PERSIST = {'p', 'e', 'r', 's', 'i', 's', 't'};
    private static final byte[] KEEPTTL = {'k', 'e', 'e', 'p', 't', 't', 'l'};
    private static final byte[] FNX = {'f', 'n', 'x'};
    private static final byte[] FXX = {'f', 'x', 'x'};
    private static final byte[] NOT_A_NUMBER = Reply.errorLine("ERR invalid number of fields");
    private static final byte[] NO_TIME = Reply.errorLine("ERR missing expire time");
    private static final byte[] TWO_CONDITIONS =
            Reply.errorLine("ERR Only one of FXX or FNX arguments can be specified");
    private static final byte[] TWO_TIMES =
            Reply.errorLine(
                    "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");

    private static final int NO_UNIT = 0;
    private static final int SECONDS = 1;
    private static final int RELATIVE = 2;
    private static final int UNIT = 4;

    // What HSETEX was told; one command runs at a time, and each engine has its own object.
    private long until;
    private boolean isTimed;
    private boolean onlyNew;
    private boolean onlyOld;

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("hgetdel", -5, "write fast", "hash", FieldTimeCommands::hgetdel)
                    .keys(range("RW access delete", 1, 0, 1)),
            command("hgetex", -5, "write fast", "hash", FieldTimeCommands::hgetex)
                    .keys(
                            range("RW access update", 1, 0, 1)
                                    .withNotes("RW and UPDATE because it changes the TTL")),
            command("hsetex", -6, "write denyoom fast", "hash", new FieldTimeCommands()::hsetex)
                    .keys(range("RW update", 1, 0, 1)),
        };
    }

    private FieldTimeCommands() {}

    static void hgetdel(Invocation in) {
        int first = FieldArguments.first(in, 2, FieldArguments.NOT_A_NUMBER_OF_FIELDS);
        if (first < 0) {
            return;
        }
        int argc = in.argc();
        long entry = HashKey.write(in, first, argc, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        in.reply().array(argc - first);
        HashType hashes = in.engine().hashes();
        long removed = 0;
        Propagation effects = HashEffects.deleting(in);
        for (int i = first; i < argc; i++) {
            HashCommands.answer(in, entry, i);
            if (entry != 0 && hashes.remove(in.db(), entry, in.argAddress(i), in.argLength(i))) {
                removed++;
                if (effects != null) {
                    effects.arg(in, i);
                }
            }
        }
        HashEffects.deleted(effects, removed);
        if (removed > 0) {
            HashKey.shrunk(in, entry, removed, HashKey.HDEL);
        }
    }

    // How an option names a time; NO_UNIT: it does not.
    private static int unit(Invocation in, int index) {
        return in.argIs(index, FieldArguments.EX)
                ? UNIT | SECONDS | RELATIVE
                : in.argIs(index, FieldArguments.PX)
                        ? UNIT | RELATIVE
                        : in.argIs(index, FieldArguments.EXAT)
                                ? UNIT | SECONDS
                                : in.argIs(index, FieldArguments.PXAT) ? UNIT : NO_UNIT;
    }

    private static long time(Invocation in, int index, int unit) {
        return FieldArguments.time(in, index, (unit & SECONDS) != 0, (unit & RELATIVE) != 0);
    }

    static void hgetex(Invocation in) {
        long until = HashType.KEEP;
        int at = 2;
        int unit = unit(in, 2);
        if (unit != NO_UNIT) {
            until = time(in, 3, unit);
            if (until < 0) {
                return;
            }
            at = 4;
        } else if (in.argIs(2, PERSIST)) {
            until = HashType.NEVER;
            at = 3;
        }
        int first = FieldArguments.first(in, at, FieldArguments.NOT_A_NUMBER_OF_FIELDS);
        if (first < 0) {
            return;
        }
        long entry = HashKey.write(in, first, in.argc(), 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        in.reply().array(in.argc() - first);
        for (int i = first; i < in.argc(); i++) {
            HashCommands.answer(in, entry, i);
        }
        if (entry != 0 && until != HashType.KEEP) {
            if (unit == NO_UNIT) {
                persist(in, entry, first);
            } else {
                expire(in, entry, first, 1, until);
            }
        }
    }

    private static void persist(Invocation in, long entry, int first) {
        HashType hashes = in.engine().hashes();
        int changed = 0;
        Propagation effects = HashEffects.dating(in, HashType.NEVER);
        long mark = effects == null ? 0 : effects.mark();
        for (int i = first; i < in.argc(); i++) {
            long at = in.argAddress(i);
            int length = in.argLength(i);
            if (hashes.find(entry, at, length) && hashes.expiry() != HashType.NEVER) {
                hashes.expiry(in.db(), entry, at, length, HashType.NEVER);
                changed++;
                if (effects != null) {
                    effects.arg(in, i);
                }
            }
        }
        HashEffects.dated(in, effects, HashType.NEVER, mark, changed);
        if (changed > 0) {
            HashKey.changed(in, changed, FieldExpireCommands.HPERSIST);
        }
    }

    // Gives fields a time; one that is past removes them.
    private static void expire(Invocation in, long entry, int first, int step, long until) {
        HashType hashes = in.engine().hashes();
        boolean past = in.isPast(until);
        int changed = 0;
        Propagation effects = HashEffects.dating(in, until);
        long mark = effects == null ? 0 : effects.mark();
        for (int i = first; i < in.argc(); i += step) {
            long at = in.argAddress(i);
            int length = in.argLength(i);
            if (!hashes.find(entry, at, length)) {
                continue;
            }
            changed++;
            if (effects != null) {
                effects.arg(in, i);
            }
            if (past) {
                hashes.removeFound(in.db(), entry);
                in.db().shared().stats().expiredElements++;
            } else {
                hashes.expiry(in.db(), entry, at, length, until);
            }
        }
        HashEffects.dated(in, effects, until, mark, changed);
        if (changed == 0) {
            return;
        }
        if (past) {
            HashKey.shrunk(in, entry, changed, HashKey.HDEL);
        } else {
            HashKey.changed(in, changed, FieldExpireCommands.HEXPIRE);
        }
    }

    void hsetex(Invocation in) {
        int first = parse(in);
        if (first < 0) {
            return;
        }
        int argc = in.argc();
        long entry = HashKey.write(in, first, argc, 2);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        if (!isMet(in, entry, first)) {
            in.reply().integer(0);
            return;
        }
        boolean past = isTimed && in.isPast(until);
        HashWriteCommands.setPairs(in, entry, first, argc, past ? HashType.KEEP : until);
        HashKey.changed(in, (argc - first) / 2, HashWriteCommands.HSET);
        if (past) {
            long made = in.db().peek(in.keyHash(1), in.argAddress(1), in.argLength(1));
            expire(in, made, first, 2, until);
        } else if (isTimed) {
            in.event(FieldExpireCommands.HEXPIRE, 1);
        }
        if (!past) {
            HashEffects.set(in, first, argc, until);
        }
        in.reply().integer(1);
    }

    private boolean isMet(Invocation in, long entry, int first) {
        if (!onlyNew && !onlyOld) {
            return true;
        }
        HashType hashes = in.engine().hashes();
        for (int i = first; i < in.argc(); i += 2) {
            boolean there = entry != 0 && hashes.find(entry, in.argAddress(i), in.argLength(i));
            if (there != onlyOld) {
                return false;
            }
        }
        return true;
    }

    // Answers the argument of the first field; -1 when an error was answered.
    private int parse(Invocation in) {
        until = HashType.NEVER;
        isTimed = false;
        onlyNew = false;
        onlyOld = false;
        boolean keeps = false;
        int argc = in.argc();
        for (int i = 2; i < argc; i++) {
            if (in.argIs(i, FieldArguments.FIELDS)) {
                return fields(in, i);
            }
            int unit = unit(in, i);
            if (unit != NO_UNIT || in.argIs(i, KEEPTTL)) {
                if (isTimed || keeps) {
                    in.reply().errorLine(TWO_TIMES);
                    return -1;
                }
                if (unit == NO_UNIT) {
                    keeps = true;
                    until = HashType.KEEP;
                    continue;
                }
                isTimed = true;
                if (++i == argc) {
                    in.reply().errorLine(NO_TIME);
                    return -1;
                }
                until = time(in, i, unit);
                if (until < 0) {
                    return -1;
                }
            } else if (in.argIs(i, FNX) || in.argIs(i, FXX)) {
                if (onlyNew || onlyOld) {
                    in.reply().errorLine(TWO_CONDITIONS);
                    return -1;
                }
                onlyNew = in.argIs(i, FNX);
                onlyOld = !onlyNew;
            } else {
                in.reply().error("ERR unknown argument: " + in.argString(i));
                return -1;
            }
        }
        HashKey.wrongArity(in);
        return -1;
    }

    private static int fields(Invocation in, int at) {
        if (at >= in.argc() - 3) {
            HashKey.wrongArity(in);
            return -1;
        }
        boolean number = in.isLong(at + 1);
        long fields = in.longValue();
        if (!number || fields < 1 || fields > Integer.MAX_VALUE) {
            in.reply().errorLine(NOT_A_NUMBER);
            return -1;
        }
        int rest = in.argc() - at - 2;
        if ((rest & 1) != 0 || fields != rest / 2) {
            HashKey.wrongArity(in);
            return -1;
        }
        return at + 2;
    }
}

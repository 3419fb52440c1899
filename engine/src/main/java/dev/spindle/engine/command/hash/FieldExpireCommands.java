package dev.spindle.engine.command.hash;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.type.HashType;

/** Times of fields, as Redis 7.4 has them: setting, asking and taking back. Each field has an answer of its own. */
final class FieldExpireCommands {

    static final KeyspaceEvent HEXPIRE = new KeyspaceEvent(KeyspaceEvent.Kind.HASH, "hexpire");
    static final KeyspaceEvent HPERSIST = new KeyspaceEvent(KeyspaceEvent.Kind.HASH, "hpersist");

    private static final byte[] NX = {'n', 'x'};
    private static final byte[] XX = {'x', 'x'};
    private static final byte[] GT = {'g', 't'};
    private static final byte[] LT = {'l', 't'};
    private static final int ANY = 0;
    private static final int ONLY_NEW = 1;
    private static final int ONLY_OLD = 2;
    private static final int ONLY_LATER = 3;
    private static final int ONLY_EARLIER = 4;

    private static final int NO_FIELD = -2;
    private static final int NO_TIME = -1;
    private static final int NOT_MET = 0;
    private static final int SET = 1;
    private static final int DELETED = 2;

    private FieldExpireCommands() {}

    static CommandSpec[] rows() {
        String[] changing = {"nondeterministic_output"};
        return new CommandSpec[] {
            setter("hexpire", in -> expire(in, true, true)),
            setter("hpexpire", in -> expire(in, false, true)),
            setter("hexpireat", in -> expire(in, true, false)),
            setter("hpexpireat", in -> expire(in, false, false)),
            getter("httl", in -> times(in, true, true)).tips(changing),
            getter("hpttl", in -> times(in, false, true)).tips(changing),
            getter("hexpiretime", in -> times(in, true, false)),
            getter("hpexpiretime", in -> times(in, false, false)),
            command("hpersist", -5, "write fast", "hash", FieldExpireCommands::hpersist)
                    .keys(range("RW update", 1, 0, 1)),
        };
    }

    private static CommandSpec setter(String name, CommandHandler handler) {
        return command(name, -6, "write denyoom fast", "hash", handler)
                .keys(range("RW update", 1, 0, 1));
    }

    private static CommandSpec getter(String name, CommandHandler handler) {
        return command(name, -5, "readonly fast", "hash", handler)
                .keys(range("RO access", 1, 0, 1));
    }

    private static int condition(Invocation in) {
        return in.argIs(3, NX)
                ? ONLY_NEW
                : in.argIs(3, XX)
                        ? ONLY_OLD
                        : in.argIs(3, GT) ? ONLY_LATER : in.argIs(3, LT) ? ONLY_EARLIER : ANY;
    }

    private static void expire(Invocation in, boolean seconds, boolean relative) {
        // The type comes first, whatever else is wrong.
        long entry = HashKey.write(in, 0, 0, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        long until = FieldArguments.time(in, 2, seconds, relative);
        if (until < 0) {
            return;
        }
        int condition = condition(in);
        int first = begin(in, entry, condition == ANY ? 3 : 4, FieldArguments.NO_FIELDS);
        if (first < 0) {
            return;
        }
        HashType hashes = in.engine().hashes();
        int updated = 0;
        int deleted = 0;
        Propagation effects = HashEffects.dating(in, until);
        long mark = effects == null ? 0 : effects.mark();
        for (int i = first; i < in.argc(); i++) {
            int result = expire(in, hashes, entry, i, condition, until);
            updated += result == SET ? 1 : 0;
            deleted += result == DELETED ? 1 : 0;
            if (effects != null && (result == SET || result == DELETED)) {
                effects.arg(in, i);
            }
            in.reply().integer(result);
        }
        HashEffects.dated(in, effects, until, mark, updated + deleted);
        if (deleted > 0) {
            HashKey.shrunk(in, entry, updated + deleted, HashKey.HDEL);
        } else if (updated > 0) {
            HashKey.changed(in, updated, HEXPIRE);
        }
        if (deleted > 0 && updated > 0) {
            in.event(HEXPIRE, 1);
        }
    }

    // Checks the fields and begins the array of answers. Gives the argument of the first field, or
    // -1
    // when all is answered: an error, or that a hash which is not there has none of them.
    private static int begin(Invocation in, long entry, int at, byte[] notANumber) {
        int first = FieldArguments.first(in, at, notANumber);
        if (first < 0) {
            return -1;
        }
        in.reply().array(in.argc() - first);
        if (entry != 0) {
            return first;
        }
        for (int i = first; i < in.argc(); i++) {
            in.reply().integer(NO_FIELD);
        }
        return -1;
    }

    private static int expire(
            Invocation in, HashType hashes, long entry, int field, int condition, long until) {
        long at = in.argAddress(field);
        int length = in.argLength(field);
        if (!hashes.find(entry, at, length)) {
            return NO_FIELD;
        }
        if (!isMet(condition, hashes.expiry(), until)) {
            return NOT_MET;
        }
        if (in.isPast(until)) {
            hashes.removeFound(in.db(), entry);
            in.db().shared().stats().expiredElements++;
            return DELETED;
        }
        hashes.expiry(in.db(), entry, at, length, until);
        return SET;
    }

    // A field without a time counts as living for ever.
    private static boolean isMet(int condition, long before, long until) {
        boolean timed = before != HashType.NEVER;
        return switch (condition) {
            case ONLY_NEW -> !timed;
            case ONLY_OLD -> timed;
            case ONLY_LATER -> timed && until > before;
            case ONLY_EARLIER -> !timed || until < before;
            default -> true;
        };
    }

    private static void times(Invocation in, boolean seconds, boolean relative) {
        long entry = HashKey.read(in, 0, 0, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        int first = begin(in, entry, 2, FieldArguments.NOT_A_NUMBER_OF_FIELDS);
        if (first < 0) {
            return;
        }
        HashType hashes = in.engine().hashes();
        long base = relative ? in.nowMs() : 0;
        for (int i = first; i < in.argc(); i++) {
            if (!hashes.find(entry, in.argAddress(i), in.argLength(i))) {
                in.reply().integer(NO_FIELD);
                continue;
            }
            long until = hashes.expiry();
            if (until == HashType.NEVER) {
                in.reply().integer(NO_TIME);
            } else {
                // Seconds are rounded up, unlike those of keys.
                in.reply().integer(seconds ? (until - base + 999) / 1000 : until - base);
            }
        }
    }

    static void hpersist(Invocation in) {
        long entry = HashKey.write(in, 0, 0, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        int first = begin(in, entry, 2, FieldArguments.NOT_A_NUMBER_OF_FIELDS);
        if (first < 0) {
            return;
        }
        int changed = 0;
        for (int i = first; i < in.argc(); i++) {
            int result = persist(in, entry, i);
            changed += result == SET ? 1 : 0;
            in.reply().integer(result);
        }
        if (changed > 0) {
            HashKey.changed(in, changed, HPERSIST);
        }
    }

    private static int persist(Invocation in, long entry, int field) {
        HashType hashes = in.engine().hashes();
        long at = in.argAddress(field);
        int length = in.argLength(field);
        if (!hashes.find(entry, at, length)) {
            return NO_FIELD;
        }
        if (hashes.expiry() == HashType.NEVER) {
            return NO_TIME;
        }
        hashes.expiry(in.db(), entry, at, length, HashType.NEVER);
        return SET;
    }
}

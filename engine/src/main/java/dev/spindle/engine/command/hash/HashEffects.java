package dev.spindle.engine.command.hash;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.HashType;

/** The effects of commands on hashes that are not repeated as they were sent. */
final class HashEffects {

    private static final byte[] HSET = Ascii.bytes("HSET");
    private static final byte[] HSETEX = Ascii.bytes("HSETEX");
    private static final byte[] DEL = Ascii.bytes("DEL");
    private static final byte[] HDEL = Ascii.bytes("HDEL");
    private static final byte[] HPEXPIREAT = Ascii.bytes("HPEXPIREAT");
    private static final byte[] HPERSIST = Ascii.bytes("HPERSIST");
    private static final byte[] KEEPTTL = Ascii.bytes("KEEPTTL");
    private static final byte[] PXAT = Ascii.bytes("PXAT");
    private static final byte[] FIELDS = Ascii.bytes("FIELDS");

    private HashEffects() {}

    /** Fields were set to the values behind them. */
    static void set(Invocation in, int first, int end, long until) {
        Propagation effects = in.engine().propagation();
        if (!effects.isActive()) {
            return;
        }
        if (until == HashType.NEVER) {
            effects.begin(in, HSET).arg(in, 1);
        } else {
            effects.begin(in, HSETEX).arg(in, 1);
            if (until == HashType.KEEP) {
                effects.bulk(KEEPTTL);
            } else {
                effects.bulk(PXAT).number(until);
            }
            effects.bulk(FIELDS).number((end - first) / 2);
        }
        for (int i = first; i < end; i++) {
            effects.arg(in, i);
        }
        effects.end();
    }

    /** The key that an effect before made is gone again. */
    static void deletedKey(Invocation in) {
        in.engine().propagation().begin(in, DEL).arg(in, 1).end();
    }

    /** A value was computed and set. */
    static void computed(Invocation in, byte[] value, boolean timed) {
        Propagation effects = in.engine().propagation();
        if (!effects.isActive()) {
            return;
        }
        if (timed) {
            effects.begin(in, HSETEX).arg(in, 1).bulk(KEEPTTL).bulk(FIELDS).number(1);
        } else {
            effects.begin(in, HSET).arg(in, 1);
        }
        effects.arg(in, 2).bulk(value).end();
    }

    /**
     * Fields are about to be deleted: each is an argument of the effect, or {@link #none} says that there were none.
     *
     * @return what to add them to, or null when nobody asks.
     */
    static Propagation deleting(Invocation in) {
        Propagation effects = in.engine().propagation();
        return effects.isActive() ? effects.begin(in, HDEL).arg(in, 1) : null;
    }

    /**
     * Fields are about to get a time, or to go since that is over.
     *
     * @param until when; {@link HashType#NEVER}: they lose their time.
     */
    static Propagation dating(Invocation in, long until) {
        Propagation effects = in.engine().propagation();
        if (!effects.isActive()) {
            return null;
        }
        if (until == HashType.NEVER) {
            return effects.begin(in, HPERSIST).arg(in, 1).bulk(FIELDS);
        }
        if (in.isPast(until)) {
            return deleting(in);
        }
        return effects.begin(in, HPEXPIREAT).arg(in, 1).number(until).bulk(FIELDS);
    }

    /** Completes what {@link #deleting} began. */
    static void deleted(Propagation effects, long count) {
        if (effects == null) {
            return;
        }
        if (count == 0) {
            effects.cancel();
        } else {
            effects.end();
        }
    }

    /**
     * Completes what {@link #dating} began.
     *
     * @param mark of the first field.
     */
    static void dated(Invocation in, Propagation effects, long until, long mark, long count) {
        if (effects == null) {
            return;
        }
        if (count > 0 && (until == HashType.NEVER || !in.isPast(until))) {
            effects.numberAt(mark, count);
        }
        deleted(effects, count);
    }
}

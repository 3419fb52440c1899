package dev.spindle.engine.command.string;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.text.Ascii;

/** The effects of commands on strings that are not repeated as they were sent: with absolute times, results and without what only asks. */
final class StringEffects {

    private static final byte[] SET = Ascii.bytes("SET");
    private static final byte[] DEL = Ascii.bytes("DEL");
    private static final byte[] PXAT = Ascii.bytes("PXAT");
    private static final byte[] KEEPTTL = Ascii.bytes("KEEPTTL");
    private static final byte[] PEXPIREAT = Ascii.bytes("PEXPIREAT");
    private static final byte[] PERSIST = Ascii.bytes("PERSIST");
    private static final byte[] GET = {'g', 'e', 't'};

    private StringEffects() {}

    private static Propagation active(Invocation in) {
        Propagation effects = in.engine().propagation();
        return effects.isActive() ? effects : null;
    }

    /** A value was set with options. */
    static void setWithOptions(Invocation in, long options, long until) {
        Propagation effects = active(in);
        if (effects == null) {
            return;
        }
        boolean ifeq = StringOptions.has(options, StringOptions.IFEQ);
        if (StringOptions.has(options, StringOptions.ANY_EXPIRY)) {
            setUntil(in, 2, until);
        } else if (ifeq) {
            effects.begin(in, SET).arg(in, 1).arg(in, 2);
            if (StringOptions.has(options, StringOptions.KEEPTTL)) {
                effects.bulk(KEEPTTL);
            }
            effects.end();
        } else if (StringOptions.has(options, StringOptions.GET)) {
            effects.begin(in, SET).arg(in, 1).arg(in, 2);
            for (int i = 3; i < in.argc(); i++) {
                if (!in.argIs(i, GET)) {
                    effects.arg(in, i);
                }
            }
            effects.end();
        }
    }

    /** A value was set that lives until a time. */
    static void setUntil(Invocation in, int value, long until) {
        Propagation effects = active(in);
        if (effects != null) {
            effects.begin(in, SET).arg(in, 1).arg(in, value).bulk(PXAT).number(until).end();
        }
    }

    /** A value was set, and the old one answered. */
    static void set(Invocation in) {
        Propagation effects = active(in);
        if (effects != null) {
            effects.begin(in, SET).arg(in, 1).arg(in, 2).end();
        }
    }

    /** A value was computed and set; its time stays. */
    static void computed(Invocation in, byte[] value) {
        Propagation effects = active(in);
        if (effects != null) {
            effects.begin(in, SET).arg(in, 1).bulk(value).bulk(KEEPTTL).end();
        }
    }

    /** A key was deleted. */
    static void deleted(Invocation in) {
        Propagation effects = active(in);
        if (effects != null) {
            effects.begin(in, DEL).arg(in, 1).end();
        }
    }

    /** A key got a time, or went since that is over. */
    static void expired(Invocation in, long until, boolean over) {
        Propagation effects = active(in);
        if (effects == null) {
            return;
        }
        if (over) {
            effects.begin(in, effects.deletion()).arg(in, 1).end();
        } else {
            effects.begin(in, PEXPIREAT).arg(in, 1).number(until).end();
        }
    }

    /** A key lost its time. */
    static void persisted(Invocation in) {
        Propagation effects = active(in);
        if (effects != null) {
            effects.begin(in, PERSIST).arg(in, 1).end();
        }
    }
}

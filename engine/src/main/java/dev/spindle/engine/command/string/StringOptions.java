package dev.spindle.engine.command.string;

import dev.spindle.engine.command.Invocation;

/**
 * The options of SET and GETEX, parsed into one long so that nothing is allocated and nothing is kept between commands.
 *
 * <pre>
 *   bits 0-15  which options are there
 *   16-39      argument of the expiry's number
 *   40-62      argument of IFEQ's value
 * </pre>
 */
final class StringOptions {

    static final int NX = 1;
    static final int XX = 1 << 1;
    static final int GET = 1 << 2;
    static final int KEEPTTL = 1 << 3;
    static final int PERSIST = 1 << 4;
    static final int EX = 1 << 5;
    static final int PX = 1 << 6;
    static final int EXAT = 1 << 7;
    static final int PXAT = 1 << 8;
    static final int IFEQ = 1 << 9;
    static final int ANY_EXPIRY = EX | PX | EXAT | PXAT;

    private static final int EXPIRY_SHIFT = 16;
    private static final int IFEQ_SHIFT = 40;
    private static final int INDEX_MASK = (1 << 23) - 1;

    private static final byte[] NX_WORD = {'n', 'x'};
    private static final byte[] XX_WORD = {'x', 'x'};
    private static final byte[] GET_WORD = {'g', 'e', 't'};
    private static final byte[] KEEPTTL_WORD = {'k', 'e', 'e', 'p', 't', 't', 'l'};
    private static final byte[] PERSIST_WORD = {'p', 'e', 'r', 's', 'i', 's', 't'};
    private static final byte[] EX_WORD = {'e', 'x'};
    private static final byte[] PX_WORD = {'p', 'x'};
    private static final byte[] EXAT_WORD = {'e', 'x', 'a', 't'};
    private static final byte[] PXAT_WORD = {'p', 'x', 'a', 't'};
    private static final byte[] IFEQ_WORD = {'i', 'f', 'e', 'q'};

    private StringOptions() {}

    /**
     * Parses the options from an argument to the end.
     *
     * @param set whether the command is SET; else it is GETEX.
     * @return the packed options; -1 when they are unknown, incomplete or contradict each other.
     */
    static long parse(Invocation in, int from, boolean set) {
        int argc = in.argc();
        if (argc > INDEX_MASK) {
            return -1;
        }
        long options = 0;
        for (int i = from; i < argc; i++) {
            int flag = flag(in, i);
            boolean takesValue = (flag & (ANY_EXPIRY | IFEQ)) != 0;
            if (flag == 0
                    || (flag & (set ? PERSIST : ~(ANY_EXPIRY | PERSIST))) != 0
                    || (options & conflicts(flag)) != 0
                    || takesValue && i + 1 == argc) {
                return -1;
            }
            options |= flag;
            if (takesValue) {
                i++;
                int shift = flag == IFEQ ? IFEQ_SHIFT : EXPIRY_SHIFT;
                options = options & ~((long) INDEX_MASK << shift) | (long) i << shift;
            }
        }
        return options;
    }

    private static int flag(Invocation in, int index) {
        switch (in.argLength(index)) {
            case 2:
                return in.argIs(index, EX_WORD)
                        ? EX
                        : in.argIs(index, PX_WORD)
                                ? PX
                                : in.argIs(index, NX_WORD) ? NX : in.argIs(index, XX_WORD) ? XX : 0;
            case 3:
                return in.argIs(index, GET_WORD) ? GET : 0;
            case 4:
                return in.argIs(index, EXAT_WORD)
                        ? EXAT
                        : in.argIs(index, PXAT_WORD) ? PXAT : in.argIs(index, IFEQ_WORD) ? IFEQ : 0;
            case 7:
                return in.argIs(index, KEEPTTL_WORD)
                        ? KEEPTTL
                        : in.argIs(index, PERSIST_WORD) ? PERSIST : 0;
            default:
                return 0;
        }
    }

    // The same expiry option may be repeated, and its last value counts; two different ones may not
    // meet.
    private static int conflicts(int flag) {
        return switch (flag) {
            case NX -> XX | IFEQ;
            case XX -> NX | IFEQ;
            case IFEQ -> NX | XX | IFEQ;
            case KEEPTTL -> PERSIST | ANY_EXPIRY;
            case PERSIST -> KEEPTTL | ANY_EXPIRY;
            case EX, PX, EXAT, PXAT -> KEEPTTL | PERSIST | ANY_EXPIRY & ~flag;
            default -> 0;
        };
    }

    static boolean has(long options, int flag) {
        return ((int) options & flag) != 0;
    }

    /** The argument that IFEQ compares with. */
    static int ifeqIndex(long options) {
        return (int) (options >>> IFEQ_SHIFT) & INDEX_MASK;
    }

    /**
     * The moment that the expiry option names.
     *
     * @return epoch milliseconds, positive; -1 when the error is answered already.
     */
    static long expiry(Invocation in, long options) {
        return expiry(in, (int) (options >>> EXPIRY_SHIFT) & INDEX_MASK, (int) options);
    }

    /**
     * The moment that an argument names.
     *
     * @param unit one of the expiry options.
     */
    static long expiry(Invocation in, int index, int unit) {
        if (!in.requireLong(index)) {
            return -1;
        }
        long until = in.longValue();
        boolean seconds = (unit & (EX | EXAT)) != 0;
        boolean relative = (unit & (EX | PX)) != 0;
        if (until > 0 && (!seconds || until <= Long.MAX_VALUE / 1000)) {
            until = (seconds ? until * 1000 : until) + (relative ? in.nowMs() : 0);
            if (until > 0) {
                return until;
            }
        }
        in.reply().error("ERR invalid expire time in '" + in.spec().fullName() + "' command");
        return -1;
    }
}

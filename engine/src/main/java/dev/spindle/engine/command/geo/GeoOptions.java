package dev.spindle.engine.command.geo;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeyFinder;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.SortedSet;
import java.nio.charset.StandardCharsets;

/** What a search is asked for: where, how far, what of it, in which order, and where to. Read in Redis's order of complaints. */
final class GeoOptions {

    /** The commands that search. */
    enum Form {
        RADIUS,
        RADIUS_RO,
        RADIUS_BY_MEMBER,
        RADIUS_BY_MEMBER_RO,
        SEARCH,
        SEARCH_STORE
    }

    static final int UNSORTED = 0;
    static final int ASCENDING = 1;
    static final int DESCENDING = 2;

    private static final byte[] WITHDIST = Ascii.bytes("withdist");
    private static final byte[] WITHHASH = Ascii.bytes("withhash");
    private static final byte[] WITHCOORD = Ascii.bytes("withcoord");
    private static final byte[] ANY = Ascii.bytes("any");
    private static final byte[] ASC = Ascii.bytes("asc");
    private static final byte[] DESC = Ascii.bytes("desc");
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] STORE = Ascii.bytes("store");
    private static final byte[] STOREDIST = Ascii.bytes("storedist");
    private static final byte[] FROMMEMBER = Ascii.bytes("frommember");
    private static final byte[] FROMLONLAT = Ascii.bytes("fromlonlat");
    private static final byte[] BYRADIUS = Ascii.bytes("byradius");
    private static final byte[] BYBOX = Ascii.bytes("bybox");

    private static final byte[] NO_MEMBER =
            Reply.errorLine("ERR could not decode requested zset member");
    private static final byte[] COUNT_NOT_POSITIVE = Reply.errorLine("ERR COUNT must be > 0");
    private static final byte[] ANY_WITHOUT_COUNT =
            Reply.errorLine("ERR the ANY argument requires COUNT argument");
    private static final byte[] STORE_AND_SHOW =
            Reply.errorLine(
                    "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
    private static final byte[] SEARCH_STORE_AND_SHOW =
            Reply.errorLine(
                    "ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options");

    final GeoShape shape = new GeoShape();
    private final GeoArguments arguments = new GeoArguments();

    boolean withDistance;
    boolean withHash;
    boolean withPosition;
    boolean any;
    int order;
    long count;

    /** Argument of the key to store in, or 0. */
    int storeKey;

    boolean storeDistance;

    private SortedSet set;
    private boolean fromMember;
    private boolean fromPosition;
    private boolean byRadius;
    private boolean byBox;

    /** Kinds of facts shown beside each member. */
    int extras() {
        return (withDistance ? 1 : 0) + (withHash ? 1 : 0) + (withPosition ? 1 : 0);
    }

    /**
     * Reads all arguments.
     *
     * @param source the sorted set searched, or null.
     * @return false when an error was answered.
     */
    boolean parse(Invocation in, Form form, SortedSet source) {
        set = source;
        withDistance = false;
        withHash = false;
        withPosition = false;
        any = false;
        order = UNSORTED;
        count = 0;
        storeKey = form == Form.SEARCH_STORE ? 1 : 0;
        storeDistance = false;
        fromMember = false;
        fromPosition = false;
        byRadius = false;
        byBox = false;
        shape.unit = 1;
        int from = middle(in, form);
        if (from == 0) {
            return false;
        }
        int at = from;
        while (at < in.argc()) {
            int taken = option(in, form, at);
            if (taken == 0) {
                return false;
            }
            at += taken;
        }
        return isWhole(in, form);
    }

    // What the older commands have in front of their options; answers where these begin, or 0.
    private int middle(Invocation in, Form form) {
        switch (form) {
            case RADIUS, RADIUS_RO -> {
                if (!arguments.position(in, 2) || !arguments.circle(in, 4, shape)) {
                    return 0;
                }
                place();
                return 6;
            }
            case RADIUS_BY_MEMBER, RADIUS_BY_MEMBER_RO -> {
                if (set != null && (!member(in, 2) || !arguments.circle(in, 3, shape))) {
                    return 0;
                }
                return 5;
            }
            case SEARCH -> {
                return 2;
            }
            default -> {
                return 3;
            }
        }
    }

    private void place() {
        shape.longitude = arguments.longitude();
        shape.latitude = arguments.latitude();
    }

    private boolean member(Invocation in, int arg) {
        if (!set.find(in.argAddress(arg), in.argLength(arg))) {
            in.reply().errorLine(NO_MEMBER);
            return false;
        }
        shape.longitude = GeoHash.longitude(set.foundScore());
        shape.latitude = GeoHash.latitude(set.foundScore());
        return true;
    }

    // Reads one option; answers how many arguments it took, or 0 when an error was answered.
    private int option(Invocation in, Form form, int at) {
        int behind = in.argc() - 1 - at;
        if (in.argIs(at, WITHDIST)) {
            withDistance = true;
        } else if (in.argIs(at, WITHHASH)) {
            withHash = true;
        } else if (in.argIs(at, WITHCOORD)) {
            withPosition = true;
        } else if (in.argIs(at, ANY)) {
            any = true;
        } else if (in.argIs(at, ASC)) {
            order = ASCENDING;
        } else if (in.argIs(at, DESC)) {
            order = DESCENDING;
        } else if (behind >= 1 && in.argIs(at, COUNT)) {
            return count(in, at + 1) ? 2 : 0;
        } else if (form == Form.SEARCH || form == Form.SEARCH_STORE) {
            return searchOption(in, form, at, behind);
        } else if (form == Form.RADIUS || form == Form.RADIUS_BY_MEMBER) {
            return storeOption(in, at, behind);
        } else {
            return syntax(in);
        }
        return 1;
    }

    private static int syntax(Invocation in) {
        in.reply().errorLine(ReplyErrors.SYNTAX);
        return 0;
    }

    private boolean count(Invocation in, int arg) {
        if (!in.requireLong(arg)) {
            return false;
        }
        count = in.longValue();
        if (count <= 0) {
            in.reply().errorLine(COUNT_NOT_POSITIVE);
            return false;
        }
        return true;
    }

    private int storeOption(Invocation in, int at, int behind) {
        boolean distance = in.argIs(at, STOREDIST);
        if (behind < 1 || !distance && !in.argIs(at, STORE)) {
            return syntax(in);
        }
        storeKey = at + 1;
        storeDistance = distance;
        return 2;
    }

    private int searchOption(Invocation in, Form form, int at, int behind) {
        if (behind >= 1 && !fromPosition && in.argIs(at, FROMMEMBER)) {
            fromMember = true;
            return set == null || member(in, at + 1) ? 2 : 0;
        }
        if (behind >= 2 && !fromMember && in.argIs(at, FROMLONLAT)) {
            if (!arguments.position(in, at + 1)) {
                return 0;
            }
            place();
            fromPosition = true;
            return 3;
        }
        if (behind >= 2 && !byBox && in.argIs(at, BYRADIUS)) {
            byRadius = true;
            return arguments.circle(in, at + 1, shape) ? 3 : 0;
        }
        if (behind >= 3 && !byRadius && in.argIs(at, BYBOX)) {
            byBox = true;
            return arguments.box(in, at + 1, shape) ? 4 : 0;
        }
        if (form == Form.SEARCH_STORE && in.argIs(at, STOREDIST)) {
            storeDistance = true;
            return 1;
        }
        return syntax(in);
    }

    private boolean isWhole(Invocation in, Form form) {
        boolean search = form == Form.SEARCH || form == Form.SEARCH_STORE;
        if (storeKey != 0 && extras() > 0) {
            in.reply().errorLine(search ? SEARCH_STORE_AND_SHOW : STORE_AND_SHOW);
            return false;
        }
        if (search && !fromMember && !fromPosition) {
            exactlyOne(in, "FROMMEMBER or FROMLONLAT can");
            return false;
        }
        if (search && !byRadius && !byBox) {
            exactlyOne(in, "BYRADIUS and BYBOX can");
            return false;
        }
        if (any && count == 0) {
            in.reply().errorLine(ANY_WITHOUT_COUNT);
            return false;
        }
        // The closest, when only some are asked for.
        if (count != 0 && order == UNSORTED && !any) {
            order = ASCENDING;
        }
        return true;
    }

    private static void exactlyOne(Invocation in, String what) {
        in.reply().error("ERR exactly one of " + what + " be specified for " + in.argString(0));
    }

    /** Finds the keys of the older commands: the source, and the last destination. */
    static boolean keys(byte[][] argv, int from, KeyFinder.Sink sink) {
        sink.key(1, "RO access");
        int destination = 0;
        for (int i = from; i + 1 < argv.length; i++) {
            String word = new String(argv[i], StandardCharsets.ISO_8859_1);
            if (word.equalsIgnoreCase("STORE") || word.equalsIgnoreCase("STOREDIST")) {
                destination = ++i;
            }
        }
        if (destination > 0) {
            sink.key(destination, "OW update");
        }
        return true;
    }
}

package dev.spindle.engine.command.connection;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.pubsub.ClientTracking;
import dev.spindle.engine.pubsub.TrackingOptions;
import dev.spindle.engine.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** CLIENT TRACKING, CACHING, TRACKINGINFO and GETREDIR: what a client wants to hear about keys that it keeps. */
final class TrackingCommands {

    private static final byte[] ONE_REDIRECT =
            Reply.errorLine("ERR A client can only redirect to a single other client");
    private static final byte[] NO_SUCH_REDIRECT =
            Reply.errorLine("ERR The client ID you want redirect to does not exist");
    private static final byte[] PREFIX_NEEDS_BROADCAST =
            Reply.errorLine("ERR PREFIX option requires BCAST mode to be enabled");
    private static final byte[] SWITCHES_BROADCAST =
            Reply.errorLine(
                    "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then"
                            + " re-enabling it with a different mode.");
    private static final byte[] OPTIONS_AND_BROADCAST =
            Reply.errorLine("ERR OPTIN and OPTOUT are not compatible with BCAST");
    private static final byte[] BOTH_OPTIONS =
            Reply.errorLine("ERR You can't specify both OPTIN mode and OPTOUT mode");
    private static final byte[] SWITCHES_OPTION =
            Reply.errorLine(
                    "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then"
                            + " re-enabling it with a different mode.");
    private static final byte[] NOT_TRACKING =
            Reply.errorLine(
                    "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT"
                            + " mode enabled");
    private static final byte[] YES_NEEDS_OPTIN =
            Reply.errorLine(
                    "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
    private static final byte[] NO_NEEDS_OPTOUT =
            Reply.errorLine(
                    "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");

    private TrackingCommands() {}

    static void tracking(Invocation in) {
        TrackingOptions options = new TrackingOptions();
        if (!parse(in, options)) {
            return;
        }
        if (in.argIs(2, "off")) {
            in.engine().tracking().disable(in.session());
            in.reply().ok();
        } else if (!in.argIs(2, "on")) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
        } else {
            byte[] refusal = refusal(in.session().tracking(), options);
            if (refusal != null) {
                in.reply().errorLine(refusal);
            } else if (!options.broadcast || areApart(in, options)) {
                in.engine().tracking().enable(in.session(), options);
                in.reply().ok();
            }
        }
    }

    private static boolean parse(Invocation in, TrackingOptions options) {
        for (int i = 3; i < in.argc(); i++) {
            boolean more = i + 1 < in.argc();
            if (more && in.argIs(i, "redirect")) {
                if (!redirect(in, ++i, options)) {
                    return false;
                }
            } else if (more && in.argIs(i, "prefix")) {
                options.prefixes.add(in.argBytes(++i));
            } else if (in.argIs(i, "bcast")) {
                options.broadcast = true;
            } else if (in.argIs(i, "optin")) {
                options.optIn = true;
            } else if (in.argIs(i, "optout")) {
                options.optOut = true;
            } else if (in.argIs(i, "noloop")) {
                options.noLoop = true;
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return false;
            }
        }
        return true;
    }

    private static boolean redirect(Invocation in, int index, TrackingOptions options) {
        if (options.redirect != null) {
            in.reply().errorLine(ONE_REDIRECT);
            return false;
        }
        if (!in.requireLong(index)) {
            return false;
        }
        options.redirect = in.engine().clients().get(in.longValue());
        if (options.redirect == null) {
            in.reply().errorLine(NO_SUCH_REDIRECT);
            return false;
        }
        return true;
    }

    // Why options do not go together, or with what the client has, or null.
    private static byte[] refusal(ClientTracking now, TrackingOptions options) {
        boolean tracks = now != null && now.isOn();
        if (!options.broadcast && !options.prefixes.isEmpty()) {
            return PREFIX_NEEDS_BROADCAST;
        }
        if (tracks && now.isBroadcasting() != options.broadcast) {
            return SWITCHES_BROADCAST;
        }
        if (options.broadcast && (options.optIn || options.optOut)) {
            return OPTIONS_AND_BROADCAST;
        }
        if (options.optIn && options.optOut) {
            return BOTH_OPTIONS;
        }
        if (tracks && (options.optIn && now.isOptOut() || options.optOut && now.isOptIn())) {
            return SWITCHES_OPTION;
        }
        return null;
    }

    // Whether no prefix begins another, of those given and those the client has; answers the error.
    private static boolean areApart(Invocation in, TrackingOptions options) {
        ClientTracking now = in.session().tracking();
        List<byte[]> given = options.prefixes;
        for (int i = 0; i < given.size(); i++) {
            for (byte[] old : now == null ? new ArrayList<byte[]>() : now.prefixes()) {
                if (overlap(given.get(i), old)) {
                    answerOverlap(in, given.get(i), "an existing", old);
                    return false;
                }
            }
            for (int j = i + 1; j < given.size(); j++) {
                if (overlap(given.get(i), given.get(j))) {
                    answerOverlap(in, given.get(i), "another provided", given.get(j));
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean overlap(byte[] a, byte[] b) {
        int common = Math.min(a.length, b.length);
        return java.util.Arrays.equals(a, 0, common, b, 0, common);
    }

    private static void answerOverlap(Invocation in, byte[] one, String which, byte[] other) {
        in.reply()
                .error(
                        "ERR Prefix '"
                                + text(one)
                                + "' overlaps with "
                                + which
                                + " prefix '"
                                + text(other)
                                + "'. Prefixes for a single client must not overlap.");
    }

    // As a C string: up to a NUL.
    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int nul = text.indexOf(0);
        return nul < 0 ? text : text.substring(0, nul);
    }

    static void caching(Invocation in) {
        ClientTracking now = in.session().tracking();
        if (now == null || !now.isOn()) {
            in.reply().errorLine(NOT_TRACKING);
        } else if (in.argIs(2, "yes")) {
            allow(in, now, now.isOptIn(), YES_NEEDS_OPTIN);
        } else if (in.argIs(2, "no")) {
            allow(in, now, now.isOptOut(), NO_NEEDS_OPTOUT);
        } else {
            in.reply().errorLine(ReplyErrors.SYNTAX);
        }
    }

    private static void allow(Invocation in, ClientTracking now, boolean fits, byte[] error) {
        if (fits) {
            now.caching(true);
            in.reply().ok();
        } else {
            in.reply().errorLine(error);
        }
    }

    static void redirection(Invocation in) {
        ClientTracking now = in.session().tracking();
        in.reply().integer(now == null ? -1 : now.redirectId());
    }

    static void info(Invocation in) {
        ClientTracking now = in.session().tracking();
        Reply reply = in.reply();
        List<String> flags = flags(now);
        reply.map(3);
        reply.bulk("flags");
        reply.set(flags.size());
        flags.forEach(reply::bulk);
        reply.bulk("redirect");
        reply.integer(now == null ? -1 : now.redirectId());
        reply.bulk("prefixes");
        reply.array(now == null ? 0 : now.prefixes().size());
        if (now != null) {
            now.prefixes().forEach(reply::bulk);
        }
    }

    private static List<String> flags(ClientTracking now) {
        List<String> flags = new ArrayList<>();
        if (now == null || !now.isOn()) {
            flags.add("off");
            return flags;
        }
        flags.add("on");
        if (now.isBroadcasting()) {
            flags.add("bcast");
        }
        if (now.isOptIn()) {
            flags.add("optin");
            if (now.isCaching()) {
                flags.add("caching-yes");
            }
        }
        if (now.isOptOut()) {
            flags.add("optout");
            if (now.isCaching()) {
                flags.add("caching-no");
            }
        }
        if (now.isNoLoop()) {
            flags.add("noloop");
        }
        if (now.isBroken()) {
            flags.add("broken_redirect");
        }
        return flags;
    }
}

package dev.spindle.rdb.read;

import dev.spindle.engine.config.ServerConfig;

/**
 * How a file is loaded.
 *
 * @param replaceTwins whether a key that is there already, from this file or before, gives way; otherwise it is a fault.
 * @param skipExpired whether keys whose time has come are left out, as a master does with a file of its own;
 *     not with the base of a log, which may give them more time.
 * @param checkSum whether the checksum is looked at.
 * @param strict whether texts that come twice in a pack are a fault.
 */
public record LoadOptions(
        boolean replaceTwins, boolean skipExpired, boolean checkSum, boolean strict) {

    /** How a configuration wants a server's own file loaded. */
    public static LoadOptions of(ServerConfig config, boolean replaceTwins, boolean skipExpired) {
        return new LoadOptions(
                replaceTwins,
                skipExpired,
                config.flag("rdbchecksum"),
                config.text("sanitize-dump-payload").equals("yes"));
    }
}

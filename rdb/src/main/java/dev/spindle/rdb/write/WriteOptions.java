package dev.spindle.rdb.write;

import dev.spindle.engine.config.ServerConfig;
import dev.spindle.rdb.format.RdbVersion;

/**
 * How values and files are written.
 *
 * @param version of the format; what needs a later one is written in that one's form all the same.
 * @param compression whether strings are compressed where that makes them shorter.
 * @param checksum whether a file ends with its checksum, or with 0.
 * @param listFill list-max-listpack-size: how large the nodes of lists are.
 */
public record WriteOptions(int version, boolean compression, boolean checksum, int listFill) {

    /** What Redis does where nothing is configured. */
    public static final WriteOptions DEFAULT =
            new WriteOptions(RdbVersion.REDIS_7_2, true, true, -2);

    /** What a configuration asks for. */
    public static WriteOptions of(ServerConfig config) {
        return new WriteOptions(
                (int) config.number("rdb-version"),
                config.flag("rdbcompression"),
                config.flag("rdbchecksum"),
                (int) config.number("list-max-listpack-size"));
    }

    /** The same in another version. */
    public WriteOptions version(int other) {
        return new WriteOptions(other, compression, checksum, listFill);
    }

    /** Whether set values may be listpacks and consumers' activity has a time of its own. */
    boolean isRedis72() {
        return version >= RdbVersion.REDIS_7_2;
    }
}

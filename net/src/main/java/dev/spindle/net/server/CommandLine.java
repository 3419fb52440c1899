package dev.spindle.net.server;

import dev.spindle.engine.ServerVersion;
import dev.spindle.engine.config.ConfigException;
import dev.spindle.engine.config.ServerConfig;
import java.util.List;

/**
 * What stands behind {@code java -jar spindle.jar}: either one of the words that print something, or a configuration.
 *
 * @param config to start with; null when something was printed instead.
 * @param exitCode to end with when there is no configuration.
 * @param output what was to be printed.
 */
record CommandLine(ServerConfig config, int exitCode, String output) {

    private static final String HELP =
            """
            Usage: java -jar spindle.jar [/path/to/redis.conf] [options] [-]
                   java -jar spindle.jar - (read config from stdin)
                   java -jar spindle.jar -v or --version
                   java -jar spindle.jar -h or --help
                   java -jar spindle.jar check-rdb <file> (says what is in a snapshot, and what is wrong with it)
                   java -jar spindle.jar check-aof [--fix] DIR
                   java -jar spindle.jar export-aof --dir DIR --to NEWDIR
                   java -jar spindle.jar restore --from DIR --to TIME --into NEWDIR

            Examples:
                   java -jar spindle.jar (run the server with default conf)
                   echo 'maxmemory 128mb' | java -jar spindle.jar -
                   java -jar spindle.jar /etc/redis/6379.conf
                   java -jar spindle.jar --port 7777 --idle-strategy block
                   java -jar spindle.jar /etc/myredis.conf --loglevel verbose -
            """;

    static CommandLine parse(String... args) {
        if (args.length > 0) {
            switch (args[0]) {
                case "-v", "--version":
                    return new CommandLine(null, 0, version());
                case "-h", "--help":
                    return new CommandLine(null, 0, HELP);
                case "--test-memory", "--check-system":
                    return new CommandLine(
                            null,
                            1,
                            args[0]
                                    + " is not offered: test memory with a tool that runs without an operating system,"
                                    + " such as memtest86+.\n");
                case "--sentinel":
                    return new CommandLine(null, 1, "Sentinel mode is not offered yet.\n");
                default:
                    break;
            }
        }
        try {
            return new CommandLine(ServerConfig.load(null, List.of(args)), 0, "");
        } catch (ConfigException e) {
            return new CommandLine(null, 1, e.getMessage() + "\n");
        }
    }

    private static String version() {
        return "Spindle server v="
                + ServerVersion.SPINDLE
                + " redis="
                + ServerVersion.REDIS
                + " java="
                + Runtime.version().feature()
                + " bits=64\n";
    }
}

package dev.spindle.net.server;

import dev.spindle.aof.tool.AofTools;
import dev.spindle.engine.config.ConfigException;
import dev.spindle.rdb.check.RdbCheck;
import java.io.PrintWriter;
import java.util.Arrays;

/** What {@code java -jar} starts. */
public final class Main {

    private Main() {}

    /** Runs a tool that the first argument names, or else a server until it is told to end; the exit code is Redis's. */
    public static void main(String[] args) throws InterruptedException {
        if (args.length > 0 && args[0].equals("check-rdb")) {
            String[] rest = Arrays.copyOfRange(args, 1, args.length);
            System.exit(RdbCheck.main(System.out, System.err, rest));
        }
        if (args.length > 0 && AofTools.has(args[0])) {
            System.exit(
                    AofTools.run(
                            new PrintWriter(System.out, true),
                            new PrintWriter(System.err, true),
                            args));
        }
        StartAhead ahead = StartAhead.begin();
        CommandLine line = CommandLine.parse(args);
        if (line.config() == null) {
            (line.exitCode() == 0 ? System.out : System.err).print(line.output());
            System.exit(line.exitCode());
        }
        try {
            SpindleServer.check(line.config(), ahead);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        if (Daemon.isWanted(line.config())) {
            System.exit(Daemon.spawn());
        }
        try {
            SpindleServer server = SpindleServer.start(line.config(), true, ahead);
            Daemon.reportReady();
            // Threads of libraries must not keep a server alive that has ended.
            Runtime.getRuntime().halt(server.awaitEnd());
        } catch (StartFailure e) {
            System.exit(1);
        }
    }
}

package dev.spindle.aof.tool;

import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine;

/** The tools by their names on the command line. */
public final class AofTools {

    private static final Set<String> NAMES = Set.of("check-aof", "export-aof", "restore");

    private AofTools() {}

    /** Whether a word of the command line is the name of a tool. */
    public static boolean has(String name) {
        return NAMES.contains(name);
    }

    /**
     * Runs a tool.
     *
     * @param args its name and its arguments.
     * @return the exit code: 0 when all is well, 1 when something is wrong with the log, 2 when the arguments are.
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new Root());
        line.addSubcommand(new CheckAof());
        line.addSubcommand(new ExportAof());
        line.addSubcommand(new Restore());
        line.setOut(out);
        line.setErr(err);
        line.setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                    command.getErr().println(failure.getMessage());
                    return 1;
                });
        return line.execute(args);
    }

    @CommandLine.Command(name = "java -jar spindle.jar")
    private static final class Root {}
}

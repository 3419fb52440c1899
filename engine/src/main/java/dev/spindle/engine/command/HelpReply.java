package dev.spindle.engine.command;

/** The reply of a container's HELP: what its subcommands do, as an array of status lines. */
public final class HelpReply {

    private HelpReply() {}

    /**
     * Answers a HELP.
     *
     * @param in the HELP subcommand at hand.
     * @param lines of help, between the line that names the command and those about HELP itself, which are the same for all.
     */
    public static void write(Invocation in, String... lines) {
        in.reply().array(lines.length + 3L);
        in.reply()
                .simple(
                        in.spec().container().name().toUpperCase(java.util.Locale.ROOT)
                                + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        for (String line : lines) {
            in.reply().simple(line);
        }
        in.reply().simple("HELP");
        in.reply().simple("    Prints this help.");
    }

    /** Answers that a subcommand's arguments do not fit, where Redis does not say which is wrong. */
    public static void syntaxError(Invocation in) {
        in.reply()
                .error(
                        "ERR unknown subcommand or wrong number of arguments for '"
                                + in.argString(1)
                                + "'. Try "
                                + in.spec().container().name().toUpperCase(java.util.Locale.ROOT)
                                + " HELP.");
    }
}

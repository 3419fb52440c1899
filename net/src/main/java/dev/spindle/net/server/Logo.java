package dev.spindle.net.server;

/** What a person sees first. */
final class Logo {

    private Logo() {}

    static String text(String version, int port, long pid) {
        return """

                           |
                        .--+--.
                       /=======\\        Spindle %V
                      |=========|
                      |=========|       Running in standalone mode
                      |=========|       Port: %P
                       \\=======/        PID: %I
                        '--+--'
                           |            One core, every command
                           v

               """
                .replace("%V", version)
                .replace("%P", Integer.toString(port))
                .replace("%I", Long.toString(pid));
    }
}

package dev.spindle.engine.resp;

/** Requests as text, for who sends a few of them: arrays of bulk strings, of which each character is a byte. */
public final class RequestText {

    private RequestText() {}

    /** Appends a command and its arguments. */
    public static void append(StringBuilder request, String... command) {
        request.append('*').append(command.length).append("\r\n");
        for (String argument : command) {
            request.append('$').append(argument.length()).append("\r\n");
            request.append(argument).append("\r\n");
        }
    }
}

package dev.spindle.aof;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;
import java.io.IOException;
import java.util.List;

/** Commands of the append-only log. */
public final class AofCommands {

    private static final byte[] IN_PROGRESS =
            Reply.errorLine("ERR Background append only file rewriting already in progress");

    private static final byte[] FAILED =
            Reply.errorLine(
                    "ERR Can't execute an AOF background rewriting. Please check the server logs for more information.");

    private AofCommands() {}

    /** All rows of the family. */
    public static List<CommandSpec> rows() {
        return List.of(
                command(
                        "bgrewriteaof",
                        1,
                        "admin noscript no_async_loading",
                        "",
                        AofCommands::rewrite),
                command("waitaof", 4, "blocking", "connection", WaitAof::execute)
                        .tips("request_policy:all_shards", "response_policy:agg_min"));
    }

    static void rewrite(Invocation in) {
        try {
            String answer = AppendOnly.of(in.engine()).rewrite();
            if (answer == null) {
                in.reply().errorLine(IN_PROGRESS);
            } else {
                in.reply().simple(answer);
            }
        } catch (IOException e) {
            in.reply().errorLine(FAILED);
        }
    }
}

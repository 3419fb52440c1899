package dev.spindle.rdb.save;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.resp.Reply;
import dev.spindle.rdb.Rdb;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** SAVE, BGSAVE and LASTSAVE. */
public final class SaveCommands {

    private static final byte[] SCHEDULE = "schedule".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] IN_PROGRESS =
            Reply.errorLine("ERR Background save already in progress");
    private static final byte[] OTHER_IN_PROGRESS =
            Reply.errorLine(
                    "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to"
                            + " schedule a BGSAVE whenever possible.");
    private static final byte[] FAILED = Reply.errorLine("ERR");

    private SaveCommands() {}

    /** All rows of the family. */
    public static List<CommandSpec> rows() {
        return List.of(
                command(
                        "save",
                        1,
                        "admin noscript no_async_loading no_multi",
                        "",
                        SaveCommands::save),
                command(
                        "bgsave",
                        -1,
                        "admin noscript no_async_loading",
                        "",
                        SaveCommands::saveInBackground),
                command(
                                "lastsave",
                                1,
                                "loading stale fast",
                                "admin dangerous",
                                SaveCommands::lastSave)
                        .tips("nondeterministic_output"));
    }

    static void save(Invocation in) {
        Saver saver = Rdb.of(in.engine()).saver();
        if (saver.isRunning()) {
            in.reply().errorLine(IN_PROGRESS);
        } else if (saver.save()) {
            in.reply().ok();
        } else {
            in.reply().errorLine(FAILED);
        }
    }

    static void saveInBackground(Invocation in) {
        boolean schedules = in.argc() == 2 && in.argIs(1, SCHEDULE);
        if (in.argc() > 1 && !schedules) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        Saver saver = Rdb.of(in.engine()).saver();
        boolean inTransaction = in.isInTransaction();
        if (saver.isRunning()) {
            in.reply().errorLine(IN_PROGRESS);
        } else if (saver.isSnapshotTaken() || inTransaction) {
            if (schedules || inTransaction) {
                saver.schedule();
                in.reply().simple("Background saving scheduled");
            } else {
                in.reply().errorLine(OTHER_IN_PROGRESS);
            }
        } else if (saver.saveInBackground()) {
            in.reply().simple("Background saving started");
        } else {
            in.reply().errorLine(FAILED);
        }
    }

    static void lastSave(Invocation in) {
        in.reply().integer(Rdb.of(in.engine()).saver().lastSaveSeconds());
    }
}

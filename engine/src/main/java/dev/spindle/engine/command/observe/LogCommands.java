package dev.spindle.engine.command.observe;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandLogs;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.HelpReply;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.perf.latency.SlowLog;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** SLOWLOG, and COMMANDLOG, which shows the same log and those of large requests and replies. */
final class LogCommands {

    private static final byte[] BAD_COUNT =
            Reply.errorLine("ERR count should be greater than or equal to -1");
    private static final byte[] BAD_TYPE =
            Reply.errorLine(
                    "ERR type should be one of the following: slow, large-request, large-reply");
    private static final int DEFAULT_COUNT = 10;
    private static final String FLAGS = "admin loading stale";
    private static final String ALL_NODES = "request_policy:all_nodes";
    private static final String[] SUM = {
        ALL_NODES, "response_policy:agg_sum", "nondeterministic_output"
    };

    private LogCommands() {}

    static CommandSpec slowlog() {
        return command("slowlog", -2, "", "", null)
                .subcommands(
                        command("get", -2, FLAGS, "", LogCommands::slowlogGet)
                                .tips(ALL_NODES, "nondeterministic_output"),
                        command("help", 2, "loading stale", "", LogCommands::slowlogHelp),
                        command("len", 2, FLAGS, "", in -> length(in, logs(in).slow())).tips(SUM),
                        command("reset", 2, FLAGS, "", in -> reset(in, logs(in).slow()))
                                .tips(ALL_NODES, "response_policy:all_succeeded"));
    }

    static CommandSpec commandlog() {
        return command("commandlog", -2, "", "", null)
                .subcommands(
                        command("get", -4, FLAGS, "", LogCommands::commandlogGet)
                                .tips(ALL_NODES, "nondeterministic_output"),
                        command("help", 2, "loading stale", "", LogCommands::commandlogHelp),
                        command("len", -3, FLAGS, "", LogCommands::commandlogLen).tips(SUM),
                        command("reset", -3, FLAGS, "", LogCommands::commandlogReset)
                                .tips(ALL_NODES, "response_policy:all_succeeded"));
    }

    private static CommandLogs logs(Invocation in) {
        return in.engine().commandLogs();
    }

    private static void slowlogGet(Invocation in) {
        if (in.argc() > 3) {
            HelpReply.syntaxError(in);
        } else if (in.argc() == 2) {
            entries(in, logs(in).slow(), DEFAULT_COUNT);
        } else if (isCount(in, 2)) {
            entries(in, logs(in).slow(), in.longValue());
        }
    }

    private static void commandlogGet(Invocation in) {
        if (in.argc() != 4) {
            HelpReply.syntaxError(in);
        } else if (isCount(in, 2)) {
            long count = in.longValue();
            SlowLog log = named(in, 3);
            if (log != null) {
                entries(in, log, count);
            }
        }
    }

    private static void commandlogLen(Invocation in) {
        if (in.argc() != 3) {
            HelpReply.syntaxError(in);
            return;
        }
        SlowLog log = named(in, 2);
        if (log != null) {
            length(in, log);
        }
    }

    private static void commandlogReset(Invocation in) {
        if (in.argc() != 3) {
            HelpReply.syntaxError(in);
            return;
        }
        SlowLog log = named(in, 2);
        if (log != null) {
            reset(in, log);
        }
    }

    private static SlowLog named(Invocation in, int index) {
        if (in.argIs(index, "slow")) {
            return logs(in).slow();
        }
        if (in.argIs(index, "large-request")) {
            return logs(in).largeRequests();
        }
        if (in.argIs(index, "large-reply")) {
            return logs(in).largeReplies();
        }
        in.reply().errorLine(BAD_TYPE);
        return null;
    }

    private static boolean isCount(Invocation in, int index) {
        if (in.isLong(index) && in.longValue() >= -1) {
            return true;
        }
        in.reply().errorLine(BAD_COUNT);
        return false;
    }

    private static void length(Invocation in, SlowLog log) {
        in.reply().integer(log.size());
    }

    private static void reset(Invocation in, SlowLog log) {
        log.reset();
        in.reply().ok();
    }

    private static void entries(Invocation in, SlowLog log, long count) {
        Reply reply = in.reply();
        List<SlowLog.Entry> entries = log.newest((int) Math.min(count, Integer.MAX_VALUE));
        reply.array(entries.size());
        for (SlowLog.Entry entry : entries) {
            reply.array(6);
            reply.integer(entry.id());
            reply.integer(entry.epochSeconds());
            reply.integer(entry.value());
            reply.array(entry.arguments().size());
            entry.arguments().forEach(reply::bulk);
            reply.bulk(entry.peer());
            reply.bulk(entry.clientName().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private static void slowlogHelp(Invocation in) {
        HelpReply.write(
                in,
                "GET [<count>]",
                "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
                "    Entries are made of:",
                "    id, timestamp, time in microseconds, arguments array, client IP and port,",
                "    client name",
                "LEN",
                "    Return the length of the slowlog.",
                "RESET",
                "    Reset the slowlog.");
    }

    private static void commandlogHelp(Invocation in) {
        HelpReply.write(
                in,
                "GET <count> <type>",
                "    Return top <count> entries of the specified <type> from the commandlog (-1 mean all).",
                "    Entries are made of:",
                "    id, timestamp,",
                "        time in microseconds for type of slow,",
                "        or size in bytes for type of large-request,",
                "        or size in bytes for type of large-reply",
                "    arguments array, client IP and port,",
                "    client name",
                "LEN <type>",
                "    Return the length of the specified type of commandlog.",
                "RESET <type>",
                "    Reset the specified type of commandlog.");
    }
}

package dev.spindle.engine.command;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.EngineStats;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.session.ReplyMode;
import dev.spindle.engine.session.Session;
import dev.spindle.perf.clock.NanoClock;
import dev.spindle.perf.latency.LatencyRecorders;

/**
 * Runs one command: everything that is asked of every command before and after its handler, in Redis's order.
 *
 * <pre>
 *   row known? -> arity -> protected command allowed? -> authenticated? -> memory left? -> paused?
 *     -> handler -> time, statistics, slow logs, MONITOR
 * </pre>
 *
 * Timestamps chain: the end of a command is the start of the next in its batch, so a command costs one reading of the
 * clock.
 */
public final class Dispatcher {

    private static final long SLOW_PATH_FLAGS =
            CommandFlag.PROTECTED.bit() | CommandFlag.DENYOOM.bit();

    private final Engine engine;
    private final EngineSettings settings;
    private final EngineStats stats;
    private final Reply reply;
    private final NanoClock clock;
    private final LatencyRecorders latency;
    private long startedNs;

    public Dispatcher(Engine engine, Reply reply, NanoClock clock, LatencyRecorders latency) {
        this.engine = engine;
        this.settings = engine.settings();
        this.stats = engine.stats();
        this.reply = reply;
        this.clock = clock;
        this.latency = latency;
    }

    /** Marks the start of a batch: the clock is read once here. */
    public void beginBatch() {
        startedNs = clock.nanoTime();
    }

    /** When the command at hand began, on the clock of this dispatcher. */
    public long startedNs() {
        return startedNs;
    }

    /** Moves the start of the command at hand forward, for time that is not its own. */
    public void restart() {
        startedNs = clock.nanoTime();
    }

    /**
     * Runs the command that the invocation points at.
     *
     * @return false when the client must wait and the command was not run.
     */
    public boolean dispatch(Invocation in, Session session) {
        long mark = session.replyMode() == ReplyMode.ON ? -1 : session.output().mark();
        CommandSpec row = in.spec();
        if (row != null && row.subcommands().length > 0) {
            row = subcommand(in, row);
        }
        if (row == null || !row.accepts(in.argc())) {
            refuse(in, in.spec(), row);
        } else if (!session.isAuthenticated() && !row.has(CommandFlag.NO_AUTH)) {
            reject(row, ReplyErrors.NO_AUTH);
        } else if ((row.flags() & SLOW_PATH_FLAGS) == 0 || passesSlowChecks(row, session)) {
            if (engine.clients().isPausing() && engine.clients().mustPause(session, row)) {
                return false;
            }
            run(in, row, session);
        }
        if (reply.hasError()) {
            engine.errors().count(reply);
        }
        if (session.replyMode() != ReplyMode.ON) {
            dropReply(session, mark);
        }
        return true;
    }

    private boolean passesSlowChecks(CommandSpec row, Session session) {
        if (row.has(CommandFlag.DENYOOM) && settings.maxMemory > 0 && !engine.makeRoom()) {
            reject(row, ReplyErrors.OUT_OF_MEMORY);
            return false;
        }
        if (row.has(CommandFlag.PROTECTED)) {
            String refusal = engine.protectedRefusal(row, session);
            if (refusal != null) {
                stats.rejectedCalls[row.id()]++;
                reply.error(refusal);
                return false;
            }
        }
        return true;
    }

    private void reject(CommandSpec row, byte[] line) {
        stats.rejectedCalls[row.id()]++;
        reply.errorLine(line);
    }

    private CommandSpec subcommand(Invocation in, CommandSpec container) {
        if (in.argc() < 2) {
            return container.handler() == null ? null : container;
        }
        return CommandTable.findSubcommand(container, in.argAddress(1), in.argLength(1));
    }

    private void run(Invocation in, CommandSpec row, Session session) {
        if (engine.monitors().isActive() && !row.has(CommandFlag.SKIP_MONITOR)) {
            engine.monitors().feed(in, session);
        }
        in.spec(row);
        long replyBefore = session.output().written();
        try {
            row.handler().execute(in);
        } catch (OutOfMemory full) {
            // A handler may have answered in part before it met the end of memory.
            long partial = session.output().written() - replyBefore;
            session.output().truncate(session.output().mark() - partial);
            reply.errorLine(ReplyErrors.OUT_OF_MEMORY);
        }
        long endedNs = clock.nanoTime();
        long tookNs = endedNs - startedNs;
        startedNs = endedNs;
        stats.commands++;
        latency.record(row.id(), tookNs);
        if (reply.hasError()) {
            stats.failedCalls[row.id()]++;
        }
        session.lastCommand(row);
        engine.commandLogs().observe(in, session, tookNs, session.output().written() - replyBefore);
    }

    // CLIENT REPLY OFF and SKIP drop what was written; SKIP_NEXT becomes SKIP once its own command
    // is over.
    private static void dropReply(Session session, long mark) {
        ReplyMode mode = session.replyMode();
        if (mode == ReplyMode.SKIP_NEXT) {
            session.replyMode(ReplyMode.SKIP);
            return;
        }
        if (mark >= 0) {
            session.output().truncate(mark);
        }
        if (mode == ReplyMode.SKIP) {
            session.replyMode(ReplyMode.ON);
        }
    }

    private void refuse(Invocation in, CommandSpec top, CommandSpec row) {
        String text;
        if (top == null) {
            text = unknownCommand(in);
        } else if (row == null && in.argc() >= 2) {
            text =
                    "ERR unknown subcommand '"
                            + clean(in.argString(1), 128)
                            + "'. Try "
                            + top.name().toUpperCase(java.util.Locale.ROOT)
                            + " HELP.";
        } else {
            CommandSpec shown = row == null ? top : row;
            stats.rejectedCalls[shown.id()]++;
            text = "ERR wrong number of arguments for '" + shown.fullName() + "' command";
        }
        reply.error(text);
    }

    private static String clean(String text, int most) {
        return text.length() > most ? text.substring(0, most) : text;
    }

    private static String unknownCommand(Invocation in) {
        StringBuilder args = new StringBuilder();
        for (int i = 1; i < in.argc() && args.length() < 128; i++) {
            args.append('\'').append(clean(in.argString(i), 128 - args.length())).append("' ");
        }
        return "ERR unknown command '"
                + clean(in.argString(0), 128)
                + "', with args beginning with: "
                + args;
    }
}

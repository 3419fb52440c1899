package dev.spindle.engine.command;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.EngineStats;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.pubsub.Tracking;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.session.ReplyMode;
import dev.spindle.engine.session.Session;
import dev.spindle.perf.clock.NanoClock;
import dev.spindle.perf.latency.LatencyRecorders;
import java.util.Locale;
import java.util.Set;

/**
 * Runs one command: everything that is asked of every command before and after its handler, in Redis's order.
 *
 * <pre>
 *   row known? -> arity -> protected command allowed? -> authenticated? -> memory left?
 *     -> listening client off all but channels? -> monitoring client off the keys? -> paused? -> handler -> time, statistics, slow logs, MONITOR
 * </pre>
 *
 * What a command is refused for counts as a rejected call of its row; an error that its handler answers as a failed one.
 * Names that lead to no row count for none.
 *
 * Timestamps chain: the end of a command is the start of the next in its batch, so a command costs one reading of the
 * clock.
 */
public final class Dispatcher {

    private static final long SLOW_PATH_FLAGS =
            CommandFlag.PROTECTED.bit() | CommandFlag.DENYOOM.bit();
    private static final long KEYSPACE_FLAGS =
            CommandFlag.WRITE.bit() | CommandFlag.READONLY.bit() | CommandFlag.MAY_REPLICATE.bit();
    private static final long UNMONITORED_FLAGS =
            CommandFlag.SKIP_MONITOR.bit() | CommandFlag.ADMIN.bit();
    private static final byte[] NO_KEYS_FOR_MONITORS =
            Reply.errorLine("ERR Replica can't interact with the keyspace");
    private static final Set<String> WHILE_LISTENING =
            Set.of(
                    "ping",
                    "subscribe",
                    "ssubscribe",
                    "unsubscribe",
                    "sunsubscribe",
                    "psubscribe",
                    "punsubscribe",
                    "quit",
                    "reset");
    private static final String LISTENING =
            "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
    private static final int SHOWN_BYTES = 128;
    private static final byte[] POST = {'p', 'o', 's', 't'};
    private static final byte[] HOST = {'h', 'o', 's', 't', ':'};

    private final Engine engine;
    private final EngineSettings settings;
    private final EngineStats stats;
    private final Reply reply;
    private final NanoClock clock;
    private final LatencyRecorders latency;
    private final Tracking tracking;
    private long startedNs;

    public Dispatcher(Engine engine, Reply reply, NanoClock clock, LatencyRecorders latency) {
        this.engine = engine;
        this.settings = engine.settings();
        this.stats = engine.stats();
        this.reply = reply;
        this.clock = clock;
        this.latency = latency;
        this.tracking = engine.tracking();
    }

    /** Marks the start of a batch: the clock is read once there, for its date and for the start of its first command. */
    public void beginBatch(long nowNs) {
        startedNs = nowNs;
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
        session.lastCommand(row);
        if (row == null || !row.accepts(in.argc())) {
            refuse(in, in.spec(), row, session);
        } else if (isPlain(row, session) || passesChecks(row, session)) {
            if (engine.clients().isPausing()
                    && engine.clients().mustPause(session, row, in.nowMs())) {
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
        // Once per command of a client, so that nothing comes between the replies of a transaction.
        if (tracking.isDue()) {
            tracking.afterCommand(row, session);
        }
        if (engine.pushes().isKept()) {
            engine.pushes().release();
        }
        return true;
    }

    // Whether none of the checks below can refuse: nearly always, so one test each for row and
    // client.
    private static boolean isPlain(CommandSpec row, Session session) {
        return (row.flags() & SLOW_PATH_FLAGS) == 0
                && session.isAuthenticated()
                && !session.isRestricted();
    }

    private boolean passesChecks(CommandSpec row, Session session) {
        if (row.has(CommandFlag.PROTECTED)) {
            String refusal = engine.protectedRefusal(row, session);
            if (refusal != null) {
                stats.rejectedCalls[row.id()]++;
                reply.error(refusal);
                return false;
            }
        }
        if (!row.has(CommandFlag.NO_AUTH) && !engine.isLoggedIn(session)) {
            reject(row, ReplyErrors.NO_AUTH);
            return false;
        }
        if (row.has(CommandFlag.DENYOOM) && settings.maxMemory > 0 && !engine.makeRoom()) {
            reject(row, ReplyErrors.OUT_OF_MEMORY);
            return false;
        }
        if (session.isListening() && !isAllowedWhileListening(row)) {
            stats.rejectedCalls[row.id()]++;
            reply.error("ERR Can't execute '" + row.fullName() + LISTENING);
            return false;
        }
        if (session.isMonitoring() && (row.flags() & KEYSPACE_FLAGS) != 0) {
            reject(row, NO_KEYS_FOR_MONITORS);
            return false;
        }
        return true;
    }

    private static boolean isAllowedWhileListening(CommandSpec row) {
        return row.container() == null && WHILE_LISTENING.contains(row.name());
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
        if (engine.spikes().exceeds(tookNs / 1_000_000)) {
            engine.spikes()
                    .sample(
                            row.has(CommandFlag.FAST) ? "fast-command" : "command",
                            in.nowMs() / 1000,
                            tookNs / 1_000_000);
        }
        engine.commandLogs().observe(in, session, tookNs, session.output().written() - replyBefore);
        if (tracking.isActive() && row.has(CommandFlag.READONLY)) {
            tracking.remember(in, session);
        }
        // After the handler, which is the one to know what of its arguments is secret.
        if (engine.monitors().isActive() && (row.flags() & UNMONITORED_FLAGS) == 0) {
            engine.monitors().feed(in, session);
            restart();
        }
    }

    // CLIENT REPLY OFF and SKIP drop what was written; SKIP_NEXT becomes SKIP once its own command
    // is over.
    private static void dropReply(Session session, long mark) {
        boolean push = session.takeReplyIsPush();
        ReplyMode mode = session.replyMode();
        if (mode == ReplyMode.SKIP_NEXT) {
            session.replyMode(ReplyMode.SKIP);
            return;
        }
        if (mark >= 0 && !push) {
            session.output().truncate(mark);
        }
        if (mode == ReplyMode.SKIP) {
            session.replyMode(ReplyMode.ON);
        }
    }

    private void refuse(Invocation in, CommandSpec top, CommandSpec row, Session session) {
        String text;
        if (top == null) {
            if (in.argIs(0, POST) || in.argIs(0, HOST)) {
                engine.abortCrossProtocol(session);
                return;
            }
            text = unknownCommand(in);
        } else if (row == null && in.argc() >= 2) {
            text =
                    "ERR unknown subcommand '"
                            + clean(in.argString(1), SHOWN_BYTES)
                            + "'. Try "
                            + top.name().toUpperCase(Locale.ROOT)
                            + " HELP.";
        } else {
            CommandSpec shown = row == null ? top : row;
            stats.rejectedCalls[shown.id()]++;
            text = "ERR wrong number of arguments for '" + shown.fullName() + "' command";
        }
        reply.error(text);
        restart();
    }

    // At most so many bytes, and as a C string: up to a NUL.
    private static String clean(String text, int most) {
        int nul = text.indexOf(0);
        int length = Math.min(nul < 0 ? text.length() : nul, most);
        return text.substring(0, length);
    }

    private static String unknownCommand(Invocation in) {
        StringBuilder args = new StringBuilder();
        for (int i = 1; i < in.argc() && args.length() < SHOWN_BYTES; i++) {
            int room = SHOWN_BYTES - args.length();
            args.append('\'').append(clean(in.argString(i), room)).append("' ");
        }
        return "ERR unknown command '"
                + clean(in.argString(0), SHOWN_BYTES)
                + "', with args beginning with: "
                + args;
    }
}

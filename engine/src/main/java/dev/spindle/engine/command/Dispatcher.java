package dev.spindle.engine.command;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.EngineStats;
import dev.spindle.engine.blocking.BlockedOperation;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.pubsub.Tracking;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.resp.RequestBatch;
import dev.spindle.engine.resp.RequestQueue;
import dev.spindle.engine.session.ReplyMode;
import dev.spindle.engine.session.Session;
import dev.spindle.perf.agent.StallCause;
import dev.spindle.perf.clock.NanoClock;
import dev.spindle.perf.latency.LatencyRecorders;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Runs one command: everything that is asked of every command before and after its handler, in Redis's order.
 *
 * <pre>
 *   row known? -> arity -> protected command allowed? -> authenticated? -> allowed in a transaction? -> memory left?
 *     -> disk well? -> listening client off all but channels? -> data loaded? -> monitoring client off the keys? -> paused?
 *     -> in a transaction? queued
 *        otherwise handler -> time, statistics, slow logs, MONITOR
 * </pre>
 *
 * What a command is refused for counts as a rejected call of its row; an error that its handler answers as a failed one.
 * Names that lead to no row count for none.
 *
 * <p>A command that is refused while its client has a transaction open makes that fail. EXEC is judged by what it will execute:
 * whether memory must be left and whether a pause of writes holds it follows from the flags of what is queued.
 *
 * Timestamps chain: the end of a command is the start of the next in its batch, so a command costs one reading of the
 * clock.
 */
public final class Dispatcher {
    /** Commands that take less cannot be why a turn is long. */
    private static final long SUSPECT_NS = 1_000_000;

    private static final long SLOW_PATH_FLAGS =
            CommandFlag.PROTECTED.bit() | CommandFlag.DENYOOM.bit();
    private static final long KEYSPACE_FLAGS =
            CommandFlag.WRITE.bit() | CommandFlag.READONLY.bit() | CommandFlag.MAY_REPLICATE.bit();
    private static final long UNMONITORED_FLAGS =
            CommandFlag.SKIP_MONITOR.bit() | CommandFlag.ADMIN.bit();
    private static final byte[] NO_KEYS_FOR_MONITORS =
            Reply.errorLine("ERR Replica can't interact with the keyspace");
    private static final byte[] NOT_IN_TRANSACTION =
            Reply.errorLine("ERR Command not allowed inside a transaction");
    private static final byte[] QUEUED = "+QUEUED\r\n".getBytes(StandardCharsets.US_ASCII);
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
    private final RequestBatch replayed = new RequestBatch();
    private final Invocation inTransaction;
    private final long[] queuedHashes = new long[Invocation.TOUCHED_KEYS];
    private final Tracking tracking;
    private final Propagation propagation;
    private long startedNs;

    // Flags of rows that are checked before they run; all while the disk fails or data is loaded.
    private long slowPathFlags = SLOW_PATH_FLAGS;

    public Dispatcher(Engine engine, Reply reply, NanoClock clock, LatencyRecorders latency) {
        this.engine = engine;
        this.settings = engine.settings();
        this.stats = engine.stats();
        this.reply = reply;
        this.clock = clock;
        this.latency = latency;
        inTransaction = new Invocation(engine, reply);
        inTransaction.denyBlocking();
        this.tracking = engine.tracking();
        this.propagation = engine.propagation();
    }

    /** The disk fails or data is loaded now, or no more: what is refused for that is looked for in the slow path. */
    public void refusalsChanged() {
        boolean all = engine.diskErrors().line() != null || engine.loading().isActive();
        slowPathFlags = all ? -1L : SLOW_PATH_FLAGS;
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
        } else if (isPlain(row, session) || passesChecks(in, row, session)) {
            if (engine.clients().isPausing()
                    && engine.clients().mustPause(session, flags(row, session), in.nowMs())) {
                return false;
            }
            if (session.isPlain() || !session.transaction().isOpen()) {
                run(in, row, session);
            } else if (row.transactionRole() == TransactionRole.QUEUED) {
                engine.transactions().queue(in, row, session);
                reply.raw(QUEUED);
            } else {
                // Queuing is nobody's time of execution.
                restart();
                run(in, row, session);
            }
        }
        // One that waits keeps what it wants for the reply that is to come.
        if (!session.isBlocked()) {
            finish(session, mark);
        }
        // Once per command of a client, so that nothing comes between the replies of a transaction.
        if (tracking.isDue() && !session.isBlocked()) {
            tracking.afterCommand(row, session);
        }
        if (engine.pushes().isKept()) {
            engine.pushes().release();
        }
        if (engine.blocked().hasReady()) {
            engine.blocked().serveReady();
        }
        return true;
    }

    private void finish(Session session, long mark) {
        if (reply.hasError()) {
            engine.errors().count(reply);
        }
        if (session.replyMode() != ReplyMode.ON) {
            dropReply(session, mark);
        }
    }

    /**
     * Lets a command that blocked its client try again.
     *
     * @param in the client's own request.
     * @return whether the client was answered.
     */
    public boolean retry(Invocation in, Session session, BlockedOperation operation, long[] memo) {
        long mark = session.replyMode() == ReplyMode.ON ? -1 : session.output().mark();
        CommandSpec row = in.spec();
        long beganNs = clock.nanoTime();
        long replyBefore = session.output().written();
        if (row.has(CommandFlag.DENYOOM) && settings.maxMemory > 0 && !engine.makeRoom()) {
            stats.rejectedCalls[row.id()]++;
            reply.errorLine(ReplyErrors.OUT_OF_MEMORY);
        } else {
            boolean answered;
            try {
                answered =
                        propagation.isActive()
                                ? telling(in, row, operation, memo)
                                : operation.tryServe(in, memo);
            } catch (OutOfMemory full) {
                answered = true;
                refuseForMemory(session, replyBefore);
            }
            if (!answered) {
                restart();
                return false;
            }
            account(in, row, session, beganNs, replyBefore);
        }
        finish(session, mark);
        if (tracking.isDue()) {
            tracking.afterCommand(row, session);
        }
        return true;
    }

    /**
     * Answers a client that waited in vain.
     *
     * @param in the client's own request.
     * @param error what it is told, or null for what it is told when its time is up.
     * @param operation that would have served it, with what it was given.
     */
    public void giveUp(
            Invocation in, Session session, byte[] error, BlockedOperation operation, long[] memo) {
        long mark = session.replyMode() == ReplyMode.ON ? -1 : session.output().mark();
        long beganNs = clock.nanoTime();
        long replyBefore = session.output().written();
        if (error != null) {
            reply.errorLine(error);
        } else if (!operation.giveUp(in, memo)) {
            reply.nullArray();
        }
        account(in, in.spec(), session, beganNs, replyBefore);
        finish(session, mark);
    }

    // Whether none of the checks below can refuse: nearly always, so one test each for row and
    // client.
    private boolean isPlain(CommandSpec row, Session session) {
        return (row.flags() & slowPathFlags) == 0 && session.isPlain();
    }

    // What a command may do: of EXEC, what is queued may.
    private static long flags(CommandSpec row, Session session) {
        return row.transactionRole() == TransactionRole.EXECUTES
                ? row.flags() | session.transaction().flags()
                : row.flags();
    }

    private boolean passesChecks(Invocation in, CommandSpec row, Session session) {
        if (row.has(CommandFlag.PROTECTED)) {
            String refusal = engine.protectedRefusal(row, session);
            if (refusal != null) {
                stats.rejectedCalls[row.id()]++;
                session.transaction().fail();
                reply.error(refusal);
                return false;
            }
        }
        if (!row.has(CommandFlag.NO_AUTH) && !engine.isLoggedIn(session)) {
            reject(in, row, session, ReplyErrors.NO_AUTH);
            return false;
        }
        if (row.has(CommandFlag.NO_MULTI) && session.transaction().isOpen()) {
            reject(in, row, session, NOT_IN_TRANSACTION);
            return false;
        }
        if (settings.maxMemory > 0
                && !propagation.isMuted()
                && needsRoom(row, session)
                && !engine.makeRoom()) {
            reject(in, row, session, ReplyErrors.OUT_OF_MEMORY);
            return false;
        }
        byte[] diskError = engine.diskErrors().line();
        if (diskError != null && tellsOfDisk(row, session)) {
            reject(in, row, session, diskError);
            return false;
        }
        if (session.isListening() && !isAllowedWhileListening(row)) {
            stats.rejectedCalls[row.id()]++;
            session.transaction().fail();
            reply.error("ERR Can't execute '" + row.fullName() + LISTENING);
            return false;
        }
        if (engine.loading().isActive() && !row.has(CommandFlag.LOADING) && !session.isInternal()) {
            reject(in, row, session, ReplyErrors.LOADING);
            return false;
        }
        if (session.isMonitoring() && (row.flags() & KEYSPACE_FLAGS) != 0) {
            reject(in, row, session, NO_KEYS_FOR_MONITORS);
            return false;
        }
        return true;
    }

    // Queuing takes memory whatever is queued; ending a transaction gives some back.
    private static boolean needsRoom(CommandSpec row, Session session) {
        return (flags(row, session) & CommandFlag.DENYOOM.bit()) != 0
                || session.transaction().isOpen()
                        && (row.transactionRole() == TransactionRole.QUEUED
                                || row.transactionRole() == TransactionRole.AT_ONCE);
    }

    // What would change data, and PING, by which clients look whether the server is well.
    private static boolean tellsOfDisk(CommandSpec row, Session session) {
        return (flags(row, session) & CommandFlag.WRITE.bit()) != 0
                || row.container() == null && row.name().equals("ping");
    }

    private static boolean isAllowedWhileListening(CommandSpec row) {
        return row.container() == null && WHILE_LISTENING.contains(row.name());
    }

    private void reject(Invocation in, CommandSpec row, Session session, byte[] line) {
        stats.rejectedCalls[row.id()]++;
        session.transaction().fail();
        if (row.transactionRole() == TransactionRole.EXECUTES) {
            abort(in, session, new String(line, 1, line.length - 3, StandardCharsets.ISO_8859_1));
        } else {
            reply.errorLine(line);
        }
    }

    // EXEC itself was refused: that ends the transaction, and shows those that look on that it did.
    private void abort(Invocation in, Session session, String reason) {
        engine.transactions().end(session);
        reply.error("EXECABORT Transaction discarded because of: " + reason);
        if (engine.monitors().isActive()) {
            engine.monitors().feed(in, session);
        }
    }

    /** Runs what a client has queued and answers with the replies in an array; for EXEC. */
    public void runQueued(Invocation exec, Session session) {
        RequestQueue queue = session.transaction().queue();
        int count = session.transaction().length();
        if (session.replyMode() != ReplyMode.OFF) {
            reply.array(count);
        }
        if (count == 0) {
            return;
        }
        touchQueued(exec, queue, count);
        engine.blocked().hold(true);
        try {
            runAll(queue, count, session);
        } finally {
            engine.blocked().hold(false);
        }
        // What was queued may have selected another database.
        exec.client(session);
    }

    private void runAll(RequestQueue queue, int count, Session session) {
        inTransaction.client(session);
        long offset = 0;
        for (int i = 0; i < count; i++) {
            boolean silent = session.replyMode() == ReplyMode.OFF;
            long mark = silent ? session.output().mark() : 0;
            CommandSpec row = engine.commands().byId(queue.row(offset));
            long hash = queue.firstKeyHash(offset);
            offset = queue.load(offset, replayed);
            inTransaction.request(replayed, 0, row);
            if (hash != 0) {
                inTransaction.firstKeyHash(hash);
            }
            run(inTransaction, row, session);
            if (reply.hasError()) {
                engine.errors().count(reply);
            }
            if (silent && session.replyMode() == ReplyMode.OFF) {
                session.output().truncate(mark);
            }
        }
    }

    // As for a batch: the misses of the first keys overlap. One in another database is touched in
    // vain.
    private void touchQueued(Invocation exec, RequestQueue queue, int count) {
        int hashes = 0;
        long offset = 0;
        for (int i = 0; i < count && hashes < queuedHashes.length; i++) {
            long hash = queue.firstKeyHash(offset);
            if (hash != 0) {
                queuedHashes[hashes++] = hash;
            }
            offset = queue.next(offset);
        }
        if (hashes > 1) {
            exec.db().table().touch(queuedHashes, hashes);
        }
    }

    private CommandSpec subcommand(Invocation in, CommandSpec container) {
        if (in.argc() < 2) {
            return container.handler() == null ? null : container;
        }
        return CommandTable.findSubcommand(container, in.argAddress(1), in.argLength(1));
    }

    private void run(Invocation in, CommandSpec row, Session session) {
        in.spec(row);
        long beganNs = startedNs;
        long replyBefore = session.output().written();
        try {
            if (propagation.isActive()) {
                telling(in, row, null, null);
            } else {
                row.handler().execute(in);
            }
        } catch (OutOfMemory full) {
            refuseForMemory(session, replyBefore);
        }
        // One that waits is counted when it is answered, but those that look on see it now.
        if (!session.isBlocked()) {
            account(in, row, session, beganNs, replyBefore);
        }
        // After the handler, which is the one to know what of its arguments is secret.
        if (engine.monitors().isActive() && (row.flags() & UNMONITORED_FLAGS) == 0) {
            engine.monitors().feed(in, session);
            restart();
        }
    }

    // Executes a command, or serves one that waited, and tells what it did; answers whether it is
    // done.
    private boolean telling(Invocation in, CommandSpec row, BlockedOperation waited, long[] memo) {
        KeyspaceStats keys = engine.keyspaces().shared().stats();
        long before = keys.dirty;
        boolean outer = propagation.enter(row);
        try {
            if (waited != null) {
                return waited.tryServe(in, memo);
            }
            row.handler().execute(in);
            return true;
        } finally {
            propagation.leave(in, keys.dirty - before, outer);
        }
    }

    // A handler may have answered in part before it met the end of memory.
    private void refuseForMemory(Session session, long replyBefore) {
        long partial = session.output().written() - replyBefore;
        session.output().truncate(session.output().mark() - partial);
        reply.errorLine(ReplyErrors.OUT_OF_MEMORY);
    }

    private void account(
            Invocation in, CommandSpec row, Session session, long beganNs, long replyBefore) {
        long endedNs = clock.nanoTime();
        long tookNs = endedNs - beganNs;
        startedNs = endedNs;
        stats.commands++;
        latency.record(row.id(), tookNs);
        if (reply.hasError()) {
            stats.failedCalls[row.id()]++;
        }
        if (tookNs >= SUSPECT_NS && stats.stalls != null) {
            stats.stalls.suspect(StallCause.COMMAND, tookNs);
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
        session.transaction().fail();
        if (row != null && row.transactionRole() == TransactionRole.EXECUTES) {
            abort(in, session, text.substring(4));
        } else {
            reply.error(text);
        }
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

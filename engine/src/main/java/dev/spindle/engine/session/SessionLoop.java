package dev.spindle.engine.session;

import dev.spindle.engine.Engine;
import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Dispatcher;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.ProtocolError;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.resp.RequestBatch;
import dev.spindle.engine.resp.RequestParser;

/**
 * Runs everything a client has sent: the way of a request from received bytes to reply bytes.
 *
 * <pre>
 *   input --parse--> batch of up to 64 requests
 *                      |  pass 1: row of each command, hash of its first key; then all bucket lines are loaded
 *                      |  pass 2: which entry each tag points at; then all entry lines, then all value lines
 *                      v  pass 3: execute in order
 *                    output
 * </pre>
 *
 * <h2>Batch touch</h2>
 *
 * A table of a million keys is not in cache; a look-up costs two misses, one after the other. Requests of a pipeline do
 * not depend on each other's misses, so all bucket lines are asked for first, then all entry lines, and the processor
 * waits for many at a time instead of one by one. The passes only load: a command earlier in the batch may change what was
 * touched, which costs a miss and nothing else.
 *
 * <p>Members of large collections are loaded the same way once their keys' entries are: see {@link MemberLookAhead}.
 * So are, while a snapshot runs, the pages of keys that are to be changed, which are preserved whole.
 *
 * <p>A batch ends early when a command closes, blocks or pauses its client: the rest stays in the input and is parsed
 * again when the client goes on.
 */
public final class SessionLoop {

    private final Engine engine;
    private final Dispatcher dispatcher;
    private final RequestParser parser = new RequestParser();
    private final RequestBatch batch = new RequestBatch();
    private final Reply reply;
    private final Invocation invocation;
    private final Memory memory;
    private final MemberLookAhead members;
    private final CommandSpec[] rows = new CommandSpec[RequestBatch.MAX_REQUESTS];
    private final long[] hashes = new long[RequestBatch.MAX_REQUESTS];
    private final long[] changed = new long[RequestBatch.MAX_REQUESTS];

    public SessionLoop(Engine engine, Dispatcher dispatcher, Reply reply, Invocation invocation) {
        this.engine = engine;
        this.dispatcher = dispatcher;
        this.reply = reply;
        this.invocation = invocation;
        this.memory = engine.arena().memory();
        this.members = new MemberLookAhead(engine.members(), memory);
    }

    /** The parser, for its settings. */
    public RequestParser parser() {
        return parser;
    }

    /**
     * Executes every complete request in a client's input, and appends the replies to its output.
     *
     * @return number of requests executed.
     */
    public int consume(Session session) {
        engine.pushes().atHand(session);
        int executed;
        try {
            executed = consumeAll(session);
        } finally {
            engine.pushes().atHand(null);
        }
        engine.tracking().broadcast();
        return executed;
    }

    private int consumeAll(Session session) {
        int executed = 0;
        reply.target(session.output(), session.protocol());
        invocation.client(session);
        engine.keyspaces().shared().noTouch(session.isNoTouch());
        while (canGoOn(session) && session.input().length() > 0) {
            long parsed =
                    parser.parse(
                            session.input().address(),
                            session.input().length(),
                            engine.isLoggedIn(session),
                            session.partial(),
                            batch);
            ProtocolError error = parser.error();
            int count = batch.count();
            if (count > 0) {
                int done = execute(session, count);
                executed += done;
                if (done < count || !canGoOn(session)) {
                    session.input().consumed(done == 0 ? 0 : batch.consumed(done - 1));
                    return executed;
                }
            }
            if (error != ProtocolError.NONE) {
                engine.protocolError(session, parser);
                return executed;
            }
            session.input().consumed(parsed);
            if (parsed == 0) {
                break;
            }
        }
        if (executed == 0) {
            // A part of a request is a sign of life too; a batch notes it with its own reading of
            // the clock.
            session.interaction(engine.epochClock().epochMs());
        }
        // What is queued came as input too, and is not executed yet.
        if (session.input().length() + session.transaction().queuedBytes()
                        > engine.settings().queryBufferLimit
                && !session.isInternal()) {
            engine.queryBufferExceeded(session);
        }
        return executed;
    }

    private static boolean canGoOn(Session session) {
        return !session.isPaused()
                && !session.isBlocked()
                && !session.isCloseAfterReply()
                && !session.isClosed();
    }

    private int execute(Session session, int count) {
        Propagation propagation = engine.propagation();
        int done;
        propagation.gather(session.input().address(), session.input().length());
        try {
            done = executeAll(session, count);
        } finally {
            propagation.endGathering();
        }
        session.noteReplies();
        return done;
    }

    private int executeAll(Session session, int count) {
        engine.clientEviction().check();
        if (session.isClosed()) {
            return 0;
        }
        engine.stats().batches++;
        lookAhead(count);
        engine.beginBatch();
        session.interaction(engine.keyspaces().shared().nowMs());
        for (int i = 0; i < count; i++) {
            CommandSpec row = rows[i];
            invocation.request(batch, i, row);
            if (row != null && row.firstKey() > 0 && hashes[i] != 0) {
                invocation.firstKeyHash(hashes[i]);
            }
            if (!dispatcher.dispatch(invocation, session)) {
                return i;
            }
            session.countCommand();
            if (session.isClosed()) {
                return 0;
            }
            if (!canGoOn(session)) {
                return i + 1;
            }
        }
        return count;
    }

    private void lookAhead(int count) {
        KeyTable table = invocation.db().table();
        boolean anyMember = false;
        for (int i = 0; i < count; i++) {
            int arg = batch.firstArg(i);
            CommandSpec row = engine.commands().find(batch.address(arg), batch.length(arg));
            rows[i] = row;
            long hash = 0;
            anyMember |= row != null && row.memberArg() > 0;
            if (row != null && row.firstKey() > 0 && row.firstKey() < batch.argc(i)) {
                int key = arg + row.firstKey();
                hash = table.hash(batch.address(key), batch.length(key));
            }
            hashes[i] = hash;
        }
        if (count > 1) {
            table.touch(hashes, count);
            if (anyMember) {
                members.touch(batch, rows, table, count);
            }
            if (memory.isArmed()) {
                touchBeforeStores(table, count);
            }
        }
    }

    private void touchBeforeStores(KeyTable table, int count) {
        for (int i = 0; i < count; i++) {
            boolean writes = rows[i] != null && rows[i].has(CommandFlag.WRITE);
            changed[i] = writes ? hashes[i] : 0;
        }
        table.touchBeforeStores(changed, count);
    }
}

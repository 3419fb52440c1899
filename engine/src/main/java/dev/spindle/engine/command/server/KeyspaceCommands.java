package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.resp.Reply;
import java.nio.charset.StandardCharsets;

/**
 * Commands on whole databases.
 *
 * <p>A flush takes the table out of the database and is over at once as far as any command can tell, with SYNC as well as
 * with ASYNC. What SYNC promises beyond that is that the memory is free afterwards; it holds for a keyspace that is freed
 * within a few milliseconds. A larger one is freed in slices even so: one core serves all clients, and a flush that frees
 * a hundred million keys on the spot would hold them up for ten seconds. INFO tells what still waits
 * (lazyfree_pending_objects).
 */
final class KeyspaceCommands {

    /** Keys up to which FLUSHALL SYNC frees on the spot. */
    private static final long FREED_AT_ONCE = 100_000;

    private static final byte[] INVALID_FIRST = Reply.errorLine("ERR invalid first DB index");
    private static final byte[] INVALID_SECOND = Reply.errorLine("ERR invalid second DB index");
    private static final byte[] SYNC = "sync".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ASYNC = "async".getBytes(StandardCharsets.US_ASCII);

    private KeyspaceCommands() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("dbsize", 1, "readonly fast", "keyspace", KeyspaceCommands::dbSize)
                    .tips("request_policy:all_shards", "response_policy:agg_sum"),
            command("flushall", -1, "write", "keyspace dangerous", KeyspaceCommands::flushAll)
                    .tips("request_policy:all_shards", "response_policy:all_succeeded"),
            command("flushdb", -1, "write", "keyspace dangerous", KeyspaceCommands::flushDb)
                    .tips("request_policy:all_shards", "response_policy:all_succeeded"),
            command("swapdb", 3, "write fast", "keyspace dangerous", KeyspaceCommands::swapDb),
        };
    }

    static void dbSize(Invocation in) {
        in.reply().integer(in.db().size());
    }

    static void flushAll(Invocation in) {
        if (isFlush(in)) {
            Keyspaces keyspaces = in.engine().keyspaces();
            in.engine().propagation().force();
            long keys = keyspaces.flushAll(isFreedAtOnce(in, keyspaces.size()));
            keyspaces.shared().stats().dirty += keys;
            in.engine().persistence().flushedAll();
            in.reply().ok();
        }
    }

    static void flushDb(Invocation in) {
        if (isFlush(in)) {
            Keyspaces keyspaces = in.engine().keyspaces();
            in.engine().propagation().force();
            long keys = keyspaces.flush(in.session().database(), isFreedAtOnce(in, in.db().size()));
            keyspaces.shared().stats().dirty += keys;
            in.reply().ok();
        }
    }

    private static boolean isFlush(Invocation in) {
        if (in.argc() == 1 || in.argc() == 2 && (in.argIs(1, SYNC) || in.argIs(1, ASYNC))) {
            return true;
        }
        in.reply().errorLine(ReplyErrors.SYNTAX);
        return false;
    }

    private static boolean isFreedAtOnce(Invocation in, long keys) {
        boolean async = in.argc() == 1 ? in.engine().settings().lazyUserFlush : in.argIs(1, ASYNC);
        return !async && keys <= FREED_AT_ONCE;
    }

    static void swapDb(Invocation in) {
        if (!in.isLong(1) || in.longValue() != (int) in.longValue()) {
            in.reply().errorLine(INVALID_FIRST);
            return;
        }
        int first = (int) in.longValue();
        if (!in.isLong(2) || in.longValue() != (int) in.longValue()) {
            in.reply().errorLine(INVALID_SECOND);
            return;
        }
        int second = (int) in.longValue();
        Keyspaces keyspaces = in.engine().keyspaces();
        if (Math.min(first, second) < 0 || Math.max(first, second) >= keyspaces.count()) {
            in.reply().errorLine(ReplyErrors.DB_INDEX_OUT_OF_RANGE);
            return;
        }
        if (first != second) {
            keyspaces.swap(first, second);
            // The client at hand goes on in what has its number now.
            in.select(in.session().database());
        }
        keyspaces.shared().stats().dirty++;
        in.reply().ok();
    }
}

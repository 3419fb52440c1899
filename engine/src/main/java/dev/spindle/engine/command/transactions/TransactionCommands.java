package dev.spindle.engine.command.transactions;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.TransactionRole;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.session.Transaction;
import dev.spindle.engine.session.WatchedKeys;

/**
 * Transactions: MULTI opens one, the dispatcher queues what comes then, EXEC runs it without anything in between. What is refused
 * while it is queued makes EXEC refuse the whole; what fails while it runs does not.
 */
public final class TransactionCommands {

    private static final byte[] NESTED = Reply.errorLine("ERR MULTI calls can not be nested");
    private static final byte[] EXEC_WITHOUT_MULTI = Reply.errorLine("ERR EXEC without MULTI");
    private static final byte[] DISCARD_WITHOUT_MULTI =
            Reply.errorLine("ERR DISCARD without MULTI");
    private static final byte[] WATCH_INSIDE =
            Reply.errorLine("ERR WATCH inside MULTI is not allowed");
    private static final byte[] ABORTED =
            Reply.errorLine("EXECABORT Transaction discarded because of previous errors.");
    private static final String AT_ANY_TIME = "noscript loading stale fast allow_busy";

    private TransactionCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("multi", 1, AT_ANY_TIME, "transaction", TransactionCommands::multi)
                    .inTransaction(TransactionRole.AT_ONCE),
            command(
                            "exec",
                            1,
                            "noscript loading stale skip_slowlog",
                            "transaction",
                            TransactionCommands::exec)
                    .inTransaction(TransactionRole.EXECUTES),
            command("discard", 1, AT_ANY_TIME, "transaction", TransactionCommands::discard)
                    .inTransaction(TransactionRole.ENDS),
            command("watch", -2, AT_ANY_TIME, "transaction", TransactionCommands::watch)
                    .keys(range("RO", 1, -1, 1))
                    .inTransaction(TransactionRole.AT_ONCE),
            command("unwatch", 1, AT_ANY_TIME, "transaction", TransactionCommands::unwatch),
        };
    }

    static void multi(Invocation in) {
        if (in.session().transaction().isOpen()) {
            in.reply().errorLine(NESTED);
            return;
        }
        in.engine().transactions().begin(in.session());
        in.reply().ok();
    }

    static void discard(Invocation in) {
        if (!in.session().transaction().isOpen()) {
            in.reply().errorLine(DISCARD_WITHOUT_MULTI);
            return;
        }
        in.engine().transactions().end(in.session());
        in.reply().ok();
    }

    static void watch(Invocation in) {
        Session session = in.session();
        if (session.transaction().isOpen()) {
            in.reply().errorLine(WATCH_INSIDE);
            return;
        }
        // One that is broken already is not broken more.
        if (!session.transaction().isTouched()) {
            WatchedKeys watched = in.engine().watchedKeys();
            for (int i = 1; i < in.argc(); i++) {
                watched.watch(session, in.db(), in.keyHash(i), in.argAddress(i), in.argLength(i));
            }
        }
        in.reply().ok();
    }

    static void unwatch(Invocation in) {
        in.engine().watchedKeys().unwatch(in.session());
        in.session().transaction().forgive();
        in.reply().ok();
    }

    static void exec(Invocation in) {
        Session session = in.session();
        Transaction transaction = session.transaction();
        if (!transaction.isOpen()) {
            in.reply().errorLine(EXEC_WITHOUT_MULTI);
            return;
        }
        if (in.engine().watchedKeys().isAnyExpired(session)) {
            transaction.touch();
        }
        if (transaction.isFailed()) {
            in.reply().errorLine(ABORTED);
        } else if (transaction.isTouched()) {
            in.reply().nullArray();
        } else {
            in.engine().watchedKeys().unwatch(session);
            in.engine().dispatcher().runQueued(in, session);
        }
        in.engine().transactions().end(session);
    }
}

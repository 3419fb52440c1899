package dev.spindle.engine.command.connection;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.Engine;
import dev.spindle.engine.ServerVersion;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.command.TransactionRole;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.session.ReplyMode;
import dev.spindle.engine.session.Session;
import java.util.Collections;
import java.util.List;

/** PING and what concerns the connection itself; CLIENT is {@link ClientCommands}. */
public final class ConnectionCommands {

    private static final byte[] PONG = {'+', 'P', 'O', 'N', 'G', '\r', '\n'};
    private static final byte[] PONG_MESSAGE = {
        '$', '4', '\r', '\n', 'p', 'o', 'n', 'g', '\r', '\n'
    };
    private static final byte[] DB_OUT_OF_RANGE = Reply.errorLine("ERR DB index is out of range");
    private static final byte[] DB_NOT_INT =
            Reply.errorLine(
                    "ERR value is out of range, value must between -2147483648 and 2147483647");
    private static final byte[] NO_PROTOCOL =
            Reply.errorLine("NOPROTO unsupported protocol version");
    private static final byte[] PROTOCOL_NOT_INTEGER =
            Reply.errorLine("ERR Protocol version is not an integer or out of range");
    private static final byte[] HELLO_NO_AUTH =
            Reply.errorLine(
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH"
                            + " <user> <pass> option can be used to authenticate the client and select the RESP"
                            + " protocol version at the same time");
    private static final String AT_ANY_TIME = "noscript loading stale fast no_auth allow_busy";

    private ConnectionCommands() {}

    /** All rows of the family. */
    public static CommandSpec[] rows() {
        List<CommandSpec> rows = new java.util.ArrayList<>();
        Collections.addAll(
                rows,
                command("auth", -2, AT_ANY_TIME, "connection", ConnectionCommands::auth),
                command("echo", 2, "loading stale fast", "connection", ConnectionCommands::echo),
                command("hello", -1, AT_ANY_TIME, "connection", ConnectionCommands::hello),
                command("ping", -1, "fast", "connection", ConnectionCommands::ping)
                        .tips("request_policy:all_shards", "response_policy:all_succeeded"),
                command("quit", -1, AT_ANY_TIME, "connection", ConnectionCommands::quit)
                        .inTransaction(TransactionRole.ENDS),
                command("reset", 1, AT_ANY_TIME, "connection", ConnectionCommands::reset)
                        .inTransaction(TransactionRole.ENDS),
                command(
                        "select",
                        2,
                        "loading stale fast",
                        "connection",
                        ConnectionCommands::select),
                ClientCommands.row());
        return rows.toArray(new CommandSpec[0]);
    }

    static void ping(Invocation in) {
        if (in.argc() > 2) {
            in.reply().error("ERR wrong number of arguments for 'ping' command");
        } else if (in.session().isListening()) {
            in.reply().array(2);
            in.reply().raw(PONG_MESSAGE);
            int last = in.argc() - 1;
            in.reply().bulk(in.argAddress(last), last == 0 ? 0 : in.argLength(last));
        } else if (in.argc() == 2) {
            in.reply().bulk(in.argAddress(1), in.argLength(1));
        } else {
            in.reply().raw(PONG);
        }
    }

    static void echo(Invocation in) {
        in.reply().bulk(in.argAddress(1), in.argLength(1));
    }

    static void select(Invocation in) {
        if (!in.requireLong(1)) {
            return;
        }
        if (in.longValue() != (int) in.longValue()) {
            in.reply().errorLine(DB_NOT_INT);
        } else if (in.longValue() < 0 || in.longValue() >= in.engine().keyspaces().count()) {
            in.reply().errorLine(DB_OUT_OF_RANGE);
        } else {
            in.select((int) in.longValue());
            in.reply().ok();
        }
    }

    static void quit(Invocation in) {
        in.reply().ok();
        in.session().closeAfterReply();
    }

    static void auth(Invocation in) {
        if (in.argc() > 3) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        in.redact(1);
        if (in.argc() == 3) {
            in.redact(2);
        }
        if (in.argc() == 2 && in.engine().settings().password.length == 0) {
            in.reply().errorLine(Login.NO_PASSWORD_SET);
            return;
        }
        String user = in.argc() == 2 ? Login.DEFAULT_USER : in.argString(1);
        if (Login.attempt(in, user, in.argBytes(in.argc() - 1))) {
            in.reply().ok();
        } else {
            in.reply().errorLine(Login.WRONG_PASSWORD);
        }
    }

    static void hello(Invocation in) {
        long version = 0;
        if (in.argc() >= 2) {
            if (!in.isLong(1)) {
                in.reply().errorLine(PROTOCOL_NOT_INTEGER);
                return;
            }
            version = in.longValue();
            if (version < 2 || version > 3) {
                in.reply().errorLine(NO_PROTOCOL);
                return;
            }
        }
        int auth = 0;
        int name = 0;
        for (int i = 2; i < in.argc(); i++) {
            int more = in.argc() - 1 - i;
            if (more >= 2 && in.argIs(i, "auth")) {
                in.redact(i + 1);
                in.redact(i + 2);
                auth = i + 1;
                i += 2;
            } else if (more >= 1 && in.argIs(i, "setname")) {
                name = ++i;
                if (!ClientNames.isValid(in, name)) {
                    in.reply().errorLine(ClientNames.INVALID);
                    return;
                }
            } else {
                in.reply().error("ERR Syntax error in HELLO option '" + in.argString(i) + "'");
                return;
            }
        }
        if (auth != 0 && !Login.attempt(in, in.argString(auth), in.argBytes(auth + 1))) {
            in.reply().errorLine(Login.WRONG_PASSWORD);
            return;
        }
        if (!in.engine().isLoggedIn(in.session())) {
            in.reply().errorLine(HELLO_NO_AUTH);
            return;
        }
        if (name != 0) {
            in.session().name(in.argString(name));
        }
        if (version != 0) {
            in.session().protocol((int) version);
            in.reply().protocol((int) version);
        }
        greet(in);
    }

    private static void greet(Invocation in) {
        Reply reply = in.reply();
        reply.map(7);
        reply.bulk("server");
        reply.bulk("redis");
        reply.bulk("version");
        reply.bulk(ServerVersion.REDIS);
        reply.bulk("proto");
        reply.integer(in.session().protocol());
        reply.bulk("id");
        reply.integer(in.session().id());
        reply.bulk("mode");
        reply.bulk("standalone");
        reply.bulk("role");
        reply.bulk("master");
        reply.bulk("modules");
        reply.array(0);
    }

    /** Makes the client what it was when it connected; what its library told about itself stays. */
    static void reset(Invocation in) {
        Engine engine = in.engine();
        Session session = in.session();
        if (session.isMonitoring()) {
            engine.monitors().remove(session);
        }
        engine.transactions().end(session);
        engine.pubsub().leaveAll(session);
        engine.tracking().disable(session);
        in.select(0);
        session.protocol(2);
        in.reply().protocol(2);
        session.user(Login.DEFAULT_USER);
        session.authenticated(engine.settings().password.length == 0);
        session.name("");
        session.replyMode(ReplyMode.ON);
        session.noEvict(false);
        session.noTouch(false);
        engine.keyspaces().shared().noTouch(false);
        in.reply().simple("RESET");
    }
}

package dev.spindle.engine.command.connection;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.HelpReply;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.session.ClientLine;
import dev.spindle.engine.session.ClientType;
import dev.spindle.engine.session.Clients;
import dev.spindle.engine.session.ReplyMode;
import dev.spindle.engine.session.Session;

/** CLIENT: what a client is told about itself and others, and what it may ask for itself; KILL is {@link ClientKill}. */
final class ClientCommands {

    private static final byte[] NEGATIVE_TIMEOUT = Reply.errorLine("ERR timeout is negative");
    private static final byte[] TIMEOUT_NOT_INTEGER =
            Reply.errorLine("ERR timeout is not an integer or out of range");
    private static final byte[] PAUSE_MODE =
            Reply.errorLine("ERR CLIENT PAUSE mode must be WRITE or ALL");
    private static final byte[] UNBLOCK_REASON =
            Reply.errorLine("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    private static final byte[] INVALID_ID = Reply.errorLine("ERR Invalid client ID");

    private ClientCommands() {}

    static CommandSpec row() {
        return command("client", -2, "", "", null)
                .subcommands(
                        plain("caching", 3, TrackingCommands::caching),
                        plain("getname", 2, ClientCommands::getName),
                        plain("getredir", 2, TrackingCommands::redirection),
                        command("help", 2, "loading stale", "connection", ClientCommands::help),
                        plain("id", 2, ClientCommands::id),
                        plain("info", 2, ClientCommands::info).tips("nondeterministic_output"),
                        admin("kill", -3, ClientKill::kill),
                        admin("list", -2, ClientCommands::list).tips("nondeterministic_output"),
                        admin("no-evict", 3, ClientCommands::noEvict),
                        plain("no-touch", 3, ClientCommands::noTouch),
                        admin("pause", -3, ClientCommands::pause),
                        plain("reply", 3, ClientCommands::reply),
                        plain("setinfo", 4, ClientCommands::setInfo)
                                .tips("request_policy:all_nodes", "response_policy:all_succeeded"),
                        plain("setname", 3, ClientCommands::setName),
                        plain("tracking", -3, TrackingCommands::tracking),
                        plain("trackinginfo", 2, TrackingCommands::info),
                        admin("unblock", -3, ClientCommands::unblock),
                        admin("unpause", 2, ClientCommands::unpause));
    }

    private static CommandSpec plain(String name, int arity, CommandHandler handler) {
        return command(name, arity, "noscript loading stale", "connection", handler);
    }

    private static CommandSpec admin(String name, int arity, CommandHandler handler) {
        return command(name, arity, "admin noscript loading stale", "connection", handler);
    }

    private static void getName(Invocation in) {
        if (in.session().name().isEmpty()) {
            in.reply().nullBulk();
        } else {
            in.reply().bulk(ClientLine.bytes(in.session().name()));
        }
    }

    private static void setName(Invocation in) {
        if (ClientNames.isValid(in, 2)) {
            in.session().name(in.argString(2));
            in.reply().ok();
        } else {
            in.reply().errorLine(ClientNames.INVALID);
        }
    }

    private static void setInfo(Invocation in) {
        boolean name = in.argIs(2, "lib-name");
        if (!name && !in.argIs(2, "lib-ver")) {
            in.reply().error("ERR Unrecognized option '" + in.argString(2) + "'");
        } else if (!ClientNames.isValid(in, 3)) {
            in.reply()
                    .error(
                            "ERR "
                                    + (name ? "lib-name" : "lib-ver")
                                    + " cannot contain spaces, newlines or special characters.");
        } else {
            if (name) {
                in.session().libraryName(in.argString(3));
            } else {
                in.session().libraryVersion(in.argString(3));
            }
            in.reply().ok();
        }
    }

    private static void id(Invocation in) {
        in.reply().integer(in.session().id());
    }

    private static void info(Invocation in) {
        in.reply().verbatim("txt", ClientLine.bytes(line(in, in.session())));
    }

    private static String line(Invocation in, Session session) {
        long argumentBytes = session == in.session() ? in.argBytesTotal() : 0;
        return ClientLine.of(session, in.nowMs(), argumentBytes) + '\n';
    }

    private static void list(Invocation in) {
        StringBuilder lines = new StringBuilder();
        if (in.argc() == 2) {
            in.engine().clients().all().forEach(session -> lines.append(line(in, session)));
        } else if (in.argc() == 4 && in.argIs(2, "type")) {
            ClientType type = ClientType.of(in.argString(3));
            if (type == null) {
                in.reply().error(unknownType(in, 3));
                return;
            }
            in.engine().clients().all().stream()
                    .filter(session -> session.type() == type)
                    .forEach(session -> lines.append(line(in, session)));
        } else if (in.argc() > 3 && in.argIs(2, "id")) {
            for (int i = 3; i < in.argc(); i++) {
                if (!in.isLong(i)) {
                    in.reply().errorLine(INVALID_ID);
                    return;
                }
                Session session = in.engine().clients().get(in.longValue());
                if (session != null) {
                    lines.append(line(in, session));
                }
            }
        } else {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        in.reply().verbatim("txt", ClientLine.bytes(lines.toString()));
    }

    static String unknownType(Invocation in, int index) {
        return "ERR Unknown client type '" + in.argString(index) + "'";
    }

    private static void noEvict(Invocation in) {
        Boolean on = onOrOff(in);
        if (on != null) {
            in.session().noEvict(on);
            in.reply().ok();
        }
    }

    private static void noTouch(Invocation in) {
        Boolean on = onOrOff(in);
        if (on != null) {
            in.session().noTouch(on);
            in.engine().keyspaces().shared().noTouch(on);
            in.reply().ok();
        }
    }

    private static Boolean onOrOff(Invocation in) {
        if (in.argIs(2, "on")) {
            return true;
        }
        if (in.argIs(2, "off")) {
            return false;
        }
        in.reply().errorLine(ReplyErrors.SYNTAX);
        return null;
    }

    private static void pause(Invocation in) {
        if (in.argc() > 4) {
            HelpReply.syntaxError(in);
            return;
        }
        Clients.Pause what = Clients.Pause.ALL;
        if (in.argc() == 4) {
            if (in.argIs(3, "write")) {
                what = Clients.Pause.WRITE;
            } else if (!in.argIs(3, "all")) {
                in.reply().errorLine(PAUSE_MODE);
                return;
            }
        }
        if (!in.isLong(2)) {
            in.reply().errorLine(TIMEOUT_NOT_INTEGER);
        } else if (in.longValue() < 0) {
            in.reply().errorLine(NEGATIVE_TIMEOUT);
        } else {
            // As in Redis a sum beyond 64 bits is a time long past, so the pause is over at once.
            in.engine().clients().pause(what, in.nowMs() + in.longValue());
            in.reply().ok();
        }
    }

    private static void unpause(Invocation in) {
        in.engine().clients().unpause();
        in.reply().ok();
    }

    private static void reply(Invocation in) {
        Session session = in.session();
        if (in.argIs(2, "on")) {
            session.replyMode(ReplyMode.ON);
            in.reply().ok();
        } else if (in.argIs(2, "off")) {
            session.replyMode(ReplyMode.OFF);
        } else if (in.argIs(2, "skip")) {
            if (session.replyMode() != ReplyMode.OFF) {
                session.replyMode(ReplyMode.SKIP_NEXT);
            }
        } else {
            in.reply().errorLine(ReplyErrors.SYNTAX);
        }
    }

    private static void unblock(Invocation in) {
        if (in.argc() > 4) {
            HelpReply.syntaxError(in);
        } else if (in.argc() == 4 && !in.argIs(3, "timeout") && !in.argIs(3, "error")) {
            in.reply().errorLine(UNBLOCK_REASON);
        } else if (in.requireLong(2)) {
            Session target = in.engine().clients().get(in.longValue());
            boolean withError = in.argc() == 4 && in.argIs(3, "error");
            boolean waited = target != null && in.engine().blocked().unblock(target, withError);
            in.reply().integer(waited ? 1 : 0);
        }
    }

    private static void help(Invocation in) {
        HelpReply.write(
                in,
                "CACHING (YES|NO)",
                "    Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.",
                "GETREDIR",
                "    Return the client ID we are redirecting to when tracking is enabled.",
                "GETNAME",
                "    Return the name of the current connection.",
                "ID",
                "    Return the ID of the current connection.",
                "INFO",
                "    Return information about the current client connection.",
                "KILL <ip:port>",
                "    Kill connection made from <ip:port>.",
                "KILL <option> <value> [<option> <value> [...]]",
                "    Kill connections. Options are:",
                "    * ADDR (<ip:port>|<unixsocket>:0)",
                "      Kill connections made from the specified address",
                "    * LADDR (<ip:port>|<unixsocket>:0)",
                "      Kill connections made to specified local address",
                "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
                "      Kill connections by type.",
                "    * USER <username>",
                "      Kill connections authenticated by <username>.",
                "    * SKIPME (YES|NO)",
                "      Skip killing current connection (default: yes).",
                "LIST [options ...]",
                "    Return information about client connections. Options:",
                "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
                "      Return clients of specified type.",
                "UNPAUSE",
                "    Stop the current client pause, resuming traffic.",
                "PAUSE <timeout> [WRITE|ALL]",
                "    Suspend all, or just write, clients for <timeout> milliseconds.",
                "REPLY (ON|OFF|SKIP)",
                "    Control the replies sent to the current connection.",
                "SETNAME <name>",
                "    Assign the name <name> to the current connection.",
                "SETINFO <option> <value>",
                "    Set client meta attr. Options are:",
                "    * LIB-NAME: the client lib name.",
                "    * LIB-VER: the client lib version.",
                "UNBLOCK <clientid> [TIMEOUT|ERROR]",
                "    Unblock the specified blocked client.",
                "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
                "         [OPTIN] [OPTOUT] [NOLOOP]",
                "    Control server assisted client side caching.",
                "TRACKINGINFO",
                "    Report tracking status for the current connection.",
                "NO-EVICT (ON|OFF)",
                "    Protect current client connection from eviction.",
                "NO-TOUCH (ON|OFF)",
                "    Will not touch LRU/LFU stats when this mode is on.");
    }
}

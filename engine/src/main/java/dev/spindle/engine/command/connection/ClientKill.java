package dev.spindle.engine.command.connection;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.session.ClientType;
import dev.spindle.engine.session.Session;
import java.util.List;

/**
 * CLIENT KILL, in its old form of one address and its new one of filters. The client that asks is among the killed only if
 * the filters say so, and still gets its reply.
 */
final class ClientKill {

    private static final byte[] NO_SUCH_CLIENT = Reply.errorLine("ERR No such client");
    private static final byte[] BAD_ID = Reply.errorLine("ERR client-id should be greater than 0");

    private long id;
    private ClientType type;
    private String address;
    private String localAddress;
    private String user;
    private boolean skipMe = true;

    private ClientKill() {}

    static void kill(Invocation in) {
        ClientKill filter = new ClientKill();
        if (in.argc() == 3) {
            filter.address = in.argString(2);
            filter.skipMe = false;
        } else if (!filter.parse(in)) {
            return;
        }
        Session me = in.session();
        List<Session> victims =
                in.engine().clients().all().stream()
                        .filter(session -> filter.matches(session, me))
                        .toList();
        for (Session victim : victims) {
            if (victim == me) {
                me.closeAfterReply();
            } else {
                in.engine().kill(victim);
            }
        }
        if (in.argc() > 3) {
            in.reply().integer(victims.size());
        } else if (victims.isEmpty()) {
            in.reply().errorLine(NO_SUCH_CLIENT);
        } else {
            in.reply().ok();
        }
    }

    private boolean matches(Session session, Session me) {
        return (id == 0 || session.id() == id)
                && (type == null || session.type() == type)
                && (address == null || session.transport().remoteAddress().equals(address))
                && (localAddress == null || session.transport().localAddress().equals(localAddress))
                && (user == null || session.user().equals(user))
                && !(skipMe && session == me);
    }

    private boolean parse(Invocation in) {
        for (int i = 2; i < in.argc(); i += 2) {
            if (i + 1 == in.argc() || !option(in, i)) {
                if (!in.reply().hasError()) {
                    in.reply().errorLine(ReplyErrors.SYNTAX);
                }
                return false;
            }
        }
        return true;
    }

    // False when the option is none or its value is wrong; only the latter writes its own error.
    private boolean option(Invocation in, int index) {
        String value = in.argString(index + 1);
        switch (in.argString(index).toLowerCase(java.util.Locale.ROOT)) {
            case "id" -> {
                if (!in.isLong(index + 1) || in.longValue() < 1) {
                    in.reply().errorLine(BAD_ID);
                    return false;
                }
                id = in.longValue();
            }
            case "type" -> {
                type = ClientType.of(value);
                if (type == null) {
                    in.reply().error(ClientCommands.unknownType(in, index + 1));
                    return false;
                }
            }
            case "addr" -> address = value;
            case "laddr" -> localAddress = value;
            case "user" -> {
                if (!value.equals(Login.DEFAULT_USER)) {
                    in.reply().error("ERR No such user '" + value + "'");
                    return false;
                }
                user = value;
            }
            case "skipme" -> {
                skipMe = value.equalsIgnoreCase("yes");
                return skipMe || value.equalsIgnoreCase("no");
            }
            default -> {
                return false;
            }
        }
        return true;
    }
}

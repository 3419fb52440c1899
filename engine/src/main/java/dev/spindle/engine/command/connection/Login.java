package dev.spindle.engine.command.connection;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.resp.Reply;
import java.security.MessageDigest;

/** Whether a name and a password let a client in. There is one user, whose password is requirepass. */
final class Login {

    static final String DEFAULT_USER = "default";
    static final byte[] WRONG_PASSWORD =
            Reply.errorLine("WRONGPASS invalid username-password pair or user is disabled.");
    static final byte[] NO_PASSWORD_SET =
            Reply.errorLine(
                    "ERR AUTH <password> called without any password configured for the default user. Are you sure"
                            + " your configuration is correct?");

    private Login() {}

    /** Lets the client in, or counts a failed attempt. While no password is set, any is right. */
    static boolean attempt(Invocation in, String user, byte[] password) {
        byte[] wanted = in.engine().settings().password;
        boolean right =
                user.equals(DEFAULT_USER)
                        && (wanted.length == 0 || MessageDigest.isEqual(wanted, password));
        if (right) {
            in.session().user(user);
            in.session().authenticated(true);
        } else {
            in.engine().stats().authFailures++;
        }
        return right;
    }
}

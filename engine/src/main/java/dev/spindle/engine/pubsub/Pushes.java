package dev.spindle.engine.pubsub;

import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.PushFrame;
import dev.spindle.engine.session.Session;

/**
 * Brings a message to a client that may be in the middle of a command of its own.
 *
 * <p>To others it goes at once, and their connections are flushed at the end of the turn. What the client at hand is told by its own
 * command is kept until its reply is complete: a push must not stand inside a reply, and what a command caused comes after its
 * result. A client that wants no replies (CLIENT REPLY OFF) still gets messages, since they are none.
 */
public final class Pushes {

    private final PushFrame frame = new PushFrame();
    private final Scratch own = new Scratch();
    private Session atHand;

    /** The message to be put together; one at a time. */
    public PushFrame frame() {
        return frame;
    }

    /** Tells whose commands are executed from now on; null when none are. */
    public void atHand(Session session) {
        atHand = session;
        // Nothing is left here but by a command that failed in the midst, and that is for nobody
        // else.
        own.clear();
    }

    /** Whose command is executed, or null. */
    public Session atHand() {
        return atHand;
    }

    /** Sends the message put together last to a client. */
    public void send(Session to) {
        if (to.isCloseAfterReply()) {
            return;
        }
        if (to == atHand) {
            frame.appendTo(own, to.protocol());
        } else {
            frame.appendTo(to.output(), to.protocol());
            to.transport().flushLater();
        }
    }

    /** Whether something is kept for the client at hand. */
    public boolean isKept() {
        return own.length() > 0;
    }

    /** Sends what was kept, once the command is over and its reply written. */
    public void release() {
        if (!atHand.isClosed()) {
            atHand.output().append(own.address(), own.length());
        }
        own.clear();
    }
}

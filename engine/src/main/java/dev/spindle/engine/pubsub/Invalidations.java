package dev.spindle.engine.pubsub;

import dev.spindle.engine.resp.PushFrame;
import dev.spindle.engine.session.ClientType;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.text.Ascii;

/** The messages of client-side caching: which keys a client may keep no longer, and by which way it is told. */
final class Invalidations {

    private static final byte[] INVALIDATE = Ascii.bytes("invalidate");
    private static final byte[] BROKEN = Ascii.bytes("tracking-redir-broken");
    private static final byte[] MESSAGE = Ascii.bytes("message");
    private static final byte[] CHANNEL = Ascii.bytes("__redis__:invalidate");
    private static final byte[] NULL2 = Ascii.bytes("$-1\r\n");
    private static final byte[] NULL3 = Ascii.bytes("_\r\n");

    private final Pushes pushes;
    private final PushFrame which = new PushFrame();

    Invalidations(Pushes pushes) {
        this.pushes = pushes;
    }

    /** Makes the message one of one key. */
    void key(byte[] key) {
        which.clear();
        which.array(1);
        which.bulk(key);
    }

    /** Makes the message one of every key; written as the client that tracks would have it, whoever is told. */
    void all(ClientTracking client) {
        which.clear();
        which.raw(client.session().protocol() == 3 ? NULL3 : NULL2);
    }

    /**
     * Makes the message one of keys.
     *
     * @param but who does not hear of what it changed itself; null: of all.
     * @return whether any key is left.
     */
    boolean keys(Prefix.Changed[] changed, Session but) {
        int count = 0;
        for (Prefix.Changed key : changed) {
            count += but == null || key.by != but ? 1 : 0;
        }
        which.clear();
        which.array(count);
        for (Prefix.Changed key : changed) {
            if (but == null || key.by != but) {
                which.bulk(key.bytes);
            }
        }
        return count > 0;
    }

    /** Sends the message made last to a client, or to the one it has named; who can be told by no way is not. */
    void send(ClientTracking client) {
        PushFrame frame = pushes.frame();
        Session to = client.session();
        boolean redirected = client.redirect() != null;
        if (redirected) {
            Session named = client.redirect();
            if (named.isClosed()) {
                client.broken = true;
                if (to.protocol() == 3) {
                    frame.begin(2);
                    frame.bulk(BROKEN);
                    frame.integer(named.id());
                    pushes.send(to);
                }
                return;
            }
            to = named;
        }
        if (to.protocol() == 3) {
            frame.begin(2);
            frame.bulk(INVALIDATE);
        } else if (redirected && to.type() == ClientType.PUBSUB) {
            frame.begin(3);
            frame.bulk(MESSAGE);
            frame.bulk(CHANNEL);
        } else {
            return;
        }
        frame.append(which);
        pushes.send(to);
    }
}

package dev.spindle.net.link;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Connections that MIGRATE keeps for the next one to the same server: moving a slot is many commands in a row, each of which would pay for a
 * connection and, for a cluster over some distance, a round trip more.
 *
 * <p>As in Redis there are {@link #MOST} at most, each for {@link #IDLE_NS} after its last use, and the database that was chosen stays
 * chosen. Where there would be more, the one goes that was not used for longest; Redis takes any.
 *
 * <p><b>Whose connection.</b> A connection serves requests with the same credentials only, others get a new one in its place. Redis sends AUTH when
 * it is asked to and has the connection keep what it was before otherwise: a client without credentials then acts as whoever
 * migrated last, and one with wrong ones gets an error and its key in both servers. Nobody can count on either.
 *
 * <p>For the core thread.
 */
public final class PeerCache implements AutoCloseable {

    /** Connections that are kept at most. */
    static final int MOST = 64;

    /** How long a connection is kept that nobody uses, nanoseconds. */
    static final long IDLE_NS = TimeUnit.SECONDS.toNanos(10);

    private static final long NO_DATABASE = -1;
    private static final float LOAD = 0.75f;

    private final Map<String, Link> links = new LinkedHashMap<>(MOST, LOAD, true);

    /** A connection and what the server at its other end takes it for. */
    static final class Link {
        private final PeerConversation peer;
        private final byte[][] login;
        private long database = NO_DATABASE;
        private long usedNs;

        private Link(PeerConversation peer, byte[][] login) {
            this.peer = peer;
            this.login = login;
        }

        PeerConversation peer() {
            return peer;
        }

        /** Whether a database is the one that was chosen last. */
        boolean isIn(long wanted) {
            return database == wanted;
        }

        /** The server has accepted a database. */
        void in(long chosen) {
            database = chosen;
        }

        /** Nobody knows which database is chosen. */
        void inUnknown() {
            database = NO_DATABASE;
        }
    }

    private static String name(String host, int port) {
        return host + ':' + port;
    }

    /**
     * The connection to a server, a new one where none is kept that fits.
     *
     * @param login words behind AUTH; null for none.
     * @param timeoutMs of each step from now on.
     * @throws IOException when it cannot be made, or not in time.
     */
    Link get(String host, int port, byte[][] login, long timeoutMs, long nowNs) throws IOException {
        String name = name(host, port);
        Link link = links.get(name);
        if (link != null && !Arrays.deepEquals(link.login, login)) {
            drop(host, port);
            link = null;
        }
        if (link == null) {
            link = new Link(PeerConversation.open(host, port, timeoutMs), login);
            if (links.size() == MOST) {
                var oldest = links.entrySet().iterator();
                oldest.next().getValue().peer.close();
                oldest.remove();
            }
            links.put(name, link);
        }
        link.peer.timeoutMs(timeoutMs);
        link.usedNs = nowNs;
        return link;
    }

    /** Closes the connection to a server: what comes over it next may be anything. */
    void drop(String host, int port) {
        Link gone = links.remove(name(host, port));
        if (gone != null) {
            gone.peer.close();
        }
    }

    /** Closes the connections that nobody has used for long. */
    public void closeIdle(long nowNs) {
        links.values()
                .removeIf(
                        link -> {
                            boolean idle = nowNs - link.usedNs > IDLE_NS;
                            if (idle) {
                                link.peer.close();
                            }
                            return idle;
                        });
    }

    /** Connections that are kept. */
    public int size() {
        return links.size();
    }

    @Override
    public void close() {
        links.values().forEach(link -> link.peer.close());
        links.clear();
    }
}

package dev.spindle.engine.session;

/** The connection of a session that has none: what is asked of it does nothing. For a server's own sessions and for measurements. */
public final class NoTransport implements Transport {

    private final String remoteAddress;
    private final String localAddress;

    /** A connection between two addresses, as CLIENT LIST and the logs are to show it. */
    public NoTransport(String remoteAddress, String localAddress) {
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String localAddress() {
        return localAddress;
    }

    @Override
    public int descriptor() {
        return -1;
    }

    @Override
    public boolean isUnixSocket() {
        return false;
    }

    @Override
    public void closeNow() {}

    @Override
    public void flushLater() {}

    @Override
    public void resumeLater() {}
}

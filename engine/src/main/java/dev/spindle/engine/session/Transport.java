package dev.spindle.engine.session;

/** What a session may ask of the connection that carries it. Called on the core thread. */
public interface Transport {

    /** The peer's address as CLIENT LIST shows it, such as {@code 127.0.0.1:50000} or {@code /path:0}. */
    String remoteAddress();

    /** The address the peer connected to. */
    String localAddress();

    /** Number of the descriptor, or -1. */
    int descriptor();

    /** Whether the connection came over a Unix socket. */
    boolean isUnixSocket();

    /** Closes the connection at the end of the turn, dropping what was not sent. */
    void closeNow();

    /** Asks that what the session's output holds be sent, for output written outside the session's own batch. */
    void flushLater();

    /** Asks for another turn of {@code consume} although nothing new arrived: the session was paused or blocked. */
    void resumeLater();
}

package dev.spindle.aof.ring;

/** A ring that was left by another process must not be used; the message says why, in words for the server's log. */
public final class UnusableRing extends Exception {

    private static final long serialVersionUID = 1;

    public UnusableRing(String reason) {
        super(reason);
    }

    public UnusableRing(String reason, Throwable cause) {
        super(reason, cause);
    }
}

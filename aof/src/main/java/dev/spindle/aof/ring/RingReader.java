package dev.spindle.aof.ring;

/** What the sink must know of who empties the ring. */
public interface RingReader {

    /** Whether it cannot get on: the disk refuses. From the core thread. */
    boolean isStuck();

    /** Lets it look at the ring at once, if it sleeps. From the core thread. */
    void wake();

    /** The ring was full for the first time. */
    void onFull();

    /** Effects are dropped from now on. */
    void onLost();
}

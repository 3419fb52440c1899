package dev.spindle.aof.agent;

import dev.spindle.aof.log.AofLog;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** Forces a log on a thread of its own, one request at a time, so that appends go on meanwhile. The requester is one thread. */
final class Forcer implements AutoCloseable {

    private static final long WAIT_NS = 100_000_000;

    private final Thread thread = new Thread(this::run, "aof-fsync");
    private volatile AofLog request;
    private volatile boolean closing;
    private volatile String error;
    private long position;
    private long startedNs;

    Forcer() {
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closing) {
            AofLog log = request;
            if (log == null) {
                LockSupport.parkNanos(WAIT_NS);
                continue;
            }
            String failure = null;
            try {
                log.force();
            } catch (IOException e) {
                failure = String.valueOf(e.getMessage());
            }
            error = failure;
            request = null;
        }
    }

    /** Whether a request is under way. */
    boolean isBusy() {
        return request != null;
    }

    /** Forces a log; only while not busy. */
    void force(AofLog log, long upTo, long nowNs) {
        position = upTo;
        startedNs = nowNs;
        request = log;
        LockSupport.unpark(thread);
    }

    /** Waits until nothing is under way. */
    void await() {
        while (request != null && thread.isAlive()) {
            LockSupport.parkNanos(10_000);
        }
    }

    /** What the last request covers once it is done. */
    long position() {
        return position;
    }

    /** When the last request began. */
    long startedNs() {
        return startedNs;
    }

    /** What was wrong with the last request; null for nothing. */
    String error() {
        return error;
    }

    @Override
    public void close() {
        await();
        closing = true;
        LockSupport.unpark(thread);
    }
}

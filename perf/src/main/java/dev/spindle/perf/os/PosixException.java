package dev.spindle.perf.os;

/** A call of the C library that failed, with the number it left in errno. */
public final class PosixException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    PosixException(String call, int errno) {
        super(call + " failed: " + Posix.errorText(errno));
        this.call = call;
        this.errno = errno;
    }

    /** The name of the call. */
    public String call() {
        return call;
    }

    /** Linux's error number. */
    public int errno() {
        return errno;
    }
}

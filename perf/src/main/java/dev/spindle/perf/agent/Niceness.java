package dev.spindle.perf.agent;

import dev.spindle.perf.os.Posix;
import dev.spindle.perf.os.PosixException;

/**
 * Lets the calling thread give way to all others when processors are short, or go before them.
 *
 * <p>{@code Thread.setPriority} does nothing on Linux unless the virtual machine is started by root with a flag. The kernel's own nice value
 * does, belongs to a single thread there, and may be raised by anybody. At {@link #BACKGROUND} a thread that competes with one of the
 * usual value gets about a tenth of a processor; where a processor is idle it gets all of it.
 *
 * <p><b>Which threads.</b> Those whose work nobody waits for: they write a file that only has to be ready some time. Not the one that owns
 * the log or forces it, since replies wait for these, and not those that touch memory ahead of the core, which pays itself for what
 * they have not done in time. A thread that holds a lock the core may want must not give way either: the core would wait for as long
 * as others keep the processor.
 *
 * <p>Those that touch memory go before all others where the server is privileged ({@link #takePrecedence}): they have microseconds to do each
 * time, and while a busy thread keeps them from it the core takes a fault for each page.
 *
 * <p>There is no way back without privileges, so this is for threads that have one kind of work only. Threads inherit the value of the one that
 * starts them.
 */
public final class Niceness {

    /** The nice value of work in the background. */
    public static final int BACKGROUND = 10;

    /** The nice value of work that must not be late. */
    public static final int FIRST = -20;

    private Niceness() {}

    /**
     * Gives the calling thread the nice value {@link #BACKGROUND}, or leaves it at what it has when that gives way even more, as in a server
     * that was started with {@code nice}. Never throws for what the platform or the kernel refuses.
     *
     * @return why that could not be done, for the log; null when the thread gives way
     */
    public static String giveWay() {
        return change(BACKGROUND, true);
    }

    /**
     * Gives the calling thread the nice value {@link #FIRST}. Never throws for what the platform or the kernel refuses.
     *
     * @return why that could not be done: mostly that the process has no privilege for it; null when the thread takes precedence
     */
    public static String takePrecedence() {
        return change(FIRST, false);
    }

    private static String change(int nice, boolean upwards) {
        if (!Posix.isAvailable()) {
            return Posix.unavailableReason();
        }
        try {
            if (!upwards || Posix.threadNice() < nice) {
                Posix.setThreadNice(nice);
            }
            return null;
        } catch (PosixException e) {
            return e.getMessage();
        } catch (LinkageError e) {
            return "the native library cannot be loaded: " + e.getMessage();
        }
    }
}

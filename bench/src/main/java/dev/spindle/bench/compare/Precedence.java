package dev.spindle.bench.compare;

import dev.spindle.perf.agent.Niceness;
import dev.spindle.perf.os.Posix;

/**
 * Lets the calling thread have its processor before all others that want it, where the kernel allows, until it ends. For a load that shares one with threads of the servers that do
 * not execute commands: they get what it leaves, as clients on other machines would not wait for their processor either. What is
 * measured is then how fast the server answers, and not how late it was asked.
 */
final class Precedence {
    private final boolean taken;
    private final int before;

    private Precedence(boolean taken, int before) {
        this.taken = taken;
        this.before = before;
    }

    /** Changes nothing. */
    static Precedence none() {
        return new Precedence(false, 0);
    }

    /** The calling thread takes it; the same thread ends it. */
    static Precedence take() {
        if (!Posix.isAvailable()) {
            return none();
        }
        int before = Posix.threadNice();
        // For privileged processes alone.
        return new Precedence(Niceness.takePrecedence() == null, before);
    }

    /** Back to what the thread had: those that it starts later inherit the value. */
    void end() {
        if (taken) {
            Posix.setThreadNice(before);
        }
    }
}

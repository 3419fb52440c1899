package dev.spindle.perf.os;

import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * Processor time that the kernel has charged, in microseconds.
 *
 * <p>Read from {@code /proc}, whose unit is the tick of 10 ms, so that no native call is needed. Children are those that have ended and
 * been waited for. For the control plane: each reading opens a file.
 *
 * @param userMicros in user mode
 * @param systemMicros in the kernel
 * @param childrenUserMicros of ended children, in user mode; 0 for a thread
 * @param childrenSystemMicros of ended children, in the kernel; 0 for a thread
 */
public record CpuTimes(
        long userMicros, long systemMicros, long childrenUserMicros, long childrenSystemMicros) {
    /** The kernel's USER_HZ is 100 on every architecture that Linux exposes to user space here. */
    private static final long MICROS_PER_TICK = 10_000;

    private static final String PROCESS = "/proc/self/stat";
    private static final String THREAD = "/proc/thread-self/stat";

    /**
     * Fields before utime once the command's closing parenthesis is behind: state ppid pgrp session tty tpgid flags minflt
     * cminflt majflt cmajflt.
     */
    private static final int FIELDS_BEFORE_UTIME = 11;

    /** Of the whole process. Without {@code /proc} the sum of both modes counts as user time. */
    public static CpuTimes ofProcess() {
        try {
            return parse(ProcText.read(PROCESS));
        } catch (IOException e) {
            return ManagementFactory.getOperatingSystemMXBean()
                            instanceof com.sun.management.OperatingSystemMXBean bean
                    ? new CpuTimes(Math.max(0, bean.getProcessCpuTime() / 1000), 0, 0, 0)
                    : new CpuTimes(0, 0, 0, 0);
        }
    }

    /**
     * Of another process on this machine.
     *
     * @throws IOException if there is none of this number, or no {@code /proc}
     */
    public static CpuTimes ofProcess(long pid) throws IOException {
        return parse(ProcText.read("/proc/" + pid + "/stat"));
    }

    /** Of the calling thread alone. Without {@code /proc} from the virtual machine's own count. */
    public static CpuTimes ofCurrentThread() {
        try {
            final CpuTimes all = parse(ProcText.read(THREAD));
            return new CpuTimes(all.userMicros, all.systemMicros, 0, 0);
        } catch (IOException e) {
            final var threads = ManagementFactory.getThreadMXBean();
            if (!threads.isCurrentThreadCpuTimeSupported()) {
                return new CpuTimes(0, 0, 0, 0);
            }
            final long userMicros = threads.getCurrentThreadUserTime() / 1000;
            final long totalMicros = threads.getCurrentThreadCpuTime() / 1000;
            return new CpuTimes(userMicros, Math.max(0, totalMicros - userMicros), 0, 0);
        }
    }

    /** Parses a line of {@code /proc/PID/stat}; the command in it may contain blanks and parentheses. */
    static CpuTimes parse(ProcText stat) {
        final int end = stat.behindLast(')');
        if (end < 0) {
            throw new IllegalArgumentException("not a line of /proc/PID/stat");
        }
        final int user = stat.field(end, FIELDS_BEFORE_UTIME);
        final int system = stat.field(user, 1);
        final int childrenUser = stat.field(system, 1);
        return new CpuTimes(
                stat.number(user) * MICROS_PER_TICK,
                stat.number(system) * MICROS_PER_TICK,
                stat.number(childrenUser) * MICROS_PER_TICK,
                stat.number(stat.field(childrenUser, 1)) * MICROS_PER_TICK);
    }
}

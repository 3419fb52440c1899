package dev.spindle.perf.os;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/**
 * Every call into the C library that the project makes.
 *
 * <p><b>Why JNA, and so little of it.</b> Bytecode 17 has no foreign function interface. JNA's direct mapping binds the native
 * methods of one class to symbols and costs about a microsecond per call; none of these calls is on the hot plane. What costs is the
 * start: loading JNA's own library and registering takes about a tenth of a second, most of a server's start-up. Hence:
 *
 * <ul>
 *   <li>JNA is first touched by the first call that needs it. Constants and {@link #isAvailable()} do not load it, so a server that
 *       neither pins nor maps starts without it.
 *   <li>Direct mapping only: no library proxies, no structures, no callbacks. Arguments are integers and arrays of longs.
 *   <li>All symbols are in one class, registered once, resolved in the running process, where libc already is.
 * </ul>
 *
 * <p><b>Platform.</b> The constants and the widths (pointers, {@code size_t} and {@code off_t} of 64 bits) are those of 64-bit
 * Linux. Elsewhere {@link #isAvailable()} is false and each call throws {@link UnsupportedOperationException}.
 *
 * <p><b>Errors.</b> A call that the kernel refuses throws {@link PosixException} with the call's name and errno. Calls are safe
 * from any thread.
 */
public final class Posix {
    public static final int PROT_NONE = 0;
    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;

    public static final int MAP_SHARED = 0x01;
    public static final int MAP_PRIVATE = 0x02;
    public static final int MAP_FIXED = 0x10;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_NORESERVE = 0x4000;

    public static final int MADV_NORMAL = 0;
    public static final int MADV_RANDOM = 1;
    public static final int MADV_DONTNEED = 4;
    public static final int MADV_REMOVE = 9;
    public static final int MADV_HUGEPAGE = 14;
    public static final int MADV_NOHUGEPAGE = 15;

    private static final int RLIMIT_NOFILE = 7;

    private static final int PRIO_PROCESS = 0;

    private static final int SCHED_OTHER = 0;
    private static final int SCHED_FIFO = 1;
    private static final int SCHED_RESET_ON_FORK = 0x4000_0000;

    /** Linux 5.14 and later; older kernels answer EINVAL. */
    public static final int MADV_POPULATE_WRITE = 23;

    public static final int EPERM = 1;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;

    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_CLOEXEC = 0x8_0000;

    /** Longs in the kernel's fixed-size cpu set of 1024 bits. */
    public static final int CPU_SET_LONGS = 16;

    private static final int CPU_SET_BYTES = CPU_SET_LONGS * Long.BYTES;
    private static final String UNSUPPORTED = unsupportedReason();

    private Posix() {}

    /** Whether the calls can be made here. Does not load the native library. */
    public static boolean isAvailable() {
        return UNSUPPORTED == null;
    }

    /** Why the calls cannot be made here, or null if they can. */
    public static String unavailableReason() {
        return UNSUPPORTED;
    }

    /**
     * Maps memory that belongs to no file: private, zeroed, readable and writable, not reserved in swap.
     *
     * @param length bytes, above zero; the kernel rounds up to a page
     * @return the address, aligned to a page only
     */
    public static long mapAnonymous(long length) {
        return mmap(
                0,
                length,
                PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                -1,
                0);
    }

    /** mmap(2). Returns the address. */
    public static long mmap(
            long address, long length, int protection, int flags, int fd, long offset) {
        requireAvailable();
        final long mapped = Libc.mmap(address, length, protection, flags, fd, offset);
        if (mapped == -1) {
            throw failed("mmap");
        }
        return mapped;
    }

    /**
     * open(2).
     *
     * @param flags the O constants, joined
     * @param mode permissions of a file that is created, less the umask
     * @return the descriptor, to be closed by {@link #close}
     */
    public static int open(String path, int flags, int mode) {
        requireAvailable();
        final int fd = Libc.open(path, flags, mode);
        if (fd == -1) {
            throw failed("open");
        }
        return fd;
    }

    /** close(2). */
    public static void close(int fd) {
        requireAvailable();
        if (Libc.close(fd) != 0) {
            throw failed("close");
        }
    }

    /** ftruncate(2): gives a file a length; what it grows by takes no room until it is written. */
    public static void truncate(int fd, long length) {
        requireAvailable();
        if (Libc.ftruncate(fd, length) != 0) {
            throw failed("ftruncate");
        }
    }

    /**
     * fallocate(2): takes room for a part of a file, so that a store into a mapping of it cannot fail for want of room.
     *
     * @return 0, or the errno of the refusal, {@link #ENOSPC} when there is no room
     */
    public static int tryAllocate(int fd, long offset, long length) {
        requireAvailable();
        return Libc.fallocate(fd, 0, offset, length) == 0 ? 0 : Libc.errno();
    }

    /** munmap(2). */
    public static void munmap(long address, long length) {
        requireAvailable();
        if (Libc.munmap(address, length) != 0) {
            throw failed("munmap");
        }
    }

    /**
     * madvise(2).
     *
     * @param advice one of the MADV constants
     * @throws PosixException also where the kernel does not know the advice (EINVAL); callers who only hope may use {@link #tryMadvise}
     */
    public static void madvise(long address, long length, int advice) {
        final int errno = tryMadvise(address, length, advice);
        if (errno != 0) {
            throw new PosixException("madvise", errno);
        }
    }

    /**
     * malloc_trim(3): gives memory that native code has freed back to the operating system.
     *
     * @return whether the C library has the call and gave some back
     */
    public static boolean trimNativeHeap() {
        return isAvailable() && Glibc.PRESENT && Glibc.malloc_trim(0) != 0;
    }

    /** madvise(2) for advice that may go unheard: answers 0, or the errno of the refusal. */
    public static int tryMadvise(long address, long length, int advice) {
        requireAvailable();
        return Libc.madvise(address, length, advice) == 0 ? 0 : Libc.errno();
    }

    /**
     * sched_setaffinity(2).
     *
     * @param tid a thread, or 0 for the caller; threads it starts later inherit the set
     * @param cpuSet {@link #CPU_SET_LONGS} longs, bit n of the whole stands for cpu n
     */
    public static void setAffinity(int tid, long[] cpuSet) {
        requireCpuSet(cpuSet);
        requireAvailable();
        if (Libc.sched_setaffinity(tid, CPU_SET_BYTES, cpuSet) != 0) {
            throw failed("sched_setaffinity");
        }
    }

    /** sched_getaffinity(2), into a set of {@link #CPU_SET_LONGS} longs. */
    public static void getAffinity(int tid, long[] cpuSet) {
        requireCpuSet(cpuSet);
        requireAvailable();
        if (Libc.sched_getaffinity(tid, CPU_SET_BYTES, cpuSet) != 0) {
            throw failed("sched_getaffinity");
        }
    }

    /**
     * getpriority(2) of the calling thread: on Linux each thread has a nice value of its own.
     *
     * @return from -20, which takes the most, to 19, which gives way most
     */
    public static int threadNice() {
        requireAvailable();
        // Cannot be refused for the caller itself, so -1 is a value here.
        return Libc.getpriority(PRIO_PROCESS, 0);
    }

    /**
     * setpriority(2) of the calling thread; threads that it starts later inherit the value. Going down to a smaller value again is
     * for privileged processes alone.
     */
    public static void setThreadNice(int nice) {
        requireAvailable();
        if (Libc.setpriority(PRIO_PROCESS, 0, nice) != 0) {
            throw failed("setpriority");
        }
    }

    /**
     * sched_setscheduler(2): lets the calling thread have its processor whenever it wants it, before all threads of the usual class; of
     * real time, first in first out, lowest priority. Threads and processes that it starts are of the usual class. For privileged processes alone.
     */
    public static void beRealTime() {
        schedule(SCHED_FIFO | SCHED_RESET_ON_FORK, 1);
    }

    /** Undoes {@link #beRealTime}; the nice value is what it was. */
    public static void beUsual() {
        schedule(SCHED_OTHER, 0);
    }

    private static void schedule(int policy, int priority) {
        requireAvailable();
        if (Libc.sched_setscheduler(0, policy, new int[] {priority}) != 0) {
            throw failed("sched_setscheduler");
        }
    }

    /** getpid(2). Where the native library is not wanted, {@code ProcessHandle} knows the same. */
    public static int getpid() {
        requireAvailable();
        return Libc.getpid();
    }

    /** setsid(2): leaves the terminal's session. Fails with EPERM for the leader of a process group. */
    public static int setsid() {
        requireAvailable();
        final int session = Libc.setsid();
        if (session == -1) {
            throw failed("setsid");
        }
        return session;
    }

    /** umask(2): sets the mask of permissions that new files do not get, answers the one before. */
    public static int umask(int mask) {
        requireAvailable();
        return Libc.umask(mask);
    }

    /** getrlimit(2) of open files: the soft limit and the hard one. */
    public static long[] openFilesLimit() {
        requireAvailable();
        final long[] softAndHard = new long[2];
        if (Libc.getrlimit(RLIMIT_NOFILE, softAndHard) != 0) {
            throw failed("getrlimit");
        }
        return softAndHard;
    }

    /** setrlimit(2) of open files; beyond the hard limit only a privileged process gets. */
    public static void setOpenFilesLimit(long soft, long hard) {
        requireAvailable();
        if (Libc.setrlimit(RLIMIT_NOFILE, new long[] {soft, hard}) != 0) {
            throw failed("setrlimit");
        }
    }

    static String errorText(int errno) {
        return switch (errno) {
            case EPERM -> "operation not permitted (EPERM)";
            case EAGAIN -> "resource temporarily unavailable (EAGAIN)";
            case ENOMEM -> "cannot allocate memory (ENOMEM)";
            case EINVAL -> "invalid argument (EINVAL)";
            case ENOSPC -> "no space left on device (ENOSPC)";
            default -> "errno " + errno;
        };
    }

    private static void requireCpuSet(long[] cpuSet) {
        if (cpuSet.length != CPU_SET_LONGS) {
            throw new IllegalArgumentException(
                    "a cpu set has " + CPU_SET_LONGS + " longs, not " + cpuSet.length);
        }
    }

    private static void requireAvailable() {
        if (UNSUPPORTED != null) {
            throw new UnsupportedOperationException(UNSUPPORTED);
        }
    }

    private static String unsupportedReason() {
        final String os = System.getProperty("os.name", "");
        final String arch = System.getProperty("os.arch", "");
        if (!os.equals("Linux")) {
            return "native calls are known for Linux only, this is " + os;
        }
        if (!arch.equals("amd64") && !arch.equals("aarch64")) {
            return "native calls are known for amd64 and aarch64 only, this is " + arch;
        }
        return null;
    }

    private static PosixException failed(String call) {
        return new PosixException(call, Libc.errno());
    }

    /** What only the GNU C library has. */
    private static final class Glibc {
        static final boolean PRESENT = isRegistered();

        private static boolean isRegistered() {
            // Libc first: it tells JNA where not to search.
            Libc.getpid();
            try {
                Native.register(Glibc.class, NativeLibrary.getProcess());
                return true;
            } catch (UnsatisfiedLinkError e) {
                return false;
            }
        }

        static native int malloc_trim(long pad);
    }

    /**
     * The symbols. Apart, so that only the first call loads JNA: not even its exceptions may be named outside, since the verifier
     * loads what a catch names.
     */
    private static final class Libc {
        private static final String SEARCH_PATH = "jna.platform.library.path";

        static {
            avoidLdconfig();
            Native.register(Libc.class, NativeLibrary.getProcess());
        }

        static native long mmap(
                long address, long length, int protection, int flags, int fd, long offset);

        static native int munmap(long address, long length);

        static native int open(String path, int flags, int mode);

        static native int close(int fd);

        static native int ftruncate(int fd, long length);

        static native int fallocate(int fd, int mode, long offset, long length);

        static native int madvise(long address, long length, int advice);

        static native int sched_setaffinity(int tid, long bytes, long[] cpuSet);

        static native int sched_getaffinity(int tid, long bytes, long[] cpuSet);

        static native int sched_setscheduler(int tid, int policy, int[] parameters);

        static native int getpriority(int which, int who);

        static native int setpriority(int which, int who, int nice);

        static native int getpid();

        static native int setsid();

        static native int umask(int mask);

        static native int getrlimit(int resource, long[] softAndHard);

        static native int setrlimit(int resource, long[] softAndHard);

        /**
         * JNA starts the process ldconfig to learn where libraries lie, a quarter of the whole start; told a path, it does not. Nothing
         * here is searched for, but another user of JNA in this process may be, so the path is the usual one.
         */
        private static void avoidLdconfig() {
            if (System.getProperty(SEARCH_PATH) == null) {
                // Whole literals: joining them would pull in the machinery of string concatenation
                // this early.
                System.setProperty(
                        SEARCH_PATH,
                        System.getProperty("os.arch").equals("amd64")
                                ? "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64:/lib:/usr/lib"
                                : "/lib/aarch64-linux-gnu:/usr/lib/aarch64-linux-gnu:/lib64:/usr/lib64:/lib:/usr/lib");
            }
        }

        /** What the calling thread's last failed call left; JNA saves it before the virtual machine can overwrite it. */
        static int errno() {
            return Native.getLastError();
        }
    }
}

package dev.spindle.engine.info;

import dev.spindle.engine.memory.PageToucher;
import dev.spindle.perf.os.CpuTimes;
import java.util.List;

/** What only the process around the engine knows. {@link OwnProcess} reads what can be read without sockets. */
public interface ProcessFacts {

    /** Number of the process. */
    long processId();

    /** Forty hexadecimal digits that are different for each run. */
    String runId();

    /** Path of the program. */
    String executable();

    /** Path of the configuration file; empty for none. */
    String configFile();

    /** The port it accepts connections on; 0 for none. */
    int tcpPort();

    /** Descriptions of what it listens on, such as {@code name=tcp,bind=127.0.0.1,port=6379}. */
    List<String> listeners();

    /** What supervises it: {@code no}, {@code systemd}, {@code upstart}. */
    String supervision();

    /** How sockets are waited for, such as {@code epoll}. */
    String multiplexing();

    /** When it started, epoch milliseconds. */
    long startedMs();

    /** The most clients it accepts. */
    long maxClients();

    /** Bytes of memory resident now. */
    long residentBytes();

    /** Bytes of memory that the machine, or what it runs in, has. */
    long totalMemoryBytes();

    /** Processor time of the process. */
    CpuTimes processTimes();

    /** Processor time of the core thread; asked for on that thread. */
    CpuTimes coreTimes();

    /** What keeps fresh memory ready for the arena, or null when nothing does. */
    PageToucher pageToucher();

    /** How the core waits when it has nothing to do, as configured. */
    String idleStrategy();
}

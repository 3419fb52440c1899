package dev.spindle.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server that runs for the comparison. While the other one is measured it is suspended by SIGSTOP: a server that busy-spins
 * would otherwise take half of the core both of them use, and even an idle Redis wakes ten times a second.
 */
final class ServerProcess implements AutoCloseable {
    private static final int READ_TIMEOUT_MS = 60_000;
    private static final long POLL_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final int LOG_TAIL_LINES = 20;

    private final Children children;
    private final Process process;
    private final Endpoint endpoint;
    private final Path log;
    private final long startedNs;
    private RespConnection control;
    private long firstPongNs;
    private boolean suspended;

    ServerProcess(Children children, Process process, Endpoint endpoint, Path log, long startedNs) {
        this.children = children;
        this.process = process;
        this.endpoint = endpoint;
        this.log = log;
        this.startedNs = startedNs;
    }

    /** Waits for the first accepted PING; a server that is loading or not listening yet is asked again. */
    void awaitReady(long timeoutMs) throws IOException {
        long deadline = startedNs + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (true) {
            try {
                RespConnection connection = new RespConnection(endpoint.port(), READ_TIMEOUT_MS);
                try {
                    connection.ask("PING");
                    firstPongNs = System.nanoTime();
                    control = connection;
                    return;
                } catch (IOException e) {
                    connection.close();
                    throw e;
                }
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException(
                            "the server did not start; its log ends:\n" + logTail(), notYet);
                }
                LockSupport.parkNanos(POLL_NS);
            }
        }
    }

    /** All lines it has logged. */
    List<String> logLines() throws IOException {
        return Files.readAllLines(log);
    }

    /** Asks it to end in order, with what it does then, and waits for that. */
    void shutdown(String... words) throws IOException {
        try {
            control.ask(words);
        } catch (IOException expected) {
            // It ends without an answer.
        }
        process.onExit().join();
    }

    int port() {
        return endpoint.port();
    }

    /** Where a load reaches it. */
    Endpoint endpoint() {
        return endpoint;
    }

    RespConnection control() {
        return control;
    }

    /** From the launch of the process to the first PING it answered, in milliseconds. */
    double startupMs() {
        return (firstPongNs - startedNs) / 1e6;
    }

    Info info(String section) throws IOException {
        return Info.ask(control, section);
    }

    /** Resident memory of the process and what it started, in bytes. */
    long residentBytes() throws IOException {
        long bytes = 0;
        for (long pid : pids()) {
            bytes += ProcFiles.statusBytes(pid, "VmRSS");
        }
        return bytes;
    }

    /** CPU time of the server's process, which is the one INFO names (a launcher may have started it in its place). */
    ProcFiles.CpuUse cpuUse() throws IOException {
        String pid = Info.askIfKnown(control, "server").text("process_id", "" + process.pid());
        return ProcFiles.cpuUse(Long.parseLong(pid));
    }

    void suspend() throws IOException {
        if (!suspended) {
            signal("-STOP");
            suspended = true;
        }
    }

    /** Lets the server run on and waits until it answers again. */
    void resume() throws IOException {
        if (suspended) {
            signal("-CONT");
            suspended = false;
            control.ask("PING");
        }
    }

    private void signal(String signal) throws IOException {
        for (long pid : pids()) {
            if (Children.outputOf("kill", signal, Long.toString(pid)) == null) {
                throw new IOException(
                        "cannot send " + signal + ": the server has ended:\n" + logTail());
            }
        }
    }

    private List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        pids.add(process.pid());
        process.descendants().forEach(handle -> pids.add(handle.pid()));
        return pids;
    }

    private String logTail() throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
    }

    @Override
    public void close() throws IOException {
        if (control != null) {
            control.close();
        }
        children.kill(process);
    }
}

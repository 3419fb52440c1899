package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.perf.agent.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class PacedLoadTest {
    private static final int RPS = 500;
    private static final long STANDS_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int ASKED_AT_MOST = 600;
    private static final int WHEN = 100;

    /** Answers OK to each request of one connection; before one of them it sleeps. */
    private static final class OneClientServer implements AutoCloseable {
        private final ServerSocket listening =
                new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final Thread thread = new Thread(this::serve, "one-client-server");
        private final int sleepsBefore;

        OneClientServer(int sleepsBefore) throws IOException {
            this.sleepsBefore = sleepsBefore;
            thread.start();
        }

        private void serve() {
            byte[] bytes = new byte[4096];
            byte[] ok = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);
            try (Socket socket = listening.accept()) {
                socket.setTcpNoDelay(true);
                // One request is under way at a time, so a reading is a request.
                for (int n = 1; socket.getInputStream().read(bytes) > 0; n++) {
                    if (n == sleepsBefore) {
                        sleep();
                    }
                    socket.getOutputStream().write(ok);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            Threads.join(thread);
            listening.close();
        }
    }

    private static void sleep() {
        long end = System.nanoTime() + STANDS_NS;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    private static PacedLoad.Result run(int serverSleepsBefore, int loadSleepsAt)
            throws IOException {
        int[] asked = new int[1];
        BooleanSupplier goOn =
                () -> {
                    asked[0]++;
                    if (asked[0] == loadSleepsAt) {
                        sleep();
                    }
                    return asked[0] < ASKED_AT_MOST;
                };
        try (OneClientServer server = new OneClientServer(serverSleepsBefore);
                PacedLoad load =
                        new PacedLoad(
                                Endpoint.ofPort(server.listening.getLocalPort()), 1, 1, 100, 8)) {
            return load.run(RPS, goOn);
        }
    }

    @Test
    void shouldChargeTheServerForWhatWasDueWhileItStood() throws IOException {
        PacedLoad.Result result = run(WHEN / 2, 0);

        assertTrue(result.latencies().getMaxValue() >= STANDS_NS / 2, result.toString());
        // What was due meanwhile was sent later, each measured from when it was due.
        long late = result.latencies().getCountBetweenValues(STANDS_NS / 20, Long.MAX_VALUE / 2);
        assertTrue(late >= RPS * (STANDS_NS / 1e9) / 2, late + " late");
    }

    @Test
    void shouldTellWhatItStoodItselfAndChargeNobody() throws IOException {
        PacedLoad.Result result = run(0, WHEN);

        assertTrue(result.stood().times() >= 1);
        assertTrue(result.stood().longestNs() >= STANDS_NS);
        assertTrue(result.stood().ns() >= result.stood().longestNs());
        assertEquals(result.answered(), result.latencies().getTotalCount());
        assertTrue(result.latencies().getMaxValue() < STANDS_NS, result.toString());
    }
}

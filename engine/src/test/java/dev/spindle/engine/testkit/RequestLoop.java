package dev.spindle.engine.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.session.Session;
import dev.spindle.perf.counter.AllocationProbe;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/** Sends the same pipeline over and over without allocating, and drops the replies: for tests that commands allocate nothing. */
public final class RequestLoop implements AutoCloseable {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private final EngineHarness engine;
    private final Session session;
    private final long request;
    private final int length;
    private long replyBytes;

    /**
     * Prepares a pipeline.
     *
     * @param requests separated by semicolons, their words by spaces.
     */
    public RequestLoop(EngineHarness engine, String requests) {
        this(engine, frames(requests).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Prepares a pipeline of frames, as {@link EngineHarness#frame} makes them. */
    public static RequestLoop ofFrames(EngineHarness engine, String frames) {
        return new RequestLoop(engine, frames.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String frames(String requests) {
        StringBuilder pipeline = new StringBuilder();
        for (String line : requests.split(";")) {
            pipeline.append(EngineHarness.frame(line.split(" ")));
        }
        return pipeline.toString();
    }

    private RequestLoop(EngineHarness engine, byte[] bytes) {
        this.engine = engine;
        session = engine.session();
        length = bytes.length;
        request = UnsafeApi.allocateMemory(length);
        UnsafeApi.copyMemory(bytes, BYTES, null, request, length);
    }

    /** Sends the pipeline some times. */
    public void run(int times) {
        for (int i = 0; i < times; i++) {
            long to = session.input().reserve(length);
            UnsafeApi.copyMemory(request, to, length);
            session.input().received(length);
            engine.engine().loop().consume(session);
            while (!session.output().isEmpty()) {
                long chunk = session.output().headLength();
                replyBytes += chunk;
                session.output().drained(chunk);
            }
        }
    }

    /**
     * Runs until all is warm, and fails when every run goes on to allocate. Skips the test where that cannot be counted.
     *
     * @param warmups runs before the first that is measured.
     * @param rounds runs that are measured, see {@link AllocationProbe#leastAllocated}.
     * @param times how often a run sends the pipeline.
     */
    public void assertAllocatesNothing(int warmups, int rounds, int times) {
        assumeTrue(AllocationProbe.isSupported());
        long least = AllocationProbe.leastAllocated(warmups, rounds, () -> run(times));
        assertNotEquals(0, replyBytes, "bytes of replies");
        assertEquals(0, least, "bytes allocated by " + times + " pipelines");
    }

    @Override
    public void close() {
        UnsafeApi.freeMemory(request);
    }
}

package dev.spindle.engine.testkit;

import dev.spindle.engine.session.Session;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/** Sends the same pipeline over and over without allocating, and drops the replies: for tests that nothing is allocated. */
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

    /** Bytes of replies so far. */
    public long replyBytes() {
        return replyBytes;
    }

    @Override
    public void close() {
        UnsafeApi.freeMemory(request);
    }
}

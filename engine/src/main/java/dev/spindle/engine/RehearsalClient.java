package dev.spindle.engine;

import dev.spindle.engine.session.Session;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/** A client that is not there: sends what a rehearsal wants executed, and looks at no reply. */
final class RehearsalClient {
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private RehearsalClient() {}

    /** Has requests of a client's executed; ASCII, as they come over a connection. */
    static void send(Engine engine, Session session, String requests) {
        byte[] bytes = requests.getBytes(StandardCharsets.US_ASCII);
        long to = session.input().reserve(bytes.length);
        UnsafeApi.copyMemory(bytes, BYTES, null, to, bytes.length);
        session.input().received(bytes.length);
        engine.loop().consume(session);
        while (!session.output().isEmpty()) {
            session.output().drained(session.output().headLength());
        }
    }
}

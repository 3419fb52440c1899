package dev.spindle.engine.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/**
 * A conversation with a server in which the client says everything first, ends its side, and then reads until the server ends
 * the other: whatever the server makes of the bytes, all its replies are seen and nobody waits for a reply that never comes.
 */
public final class OneWay {
    private static final int TIMEOUT_MS = 60_000;

    private OneWay() {}

    /** Everything a server answers to these bytes, one char per byte. */
    public static String ask(RealRedis server, String bytes) {
        return ask(server.port(), bytes);
    }

    /** Everything that the server on a loopback port answers to these bytes, one char per byte. */
    public static String ask(int port, String bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MS);
            try {
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
                socket.shutdownOutput();
            } catch (SocketException closedMeanwhile) {
                // The server did not want to hear the rest; what it said before is still to be
                // read.
            }
            return read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream replies = new ByteArrayOutputStream();
        byte[] chunk = new byte[4096];
        try {
            for (int n = in.read(chunk); n > 0; n = in.read(chunk)) {
                replies.write(chunk, 0, n);
            }
        } catch (SocketException reset) {
            // Closed with bytes unread.
        }
        return replies.toString(StandardCharsets.ISO_8859_1);
    }
}

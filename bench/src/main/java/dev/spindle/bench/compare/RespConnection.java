package dev.spindle.bench.compare;

import dev.spindle.engine.resp.RequestText;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A blocking connection for the questions the comparison asks beside the load: PING, INFO, CONFIG, DBSIZE. Replies come back as
 * text; RESP2 only, no arrays in answers that are asked for. Threads may share one: a question is answered before the next one is sent.
 */
final class RespConnection implements Closeable {
    private static final int CONNECT_TIMEOUT_MS = 2_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    RespConnection(int port, int readTimeoutMs) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(readTimeoutMs);
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    CONNECT_TIMEOUT_MS);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Sends a command and returns its reply: a simple string or bulk as is, an integer in digits, nil as null, an array's elements
     * joined by newlines.
     *
     * @throws ErrorReply if the server answers with an error
     */
    synchronized String ask(String... command) throws IOException {
        StringBuilder request = new StringBuilder();
        RequestText.append(request, command);
        out.write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        return readReply();
    }

    /**
     * Sends commands in one go and reads their replies, which say nothing but that all went well.
     *
     * @throws ErrorReply if the server answers one with an error
     */
    synchronized void tell(List<String[]> commands) throws IOException {
        StringBuilder request = new StringBuilder();
        for (String[] command : commands) {
            RequestText.append(request, command);
        }
        out.write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        for (int i = 0; i < commands.size(); i++) {
            readReply();
        }
    }

    private String readReply() throws IOException {
        String line = readLine();
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+':
            case ':':
                return rest;
            case '-':
                throw new ErrorReply(rest);
            case '$':
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    return null;
                }
                byte[] bulk = in.readNBytes(length + 2);
                if (bulk.length < length + 2) {
                    throw new EOFException("connection closed inside a bulk");
                }
                return new String(bulk, 0, length, StandardCharsets.ISO_8859_1);
            case '*':
                int count = Integer.parseInt(rest);
                StringBuilder elements = new StringBuilder();
                for (int i = 0; i < count; i++) {
                    elements.append(readReply()).append('\n');
                }
                return elements.toString();
            default:
                throw new IOException("not a RESP2 reply: " + line);
        }
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("connection closed by the server");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        if (line.isEmpty()) {
            throw new IOException("empty reply line");
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** The server answered, and its answer was an error. */
    static final class ErrorReply extends IOException {
        private static final long serialVersionUID = 1L;

        ErrorReply(String message) {
            super(message);
        }
    }
}

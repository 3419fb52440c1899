package dev.spindle.engine.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The smallest client that can compare servers: it sends a command and hands back the bytes of exactly one reply.
 *
 * <p>Strings are ISO 8859-1 in both directions, so that each char is one byte. It understands the frames of RESP2 and
 * RESP3 only as far as finding where a reply ends needs it. Not for use by several threads.
 */
public final class RawClient implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MS = 20_000;
    private static final int READ_TIMEOUT_MS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    public RawClient(String host, int port) {
        try {
            socket = new Socket();
            socket.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_TIMEOUT_MS);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends one command as an array of bulk strings and returns the reply, frames included. */
    public byte[] commandBytes(byte[]... arguments) {
        sendRaw(encode(arguments));
        return readReply();
    }

    /** Sends one command and returns the reply as it came, one char per byte, such as {@code "+OK\r\n"}. */
    public String command(String... arguments) {
        return latin1(commandBytes(bytes(arguments)));
    }

    /** Sends one command and returns the reply's text without frames: of a status, error, number or string; null for nil. */
    public String text(String... arguments) {
        String raw = command(arguments);
        List<String> all = flatten(raw);
        return all.isEmpty() ? raw : all.get(0);
    }

    /** Sends one command and returns the leaves of the reply in order, aggregates flattened; a nil is null. */
    public List<String> elements(String... arguments) {
        return flatten(command(arguments));
    }

    /** Sends bytes as they are: inline commands, pipelines, malformed requests. */
    public void sendRaw(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether some of the next reply is here. */
    public boolean hasInput() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of the next reply, of whatever type and depth. */
    public byte[] readReply() {
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        try {
            copyReply(reply);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return reply.toByteArray();
    }

    /** Everything up to the end of the connection, which the server must close. */
    public byte[] readUntilClosed() {
        try {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void copyReply(ByteArrayOutputStream reply) throws IOException {
        String line = copyLine(reply);
        char type = line.charAt(0);
        switch (type) {
            case '$', '=', '!' -> {
                int length = Integer.parseInt(line.substring(1));
                if (length >= 0) {
                    byte[] body = in.readNBytes(length + 2);
                    if (body.length != length + 2) {
                        throw new EOFException("connection closed inside a string");
                    }
                    reply.write(body);
                }
            }
            case '*', '~', '>' -> copyReplies(reply, Integer.parseInt(line.substring(1)));
            case '%' -> copyReplies(reply, 2 * Integer.parseInt(line.substring(1)));
            case '|' -> copyReplies(reply, 2 * Integer.parseInt(line.substring(1)) + 1);
            case '+', '-', ':', '_', ',', '#', '(' -> {}
            default -> throw new IOException("not a reply: " + line);
        }
    }

    private void copyReplies(ByteArrayOutputStream reply, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            copyReply(reply);
        }
    }

    private String copyLine(ByteArrayOutputStream reply) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int previous = -1;
        while (true) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("connection closed");
            }
            reply.write(c);
            if (previous == '\r' && c == '\n') {
                String text = latin1(line.toByteArray());
                return text.substring(0, text.length() - 1);
            }
            line.write(c);
            previous = c;
        }
    }

    /** The request bytes of one command. */
    public static byte[] encode(byte[]... arguments) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(bytes("*" + arguments.length + "\r\n"));
        for (byte[] argument : arguments) {
            request.writeBytes(bytes("$" + argument.length + "\r\n"));
            request.writeBytes(argument);
            request.writeBytes(bytes("\r\n"));
        }
        return request.toByteArray();
    }

    /** The leaves of a raw reply, without their frames; a nil becomes null. */
    public static List<String> flatten(String raw) {
        List<String> leaves = new ArrayList<>();
        int at = 0;
        while (at < raw.length()) {
            int end = raw.indexOf("\r\n", at);
            String head = raw.substring(at + 1, end);
            char type = raw.charAt(at);
            at = end + 2;
            switch (type) {
                case '$', '=', '!' -> {
                    int length = Integer.parseInt(head);
                    if (length < 0) {
                        leaves.add(null);
                    } else {
                        leaves.add(raw.substring(at, at + length));
                        at += length + 2;
                    }
                }
                case '*', '~', '>', '%', '|' -> {
                    if (head.equals("-1")) {
                        leaves.add(null);
                    }
                }
                case '_' -> leaves.add(null);
                default -> leaves.add(head);
            }
        }
        return leaves;
    }

    public static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static byte[][] bytes(String... latin1) {
        byte[][] all = new byte[latin1.length][];
        for (int i = 0; i < all.length; i++) {
            all[i] = bytes(latin1[i]);
        }
        return all;
    }

    public static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

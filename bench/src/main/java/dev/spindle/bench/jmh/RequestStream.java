package dev.spindle.bench.jmh;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.agrona.UnsafeApi;

/**
 * Requests made before the measurement, in native memory, one behind the other: what a client with so many keys would
 * send. Keys are uniformly random, 16 bytes each; values are 32 bytes.
 */
final class RequestStream implements AutoCloseable {

    /** Bytes of a key. */
    static final int KEY_BYTES = 16;

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final String VALUE = "abcdefghijklmnopqrstuvwxyz012345";

    private final long address;
    private final int requests;
    private final int requestBytes;

    /**
     * Makes a stream.
     *
     * @param command SET, GET or INCR; INCR has keys of its own, so that it never meets a value that is no number.
     * @param keys number of different keys.
     * @param requests number of requests.
     */
    RequestStream(String command, int keys, int requests) {
        this.requests = requests;
        SplittableRandom random = new SplittableRandom(42);
        requestBytes = frame(command, 0).length;
        address = UnsafeApi.allocateMemory((long) requests * requestBytes);
        for (int i = 0; i < requests; i++) {
            put(i, frame(command, random.nextInt(keys)));
        }
    }

    /** Makes a stream that names each of so many keys once, in order. */
    RequestStream(String command, int keys) {
        requests = keys;
        requestBytes = frame(command, 0).length;
        address = UnsafeApi.allocateMemory((long) requests * requestBytes);
        for (int i = 0; i < keys; i++) {
            put(i, frame(command, i));
        }
    }

    private void put(int index, byte[] frame) {
        UnsafeApi.copyMemory(
                frame, BYTES, null, address + (long) index * requestBytes, frame.length);
    }

    private static byte[] frame(String command, int key) {
        String prefix = command.equals("INCR") ? "cnt:" : "key:";
        String name = prefix + String.format("%0" + (KEY_BYTES - 4) + "d", key);
        StringBuilder frame = new StringBuilder();
        frame.append(command.equals("SET") ? "*3\r\n" : "*2\r\n");
        bulk(frame, command);
        bulk(frame, name);
        if (command.equals("SET")) {
            bulk(frame, VALUE);
        }
        return frame.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void bulk(StringBuilder frame, String text) {
        frame.append('$').append(text.length()).append("\r\n").append(text).append("\r\n");
    }

    /** Address of a request. */
    long address(int request) {
        return address + (long) request * requestBytes;
    }

    /** Bytes of each request. */
    int requestBytes() {
        return requestBytes;
    }

    /** Number of requests. */
    int requests() {
        return requests;
    }

    @Override
    public void close() {
        UnsafeApi.freeMemory(address);
    }
}

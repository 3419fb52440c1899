package dev.spindle.bench.jmh;

import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import org.agrona.UnsafeApi;

/** Commands of any kind made before the measurement, in native memory, one behind the other. */
final class CommandStream implements AutoCloseable {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private final long address;
    private final long[] offsets;

    /**
     * Makes a stream.
     *
     * @param commands number of them.
     * @param words gives a command by its number, words separated by single spaces.
     */
    CommandStream(int commands, IntFunction<String> words) {
        byte[][] frames = new byte[commands][];
        offsets = new long[commands + 1];
        for (int i = 0; i < commands; i++) {
            frames[i] = frame(words.apply(i).split(" "));
            offsets[i + 1] = offsets[i] + frames[i].length;
        }
        address = UnsafeApi.allocateMemory(offsets[commands]);
        for (int i = 0; i < commands; i++) {
            UnsafeApi.copyMemory(frames[i], BYTES, null, address + offsets[i], frames[i].length);
        }
    }

    private static byte[] frame(String[] words) {
        StringBuilder frame = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            frame.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return frame.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Number of commands. */
    int commands() {
        return offsets.length - 1;
    }

    /** Sends some of them as one pipeline; answers the bytes of replies so far. */
    long exchange(SocketlessServer server, int first, int count) {
        server.exchange(address + offsets[first], offsets[first + count] - offsets[first], count);
        return server.replyBytes();
    }

    /** Sends all of them. */
    void load(SocketlessServer server) {
        for (int at = 0; at < commands(); at += 64) {
            exchange(server, at, Math.min(64, commands() - at));
        }
    }

    @Override
    public void close() {
        UnsafeApi.freeMemory(address);
    }
}

package dev.spindle.engine.resp;

import org.agrona.UnsafeApi;

/** Bytes of the heap and bytes outside it, for tests. */
final class NativeBytes {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private NativeBytes() {}

    static void put(byte[] from, int offset, long address, int length) {
        UnsafeApi.copyMemory(from, BYTES + offset, null, address, length);
    }

    static byte[] get(long address, long length) {
        byte[] bytes = new byte[(int) length];
        UnsafeApi.copyMemory(null, address, bytes, BYTES, length);
        return bytes;
    }

    /** Takes everything out of a buffer. */
    static byte[] drain(ReplyBuffer buffer) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        while (!buffer.isEmpty()) {
            out.writeBytes(get(buffer.headAddress(), buffer.headLength()));
            buffer.drained(buffer.headLength());
        }
        return out.toByteArray();
    }
}

package dev.spindle.bench.jmh;

import org.agrona.UnsafeApi;

/** Keys of 16 bytes in native memory, written without formatting: {@code k:} and the number in hexadecimal. */
final class Keys implements AutoCloseable {

    /** Bytes of a key. */
    static final int KEY_BYTES = 16;

    // Room behind the key, so that its address also serves as that of a value.
    private static final int STRIDE = 64;

    private final long address;

    Keys(int count) {
        address = UnsafeApi.allocateMemory((long) count * STRIDE);
        UnsafeApi.setMemory(address, (long) count * STRIDE, (byte) 'v');
    }

    void put(int index, int number) {
        long to = address(index);
        // Each nibble to a letter from 'a' on, all eight at once.
        long spread = number & 0xFFFF_FFFFL;
        spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFFL;
        spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FFL;
        spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0FL;
        UnsafeApi.putLong(to, 0x3A79_656B_3A79_656BL);
        UnsafeApi.putLong(to + 8, spread + 0x6161_6161_6161_6161L);
    }

    /** Address of a key. */
    long address(int index) {
        return address + (long) index * STRIDE;
    }

    @Override
    public void close() {
        UnsafeApi.freeMemory(address);
    }
}

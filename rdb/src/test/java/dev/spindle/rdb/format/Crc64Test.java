package dev.spindle.rdb.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class Crc64Test {

    private static final byte[] CHECK = "123456789".getBytes(StandardCharsets.US_ASCII);

    @Test
    void shouldGiveThePublishedCheckValue() {
        assertEquals(0xE9C6_D914_C4B8_D9CAL, Crc64.update(Crc64.START, CHECK, 0, CHECK.length));
    }

    @Test
    void shouldBeTheSameInPartsAndBitByBit() {
        Random random = new Random(7);
        byte[] bytes = new byte[257];
        random.nextBytes(bytes);
        for (int length = 0; length <= bytes.length; length++) {
            long whole = bitByBit(bytes, length);
            int cut = length == 0 ? 0 : random.nextInt(length);
            long first = Crc64.update(Crc64.START, bytes, 0, cut);
            assertEquals(whole, Crc64.update(first, bytes, cut, length - cut), "length " + length);
        }
    }

    @Test
    void shouldReadNativeMemory() {
        long address = UnsafeApi.allocateMemory(CHECK.length);
        try {
            for (int i = 0; i < CHECK.length; i++) {
                UnsafeApi.putByte(address + i, CHECK[i]);
            }
            assertEquals(0xE9C6_D914_C4B8_D9CAL, Crc64.update(Crc64.START, address, CHECK.length));
        } finally {
            UnsafeApi.freeMemory(address);
        }
    }

    private static long bitByBit(byte[] bytes, int length) {
        long crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= bytes[i] & 255;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 0 ? 0 : 0x95AC_9329_AC4B_C9B5L);
            }
        }
        return crc;
    }
}

package dev.spindle.rdb.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RdbOutputTest {

    @Test
    void shouldLetOutWhatWasWrittenAcrossTheEndOfItsBuffer() throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        DataOutputStream wanted = new DataOutputStream(expected);
        Random random = new Random(3);
        try (RdbOutput out = new RdbOutput()) {
            out.open(
                    bytes -> {
                        while (bytes.hasRemaining()) {
                            got.write(bytes.get());
                        }
                    },
                    true);
            while (out.written() < 3L * RdbOutput.BUFFER_BYTES) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        int length = random.nextInt(1 << random.nextInt(31));
                        out.putLength(length);
                        putLength(wanted, length);
                    }
                    case 1 -> {
                        long value = random.nextLong();
                        out.putLong(value);
                        wanted.writeLong(Long.reverseBytes(value));
                    }
                    case 2 -> {
                        long seq = random.nextLong();
                        out.putId(7, seq);
                        wanted.writeLong(7);
                        wanted.writeLong(seq);
                    }
                    default -> {
                        out.putText("text");
                        wanted.writeBytes("text");
                    }
                }
            }
            long crc = out.checksum();
            byte[] bytes = expected.toByteArray();
            assertArrayEquals(bytes, got.toByteArray());
            assertEquals(Crc64.update(Crc64.START, bytes, 0, bytes.length), crc);
        }
    }

    private static void putLength(DataOutputStream to, int length) throws IOException {
        if (length < 64) {
            to.writeByte(length);
        } else if (length < 16384) {
            to.writeShort(0x4000 | length);
        } else {
            to.writeByte(0x80);
            to.writeInt(length);
        }
    }
}

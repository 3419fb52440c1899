package dev.spindle.engine.resp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.UnsafeApi;

class DecimalWriterTest {

    private static void check(long value) {
        String expected = Long.toString(value);
        long block = UnsafeApi.allocateMemory(32);
        try {
            UnsafeApi.setMemory(block, 32, (byte) '#');
            long end = DecimalWriter.write(block + 4, value);
            assertEquals(expected.length(), DecimalWriter.length(value), expected);
            assertEquals(
                    "####" + expected + "#".repeat(28 - expected.length()),
                    new String(NativeBytes.get(block, 32), US_ASCII));
            assertEquals(block + 4 + expected.length(), end, expected);
        } finally {
            UnsafeApi.freeMemory(block);
        }
    }

    @Property(tries = 5_000)
    void shouldWriteWhatJavaWrites(@ForAll long value) {
        check(value);
    }

    @Example
    void shouldWriteEveryLengthAndTheExtremes() {
        check(0);
        check(Long.MAX_VALUE);
        check(Long.MIN_VALUE);
        check(Long.MIN_VALUE + 1);
        long power = 1;
        for (int digits = 1; digits <= 19; digits++) {
            for (long off = -2; off <= 2; off++) {
                check(power + off);
                check(-power + off);
            }
            check(power * 9);
            power *= 10;
        }
        for (int i = -100_100; i <= 100_100; i++) {
            check(i);
        }
    }
}

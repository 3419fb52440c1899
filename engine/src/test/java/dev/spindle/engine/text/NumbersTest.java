package dev.spindle.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.UnsafeApi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
    private static final LongResult RESULT = new LongResult();

    @Property
    void shouldReadBackWhatItWroteOffHeap(@ForAll long value) {
        long address = UnsafeApi.allocateMemory(Numbers.MAX_LONG_LENGTH + 1);
        try {
            UnsafeApi.putByte(address + Numbers.longLength(value), (byte) '#');
            int length = Numbers.writeLong(address, value);
            byte[] text = new byte[length];
            for (int i = 0; i < length; i++) {
                text[i] = UnsafeApi.getByte(address + i);
            }
            assertEquals(Long.toString(value), new String(text, StandardCharsets.ISO_8859_1));
            assertEquals((byte) '#', UnsafeApi.getByte(address + length), "wrote past its length");
            assertTrue(Numbers.parseLong(address, length, RESULT));
            assertEquals(value, RESULT.value);
        } finally {
            UnsafeApi.freeMemory(address);
        }
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                -1,
                9,
                10,
                99,
                100,
                101,
                999,
                1000,
                1_000_000_000_000_000_000L,
                999_999_999_999_999_999L,
                -10,
                -100,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1
            })
    void shouldWriteAndReadValuesAtTheEdges(long value) {
        byte[] bytes = new byte[24];
        int length = Numbers.writeLong(bytes, 2, value);
        assertEquals(
                Long.toString(value), new String(bytes, 2, length, StandardCharsets.ISO_8859_1));
        assertTrue(Numbers.parseLong(bytes, 2, length, RESULT));
        assertEquals(value, RESULT.value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "01",
                "-01",
                "-0",
                "00",
                " 1",
                "1 ",
                "1.0",
                "1e3",
                "0x1",
                "--1",
                "a",
                "1a",
                "9223372036854775808",
                "-9223372036854775809",
                "9223372036854775810",
                "18446744073709551616",
                "99999999999999999999",
                "-99999999999999999999",
                "92233720368547758070",
                "-92233720368547758080"
            })
    void shouldRefuseWhenTextIsNotTheCanonicalSpelling(String text) {
        assertFalse(Numbers.parseLong(text.getBytes(StandardCharsets.ISO_8859_1), RESULT), text);
    }
}

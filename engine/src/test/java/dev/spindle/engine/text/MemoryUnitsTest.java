package dev.spindle.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryUnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "100, 100",
        "1b, 1",
        "1k, 1000",
        "1K, 1000",
        "1kb, 1024",
        "3mb, 3145728",
        "3m, 3000000",
        "1gb, 1073741824",
        "1G, 1000000000",
        "1GB, 1073741824"
    })
    void shouldMultiplyByTheUnit(String text, long expected) {
        LongResult result = new LongResult();
        assertTrue(MemoryUnits.parse(text, result));
        assertEquals(expected, result.value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1x", "1.5gb", "1 gb", "gbb", "1tb", "1%", "+1"})
    void shouldRefuseWhenUnitIsUnknown(String text) {
        assertFalse(MemoryUnits.parse(text, new LongResult()), text);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "1023, 1023B",
        "1024, 1.00K",
        "1048575, 1024.00K",
        "1048576, 1.00M",
        "1101005, 1.05M",
        "893104, 872.17K",
        "2147483648, 2.00G",
        "1125899906842624, 1.00P"
    })
    void shouldShowTwoDecimalsWhenPastAKilobyte(long bytes, String expected) {
        assertEquals(expected, MemoryUnits.human(bytes));
    }
}

package dev.spindle.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FixedPointTest {

    @ParameterizedTest
    @CsvSource({
        "0, 2, 0.00",
        "1, 0, 1",
        "0.005001, 2, 0.01",
        "99.999, 2, 100.00",
        "-1.5, 1, -1.5",
        "-0.001, 2, 0.00",
        "12.000001, 6, 12.000001",
        "1023.999, 2, 1024.00",
        "4294967296.25, 2, 4294967296.25",
        "9.3e18, 2, 9223372036854775807.99",
        "NaN, 2, nan",
        "Infinity, 2, inf",
        "-Infinity, 2, -inf",
    })
    void shouldWriteDecimalsWhenTheyAreFixed(double value, int decimals, String expected) {
        assertEquals(expected, text(value, decimals));
    }

    @Test
    void shouldBeWithinHalfALastPlaceOfTheValueWhenItIsRandom() {
        long seed = Long.getLong("spindle.test.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            int decimals = random.nextInt(FixedPoint.MOST_DECIMALS + 1);
            double value = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(9));
            BigDecimal written = new BigDecimal(text(value, decimals));
            BigDecimal error = written.subtract(new BigDecimal(value)).abs();
            BigDecimal bound =
                    BigDecimal.ONE
                            .movePointLeft(decimals)
                            .divide(BigDecimal.valueOf(2), 20, RoundingMode.UNNECESSARY)
                            .add(new BigDecimal(Math.ulp(value)));
            assertEquals(decimals, written.scale(), "seed " + seed);
            assertEquals(-1, error.compareTo(bound), value + ", seed " + seed);
        }
    }

    private static String text(double value, int decimals) {
        byte[] to = new byte[40];
        int end = FixedPoint.write(to, 3, value, decimals);
        return new String(to, 3, end - 3, StandardCharsets.US_ASCII);
    }
}

package dev.spindle.engine.text;

import static dev.spindle.engine.testkit.RawClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoublesTest {
    private static final DoubleResult RESULT = new DoubleResult();

    @Property(tries = 20_000)
    void shouldWriteSeventeenCorrectlyRoundedDigitsWhenBitsAreArbitrary(@ForAll long bits) {
        double value = Double.longBitsToDouble(bits);
        if (!Double.isFinite(value)) {
            return;
        }
        String text = Doubles.toText(value);
        BigDecimal expected =
                new BigDecimal(value).round(new MathContext(17, RoundingMode.HALF_EVEN));
        assertEquals(0, expected.compareTo(new BigDecimal(text)), text);
        assertTrue(Doubles.parse(bytes(text), RESULT), text);
        assertEquals(value, RESULT.value, text);
    }

    @Property(tries = 20_000)
    void shouldReadAsTheJdkDoesWhenDigitsAndExponentAreArbitrary(
            @ForAll long digits, @ForAll int power) {
        String text = digits + "e" + power % 330;
        double expected = Double.parseDouble(text);
        boolean refused = Double.isInfinite(expected) || (expected == 0 && digits != 0);
        assertEquals(!refused, Doubles.parse(bytes(text), RESULT), text);
        if (!refused) {
            assertEquals(expected, RESULT.value, text);
        }
    }

    @Property(tries = 5_000)
    void shouldWriteTheShortestDigitsThatReadBack(@ForAll double value) {
        byte[] buffer = new byte[Doubles.MAX_LENGTH];
        int length = Doubles.writeShortest(buffer, 0, value);
        String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        assertEquals(value, Double.parseDouble(text), text);
        assertTrue(
                new BigDecimal(text).stripTrailingZeros().precision()
                        <= new BigDecimal(Double.toString(value)).stripTrailingZeros().precision());
    }

    @ParameterizedTest
    @CsvSource({
        "0.1, 0.1",
        "1e20, 1e+20",
        "1e22, 1e+22",
        "1.5e300, 1.5e+300",
        "0.0001, 0.0001",
        "0.00001, 0.00001",
        "1e-7, 1e-7",
        "1.25e-9, 1.25e-9",
        "3.14, 3.14",
        "-2.5, -2.5",
        "123456789012345680000, 123456789012345680000"
    })
    void shouldLayOutShortestDigitsAsRedis72Does(String value, String expected) {
        byte[] buffer = new byte[Doubles.MAX_LENGTH];
        int length = Doubles.writeShortest(buffer, 0, Double.parseDouble(value));
        String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
        assertEquals(expected, text);
    }

    @Test
    void shouldWriteOffHeapWithoutAllocatingWhenScoresHaveFractions() {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        long address = UnsafeApi.allocateMemory(Doubles.MAX_LENGTH);
        try {
            long allocated = 0;
            for (int round = 0; round < 3; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 1; i < 20_000; i++) {
                    int length = Doubles.write(address, 1.0 / i);
                    Doubles.parse(address, length, RESULT);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertTrue(allocated < 1000, "allocated " + allocated);
        } finally {
            UnsafeApi.freeMemory(address);
        }
    }

    @Test
    void shouldReadAndWriteAsTheRealServerWhenTextsAreNasty() {
        long seed = Long.getLong("spindle.seed", System.nanoTime());
        List<String> texts =
                new ArrayList<>(
                        List.of(
                                "0.1",
                                "3",
                                "1e15",
                                "123456789012345678",
                                "1e17",
                                "1e16",
                                "1e21",
                                "1.5e300",
                                "5e-324",
                                "1e-5",
                                "0.0001",
                                "0.00001234",
                                "0x10",
                                "0x1p-2",
                                "0x1.8",
                                "0X.8P+1",
                                "inf",
                                "-inf",
                                "+inf",
                                "Infinity",
                                "iNF",
                                "infinit",
                                "nan",
                                "NaN(1)",
                                "1e400",
                                "-1e400",
                                "1e-400",
                                " 1",
                                "1 ",
                                "",
                                "1.",
                                ".5",
                                ".",
                                "1e",
                                "1e+",
                                "+5",
                                "-",
                                "12345678.5",
                                "4503599627370495.5",
                                "9007199254740993",
                                "0x",
                                "0x1p",
                                "0x.p1",
                                "1e5.5",
                                "1_0",
                                "1d",
                                "1f",
                                "0e999999999999",
                                "1e99999999999",
                                "00000000000000000000000000001",
                                "0.10000000000000000000000001",
                                "9999999999999999.5",
                                "99999999999999999",
                                "0.99999999999999999",
                                "2.2250738585072011e-308",
                                "--1",
                                "+-1",
                                "1.7976931348623157e308",
                                "1.7976931348623159e308",
                                "1\0",
                                "1e23",
                                "8.5e22",
                                "3e-320"));
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            texts.add(
                    switch (i % 4) {
                        case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
                        case 1 -> Double.toString(random.nextDouble() * 1e6);
                        case 2 -> Long.toString(random.nextLong());
                        default ->
                                random.nextInt(1000)
                                        + "."
                                        + random.nextInt(100_000)
                                        + "e"
                                        + (random.nextInt(60) - 30);
                    });
        }
        try (RealRedis redis = RealRedis.startAny();
                RawClient client = redis.connect()) {
            for (String text : texts) {
                client.command("DEL", "z");
                String added = client.command("ZADD", "z", text, "m");
                boolean valid = Doubles.parse(bytes(text), RESULT);
                assertEquals(
                        added.startsWith(":"),
                        valid,
                        text + " answered " + added + " seed " + seed);
                if (valid) {
                    String score = client.text("ZSCORE", "z", "m");
                    assertEquals(score, Doubles.toText(RESULT.value), text + " seed " + seed);
                } else {
                    assertEquals("-ERR value is not a valid float\r\n", added);
                }
            }
            assertFalse(texts.isEmpty());
        }
    }
}

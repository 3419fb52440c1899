package dev.spindle.engine.text;

import static dev.spindle.engine.testkit.RawClient.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The format is the x87's, so the judge has to run on x86-64; elsewhere a long double is another thing. */
class LongDoubleTest {
    private static final String[] NASTY = {
        "0",
        "-0",
        "0.0",
        "1",
        "-1",
        "0.1",
        "0.2",
        "0.3",
        "3.0e3",
        "1e17",
        "5e-18",
        "4.9e-18",
        "-5e-18",
        "5.1e-18",
        "1e300",
        "-1e300",
        "1e4932",
        "1.18973149535723176502e4932",
        "1.19e4932",
        "1e4933",
        "-1e4932",
        "3.6e-4951",
        "1e-4951",
        "1e-5000",
        "1e-4940",
        "inf",
        "-inf",
        "+Infinity",
        "nan",
        "-nan",
        "nan(12)",
        " 1",
        "1 ",
        "",
        ".",
        "1.",
        ".5",
        "+.5",
        "1e",
        "0x10",
        "0x1.8p1",
        "0x1p-20",
        "0x1p16383",
        "0x1p16384",
        "0x.1",
        "0xfffffffffffffffff",
        "0x1p-16445",
        "0x1p-16446",
        "0x1.8p-16446",
        "9223372036854775807",
        "18446744073709551615",
        "18446744073709551617",
        "18446744073709551619",
        "36893488147419103233",
        "0.000000000000000005",
        "1000000000000000000000",
        "123456789.123456789",
        "99999999999999999.99999999999999999",
        "0.99999999999999999999",
        "1e999999999999999",
        "1e-999999999999999",
        "0e999999999999",
        "1d",
        "1f",
        "1_000",
        "--1",
        "1\0",
        "0.30000000000000004",
        "5.0e3",
        "200000000000",
        "10.50",
        "-0.1",
        "1e-17",
        "1e-18",
        "0.5e-17",
        "1.5e-17",
        "2.5e-17"
    };

    @Test
    void shouldAddAsTheRealServerWhenOperandsAreNasty() {
        try (RealRedis redis = RealRedis.startAny();
                RawClient client = redis.connect()) {
            for (String left : NASTY) {
                for (String right : NASTY) {
                    compare(client, left, right, "");
                }
            }
        }
    }

    @Test
    void shouldAddAsTheRealServerWhenOperandsAreRandom() {
        long seed = Long.getLong("spindle.seed", System.nanoTime());
        Random random = new Random(seed);
        try (RealRedis redis = RealRedis.startAny();
                RawClient client = redis.connect()) {
            for (int i = 0; i < 4000; i++) {
                compare(client, random(random), random(random), " seed " + seed);
            }
        }
    }

    @Test
    void shouldRefuseWhenTextIsLongerThanRedisReads() {
        try (RealRedis redis = RealRedis.startAny();
                RawClient client = redis.connect()) {
            for (int length = LongDouble.MAX_TEXT_LENGTH - 1;
                    length < LongDouble.MAX_TEXT_LENGTH + 3;
                    length++) {
                compare(client, "0." + "1".repeat(length - 2), "1", " length " + length);
            }
        }
    }

    private static void compare(RawClient client, String left, String right, String context) {
        client.command("SET", "k", left);
        String reply = client.command("INCRBYFLOAT", "k", right);
        assertEquals(reply, incrByFloat(left, right), left + " + " + right + context);
    }

    /** The order of the checks is the command's: stored value, increment, sum. */
    private static String incrByFloat(String left, String right) {
        LongDouble value = LongDouble.parse(bytes(left));
        LongDouble increment = LongDouble.parse(bytes(right));
        if (value == null || increment == null) {
            return "-ERR value is not a valid float\r\n";
        }
        LongDouble sum = value.plus(increment);
        if (sum == null || !sum.isFinite()) {
            return "-ERR increment would produce NaN or Infinity\r\n";
        }
        String text = sum.toText();
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    private static String random(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 1 -> random.nextInt(1000) + "." + Math.abs(random.nextLong());
            case 2 -> Long.toString(random.nextLong());
            case 3 -> random.nextLong() + "e" + (random.nextInt(60) - 45);
            default -> Double.toHexString(random.nextGaussian());
        };
    }
}

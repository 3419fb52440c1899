package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KeyWriterTest {
    @Property(tries = 200)
    void shouldVisitEveryKeyOnce(@ForAll @IntRange(min = 1, max = 5_000) int keys) {
        BitSet seen = new BitSet();
        long stride = KeyWriter.strideFor(keys);
        long number = 0;
        for (int i = 0; i < keys; i++) {
            seen.set((int) number);
            number = (number + stride) % keys;
        }
        assertEquals(keys, seen.cardinality());
    }

    @Test
    void shouldNameKeysAsRedisBenchmarkDoes() {
        RequestTemplate template = RequestTemplate.ofTest("set", 3);
        ByteBuffer buffer = ByteBuffer.allocate(2 * template.length());
        template.put(buffer, 42);
        template.put(buffer, 1_234_567_890);
        assertEquals(
                "*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000042\r\n$3\r\nxxx\r\n"
                        + "*3\r\n$3\r\nSET\r\n$16\r\nkey:001234567890\r\n$3\r\nxxx\r\n",
                new String(buffer.array(), StandardCharsets.ISO_8859_1));
    }
}

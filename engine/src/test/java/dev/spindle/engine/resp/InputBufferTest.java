package dev.spindle.engine.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class InputBufferTest {

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void shouldKeepUnconsumedBytesInOrderWhenUsedAtRandom(@ForAll long seed) {
        Random random = new Random(seed);
        BlockPool pool = new BlockPool();
        InputBuffer buffer = new InputBuffer(pool);
        byte[] waiting = new byte[0];
        for (int i = 0; i < 800; i++) {
            if (random.nextInt(100) < 50) {
                int wish = 1 + random.nextInt(1 << (1 + random.nextInt(17)));
                long to = buffer.reserve(wish);
                assertTrue(buffer.room() >= wish, "less room than was reserved");
                byte[] bytes = new byte[random.nextInt(wish + 1)];
                random.nextBytes(bytes);
                NativeBytes.put(bytes, 0, to, bytes.length);
                buffer.received(bytes.length);
                int before = waiting.length;
                waiting = Arrays.copyOf(waiting, before + bytes.length);
                System.arraycopy(bytes, 0, waiting, before, bytes.length);
            } else {
                int take =
                        random.nextInt(3) == 0
                                ? waiting.length
                                : random.nextInt(waiting.length + 1);
                buffer.consumed(take);
                waiting = Arrays.copyOfRange(waiting, take, waiting.length);
                assertTrue(buffer.length() > 0 || buffer.heldBytes() == 0, "empty, yet holds");
            }
            assertEquals(waiting.length, buffer.length());
            assertEquals(pool.lentBytes(), buffer.heldBytes());
            assertArrayEquals(waiting, NativeBytes.get(buffer.address(), waiting.length));
        }
        buffer.clear();
        assertEquals(0, buffer.length());
        assertEquals(0, pool.lentBytes());
        pool.trim();
    }
}

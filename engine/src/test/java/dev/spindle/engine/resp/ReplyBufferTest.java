package dev.spindle.engine.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.agrona.UnsafeApi;

class ReplyBufferTest {

    private final BlockPool pool = new BlockPool();

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void shouldBehaveLikeAByteStreamWhenUsedAtRandom(@ForAll long seed) {
        new Trial(seed).run(800);
        assertEquals(0, pool.lentBytes(), "blocks were not given back");
        pool.trim();
        assertEquals(0, pool.pooledBytes());
    }

    private final class Trial {
        private final Random random;
        private final ReplyBuffer buffer = new ReplyBuffer(pool);
        private byte[] waiting = new byte[0];
        private long written;

        Trial(long seed) {
            random = new Random(seed);
        }

        void run(int steps) {
            for (int i = 0; i < steps; i++) {
                step();
                check();
            }
            assertArrayEquals(waiting, NativeBytes.drain(buffer));
            assertTrue(buffer.isEmpty());
            // A reservation that nothing was written to may be left.
            buffer.clear();
            assertEquals(0, buffer.heldBytes());
        }

        private void step() {
            int dice = random.nextInt(100);
            if (dice < 45) {
                reserveAndAdvance();
            } else if (dice < 60) {
                append();
            } else if (dice < 80) {
                drain();
            } else if (dice < 97) {
                writeAndTakeBack();
            } else if (dice < 98) {
                buffer.clear();
                written -= waiting.length;
                waiting = new byte[0];
                // What was dropped counts as neither written nor drained.
                assertTrue(buffer.isEmpty());
            } else {
                buffer.reserve(random.nextInt(100_000));
            }
        }

        private int length() {
            return random.nextInt(20) == 0
                    ? random.nextInt(300_000)
                    : random.nextInt(1 << (1 + random.nextInt(13)));
        }

        private byte[] bytes() {
            byte[] bytes = new byte[length()];
            random.nextBytes(bytes);
            return bytes;
        }

        private void model(byte[] bytes) {
            ByteArrayOutputStream joined = new ByteArrayOutputStream();
            joined.writeBytes(waiting);
            joined.writeBytes(bytes);
            waiting = joined.toByteArray();
            written += bytes.length;
        }

        private void reserveAndAdvance() {
            byte[] bytes = bytes();
            long to = buffer.reserve(bytes.length + random.nextInt(100));
            NativeBytes.put(bytes, 0, to, bytes.length);
            buffer.advance(to + bytes.length);
            model(bytes);
        }

        private void append() {
            byte[] bytes = bytes();
            long from = UnsafeApi.allocateMemory(bytes.length + 1L);
            NativeBytes.put(bytes, 0, from, bytes.length);
            buffer.append(from, bytes.length);
            UnsafeApi.freeMemory(from);
            model(bytes);
        }

        private void drain() {
            int pieces = random.nextInt(6);
            for (int i = 0; i < pieces && !buffer.isEmpty(); i++) {
                int length = (int) buffer.headLength();
                assertTrue(length > 0, "a block with nothing to send");
                int take = random.nextBoolean() ? length : random.nextInt(length + 1);
                assertArrayEquals(
                        Arrays.copyOf(waiting, take), NativeBytes.get(buffer.headAddress(), take));
                buffer.drained(take);
                waiting = Arrays.copyOfRange(waiting, take, waiting.length);
            }
        }

        private void writeAndTakeBack() {
            byte[] before = waiting;
            long writtenBefore = written;
            long mark = buffer.mark();
            assertEquals(before.length, mark);
            int writes = random.nextInt(4);
            for (int i = 0; i < writes; i++) {
                if (random.nextBoolean()) {
                    append();
                } else {
                    reserveAndAdvance();
                }
            }
            buffer.truncate(mark);
            waiting = before;
            written = writtenBefore;
        }

        private void check() {
            assertEquals(waiting.length, buffer.length());
            assertEquals(waiting.length == 0, buffer.isEmpty());
            assertEquals(written, buffer.written());
            assertEquals(pool.lentBytes(), buffer.heldBytes());
            assertTrue(buffer.heldBytes() >= waiting.length);
        }
    }

    @Example
    void shouldHoldNoBlockWhenEmpty() {
        ReplyBuffer buffer = new ReplyBuffer(pool);
        assertEquals(0, buffer.headLength());
        buffer.drained(0);
        buffer.append(0, 0);
        assertEquals(0, buffer.heldBytes());
        long to = buffer.reserve(10);
        buffer.advance(to + 10);
        assertEquals(BlockPool.MIN_BLOCK, buffer.heldBytes());
        assertEquals(1, buffer.blocks());
        buffer.drained(10);
        assertEquals(0, buffer.heldBytes());
        assertEquals(10, buffer.written());
    }

    @Example
    void shouldNotQueueABlockThatWasOnlyReserved() {
        ReplyBuffer buffer = new ReplyBuffer(pool);
        buffer.reserve(10);
        long to = buffer.reserve(100_000);
        buffer.advance(to + 1);
        assertEquals(1, buffer.blocks());
        assertEquals(1, buffer.headLength());
        buffer.clear();
        assertEquals(0, pool.lentBytes());
    }

    @Example
    void shouldKeepWhatWasDrainedInTheCountWhenTruncatedToNothing() {
        ReplyBuffer buffer = new ReplyBuffer(pool);
        long to = buffer.reserve(10);
        buffer.advance(to + 10);
        buffer.drained(4);
        buffer.truncate(0);
        assertEquals(0, buffer.length());
        assertEquals(4, buffer.written());
        assertEquals(0, buffer.heldBytes());
    }
}

package dev.spindle.engine.type;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import java.math.BigInteger;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Words of bits against one bit at a time. */
class BitsTest {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int ROUNDS = 3000;

    private final Arena arena = new Arena(16L << 20, false);
    private final Memory memory = arena.memory();
    private final Random random = new Random(SEED);

    BitsTest() {
        System.out.println("spindle.test.seed=" + SEED);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    // Long stretches of one bit, so that whole words are skipped and their ends matter.
    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        int fill = random.nextInt(3);
        if (fill == 2) {
            random.nextBytes(bytes);
            return bytes;
        }
        java.util.Arrays.fill(bytes, (byte) -fill);
        for (int i = random.nextInt(4); i > 0 && length > 0; i--) {
            bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static boolean bit(byte[] bytes, long at) {
        return (bytes[(int) (at >> 3)] >> (7 - (at & 7)) & 1) != 0;
    }

    @Test
    void shouldCountAndFindAsOneBitAtATimeWhenRangesAreAny() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = bytes(1 + random.nextInt(200));
            // Off the grid of words, as inline values are.
            long room = arena.allocate(bytes.length + 8);
            long address = room + random.nextInt(8);
            memory.copyIn(bytes, 0, address, bytes.length);
            int from = random.nextInt(bytes.length * 8);
            int to = from + random.nextInt(bytes.length * 8 - from);
            long count = 0;
            long[] first = {-1, -1};
            for (int at = to; at >= from; at--) {
                boolean one = bit(bytes, at);
                count += one ? 1 : 0;
                first[one ? 1 : 0] = at;
            }
            assertEquals(count, Bits.count(address, from, to));
            assertEquals(first[0], Bits.find(address, from, to, 0));
            assertEquals(first[1], Bits.find(address, from, to, 1));
            arena.free(room);
        }
    }

    @Test
    void shouldReadWhatWasWrittenWhenFieldsHaveAnyWidthAndPlace() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] before = bytes(24);
            long address = arena.allocate(before.length);
            memory.copyIn(before, 0, address, before.length);
            int bits = 1 + random.nextInt(64);
            int offset = random.nextInt(before.length * 8 - bits + 1);
            long value = random.nextLong();
            Bits.putField(memory, address, offset, bits, value);
            long kept = bits == 64 ? value : value & ((1L << bits) - 1);
            assertEquals(kept, Bits.getField(address, before.length, offset, bits));
            int behind = before.length * 8 - offset - bits;
            BigInteger mask = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
            BigInteger expected =
                    new BigInteger(1, before)
                            .andNot(mask.shiftLeft(behind))
                            .or(new BigInteger(Long.toUnsignedString(kept)).shiftLeft(behind));
            byte[] after = new byte[before.length];
            UnsafeApi.copyMemory(null, address, after, BYTES, after.length);
            assertEquals(expected, new BigInteger(1, after), "neighbours of the field");
            arena.free(address);
        }
    }

    @Test
    void shouldReadZerosWhenAFieldReachesBehindTheEnd() {
        long address = arena.allocate(16);
        memory.fill(address, 16, (byte) -1);
        assertEquals(0xF0, Bits.getField(address, 1, 4, 8));
        assertEquals(0, Bits.getField(address, 1, 8, 64));
        arena.free(address);
    }

    @Test
    void shouldCombineByteByByteWhenLengthsAreAny() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] a = bytes(random.nextInt(70));
            byte[] b = new byte[a.length];
            random.nextBytes(b);
            long to = arena.allocate(a.length + 1);
            long from = arena.allocate(a.length + 1);
            memory.copyIn(b, 0, from, b.length);
            for (Bits.Operator operator : Bits.Operator.values()) {
                memory.copyIn(a, 0, to, a.length);
                Bits.combine(memory, operator, from, to, a.length);
                assertArrayEquals(combined(operator, a, b), read(to, a.length));
            }
            Bits.invert(memory, from, to, a.length);
            for (int i = 0; i < b.length; i++) {
                b[i] = (byte) ~b[i];
            }
            assertArrayEquals(b, read(to, b.length));
            arena.free(to);
            arena.free(from);
        }
    }

    private static byte[] combined(Bits.Operator operator, byte[] a, byte[] b) {
        byte[] result = new byte[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] =
                    (byte)
                            switch (operator) {
                                case AND -> a[i] & b[i];
                                case OR -> a[i] | b[i];
                                case XOR -> a[i] ^ b[i];
                            };
        }
        return result;
    }

    private static byte[] read(long address, int length) {
        byte[] bytes = new byte[length];
        UnsafeApi.copyMemory(null, address, bytes, BYTES, length);
        return bytes;
    }
}

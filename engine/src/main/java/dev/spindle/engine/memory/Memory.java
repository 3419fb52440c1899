package dev.spindle.engine.memory;

import org.agrona.UnsafeApi;

/**
 * Loads and stores within one mapping, and the write barrier.
 *
 * <h2>Why every store comes through here</h2>
 *
 * A snapshot without fork is copy-on-write done by the program: before the first store to a page that the snapshot has
 * not passed yet, the page's old image must be kept. That works only when no store can bypass the test, so this class
 * is the only one that writes into the mapping. The test is one field load and one branch that is never taken while no
 * snapshot runs; both are cheap because the field shares a cache line with the base address.
 *
 * <h2>Frozen</h2>
 *
 * A second object over the same addresses shows the memory as it was when a snapshot began ({@link PageImages}); one thread beside the
 * core may read through it. The live object pays one test per load for that, of a field in the line of the base address.
 * Whoever takes bytes from an address by other means than the methods here sees the live ones: code that a snapshot is read by copies
 * them with {@link #copyOut(long, long, long)}.
 *
 * <h2>Handles</h2>
 *
 * A handle is an unsigned 32-bit number of granules from the start of the mapping, so an image is position-independent
 * and a reference costs four bytes. The granule is {@code 1 << GRANULE_SHIFT} bytes: 8 reach 32 GiB, 16 reach 64 GiB and
 * so on; the server chooses it from the size of the machine or maxmemory before this class is loaded (property {@code
 * spindle.granule.shift}). Handle 0 is nothing.
 *
 * <h2>Checks</h2>
 *
 * With {@code -Dspindle.bounds.checks=true}, as in every test, each access is checked against the mapping and each
 * aligned access against its alignment; without it the JIT removes the tests.
 */
public final class Memory {

    /** Whether accesses are checked. */
    public static final boolean CHECKS = Boolean.getBoolean("spindle.bounds.checks");

    /** Logarithm of the granule in bytes. */
    public static final int GRANULE_SHIFT = Integer.getInteger("spindle.granule.shift", 3);

    private static final boolean BARRIER = !Boolean.getBoolean("spindle.barrier.off");
    private static final long HANDLE_MASK = 0xFFFF_FFFFL;
    private static final long BYTE_ARRAY = UnsafeApi.arrayBaseOffset(byte[].class);

    private final long base;
    private final long end;
    private boolean armed;
    private StoreBarrier barrier;

    // Whose images the loads answer where there are any; null: the live memory.
    private final PageImages images;

    /** Covers the addresses from {@code base} to {@code end}. */
    Memory(long base, long end) {
        this.base = base;
        this.end = end;
        images = null;
    }

    /** The same addresses as they were when a snapshot began; every store is refused. */
    Memory(Memory live, PageImages images) {
        base = live.base;
        end = live.end;
        this.images = images;
        arm(
                (address, length) -> {
                    throw new UnsupportedOperationException("a store into what is frozen");
                });
    }

    /** Whether stores are told of at all; without that there are no snapshots. */
    public static boolean hasBarrier() {
        return BARRIER;
    }

    /** Whether this shows memory as it was when a snapshot began. */
    public boolean isFrozen() {
        return images != null;
    }

    /** Arms the barrier: from now on it is told of every store before it happens; null disarms it. */
    public void arm(StoreBarrier newBarrier) {
        barrier = newBarrier;
        armed = newBarrier != null;
    }

    /** Whether someone is told of stores. */
    public boolean isArmed() {
        return armed;
    }

    /** The most bytes that handles reach. */
    public static long reach() {
        return (HANDLE_MASK + 1) << GRANULE_SHIFT;
    }

    /** The address that a handle stands for. */
    public long address(int handle) {
        return base + ((handle & HANDLE_MASK) << GRANULE_SHIFT);
    }

    /** The handle of an address that is a multiple of the granule. */
    public int handle(long address) {
        if (CHECKS) {
            check(address, 1);
            if (((address - base) & ((1L << GRANULE_SHIFT) - 1)) != 0) {
                throw new IllegalStateException("not on a granule: " + (address - base));
            }
        }
        return (int) ((address - base) >>> GRANULE_SHIFT);
    }

    // Without the barrier there are no snapshots, and nothing that is frozen.
    private boolean isLive() {
        return !BARRIER || images == null;
    }

    private void check(long address, long length) {
        if (length < 0 || address < base || address > end - length) {
            throw new IndexOutOfBoundsException("offset " + (address - base) + " length " + length);
        }
    }

    private void checkAligned(long address, int size) {
        check(address, size);
        if ((address & (size - 1)) != 0) {
            throw new IllegalStateException(
                    "misaligned by " + (address & (size - 1)) + " of " + size);
        }
    }

    private void before(long address, long length) {
        if (BARRIER && armed) {
            barrier.beforeStore(address, length);
        }
    }

    /** A byte. */
    public byte getByte(long address) {
        if (CHECKS) {
            check(address, 1);
        }
        return isLive() ? UnsafeApi.getByte(address) : images.getByte(address);
    }

    /** Two bytes, aligned. */
    public short getShort(long address) {
        if (CHECKS) {
            checkAligned(address, 2);
        }
        return isLive() ? UnsafeApi.getShort(address) : images.getShort(address);
    }

    /** Four bytes, aligned. */
    public int getInt(long address) {
        if (CHECKS) {
            checkAligned(address, 4);
        }
        return isLive() ? UnsafeApi.getInt(address) : images.getInt(address);
    }

    /** Eight bytes, aligned. */
    public long getLong(long address) {
        if (CHECKS) {
            checkAligned(address, 8);
        }
        return isLive() ? UnsafeApi.getLong(address) : images.getLong(address);
    }

    /** Eight bytes at any address. */
    public long getLongUnaligned(long address) {
        if (CHECKS) {
            check(address, 8);
        }
        return isLive() ? UnsafeApi.getLong(address) : images.getLongUnaligned(address);
    }

    /** Four bytes at any address. */
    public int getIntUnaligned(long address) {
        if (CHECKS) {
            check(address, 4);
        }
        return isLive() ? UnsafeApi.getInt(address) : images.getIntUnaligned(address);
    }

    /**
     * Copies bytes out of the mapping. What lies outside of it, digits in a buffer for instance, is copied as it is, so that
     * whoever was handed an address need not know which it is.
     *
     * @param to where to, outside of the mapping.
     */
    public void copyOut(long from, long to, long length) {
        if (CHECKS && from >= base && from < end) {
            check(from, length);
        }
        if (isLive()) {
            ByteCopy.copy(from, to, length);
        } else {
            images.copyOut(from, null, to, length);
        }
    }

    /** Copies bytes of the mapping, or of a buffer outside of it, to the heap. */
    public void copyOut(long from, byte[] to, int offset, int length) {
        if (CHECKS) {
            java.util.Objects.checkFromIndexSize(offset, length, to.length);
            if (from >= base && from < end) {
                check(from, length);
            }
        }
        if (isLive()) {
            UnsafeApi.copyMemory(null, from, to, BYTE_ARRAY + offset, length);
        } else {
            images.copyOut(from, to, BYTE_ARRAY + offset, length);
        }
    }

    /**
     * Loads the line at each of several addresses, one right after the other and none depending on another, so that the
     * processor waits for all of them at once. An address of 0 is passed over, the low three bits count for nothing. The loop holds nothing else: with other
     * work between the loads, fewer of them fit the processor's window (measured: twice the time per batch of 64).
     *
     * @return something derived from the lines, so that the loads cannot be dropped.
     */
    public long touch(long[] addresses, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long address = addresses[i];
            // Without a branch: nothing to touch means touching the start of the mapping, which is
            // in cache.
            sum += getLong(address == 0 ? base : address & -8L);
        }
        return sum;
    }

    /**
     * Loads what stores to several places will need besides their lines while the barrier is armed ({@link StoreBarrier#touch}).
     *
     * @return something derived from what was loaded.
     */
    public long touchBeforeStores(long[] addresses, int count) {
        return BARRIER && armed ? barrier.touch(addresses, count) : 0;
    }

    /** Stores a byte. */
    public void putByte(long address, byte value) {
        if (CHECKS) {
            check(address, 1);
        }
        before(address, 1);
        UnsafeApi.putByte(address, value);
    }

    /** Stores two bytes, aligned. */
    public void putShort(long address, short value) {
        if (CHECKS) {
            checkAligned(address, 2);
        }
        before(address, 2);
        UnsafeApi.putShort(address, value);
    }

    /** Stores four bytes, aligned. */
    public void putInt(long address, int value) {
        if (CHECKS) {
            checkAligned(address, 4);
        }
        before(address, 4);
        UnsafeApi.putInt(address, value);
    }

    /** Stores eight bytes, aligned. */
    public void putLong(long address, long value) {
        if (CHECKS) {
            checkAligned(address, 8);
        }
        before(address, 8);
        UnsafeApi.putLong(address, value);
    }

    /** Stores four bytes at any address. */
    public void putIntUnaligned(long address, int value) {
        if (CHECKS) {
            check(address, 4);
        }
        before(address, 4);
        UnsafeApi.putInt(address, value);
    }

    /** Stores eight bytes at any address. */
    public void putLongUnaligned(long address, long value) {
        if (CHECKS) {
            check(address, 8);
        }
        before(address, 8);
        UnsafeApi.putLong(address, value);
    }

    /** Copies bytes from anywhere into the mapping. */
    public void copyIn(long from, long to, long length) {
        if (CHECKS) {
            check(to, length);
        }
        before(to, length);
        ByteCopy.copy(from, to, length);
    }

    /** Copies bytes of the heap into the mapping. */
    public void copyIn(byte[] from, int offset, long to, int length) {
        if (CHECKS) {
            check(to, length);
        }
        before(to, length);
        UnsafeApi.copyMemory(from, BYTE_ARRAY + offset, null, to, length);
    }

    /** Moves bytes within the mapping; the ranges may overlap. */
    public void move(long from, long to, long length) {
        if (CHECKS) {
            check(from, length);
            check(to, length);
        }
        before(to, length);
        UnsafeApi.copyMemory(from, to, length);
    }

    /** Fills bytes. */
    public void fill(long address, long length, byte value) {
        if (CHECKS) {
            check(address, length);
        }
        before(address, length);
        UnsafeApi.setMemory(address, length, value);
    }
}

package dev.spindle.engine.memory;

/**
 * The sizes that slabs hand out. Small sizes step by the granule, or by 8 bytes where the granule is smaller, up to
 * 128 bytes; then by 16 bytes up to 512, where the blocks of small collections are; by 64 up to 1 KiB; then come the sizes
 * that divide a slab into 15, 14, ... 2 slots. Waste inside a slot is less than one step: a unit up to 128 bytes, from there
 * 12.5 % falling to 3 % at 512 bytes, 12.5 % up to 1 KiB, and above that at most what the next smaller number of slots leaves, a
 * third at the very end. Each class can hold back a slab of free slots, so finer steps do not pay everywhere.
 */
final class SizeClasses {

    /** Bytes of a slab: the span that is cut into slots of one class. */
    static final int SLAB_BYTES = 16 << 10;

    /** Largest size that a slab serves. */
    static final int MAX_SLAB_SIZE = SLAB_BYTES / 2;

    private static final int UNIT_SHIFT = Math.max(3, Memory.GRANULE_SHIFT);
    private static final int UNIT = 1 << UNIT_SHIFT;
    private static final int FINE_LIMIT = 128;
    private static final int MIDDLE_LIMIT = 512;
    private static final int MIDDLE_STEP = 16;
    private static final int STEP_LIMIT = 1024;
    private static final int COARSE_STEP = 64;

    private static final int[] SIZES = sizes();
    private static final byte[] CLASS_OF_UNIT = classOfUnit();

    private SizeClasses() {}

    private static int[] sizes() {
        java.util.TreeSet<Integer> set = new java.util.TreeSet<>();
        for (int size = Math.max(16, UNIT); size <= FINE_LIMIT; size += UNIT) {
            set.add(size);
        }
        for (int size = FINE_LIMIT; size < MIDDLE_LIMIT; size += MIDDLE_STEP) {
            set.add(roundUp(size + MIDDLE_STEP));
        }
        for (int size = MIDDLE_LIMIT; size < STEP_LIMIT; size += COARSE_STEP) {
            set.add(roundUp(size + COARSE_STEP));
        }
        for (int slots = 15; slots >= 2; slots--) {
            int size = SLAB_BYTES / slots / Math.max(16, UNIT) * Math.max(16, UNIT);
            if (size > STEP_LIMIT) {
                set.add(size);
            }
        }
        return set.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int roundUp(int size) {
        return (size + UNIT - 1) & -UNIT;
    }

    private static byte[] classOfUnit() {
        byte[] map = new byte[(MAX_SLAB_SIZE >>> UNIT_SHIFT) + 1];
        int sizeClass = 0;
        for (int unit = 0; unit < map.length; unit++) {
            while (SIZES[sizeClass] < unit << UNIT_SHIFT) {
                sizeClass++;
            }
            map[unit] = (byte) sizeClass;
        }
        return map;
    }

    static int count() {
        return SIZES.length;
    }

    /** The class that serves a size of at most {@link #MAX_SLAB_SIZE}. */
    static int classOf(int size) {
        return CLASS_OF_UNIT[(size + UNIT - 1) >>> UNIT_SHIFT];
    }

    static int sizeOf(int sizeClass) {
        return SIZES[sizeClass];
    }
}

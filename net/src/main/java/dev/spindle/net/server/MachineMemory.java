package dev.spindle.net.server;

import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;

/** How much memory the machine has, and what follows for the reach of handles. */
final class MachineMemory {

    /** Handles have 32 bits; see {@code dev.spindle.engine.memory.Memory}. */
    private static final long HANDLES = 1L << 32;

    private static final int MIN_SHIFT = 3;
    private static final int MAX_SHIFT = 8;
    private static final long UNKNOWN = 16L << 30;

    private MachineMemory() {}

    /** Bytes of physical memory. */
    static long physicalBytes() {
        try (BufferedReader in = new BufferedReader(new FileReader("/proc/meminfo"))) {
            String line = in.readLine();
            int from = line.indexOf(':') + 1;
            int to = line.lastIndexOf(" kB");
            return Long.parseLong(line.substring(from, to).trim()) << 10;
        } catch (IOException | RuntimeException e) {
            return UNKNOWN;
        }
    }

    /**
     * Logarithm of the smallest granule whose reach covers a need with a quarter to spare.
     *
     * @param needBytes maxmemory or physical memory, whichever is more.
     */
    static int granuleShift(long needBytes) {
        int shift = MIN_SHIFT;
        while (shift < MAX_SHIFT && HANDLES << shift < needBytes + (needBytes >> 2)) {
            shift++;
        }
        return shift;
    }
}

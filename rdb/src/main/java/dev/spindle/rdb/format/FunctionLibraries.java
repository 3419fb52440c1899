package dev.spindle.rdb.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Sources of libraries of functions that a file held. They are kept as they are, so that the next file that is written holds them
 * again. For the core thread.
 */
public final class FunctionLibraries {

    private final List<byte[]> sources = new ArrayList<>();

    /** Adds one. */
    public void add(byte[] source) {
        sources.add(source);
    }

    /** All of them, in order. */
    public List<byte[]> sources() {
        return List.copyOf(sources);
    }

    /** Forgets them. */
    public void clear() {
        sources.clear();
    }
}

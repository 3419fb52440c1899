package dev.spindle.bench.compare;

import java.io.IOException;

/** One kind of comparison. */
interface Mode {
    /** Subcommand, and name of the section in reports. */
    String name();

    String title();

    /** What the figures of this mode mean, in a paragraph. */
    String explanation();

    void run(Comparison comparison, Section section) throws IOException, InterruptedException;
}

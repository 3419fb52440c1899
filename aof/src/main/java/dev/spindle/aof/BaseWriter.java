package dev.spindle.aof;

import dev.spindle.engine.snapshot.DataView;
import java.io.IOException;
import java.nio.file.Path;

/** Writes the data of a view as the base of a log. */
public interface BaseWriter {

    /** One file to be written. */
    interface Job {

        /**
         * Writes it whole and forces it and its directory. On a thread of its own.
         *
         * @throws IOException also when it was cancelled.
         */
        void run() throws IOException;

        /** Lets {@link #run} end soon, with an exception. From any thread. */
        void cancel();
    }

    /**
     * Gets ready to write; on the core thread, where the configuration can be read.
     *
     * @param file which appears under its name only when it is whole.
     */
    Job prepare(DataView view, Path file);
}

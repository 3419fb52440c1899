package dev.spindle.aof.manifest;

import dev.spindle.aof.log.LogFormat;

/**
 * A file of the log, or a directory where a queue of Chronicle's carries it.
 *
 * @param name within the log's directory.
 * @param number of the base, or of the generation; grows with each.
 * @param kind of the entry.
 * @param firstSequence of the frames in it, where that was known when it was listed; otherwise -1.
 */
public record LogEntry(String name, long number, Kind kind, long firstSequence) {

    /** What an entry is for; the letters are Redis's. */
    public enum Kind {
        BASE('b'),
        HISTORY('h'),
        INCREMENT('i');

        final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /** How a generation's frames are carried; null when it is a file of commands as Redis writes it. */
    public LogFormat format() {
        for (LogFormat format : LogFormat.values()) {
            if (name.endsWith("." + format.suffix())) {
                return format;
            }
        }
        return null;
    }
}

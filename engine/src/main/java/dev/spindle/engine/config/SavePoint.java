package dev.spindle.engine.config;

/** Save when this many seconds have passed with at least this many changes. */
public record SavePoint(long seconds, long changes) {
    String toText() {
        return seconds + " " + changes;
    }
}

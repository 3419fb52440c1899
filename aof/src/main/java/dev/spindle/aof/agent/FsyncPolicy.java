package dev.spindle.aof.agent;

import java.util.Locale;

/** {@code appendfsync}: when what is appended is forced to disk. */
public enum FsyncPolicy {
    /** Before the reply. */
    ALWAYS,
    /** Once a second. */
    EVERYSEC,
    /** When the operating system likes. */
    NO;

    /** Reads the configuration's word. */
    public static FsyncPolicy parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}

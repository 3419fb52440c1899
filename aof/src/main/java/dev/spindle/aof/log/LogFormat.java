package dev.spindle.aof.log;

/** What carries a generation's frames. */
public enum LogFormat {
    /** A directory with a queue of Chronicle's. */
    CHRONICLE("cq"),
    /** A plain file of frames. */
    FILE("log");

    private final String suffix;

    LogFormat(String suffix) {
        this.suffix = suffix;
    }

    /** What its names end with. */
    public String suffix() {
        return suffix;
    }
}

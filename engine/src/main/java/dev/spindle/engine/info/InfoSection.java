package dev.spindle.engine.info;

/** One section of INFO. */
public interface InfoSection {

    /** When a section is shown without being named. */
    enum Shown {
        /** By plain INFO, and whenever more is asked for. */
        BY_DEFAULT,
        /** By {@code all} and {@code everything}. */
        WITH_ALL
    }

    /** Its heading, such as {@code Server}; asked for in any case. */
    String title();

    /** A second name to ask for it by, or null. */
    default String alias() {
        return null;
    }

    /** When it is shown without being named. */
    default Shown shown() {
        return Shown.BY_DEFAULT;
    }

    /** Writes its fields, in the order in which clients expect them. */
    void write(InfoText out, InfoReport report);
}

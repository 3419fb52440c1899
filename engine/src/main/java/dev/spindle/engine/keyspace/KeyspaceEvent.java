package dev.spindle.engine.keyspace;

import java.nio.charset.StandardCharsets;

/**
 * Something that happened to a key, as keyspace notifications name it. Families of commands keep theirs in constants.
 */
public final class KeyspaceEvent {

    /** Classes of events, with the letter that {@code notify-keyspace-events} selects them by. */
    public enum Kind {
        GENERIC('g'),
        STRING('$'),
        LIST('l'),
        SET('s'),
        HASH('h'),
        SORTED_SET('z'),
        EXPIRED('x'),
        EVICTED('e'),
        STREAM('t'),
        MODULE('d'),
        KEY_MISS('m'),
        NEW('n');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        /** The letter in the parameter. */
        public char letter() {
            return letter;
        }

        /** The bit in a mask of kinds. */
        public int bit() {
            return 1 << ordinal();
        }
    }

    /** A key was deleted, by a command or because its last element went. */
    public static final KeyspaceEvent DEL = new KeyspaceEvent(Kind.GENERIC, "del");

    /** A key came into being. */
    public static final KeyspaceEvent NEW = new KeyspaceEvent(Kind.NEW, "new");

    /** A key was deleted to make room. */
    public static final KeyspaceEvent EVICTED = new KeyspaceEvent(Kind.EVICTED, "evicted");

    /** A key got a time to live. */
    public static final KeyspaceEvent EXPIRE = new KeyspaceEvent(Kind.GENERIC, "expire");

    /** A key lost its time to live. */
    public static final KeyspaceEvent PERSIST = new KeyspaceEvent(Kind.GENERIC, "persist");

    /** A key was deleted because its time had come. */
    public static final KeyspaceEvent EXPIRED = new KeyspaceEvent(Kind.EXPIRED, "expired");

    /** A key was read that is not there. */
    public static final KeyspaceEvent MISS = new KeyspaceEvent(Kind.KEY_MISS, "keymiss");

    private final Kind kind;
    private final String name;
    private final byte[] nameBytes;

    public KeyspaceEvent(Kind kind, String name) {
        this.kind = kind;
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Its class. */
    public Kind kind() {
        return kind;
    }

    /** Its name on the wire. */
    public String name() {
        return name;
    }

    /** Its name in bytes; do not change. */
    public byte[] nameBytes() {
        return nameBytes;
    }
}

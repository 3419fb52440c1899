package dev.spindle.engine.config;

import dev.spindle.engine.keyspace.KeyspaceEvent;

/** The letters of notify-keyspace-events as bits, one bit per letter in the order below. */
public final class KeyspaceEvents {
    private static final String LETTERS = "KEg$lshzxetdmn";

    public static final int KEYSPACE = flag('K');
    public static final int KEYEVENT = flag('E');
    public static final int GENERIC = flag('g');
    public static final int STRING = flag('$');
    public static final int LIST = flag('l');
    public static final int SET = flag('s');
    public static final int HASH = flag('h');
    public static final int ZSET = flag('z');
    public static final int EXPIRED = flag('x');
    public static final int EVICTED = flag('e');
    public static final int STREAM = flag('t');
    public static final int MODULE = flag('d');
    public static final int KEY_MISS = flag('m');
    public static final int NEW_KEY = flag('n');

    /** What the letter A stands for. */
    public static final int ALL =
            GENERIC | STRING | LIST | SET | HASH | ZSET | EXPIRED | EVICTED | STREAM | MODULE;

    private KeyspaceEvents() {}

    private static int flag(char letter) {
        return 1 << LETTERS.indexOf(letter);
    }

    /** The kinds of events that flags ask for, as bits of {@link KeyspaceEvent.Kind#bit}; none where no channel is asked for. */
    public static int kinds(int flags) {
        int kinds = 0;
        if ((flags & (KEYSPACE | KEYEVENT)) != 0) {
            for (KeyspaceEvent.Kind kind : KeyspaceEvent.Kind.values()) {
                kinds |= (flags & flag(kind.letter())) != 0 ? kind.bit() : 0;
            }
        }
        return kinds;
    }

    /** Null when there is a letter that means nothing. */
    static Integer parse(String letters) {
        int flags = 0;
        for (int i = 0; i < letters.length(); i++) {
            char c = letters.charAt(i);
            if (c == 'A') {
                flags |= ALL;
            } else if (LETTERS.indexOf(c) >= 0) {
                flags |= flag(c);
            } else {
                return null;
            }
        }
        return flags;
    }

    /** In the order in which Redis shows them; new keys are not part of A but shown only without it. */
    static String toText(int flags) {
        StringBuilder out = new StringBuilder();
        boolean all = (flags & ALL) == ALL;
        String shown = all ? "KEm" : "g$lshzxetdnKEm";
        if (all) {
            out.append('A');
        }
        for (char c : shown.toCharArray()) {
            if ((flags & flag(c)) != 0) {
                out.append(c);
            }
        }
        return out.toString();
    }
}

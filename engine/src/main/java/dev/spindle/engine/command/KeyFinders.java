package dev.spindle.engine.command;

import dev.spindle.engine.command.KeyFinder.Sink;
import java.util.Locale;
import java.util.Set;

/** Key finders of commands whose keys, or what is done to them, depend on their options. */
public final class KeyFinders {

    private static final Set<String> SORT_OPTIONS_OF_TWO = Set.of("LIMIT");
    private static final Set<String> SORT_OPTIONS_OF_ONE = Set.of("GET", "BY");

    private KeyFinders() {}

    private static String upper(byte[] argument) {
        return KeySearch.text(argument).toUpperCase(Locale.ROOT);
    }

    /** SET: reads its key only with GET (or IFEQ, which compares). */
    public static boolean set(byte[][] argv, Sink sink) {
        for (int i = 3; i < argv.length; i++) {
            String word = upper(argv[i]);
            if (word.equals("GET") || word.equals("IFEQ")) {
                sink.key(1, "RW access update");
                return true;
            }
        }
        sink.key(1, "OW update");
        return true;
    }

    /** BITFIELD: writes its key only when an operation does. */
    public static boolean bitfield(byte[][] argv, Sink sink) {
        boolean readOnly = true;
        for (int i = 2; i < argv.length && readOnly; i++) {
            String word = upper(argv[i]);
            int left = argv.length - 1 - i;
            if (word.equals("GET") && left >= 2) {
                i += 2;
            } else if (word.equals("OVERFLOW") && left >= 1) {
                i++;
            } else {
                // SET, INCRBY, or something that is no operation: assume the worst.
                readOnly = false;
            }
        }
        sink.key(1, readOnly ? "RO access" : "RW access update");
        return true;
    }

    /** SORT: its key, and the destination of the last STORE. */
    public static boolean sort(byte[][] argv, Sink sink) {
        sink.key(1, "RO access");
        int destination = 0;
        for (int i = 2; i < argv.length; i++) {
            String word = upper(argv[i]);
            if (SORT_OPTIONS_OF_TWO.contains(word)) {
                i += 2;
            } else if (SORT_OPTIONS_OF_ONE.contains(word)) {
                i++;
            } else if (word.equals("STORE") && i + 1 < argv.length) {
                destination = ++i;
            }
        }
        if (destination > 0) {
            sink.key(destination, "OW update");
        }
        return true;
    }

    /** SORT_RO: its key; what BY and GET read cannot be told from the arguments. */
    public static boolean sortReadOnly(byte[][] argv, Sink sink) {
        sink.key(1, "RO access");
        return true;
    }

    /** MIGRATE: the key at its place, or those behind KEYS when that place holds an empty string. */
    public static boolean migrate(byte[][] argv, Sink sink) {
        int first = 3;
        int count = 1;
        if (argv.length > 6) {
            for (int i = 6; i < argv.length; i++) {
                String word = upper(argv[i]);
                if (word.equals("KEYS")) {
                    if (argv[3].length > 0) {
                        return false;
                    }
                    first = i + 1;
                    count = argv.length - first;
                    break;
                } else if (word.equals("AUTH")) {
                    i++;
                } else if (word.equals("AUTH2")) {
                    i += 2;
                }
            }
        }
        for (int i = 0; i < count; i++) {
            sink.key(first + i, "RW access delete");
        }
        return true;
    }
}

package dev.spindle.engine.command;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the keys of any command among copies of its arguments: by its key specs where these say all, else by its {@link
 * KeyFinder}. For the control plane: COMMAND GETKEYS and whoever needs all keys of a command rather than the first.
 */
public final class KeySearch {

    /**
     * A key.
     *
     * @param index its position among the arguments.
     * @param flags space-separated flags such as {@code "RW access update"}.
     */
    public record Key(int index, String flags) {}

    private KeySearch() {}

    /** Whether a command can have keys at all. */
    public static boolean canHaveKeys(CommandSpec row) {
        if (row.keyFinder() != null) {
            return true;
        }
        for (KeySpec spec : row.keySpecs()) {
            if (!hasFlag(spec, "not_key")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Finds the keys of a command.
     *
     * @param row the command; a subcommand's where there is one.
     * @param argv all arguments, the name first.
     * @return the keys in order, or null when the arguments do not make a valid command.
     */
    public static List<Key> find(CommandSpec row, byte[][] argv) {
        boolean variable = false;
        for (KeySpec spec : row.keySpecs()) {
            variable |= hasFlag(spec, "variable_flags");
        }
        if (row.keyFinder() == null || !variable) {
            List<Key> keys = bySpecs(row, argv);
            if (keys != null) {
                return keys;
            }
        }
        if (row.keyFinder() == null) {
            return null;
        }
        List<Key> keys = new ArrayList<>();
        return row.keyFinder().find(argv, (index, flags) -> keys.add(new Key(index, flags)))
                ? keys
                : null;
    }

    private static boolean hasFlag(KeySpec spec, String flag) {
        return (' ' + spec.flags() + ' ').contains(' ' + flag + ' ');
    }

    private static List<Key> bySpecs(CommandSpec row, byte[][] argv) {
        List<Key> keys = new ArrayList<>();
        for (KeySpec spec : row.keySpecs()) {
            if (hasFlag(spec, "not_key")) {
                continue;
            }
            int begin = begin(spec, argv);
            if (begin == 0) {
                continue; // an optional keyword that is not there
            }
            if (begin < 0
                    || spec.find() == KeySpec.Find.UNKNOWN
                    || !addRange(spec, begin, argv, keys)
                    || hasFlag(spec, "incomplete")) {
                return null;
            }
        }
        return keys;
    }

    // Position where a spec's keys begin; 0: not there; -1: cannot be known.
    private static int begin(KeySpec spec, byte[][] argv) {
        if (spec.begin() == KeySpec.Begin.INDEX) {
            return spec.index();
        }
        if (spec.begin() == KeySpec.Begin.UNKNOWN) {
            return -1;
        }
        boolean forward = spec.index() > 0;
        int from = forward ? spec.index() : argv.length + spec.index();
        for (int i = from;
                i > (forward ? 0 : 1) && i < argv.length - (forward ? 1 : 0);
                i += forward ? 1 : -1) {
            if (text(argv[i]).equalsIgnoreCase(spec.keyword())) {
                return i + 1;
            }
        }
        return 0;
    }

    private static boolean addRange(KeySpec spec, int begin, byte[][] argv, List<Key> keys) {
        int first = begin;
        int step;
        int last;
        if (spec.find() == KeySpec.Find.RANGE) {
            step = spec.second();
            if (spec.first() >= 0) {
                last = first + spec.first();
            } else if (spec.third() == 0) {
                last = argv.length + spec.first();
            } else {
                last = first + (argv.length - first) / spec.third() + spec.first();
            }
        } else {
            step = spec.third();
            long count = number(argv, first + spec.first());
            if (count < 0 || count > argv.length) {
                return false;
            }
            first += spec.second();
            last = first + ((int) count - 1) * step;
        }
        if (last >= argv.length || last < first || first >= argv.length) {
            return false;
        }
        for (int i = first; i <= last; i += step) {
            keys.add(new Key(i, spec.flags()));
        }
        return true;
    }

    private static long number(byte[][] argv, int index) {
        if (index >= argv.length) {
            return -1;
        }
        try {
            return Long.parseLong(text(argv[index]));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

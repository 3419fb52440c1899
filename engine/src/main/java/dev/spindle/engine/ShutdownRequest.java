package dev.spindle.engine;

import java.util.Locale;

/**
 * How a server is to end.
 *
 * @param save whether the data is saved before: always, never, or when save points are configured.
 * @param now whether nobody is waited for.
 * @param force whether it ends though saving failed.
 */
public record ShutdownRequest(Save save, boolean now, boolean force) {

    /** When to save. */
    public enum Save {
        AS_CONFIGURED,
        ALWAYS,
        NEVER
    }

    /** What a command without options asks for. */
    public static final ShutdownRequest DEFAULT =
            new ShutdownRequest(Save.AS_CONFIGURED, false, false);

    /** What {@code shutdown-on-sigterm} and {@code shutdown-on-sigint} say, words between spaces. */
    public static ShutdownRequest of(String words) {
        Save save = Save.AS_CONFIGURED;
        boolean now = false;
        boolean force = false;
        for (String word : words.toLowerCase(Locale.ROOT).trim().split("\\s+")) {
            switch (word) {
                case "save" -> save = Save.ALWAYS;
                case "nosave" -> save = Save.NEVER;
                case "now" -> now = true;
                case "force" -> force = true;
                default -> {
                    continue;
                }
            }
        }
        return new ShutdownRequest(save, now, force);
    }
}

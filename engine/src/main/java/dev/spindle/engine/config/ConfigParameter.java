package dev.spindle.engine.config;

import java.util.List;
import java.util.Locale;

/**
 * One row of {@link ConfigTable}: what a parameter is called, which values it takes, and what Spindle does with it.
 *
 * @param <T> of its values, which are immutable
 */
public final class ConfigParameter<T> {
    private final String name;
    private final ConfigType<T> type;
    private final T initial;
    private final Support support;
    private final String note;
    private String alias;
    private boolean immutable;
    private boolean hidden;
    private boolean guarded;

    ConfigParameter(String name, ConfigType<T> type, T initial, Support support, String note) {
        assert name.equals(name.toLowerCase(Locale.ROOT));
        assert support == Support.ACTS || !note.isEmpty() : name + " must say what is missing";
        this.name = name;
        this.type = type;
        this.initial = initial;
        this.support = support;
        this.note = note;
    }

    ConfigParameter<T> alias(String other) {
        alias = other;
        return this;
    }

    /** Only the file and the command line can set it. */
    ConfigParameter<T> immutable() {
        immutable = true;
        return this;
    }

    /** Not listed by patterns, only by its exact name. */
    ConfigParameter<T> hidden() {
        hidden = true;
        return this;
    }

    /** CONFIG SET needs enable-protected-configs. */
    ConfigParameter<T> guarded() {
        guarded = true;
        return this;
    }

    public String name() {
        return name;
    }

    /** The older or newer name, or null. */
    public String alias() {
        return alias;
    }

    public boolean isImmutable() {
        return immutable;
    }

    public boolean isHidden() {
        return hidden;
    }

    public boolean isGuarded() {
        return guarded;
    }

    public Support support() {
        return support;
    }

    /** What is missing, or why it cannot mean anything; may be empty for rows that act. */
    public String note() {
        return note;
    }

    T initial() {
        return initial;
    }

    ConfigType<T> type() {
        return type;
    }

    /** As CONFIG GET shows it on a server that was told nothing. */
    public String initialText() {
        return type.format(initial);
    }

    public String typeText() {
        return type.describe();
    }

    /** A value and the row it belongs to, so that the type of both is known to the compiler. */
    static final class Cell<T> {
        final ConfigParameter<T> row;
        T value;

        Cell(ConfigParameter<T> row) {
            this.row = row;
            this.value = row.initial;
        }

        void set(List<String> arguments, boolean fresh) throws RejectedValue {
            if (!row.type.takesWords() && arguments.size() != 1) {
                throw new RejectedValue("wrong number of arguments");
            }
            value = row.type.parse(arguments, value, fresh);
        }

        String text() {
            return row.type.format(value);
        }

        List<ConfigType.Line> lines() {
            return row.type.lines(row.name, value, row.initial);
        }

        /** Remembers the value of now. */
        Runnable memento() {
            T before = value;
            return () -> value = before;
        }

        boolean isInitial() {
            return row.type.format(value).equals(row.initialText());
        }
    }
}

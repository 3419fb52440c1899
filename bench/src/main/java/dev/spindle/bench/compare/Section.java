package dev.spindle.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What one mode has found: measurements in order, curves and remarks. Each measurement is also announced as it comes. */
final class Section {
    private final Mode mode;
    private final Consumer<Measurement> announce;
    private final List<Measurement> measurements = new ArrayList<>();
    private final List<Curves> curves = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private String place;

    Section(Mode mode, Consumer<Measurement> announce) {
        this.mode = mode;
        this.place = mode.name();
        this.announce = announce;
    }

    /** Some lines in one plot. */
    record Curves(String title, String xLabel, String yLabel, List<Line> lines) {}

    /** One line; points in order of x. */
    record Line(String name, Role role, double[] x, double[] y) {}

    Mode mode() {
        return mode;
    }

    /** Where the document has its tables: the mode's name, unless the mode chose another. */
    String place() {
        return place;
    }

    void place(String name) {
        place = name;
    }

    void add(Measurement measurement) {
        measurements.add(measurement);
        announce.accept(measurement);
    }

    void add(Curves added) {
        curves.add(added);
    }

    void note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    List<Measurement> measurements() {
        return measurements;
    }

    List<Curves> curves() {
        return curves;
    }

    List<String> notes() {
        return notes;
    }
}

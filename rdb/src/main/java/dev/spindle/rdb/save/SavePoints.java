package dev.spindle.rdb.save;

import dev.spindle.engine.config.SavePoint;
import java.util.ArrayList;
import java.util.List;

/** The save points of a configuration: a background save is due when so many seconds have passed with so many changes. */
final class SavePoints {

    private List<SavePoint> points = List.of();

    /** Takes over the text of the parameter: seconds and changes in turn. */
    void set(String text) {
        List<SavePoint> read = new ArrayList<>();
        String[] words = text.isBlank() ? new String[0] : text.trim().split(" ");
        for (int i = 0; i + 1 < words.length; i += 2) {
            read.add(new SavePoint(Long.parseLong(words[i]), Long.parseLong(words[i + 1])));
        }
        points = List.copyOf(read);
    }

    /** Whether there are none: then nothing is saved by itself. */
    boolean isEmpty() {
        return points.isEmpty();
    }

    /** The first point that is reached, or null. */
    SavePoint reached(long changes, long secondsSinceSave) {
        for (SavePoint point : points) {
            if (changes >= point.changes() && secondsSinceSave > point.seconds()) {
                return point;
            }
        }
        return null;
    }
}

package dev.spindle.engine.command.docs;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a docs resource with the lines below it.
 *
 * @param word its first word.
 * @param text what follows the word; empty when nothing does.
 * @param children the lines indented below it, in order.
 */
record DocsLine(String word, String text, List<DocsLine> children) {

    /** Texts of the children that begin with a word, in order. */
    List<String> texts(String childWord) {
        List<String> found = new ArrayList<>();
        for (DocsLine child : children) {
            if (child.word.equals(childWord)) {
                found.add(child.text);
            }
        }
        return found;
    }

    /** The children that begin with a word, in order. */
    List<DocsLine> children(String childWord) {
        List<DocsLine> found = new ArrayList<>();
        for (DocsLine child : children) {
            if (child.word.equals(childWord)) {
                found.add(child);
            }
        }
        return found;
    }

    /** Text of the first child that begins with a word, or null. */
    String text(String childWord) {
        for (DocsLine child : children) {
            if (child.word.equals(childWord)) {
                return child.text;
            }
        }
        return null;
    }
}

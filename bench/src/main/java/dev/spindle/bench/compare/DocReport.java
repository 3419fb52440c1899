package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Statistics.Spread;
import java.io.IOException;

/**
 * Puts the tables into a Markdown document, between {@code <!-- results:PLACE -->} and {@code <!-- /results:PLACE -->}. What a run
 * has not measured stays as it is, and each block names its own versions and date, so that blocks of different runs can stand in
 * one document.
 */
final class DocReport {
    private DocReport() {}

    /**
     * @return the document with the blocks of this report's sections replaced
     * @throws IOException if the document has no marked place for one of them
     */
    static String fill(String document, Report report) throws IOException {
        String filled = document;
        for (Section section : report.sections()) {
            String begin = "<!-- results:" + section.place() + " -->";
            String end = "<!-- /results:" + section.place() + " -->";
            int from = filled.indexOf(begin);
            int to = filled.indexOf(end);
            if (from < 0 || to < from) {
                throw new IOException("the document has no place marked " + begin);
            }
            filled =
                    filled.substring(0, from + begin.length())
                            + "\n"
                            + block(section, report)
                            + filled.substring(to);
        }
        return filled;
    }

    static String block(Section section, Report report) {
        StringBuilder out = new StringBuilder();
        out.append("\n| Test | Metric | ")
                .append(cell(report.subjectName()))
                .append(" | ")
                .append(cell(report.referenceName()))
                .append(" | Ratio | Spread of ratio |\n|---|---|---:|---:|---:|---:|\n");
        for (Measurement m : section.measurements()) {
            Spread ratio = m.ratioSpread();
            String load = m.load();
            out.append("| ").append(cell(m.test() + (load.isEmpty() ? "" : ", " + load)));
            out.append(" | ").append(cell(m.metric() + ", " + m.unit()));
            out.append(" | ").append(Figures.number(m.subjectSpread().median()));
            out.append(" | ").append(Figures.number(m.referenceSpread().median()));
            out.append(" | ").append(Figures.ratio(ratio.median()));
            out.append(" | ").append(Figures.ratioSpread(ratio)).append(" |\n");
        }
        section.notes().forEach(note -> out.append("\n- ").append(note));
        out.append(section.notes().isEmpty() ? "" : "\n").append("\nMeasured with:\n\n");
        report.environment()
                .forEach(
                        (key, value) ->
                                out.append("- ")
                                        .append(key)
                                        .append(": ")
                                        .append(value)
                                        .append('\n'));
        return out.append('\n').toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}

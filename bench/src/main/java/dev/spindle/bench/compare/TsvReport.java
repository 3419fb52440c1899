package dev.spindle.bench.compare;

import java.util.Locale;

/**
 * The machine-readable report: comment lines with the environment, then one line per reading of a round. Summaries are not
 * written, since whoever reads this file can compute them, or better ones.
 */
final class TsvReport {
    private TsvReport() {}

    static String render(Report report) {
        StringBuilder out = new StringBuilder();
        report.environment()
                .forEach(
                        (key, value) ->
                                out.append("# ")
                                        .append(plain(key))
                                        .append(": ")
                                        .append(plain(value))
                                        .append('\n'));
        out.append(
                "mode\ttest\tclients\tdepth\tmetric\tunit\tbetter\tround\tsubject\treference\tratio\n");
        for (Section section : report.sections()) {
            for (Measurement m : section.measurements()) {
                double[] ratios = Statistics.pairedRatios(m.subject(), m.reference());
                for (int round = 0; round < ratios.length; round++) {
                    out.append(
                            String.join(
                                    "\t",
                                    section.mode().name(),
                                    plain(m.test()),
                                    Integer.toString(m.clients()),
                                    Integer.toString(m.depth()),
                                    plain(m.metric()),
                                    m.unit(),
                                    m.better().name().toLowerCase(Locale.ROOT),
                                    Integer.toString(round),
                                    Double.toString(m.subject()[round]),
                                    Double.toString(m.reference()[round]),
                                    Double.toString(ratios[round])));
                    out.append('\n');
                }
            }
        }
        return out.toString();
    }

    private static String plain(String text) {
        return text.replaceAll("[\\t\\r\\n]+", " ");
    }
}

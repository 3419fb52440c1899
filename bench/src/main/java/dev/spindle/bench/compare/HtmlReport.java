package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Statistics.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One page that needs no other file and no network. */
final class HtmlReport {
    private static final String STYLE =
            """
            :root{color-scheme:light dark;--subject:#0b7285;--reference:#adb5bd;--faint:#8884}
            body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
            table{border-collapse:collapse;margin:1rem 0;width:100%}
            th,td{padding:.25rem .6rem;border-bottom:1px solid var(--faint);text-align:left;vertical-align:top}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
            small{opacity:.65;display:block}
            .better{color:#2b8a3e;font-weight:600}.worse{color:#c92a2a;font-weight:600}
            .plots{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;flex:1 1 26rem;max-width:40rem}
            figcaption{font-weight:600}svg{width:100%;height:auto}svg text{font-size:11px;fill:currentColor}
            .grid{stroke:var(--faint)}.whisker{stroke:currentColor;stroke-width:1.5}
            rect.subject{fill:var(--subject)}rect.reference{fill:var(--reference)}
            .line{fill:none;stroke-width:1.8}.line.subject{stroke:var(--subject)}.line.reference{stroke:var(--reference)}
            .key{display:inline-block;width:.9em;height:.9em;margin:0 .3em 0 1em;vertical-align:-.1em}
            .key.subject{background:var(--subject)}.key.reference{background:var(--reference)}
            """;

    private final Report report;
    private final StringBuilder out = new StringBuilder();

    private HtmlReport(Report report) {
        this.report = report;
    }

    static String render(Report report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        String title = report.subjectName() + " beside " + report.referenceName();
        out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
        out.append(Html.escape(title)).append("</title>\n<style>\n").append(STYLE);
        out.append("</style></head><body>\n<h1>").append(Html.escape(title)).append("</h1>\n<p>");
        for (Role role : Role.values()) {
            out.append("<span class=\"key ").append(SvgPlot.css(role)).append("\"></span>");
            out.append(Html.escape(report.nameOf(role)));
        }
        out.append(
                "</p>\n<p>Medians of all rounds, least and greatest below. Ratios are taken round by round and their median"
                        + " shown; they are coloured where every single round went the same way.</p>\n");
        report.sections().forEach(this::section);
        environment();
        return out.append("</body></html>\n").toString();
    }

    private void section(Section section) {
        out.append("<h2>").append(Html.escape(section.mode().title())).append("</h2>\n<p>");
        out.append(Html.escape(section.mode().explanation())).append("</p>\n");
        table(section);
        section.notes()
                .forEach(note -> out.append("<p>").append(Html.escape(note)).append("</p>\n"));
        out.append("<div class=\"plots\">\n");
        plotGroups(section)
                .forEach((caption, measurements) -> figure(caption, SvgPlot.bars(measurements)));
        section.curves().forEach(curves -> figure(curves.title(), SvgPlot.lines(curves)));
        out.append("</div>\n");
    }

    /** Bars that share a scale share a plot: one metric under one load. */
    private static Map<String, List<Measurement>> plotGroups(Section section) {
        Map<String, List<Measurement>> groups = new LinkedHashMap<>();
        for (Measurement m : section.measurements()) {
            String load = m.load();
            String caption = m.metric() + (load.isEmpty() ? "" : ", " + load);
            groups.computeIfAbsent(caption, key -> new ArrayList<>()).add(m);
        }
        return groups;
    }

    private void figure(String caption, String svg) {
        out.append("<figure><figcaption>").append(Html.escape(caption)).append("</figcaption>");
        out.append(svg).append("</figure>\n");
    }

    private void table(Section section) {
        out.append("<table><thead><tr><th>Test</th><th>Metric</th><th class=\"n\">");
        out.append(Html.escape(report.subjectName())).append("</th><th class=\"n\">");
        out.append(Html.escape(report.referenceName()));
        out.append("</th><th class=\"n\">Ratio</th></tr></thead><tbody>\n");
        for (Measurement m : section.measurements()) {
            String load = m.load();
            out.append("<tr><td>").append(Html.escape(m.test()));
            out.append("<small>").append(Html.escape(load)).append("</small></td><td>");
            out.append(Html.escape(m.metric())).append("<small>").append(Html.escape(m.unit()));
            out.append(
                    m.better() == Measurement.Better.HIGHER
                            ? ", more is better"
                            : ", less is better");
            out.append("</small></td>");
            cell(m.subjectSpread());
            cell(m.referenceSpread());
            Spread ratio = m.ratioSpread();
            out.append("<td class=\"n ").append(Figures.verdict(m)).append("\">");
            out.append(Figures.ratio(ratio.median())).append("<small>");
            out.append(Figures.ratioSpread(ratio)).append("</small></td></tr>\n");
        }
        out.append("</tbody></table>\n");
    }

    private void cell(Spread spread) {
        out.append("<td class=\"n\">").append(Figures.number(spread.median()));
        out.append("<small>").append(Figures.spread(spread)).append("</small></td>");
    }

    private void environment() {
        out.append("<h2>Measured with</h2>\n<table><tbody>\n");
        report.environment()
                .forEach(
                        (key, value) -> {
                            out.append("<tr><th>").append(Html.escape(key)).append("</th><td>");
                            out.append(Html.escape(value)).append("</td></tr>\n");
                        });
        out.append("</tbody></table>\n");
    }
}

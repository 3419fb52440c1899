package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private static Report report() {
        Report report = new Report("Spindle", "<redis>", Map.of("flags", "a & \"b\""));
        Section section = new Section(new ThroughputMode(), m -> {});
        section.add(
                new Measurement(
                        "get",
                        50,
                        16,
                        "throughput",
                        "requests/s",
                        Measurement.Better.HIGHER,
                        new double[] {3_000_000, 2_000_000},
                        new double[] {1_000_000, 1_000_000}));
        report.sections().add(section);
        return report;
    }

    @Test
    void shouldEscapeWhatHtmlWouldInterpret() {
        assertEquals("&lt;a b=&quot;c&quot;&gt; &amp; &#39;", Html.escape("<a b=\"c\"> & '"));
        String page = HtmlReport.render(report());
        assertTrue(page.contains("&lt;redis&gt;"));
        assertTrue(page.contains("a &amp; &quot;b&quot;"));
        assertFalse(page.contains("<redis>"));
    }

    @Test
    void shouldWriteALinePerRoundWhenAskedForTsv() {
        List<String> lines = TsvReport.render(report()).lines().toList();
        assertEquals("# flags: a & \"b\"", lines.get(0));
        assertEquals(
                "throughput\tget\t50\t16\tthroughput\trequests/s\thigher\t1\t2000000.0\t1000000.0\t2.0",
                lines.get(3));
        assertEquals(4, lines.size());
    }

    @Test
    void shouldReplaceOnlyTheMarkedPlaceOfADocument() throws IOException {
        String document =
                "above\n<!-- results:throughput -->\nold\n<!-- /results:throughput -->\nbelow\n"
                        + "<!-- results:cpu -->\nkept\n<!-- /results:cpu -->\n";
        String filled = DocReport.fill(document, report());
        assertTrue(
                filled.contains(
                        "| get, 50 clients, pipeline 16 | throughput, requests/s | 2,500,000 | 1,000,000 | 2.50 | 2.00..3.00 |"));
        assertFalse(filled.contains("old"));
        assertTrue(
                filled.startsWith("above\n")
                        && filled.contains("\nbelow\n")
                        && filled.contains("\nkept\n"));
        assertEquals(filled, DocReport.fill(filled, report()));
        assertThrows(IOException.class, () -> DocReport.fill("no place", report()));
    }

    @Test
    void shouldOnlyCallAResultBetterWhenEveryRoundWas() {
        assertEquals("better", verdict(Measurement.Better.HIGHER, 1.2, 1.1));
        assertEquals("worse", verdict(Measurement.Better.LOWER, 1.2, 1.1));
        assertEquals("mixed", verdict(Measurement.Better.HIGHER, 1.2, 0.9));
        assertEquals("mixed", verdict(Measurement.Better.LOWER, 0.999, 0.999));
    }

    @Test
    void shouldEndAxesAtRoundNumbers() {
        assertEquals(5_000_000, SvgPlot.niceCeiling(4_200_000));
        assertEquals(0.25, SvgPlot.niceCeiling(0.21), 1e-9);
        assertEquals(1, SvgPlot.niceCeiling(0));
    }

    private static String verdict(Measurement.Better better, double... subject) {
        return Figures.verdict(
                new Measurement("t", 0, 0, "m", "u", better, subject, new double[] {1, 1}));
    }
}

package dev.spindle.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Output of {@code redis-benchmark --csv}: a header line naming the columns, then a line per test, all fields in quotes. Columns
 * are found by name; lines before the header (warnings) are skipped.
 */
final class BenchmarkCsv {
    private BenchmarkCsv() {}

    /** One line of the table. */
    record Row(String test, Load.Result result) {}

    /**
     * @throws IOException if there is no header or a line does not fit it
     */
    static List<Row> parse(String output) throws IOException {
        Map<String, Integer> columns = null;
        List<Row> rows = new ArrayList<>();
        for (String line : output.lines().toList()) {
            if (!line.startsWith("\"")) {
                continue;
            }
            List<String> fields = fields(line);
            if (columns == null) {
                if (fields.get(0).equals("test")) {
                    columns = indexes(fields);
                }
                continue;
            }
            if (fields.size() != columns.size()) {
                throw new IOException("line does not fit the header: " + line);
            }
            rows.add(
                    new Row(
                            fields.get(0),
                            new Load.Result(
                                    number(columns, fields, "rps"),
                                    number(columns, fields, "p50_latency_ms"),
                                    number(columns, fields, "p99_latency_ms"),
                                    number(columns, fields, "max_latency_ms"))));
        }
        if (columns == null || rows.isEmpty()) {
            throw new IOException("no results in the output of redis-benchmark: " + output);
        }
        return rows;
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        // Custom commands appear as test names and may hold commas, so commas outside quotes are
        // what separates.
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    private static Map<String, Integer> indexes(List<String> header) {
        Map<String, Integer> columns = new HashMap<>();
        for (int i = 0; i < header.size(); i++) {
            columns.put(header.get(i), i);
        }
        return columns;
    }

    private static double number(Map<String, Integer> columns, List<String> fields, String name)
            throws IOException {
        Integer column = columns.get(name);
        if (column == null) {
            throw new IOException("redis-benchmark reports no column " + name);
        }
        String text = fields.get(column);
        // A run that took less than a millisecond.
        return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }
}

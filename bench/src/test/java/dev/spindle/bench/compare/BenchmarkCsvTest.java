package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarkCsvTest {
    private static final String HEADER =
            "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"\n";

    @Test
    void shouldReadEveryRowWhenWarningsPrecedeTheHeader() throws IOException {
        String output =
                "WARNING: Could not fetch server CONFIG\n"
                        + HEADER
                        + "\"SET\",\"465116.25\",\"1.140\",\"0.384\",\"1.095\",\"2.479\",\"2.927\",\"3.087\"\n"
                        + "\"GET\",\"500000.00\",\"1.053\",\"0.072\",\"0.983\",\"1.711\",\"2.879\",\"3.071\"\n";
        assertEquals(
                List.of(
                        new BenchmarkCsv.Row(
                                "SET", new Load.Result(465116.25, 1.095, 2.927, 3.087)),
                        new BenchmarkCsv.Row("GET", new Load.Result(500000, 0.983, 2.879, 3.071))),
                BenchmarkCsv.parse(output));
    }

    @Test
    void shouldKeepCommasOfTestNames() throws IOException {
        String output =
                HEADER
                        + "\"LRANGE_100 (first 100, of 100)\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"\n";
        assertEquals(
                new BenchmarkCsv.Row("LRANGE_100 (first 100, of 100)", new Load.Result(1, 4, 6, 7)),
                BenchmarkCsv.parse(output).get(0));
    }

    @Test
    void shouldRefuseOutputWithoutResults() {
        assertThrows(IOException.class, () -> BenchmarkCsv.parse(HEADER));
        assertThrows(IOException.class, () -> BenchmarkCsv.parse("Could not connect to Redis"));
        assertThrows(IOException.class, () -> BenchmarkCsv.parse(HEADER + "\"SET\",\"1\"\n"));
    }
}

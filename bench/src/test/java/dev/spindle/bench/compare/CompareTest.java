package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The whole way once, with a Redis on both sides and no more load than it takes to see that all is wired. */
class CompareTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"spinning", "resting", "resting --unix-socket"})
    void shouldCompareARedisWithItself(String load) throws IOException {
        assumeTrue(ProjectFiles.onPath("redis-server") != null, "no redis-server here");
        Path tsv = directory.resolve("compare.tsv");
        Path html = directory.resolve("compare.html");
        StringWriter terminal = new StringWriter();
        CommandLine command = Compare.commandLine();
        command.setOut(new PrintWriter(terminal));
        command.setErr(new PrintWriter(terminal));
        int code =
                command.execute(
                        ("throughput --subject-command redis-server --no-pin --rounds 2 --requests 500"
                                        + " --load "
                                        + load
                                        + " --warmup-seconds 0 --depths 4 --clients 2 --keyspace 1000 --tests set,get,incr --tsv "
                                        + tsv
                                        + " --html "
                                        + html)
                                .split(" "));
        assertEquals(0, code, terminal.toString());
        List<String> readings =
                Files.readAllLines(tsv).stream()
                        .filter(line -> line.startsWith("throughput\t"))
                        .toList();
        // 3 tests, under 2 loads, 3 metrics, 2 rounds.
        assertEquals(36, readings.size());
        for (String reading : readings) {
            assertTrue(Double.parseDouble(reading.split("\t")[8]) > 0, reading);
        }
        assertTrue(Files.readString(html).contains("</svg>"));
        assertEquals(
                0,
                ProcessHandle.current().children().filter(ProcessHandle::isAlive).count(),
                "servers outlived the comparison");
    }

    @Test
    void shouldFailWithTheServersOwnWordsWhenItDoesNotStart() {
        StringWriter errors = new StringWriter();
        CommandLine command = Compare.commandLine();
        command.setOut(new PrintWriter(new StringWriter()));
        command.setErr(new PrintWriter(errors));
        int code =
                command.execute(
                        "startup",
                        "--no-pin",
                        "--subject-command",
                        "cat",
                        "--reference-command",
                        "cat");
        assertEquals(1, code);
        assertTrue(errors.toString().contains("did not start"), errors.toString());
        assertTrue(errors.toString().contains("unrecognized option"), errors.toString());
    }
}

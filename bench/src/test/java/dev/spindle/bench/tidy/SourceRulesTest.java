package dev.spindle.bench.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** House rules that only the sources show. */
class SourceRulesTest {

    /** Lines from which on a file has more than one reason to change. */
    private static final int MAX_LINES = 700;

    /** Files that may be longer, each with its reason beside it. */
    private static final Set<String> LONGER_FILES = Set.of();

    private static final Pattern TEST =
            Pattern.compile("\\s*@(Test|Property|Example|ParameterizedTest|RepeatedTest)\\b.*");
    private static final Pattern METHOD = Pattern.compile("\\s*(public )?void (\\w+)\\(.*");

    @Test
    void shouldSayInEveryPackageWhatLivesThere() throws IOException {
        Set<Path> folders = new TreeSet<>();
        for (Path file : SourceTree.javaFiles("src/main/java")) {
            folders.add(file.getParent());
        }
        assertTrue(folders.size() > 20, "the sources were not found");
        List<String> wrong = new ArrayList<>();
        for (Path folder : folders) {
            Path info = folder.resolve("package-info.java");
            if (!Files.exists(info) || !Files.readString(info).startsWith("/**")) {
                wrong.add(SourceTree.root().relativize(folder).toString());
            }
        }
        assertEquals(List.of(), wrong, "packages without a described package-info.java");
    }

    @Test
    void shouldKeepFilesShort() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (String folder : List.of("src/main/java", "src/test/java")) {
            for (Path file : SourceTree.javaFiles(folder)) {
                int lines = Files.readAllLines(file).size();
                boolean listed = LONGER_FILES.contains(file.getFileName().toString());
                if (lines > MAX_LINES && !listed) {
                    wrong.add(file.getFileName() + ": " + lines + " lines");
                }
            }
        }
        assertEquals(List.of(), wrong, "files to split");
    }

    @Test
    void shouldNameTestsByWhatShouldHappen() throws IOException {
        List<String> wrong = new ArrayList<>();
        int found = 0;
        for (Path file : SourceTree.javaFiles("src/test/java")) {
            boolean expected = false;
            for (String line : Files.readAllLines(file)) {
                expected |= TEST.matcher(line).matches();
                Matcher method = METHOD.matcher(line);
                if (expected && method.matches()) {
                    expected = false;
                    found++;
                    if (!method.group(2).startsWith("should")) {
                        wrong.add(file.getFileName() + ": " + method.group(2));
                    }
                }
            }
        }
        assertTrue(found > 50, "the tests were not found");
        assertEquals(List.of(), wrong, "tests without should");
    }

    @Test
    void shouldNotSleepInTests() throws IOException {
        // In two parts, or this line would be found.
        String sleep = "Thread" + ".sleep(";
        List<String> wrong = new ArrayList<>();
        for (Path file : SourceTree.javaFiles("src/test/java")) {
            if (Files.readString(file).contains(sleep)) {
                wrong.add(file.getFileName().toString());
            }
        }
        assertEquals(List.of(), wrong, "tests that sleep instead of waiting for a condition");
    }
}

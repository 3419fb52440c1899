package dev.spindle.bench.tidy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The sources of all modules. */
final class SourceTree {

    static final List<String> MODULES =
            List.of("perf", "engine", "rdb", "aof", "cluster", "net", "bench");

    private SourceTree() {}

    /** The folder that holds the modules: the one above the module whose tests run. */
    static Path root() {
        Path root = Path.of("").toAbsolutePath().getParent();
        for (String module : MODULES) {
            assertTrue(
                    Files.isDirectory(root.resolve(module)), "no module " + module + " in " + root);
        }
        return root;
    }

    /** Java files below a folder of each module, such as {@code src/main/java}. */
    static List<Path> javaFiles(String folder) {
        return MODULES.stream()
                .map(module -> root().resolve(module).resolve(folder))
                .filter(Files::isDirectory)
                .flatMap(SourceTree::walk)
                .filter(path -> path.toString().endsWith(".java"))
                .toList();
    }

    private static Stream<Path> walk(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}

package dev.spindle.bench.compare;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds files of the project and of the PATH. */
final class ProjectFiles {
    private static final String MARK = "bench/docs/compare.md";

    private ProjectFiles() {}

    /** A path relative to the project's top directory, which is looked for from the working directory upwards. */
    static Path resolve(String relative) {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(MARK))) {
                return at.resolve(relative);
            }
        }
        return Path.of(relative);
    }

    /** The executable file of that name on the PATH, or null. */
    static Path onPath(String program) {
        String path = System.getenv("PATH");
        if (path == null) {
            return null;
        }
        for (String directory : path.split(File.pathSeparator)) {
            Path file = Path.of(directory, program);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }
}

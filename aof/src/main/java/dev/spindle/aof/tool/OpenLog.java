package dev.spindle.aof.tool;

import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.manifest.LogRefusal;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the log in a directory: the one whose manifest is there, or in a directory within. */
final class OpenLog {

    private static final String MANIFEST = ".manifest";

    private OpenLog() {}

    /** Opens it, which keeps servers out. */
    static LogDirectory open(Path where) throws IOException {
        Path manifest = find(where);
        if (manifest == null) {
            try (DirectoryStream<Path> within =
                    Files.newDirectoryStream(where, Files::isDirectory)) {
                for (Path each : within) {
                    manifest = manifest == null ? find(each) : manifest;
                }
            }
        }
        if (manifest == null) {
            throw new LogRefusal("There is no manifest of an append only log in " + where);
        }
        String name = manifest.getFileName().toString();
        LogDirectory directory =
                new LogDirectory(
                        manifest.toAbsolutePath().getParent(),
                        name.substring(0, name.length() - MANIFEST.length()),
                        LogFormat.FILE);
        directory.open();
        return directory;
    }

    private static Path find(Path where) throws IOException {
        if (!Files.isDirectory(where)) {
            throw new LogRefusal("There is no directory " + where);
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(where, "*" + MANIFEST)) {
            for (Path file : files) {
                if (!file.getFileName().toString().startsWith("temp_")) {
                    return file;
                }
            }
        }
        return null;
    }
}

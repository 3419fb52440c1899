package dev.spindle.net.server;

import dev.spindle.engine.config.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the data files of a server look like from outside: names, sizes, times. Two equal descriptions mean that nobody has put other
 * files there in between.
 */
final class DataFiles {

    private DataFiles() {}

    static String describe(ServerConfig config) throws IOException {
        StringBuilder text = new StringBuilder("appendonly=").append(config.flag("appendonly"));
        add(text, config.path("dbfilename"));
        if (config.flag("appendonly")) {
            text.append(" appendfilename=").append(config.text("appendfilename"));
            add(text, config.path("appendfilename"));
        }
        Path log = config.path("appenddirname");
        if (Files.isDirectory(log)) {
            try (Stream<Path> walk = Files.walk(log)) {
                List<Path> files = walk.sorted().toList();
                for (Path file : files) {
                    add(text, file);
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return text.toString();
    }

    private static void add(StringBuilder text, Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            text.append('\n')
                    .append(file)
                    .append(' ')
                    .append(Files.size(file))
                    .append(' ')
                    .append(Files.getLastModifiedTime(file).toMillis());
        }
    }
}

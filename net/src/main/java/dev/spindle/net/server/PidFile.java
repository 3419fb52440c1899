package dev.spindle.net.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that holds the number of the process while it runs. */
final class PidFile {

    /** Where Redis puts it when a daemon was told no place. */
    static final String DAEMON_DEFAULT = "/var/run/redis.pid";

    private final Path path;

    private PidFile(Path path) {
        this.path = path;
    }

    /** Writes it; what cannot be written is not fatal. */
    static PidFile write(Path path) throws IOException {
        Files.write(
                path, (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
        return new PidFile(path);
    }

    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // The next start overwrites it.
            return;
        }
    }
}

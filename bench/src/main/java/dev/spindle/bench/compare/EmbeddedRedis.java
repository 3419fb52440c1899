package dev.spindle.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** The redis-server inside the Maven artifact {@code com.github.codemonstur:embedded-redis}, for machines without one. */
final class EmbeddedRedis {
    /** Resource names in version 1.4.3 of the artifact. */
    private static final String AMD64 = "/redis-server-6.2.6-v5-linux-amd64";

    private static final String ARM64 = "/redis-server-6.2.7-linux-arm64";

    private EmbeddedRedis() {}

    /**
     * @throws IOException if the artifact is not on the class path or has no binary for this machine
     */
    static Path extractTo(Path directory) throws IOException {
        boolean arm = Set.of("aarch64", "arm64").contains(System.getProperty("os.arch"));
        String resource = arm ? ARM64 : AMD64;
        Path binary = directory.resolve("redis-server");
        try (InputStream in = EmbeddedRedis.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(
                        "no redis-server on the PATH and none in the artifact embedded-redis; give --reference-command");
            }
            Files.copy(in, binary);
        }
        if (!binary.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + binary + " executable");
        }
        return binary;
    }
}

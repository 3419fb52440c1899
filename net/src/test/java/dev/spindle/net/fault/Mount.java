package dev.spindle.net.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opentest4j.TestAbortedException;

/** A small disk in memory: it can be full, and it can take no writes, which files and rights do not do to a superuser. */
final class Mount implements AutoCloseable {

    private static final int CHUNK = 64 << 10;

    private final Path point;

    private Mount(Path point) {
        this.point = point;
    }

    /**
     * Mounts a disk of so many mebibytes.
     *
     * @throws TestAbortedException where that is not allowed; what happens then is tested with logs that refuse, in the aof module.
     */
    static Mount of(Path point, int mebibytes) throws Exception {
        Files.createDirectories(point);
        if (run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", point.toString())
                != 0) {
            throw new TestAbortedException("mounting is not allowed here");
        }
        return new Mount(point);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    Path point() {
        return point;
    }

    /** Takes no more writes. */
    void readOnly() throws Exception {
        if (run("mount", "-o", "remount,ro", point.toString()) != 0) {
            throw new IOException("remounting failed");
        }
    }

    /** Writes a file until it is so long, or the disk is full. */
    Path ballast(long bytes) throws IOException {
        Path file = point.resolve("ballast");
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long i = 0; i < bytes; i += CHUNK) {
                out.write(chunk);
            }
        } catch (IOException e) {
            // Full: that is wanted.
            return file;
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        try {
            run("umount", "-l", point.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

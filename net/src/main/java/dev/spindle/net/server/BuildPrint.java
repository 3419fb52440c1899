package dev.spindle.net.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A short text that differs between builds of this program: a version number says too little, since the form of the bytes in memory
 * may change from one build to the next without it.
 */
final class BuildPrint {

    private static final int BLOCK = 1 << 16;

    private BuildPrint() {}

    /** The version given and a checksum of the code that a class was loaded from, a jar or a directory of classes. */
    static String of(String version, Class<?> member) throws IOException {
        Path code;
        try {
            code = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        CRC32C crc = new CRC32C();
        if (Files.isDirectory(code)) {
            addDirectory(code, crc);
        } else {
            addFile(code, crc);
        }
        return version + "/" + Long.toHexString(crc.getValue());
    }

    private static void addDirectory(Path directory, CRC32C crc) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
            for (Path file : files) {
                addFile(file, crc);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void addFile(Path file, CRC32C crc) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(block.clear()) >= 0) {
                crc.update(block.flip());
            }
        }
    }
}

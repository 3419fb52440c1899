package dev.spindle.net.server;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** A seed that nobody can guess. Asked of the kernel directly, since the JDK's own source loads a hundred classes first. */
final class RandomSeed {

    private RandomSeed() {}

    static long next() {
        try (FileInputStream in = new FileInputStream("/dev/urandom")) {
            return ByteBuffer.wrap(in.readNBytes(Long.BYTES)).getLong();
        } catch (IOException | java.nio.BufferUnderflowException e) {
            return new SecureRandom().nextLong();
        }
    }
}

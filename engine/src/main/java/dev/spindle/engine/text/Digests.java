package dev.spindle.engine.text;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digests that appear on the wire: of scripts (SHA-1) and of passwords (SHA-256), as lower-case hex. */
public final class Digests {
    public static final int SHA1_HEX_LENGTH = 40;
    public static final int SHA256_HEX_LENGTH = 64;

    private Digests() {}

    public static String sha1Hex(byte[] bytes) {
        return hex("SHA-1", bytes);
    }

    public static String sha256Hex(byte[] bytes) {
        return hex("SHA-256", bytes);
    }

    private static String hex(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }
}

package dev.spindle.engine.text;

import java.nio.charset.StandardCharsets;

/** Words of the protocol as bytes, made once. */
public final class Ascii {

    private Ascii() {}

    /** The bytes of a text in ASCII. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

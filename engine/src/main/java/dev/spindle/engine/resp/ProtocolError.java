package dev.spindle.engine.resp;

/** What can be wrong with a frame; the texts are Redis's. */
public enum ProtocolError {
    NONE(""),
    BIG_INLINE("too big inline request"),
    UNBALANCED_QUOTES("unbalanced quotes in request"),
    BIG_MULTIBULK_COUNT("too big mbulk count string"),
    INVALID_MULTIBULK_LENGTH("invalid multibulk length"),
    UNAUTHENTICATED_MULTIBULK("unauthenticated multibulk length"),
    BIG_BULK_COUNT("too big bulk count string"),
    EXPECTED_DOLLAR("expected '$', got '%c'"),
    INVALID_BULK_LENGTH("invalid bulk length"),
    UNAUTHENTICATED_BULK("unauthenticated bulk length");

    private final String text;

    ProtocolError(String text) {
        this.text = text;
    }

    /** The text behind {@code ERR Protocol error: }, with the offending byte where it names one. */
    public String text(byte offending) {
        return text.replace("%c", String.valueOf((char) (offending & 0xFF)));
    }
}

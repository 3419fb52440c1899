package dev.spindle.engine.resp;

/** What can be wrong with a frame; the texts are Redis's. */
public enum ProtocolError {
    NONE("", ""),
    BIG_INLINE("too big inline request", "too big inline request"),
    UNBALANCED_QUOTES("unbalanced quotes in request", "unbalanced quotes in inline request"),
    BIG_MULTIBULK_COUNT("too big mbulk count string", "too big mbulk count string"),
    INVALID_MULTIBULK_LENGTH("invalid multibulk length", "invalid mbulk count"),
    UNAUTHENTICATED_MULTIBULK("unauthenticated multibulk length", "unauth mbulk count"),
    BIG_BULK_COUNT("too big bulk count string", "too big bulk count string"),
    EXPECTED_DOLLAR("expected '$', got '%c'", "expected $ but got something else"),
    INVALID_BULK_LENGTH("invalid bulk length", "invalid bulk length"),
    UNAUTHENTICATED_BULK("unauthenticated bulk length", "unauth bulk length");

    private final String text;
    private final String logged;

    ProtocolError(String text, String logged) {
        this.text = text;
        this.logged = logged;
    }

    /** The words for the server's log. */
    public String logged() {
        return logged;
    }

    /** The text behind {@code ERR Protocol error: }, with the offending byte where it names one. */
    public String text(byte offending) {
        return text.replace("%c", String.valueOf((char) (offending & 0xFF)));
    }
}

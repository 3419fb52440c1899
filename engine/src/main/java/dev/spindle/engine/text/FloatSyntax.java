package dev.spindle.engine.text;

/** What C's strtod and strtold would take a whole text for; the grammar that Java's own parsers are too generous for. */
enum FloatSyntax {
    DECIMAL,
    HEXADECIMAL,
    INFINITE,
    NOT_A_NUMBER,
    MALFORMED;

    static FloatSyntax of(String text) {
        int at = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        String rest = text.substring(at);
        if (rest.equalsIgnoreCase("inf") || rest.equalsIgnoreCase("infinity")) {
            return INFINITE;
        }
        if (rest.regionMatches(true, 0, "nan", 0, 3)) {
            return NOT_A_NUMBER;
        }
        if (rest.length() > 2 && rest.charAt(0) == '0' && (rest.charAt(1) | 0x20) == 'x') {
            return matches(rest.substring(2), 16, 'p') ? HEXADECIMAL : MALFORMED;
        }
        return matches(rest, 10, 'e') ? DECIMAL : MALFORMED;
    }

    private static boolean matches(String text, int radix, char exponentMark) {
        int at = 0;
        int digits = 0;
        boolean point = false;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (isDigit(c, radix)) {
                digits++;
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0) {
            return false;
        }
        return at == text.length()
                || ((text.charAt(at) | 0x20) == exponentMark && isExponent(text, at + 1));
    }

    private static boolean isExponent(String text, int from) {
        int at = from;
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            at++;
        }
        if (at == text.length()) {
            return false;
        }
        for (; at < text.length(); at++) {
            if (!isDigit(text.charAt(at), 10)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(char c, int radix) {
        return c < 128 && Character.digit(c, radix) >= 0;
    }

    /** Whether all digits before the exponent of a well-formed number are zeros. */
    static boolean isZero(String text) {
        boolean hex = of(text) == HEXADECIMAL;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            char lower = (char) (c | 0x20);
            if (lower == (hex ? 'p' : 'e')) {
                return true;
            }
            if (c != '0' && isDigit(c, hex ? 16 : 10)) {
                return false;
            }
        }
        return true;
    }
}

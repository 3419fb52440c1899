package dev.spindle.aof.replay;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Predicate;
import org.agrona.UnsafeApi;

/**
 * Looks whether bytes are whole commands, and transactions, one behind the other: arrays of bulk strings whose names are known. Fed in pieces of any size;
 * values are stepped over.
 */
final class CommandCheck {

    private static final int LONGEST_NAME = 64;
    private static final long MOST_ARGUMENTS = Integer.MAX_VALUE;
    private static final long MOST_LENGTH = 1L << 40;

    private enum Expected {
        COMMAND,
        COUNT,
        ARGUMENT,
        LENGTH,
        LINE_END,
        BYTES,
        BYTES_CR,
        BYTES_LF
    }

    private final Predicate<String> isKnown;
    private final byte[] name = new byte[LONGEST_NAME];
    private Expected expected = Expected.COMMAND;
    private boolean counting;
    private boolean digits;
    private long number;
    private long argumentsLeft;
    private long bytesLeft;
    private int nameLength;
    private boolean naming;
    private boolean inTransaction;
    private long offset;
    private String damage;

    CommandCheck(Predicate<String> isKnown) {
        this.isKnown = isKnown;
    }

    /**
     * Looks at the bytes that come next.
     *
     * @return whether nothing is wrong so far.
     */
    boolean feed(long address, long length) {
        long at = 0;
        while (at < length && damage == null) {
            if (expected == Expected.BYTES) {
                long now = Math.min(bytesLeft, length - at);
                keepName(address + at, now);
                bytesLeft -= now;
                at += now;
                offset += now;
                if (bytesLeft == 0) {
                    expected = Expected.BYTES_CR;
                }
            } else {
                follow(UnsafeApi.getByte(address + at) & 0xff);
                at++;
                offset++;
            }
        }
        return damage == null;
    }

    private void keepName(long from, long length) {
        if (naming) {
            for (int i = 0; i < length; i++) {
                name[nameLength++] = UnsafeApi.getByte(from + i);
            }
        }
    }

    private void follow(int c) {
        switch (expected) {
            case COMMAND -> begin(c, '*', true, Expected.COUNT);
            case ARGUMENT -> begin(c, '$', false, Expected.LENGTH);
            case COUNT, LENGTH -> digit(c);
            case LINE_END -> {
                if (c != '\n') {
                    wrong("no line's end");
                } else if (counting) {
                    onCount();
                } else {
                    onLength();
                }
            }
            case BYTES_CR -> {
                expected = Expected.BYTES_LF;
                require(c == '\r', "an argument does not end with a line's end");
            }
            default -> {
                require(c == '\n', "an argument does not end with a line's end");
                onArgument();
            }
        }
    }

    private void begin(int c, char mark, boolean count, Expected next) {
        require(c == mark, "no '" + mark + "' where one belongs");
        counting = count;
        digits = false;
        number = 0;
        expected = next;
    }

    private void digit(int c) {
        if (c >= '0' && c <= '9') {
            digits = true;
            number = number * 10 + c - '0';
            require(
                    number <= (counting ? MOST_ARGUMENTS : MOST_LENGTH),
                    "a number that is too large");
        } else {
            require(c == '\r' && digits, "no number where one belongs");
            expected = Expected.LINE_END;
        }
    }

    private void onCount() {
        require(number > 0, "a command without a name");
        argumentsLeft = number;
        naming = true;
        nameLength = 0;
        expected = Expected.ARGUMENT;
    }

    private void onLength() {
        require(!naming || number > 0 && number <= LONGEST_NAME, "no command has such a name");
        bytesLeft = number;
        expected = number > 0 ? Expected.BYTES : Expected.BYTES_CR;
    }

    private void onArgument() {
        if (naming) {
            naming = false;
            onName(new String(name, 0, nameLength, StandardCharsets.ISO_8859_1));
        }
        argumentsLeft--;
        expected = argumentsLeft > 0 ? Expected.ARGUMENT : Expected.COMMAND;
    }

    private void onName(String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        switch (lower) {
            case "multi" -> {
                require(!inTransaction, "MULTI within MULTI");
                inTransaction = true;
            }
            case "exec" -> {
                require(inTransaction, "EXEC without MULTI");
                inTransaction = false;
            }
            default -> require(isKnown.test(lower), "no command has such a name");
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            wrong(otherwise);
        }
    }

    private void wrong(String what) {
        if (damage == null) {
            damage = what + ", at byte " + offset;
        }
    }

    /** What is wrong; null when all bytes so far were whole commands. */
    String damage() {
        return damage == null && (expected != Expected.COMMAND || inTransaction)
                ? "a command, or a transaction, that is not complete"
                : damage;
    }
}

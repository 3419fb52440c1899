package dev.spindle.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.spindle.engine.command.KeySpec.Begin;
import dev.spindle.engine.command.KeySpec.Find;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Key specs of kinds that commands of the first families do not have. */
class KeySearchTest {

    private static byte[][] words(String line) {
        List<byte[]> words = new ArrayList<>();
        for (String word : line.split(" ")) {
            words.add((word.equals("''") ? "" : word).getBytes(StandardCharsets.US_ASCII));
        }
        return words.toArray(new byte[0][]);
    }

    private static String found(CommandSpec row, String line) {
        byte[][] argv = words(line);
        List<KeySearch.Key> keys = KeySearch.find(row, argv);
        if (keys == null) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (KeySearch.Key key : keys) {
            text.append(text.length() == 0 ? "" : " ").append(KeySearch.text(argv[key.index()]));
        }
        return text.toString();
    }

    private static CommandSpec row(KeySpec... specs) {
        return CommandSpec.command("x", -2, "readonly", "", null).keys(specs);
    }

    @Test
    void shouldCountKeysByTheNumberBeforeThem() {
        CommandSpec row = row(KeySpec.keynum("RO access", 2));
        assertEquals("a b", found(row, "x s 2 a b c"));
        assertNull(found(row, "x s 3 a b"));
        assertNull(found(row, "x s -1 a b"));
        assertNull(found(row, "x s many a b"));
        assertNull(found(row, "x s 99999999999 a"));
    }

    @Test
    void shouldFindADestinationBeforeACount() {
        CommandSpec row = row(KeySpec.range("OW update", 1, 0, 1), KeySpec.keynum("RO access", 2));
        assertEquals("d a b", found(row, "x d 2 a b WEIGHTS 1 2"));
    }

    @Test
    void shouldTakeTheFirstHalfBehindAKeyword() {
        CommandSpec row =
                row(
                        new KeySpec(
                                null,
                                "RO access",
                                Begin.KEYWORD,
                                1,
                                "STREAMS",
                                Find.RANGE,
                                -1,
                                1,
                                2));
        assertEquals("a b", found(row, "x COUNT 1 streams a b 0 0"));
        assertEquals("", found(row, "x COUNT 1"));
    }

    @Test
    void shouldSearchAKeywordFromTheEnd() {
        CommandSpec row =
                row(
                        new KeySpec(
                                null,
                                "OW update",
                                Begin.KEYWORD,
                                -2,
                                "KEYS",
                                Find.RANGE,
                                -1,
                                1,
                                0));
        assertEquals("a", found(row, "x keys b KEYS a"));
    }

    @Test
    void shouldLeaveOutWhatIsNoKey() {
        CommandSpec row = row(KeySpec.range("not_key", 1, 0, 1));
        assertFalse(KeySearch.canHaveKeys(row));
    }

    @Test
    void shouldFindTheKeysOfSortAndMigrate() {
        CommandSpec sort =
                row(new KeySpec(null, "RO access", Begin.UNKNOWN, 0, null, Find.UNKNOWN, 0, 0, 0))
                        .keyFinder(KeyFinders::sort);
        assertEquals("a c", found(sort, "x a STORE b BY store LIMIT 1 store store c"));
        CommandSpec migrate =
                row(new KeySpec(null, "RW", Begin.UNKNOWN, 0, null, Find.UNKNOWN, 0, 0, 0))
                        .keyFinder(KeyFinders::migrate);
        assertEquals("k", found(migrate, "x host 1 k 0 5"));
        assertEquals("a b", found(migrate, "x host 1 '' 0 5 AUTH keys KEYS a b"));
        assertNull(found(migrate, "x host 1 k 0 5 KEYS a b"));
    }
}

package dev.spindle.engine.text;

import static dev.spindle.engine.testkit.RawClient.bytes;
import static dev.spindle.engine.testkit.RawClient.latin1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class QuotedWordsTest {
    private static List<String> split(String line) {
        List<byte[]> words = QuotedWords.split(bytes(line));
        return words == null ? null : words.stream().map(RawClient::latin1).toList();
    }

    @Test
    void shouldSplitWhenQuotesAreBalanced() {
        assertEquals(List.of("a", "b c", "d'e"), split("  a \"b c\"\t'd\\'e' "));
        assertEquals(List.of("A\n\u0007\u00ff\\q\""), split("\"\\x41\\n\\a\\xfF\\\\\\q\\\"\""));
        assertEquals(List.of("", ""), split("\"\" ''"));
        assertEquals(List.of(), split(" \t "));
    }

    @Test
    void shouldAnswerNullWhenQuotesAreUnbalanced() {
        for (String line :
                List.of("\"a", "'a", "\"a\"b", "'a'b", "a\"b", "\"a\\", "\"a\\\"", "'a\\'")) {
            assertNull(split(line), line);
        }
    }

    @Property
    void shouldReadBackWhatItQuoted(@ForAll byte[] word) {
        List<byte[]> words = QuotedWords.split(bytes(QuotedWords.quoted(word)));
        assertEquals(1, words.size());
        assertArrayEquals(word, words.get(0));
    }

    @Test
    void shouldTakeInlineCommandsApartAsTheRealServerDoes() {
        long seed = Long.getLong("spindle.seed", System.nanoTime());
        Random random = new Random(seed);
        String alphabet = "ab\"'\\x4n  \t\u000b\u00ff";
        try (RealRedis redis = RealRedis.startAny()) {
            for (int i = 0; i < 2000; i++) {
                StringBuilder rest = new StringBuilder();
                for (int n = random.nextInt(12); n > 0; n--) {
                    rest.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                String line = "sadd s " + rest;
                try (RawClient client = redis.connect()) {
                    client.command("DEL", "s");
                    client.sendRaw(bytes(line + "\r\n"));
                    String reply = latin1(client.readReply());
                    List<String> words = split(line);
                    String context = line + " seed " + seed;
                    if (words == null) {
                        assertEquals(
                                "-ERR Protocol error: unbalanced quotes in request\r\n",
                                reply,
                                context);
                    } else if (words.size() > 2) {
                        assertEquals(
                                new java.util.TreeSet<>(client.elements("SMEMBERS", "s")),
                                new java.util.TreeSet<>(words.subList(2, words.size())),
                                context);
                    }
                }
            }
        }
    }

    @Test
    void shouldQuoteAsTheRealServerDoesWhenBytesAreNotPrintable() {
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        try (RealRedis redis = RealRedis.startAny();
                RawClient monitor = redis.connect();
                RawClient client = redis.connect()) {
            monitor.command("MONITOR");
            client.commandBytes(bytes("ECHO"), all);
            String line = latin1(monitor.readReply());
            assertEquals(
                    "\"ECHO\" " + QuotedWords.quoted(all),
                    line.substring(line.indexOf("\"ECHO\"")).strip());
        }
    }
}

package dev.spindle.engine.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** Requests in every form and cut anywhere; rubbish of every kind. A failing run prints its seed. */
class RequestParserPropertyTest {
    private static final long SEED = Long.getLong("spindle.test.seed", System.nanoTime());
    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final long CANARY = 0x5A5A_A5A5_0FF0_F00FL;

    private static String pipeline(Random random) {
        StringBuilder text = new StringBuilder();
        int requests = 1 + random.nextInt(6);
        for (int i = 0; i < requests; i++) {
            String key = "k" + random.nextInt(3);
            switch (random.nextInt(9)) {
                case 0 -> text.append("PING\r\n");
                case 1 ->
                        text.append("  ECHO\t\"a\\x41 \\n")
                                .append(random.nextInt())
                                .append("\"  \n");
                case 2 -> text.append("\r\n\n*0\r\n*-1\r\n");
                case 3 -> text.append("ECHO 'it\\'s'\r\n");
                case 4 -> text.append(EngineHarness.frame("SET", key, value(random)));
                case 5 -> text.append(EngineHarness.frame("GET", key));
                case 6 -> text.append(EngineHarness.frame(many(random)));
                case 7 -> text.append("GET ").append(key).append("\r\n");
                default -> text.append(EngineHarness.frame("INCR", "n"));
            }
        }
        return text.toString();
    }

    private static String value(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    // Enough arguments to be remembered between two pieces.
    private static String[] many(Random random) {
        String[] words = new String[10 + random.nextInt(40)];
        words[0] = "MGET";
        for (int i = 1; i < words.length; i++) {
            words[i] = "k" + random.nextInt(5);
        }
        return words;
    }

    @Test
    void shouldAnswerTheSameWhenAPipelineIsCutAtAnyByte() {
        Random random = new Random(SEED);
        for (int round = 0; round < 40; round++) {
            String text = pipeline(random);
            String whole;
            try (EngineHarness engine = new EngineHarness()) {
                whole = engine.send(engine.session(), text);
            }
            try (EngineHarness engine = new EngineHarness()) {
                for (int cut = 1; cut < text.length(); cut++) {
                    engine.engine().keyspaces().get(0).flush(true);
                    Session session = engine.connect();
                    String replies =
                            engine.send(session, text.substring(0, cut))
                                    + engine.send(session, text.substring(cut));
                    assertEquals(whole, replies, () -> "seed " + SEED + ", pipeline " + text);
                    engine.engine().disconnect(session);
                }
            }
        }
    }

    @Test
    void shouldAnswerTheSameWhenAPipelineComesInManyPieces() {
        Random random = new Random(SEED);
        for (int round = 0; round < 200; round++) {
            String text = pipeline(random) + pipeline(random) + pipeline(random);
            try (EngineHarness one = new EngineHarness();
                    EngineHarness other = new EngineHarness()) {
                String whole = one.send(one.session(), text);
                StringBuilder replies = new StringBuilder();
                int most = 1 + random.nextInt(30);
                for (int at = 0; at < text.length(); ) {
                    int to = Math.min(text.length(), at + 1 + random.nextInt(most));
                    replies.append(other.send(other.session(), text.substring(at, to)));
                    at = to;
                }
                assertEquals(
                        whole, replies.toString(), () -> "seed " + SEED + ", pipeline " + text);
            }
        }
    }

    @Test
    void shouldParseOnceWhenAMillionArgumentsComeInAThousandPieces() {
        int args = 1_000_000;
        byte[] request = request(args);
        long block = UnsafeApi.allocateMemory(request.length);
        try {
            UnsafeApi.copyMemory(request, BYTES, null, block, request.length);
            RequestParser parser = new RequestParser();
            PartialRequest partial = new PartialRequest();
            RequestBatch batch = new RequestBatch();
            int piece = request.length / 1000;
            int before = 0;
            for (int length = piece; length < request.length; length += piece) {
                assertEquals(0, parser.parse(block, length, true, partial, batch));
                assertTrue(partial.args() > before, "each piece adds to what is known");
                before = partial.args();
            }
            assertEquals(request.length, parser.parse(block, request.length, true, partial, batch));
            assertEquals(1, batch.count());
            assertEquals(args, batch.argc(0));
            assertEquals('x', UnsafeApi.getByte(batch.address(batch.firstArg(0) + args - 1)));
            assertEquals(0, partial.args());
        } finally {
            UnsafeApi.freeMemory(block);
        }
    }

    private static byte[] request(int args) {
        StringBuilder text = new StringBuilder("*" + args + "\r\n");
        for (int i = 0; i < args; i++) {
            text.append("$1\r\nx\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static final String[] SCRAPS = {
        "*",
        "$",
        "\r\n",
        "\n",
        "\r",
        "\0",
        "-",
        "+",
        "0",
        "1",
        "2",
        "16",
        "64",
        "9223372036854775807",
        "2147483648",
        "\"",
        "'",
        "\\",
        "\\x",
        " ",
        "\t",
        "PING",
        "SET",
        "GET",
        "k",
        "*1\r\n",
        "*2\r\n$3\r\nGET\r\n",
        "$1\r\nk\r\n",
        "*17\r\n",
        "$-1\r\n",
        "$4\r\nPING\r\n",
        "\u00ff"
    };

    @Test
    void shouldNeitherThrowNorReadBeyondTheInputWhenFedRubbish() {
        Random random = new Random(SEED);
        RequestParser parser = new RequestParser();
        RequestBatch batch = new RequestBatch();
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int scraps = 1 + random.nextInt(25);
            for (int i = 0; i < scraps; i++) {
                text.append(
                        random.nextInt(6) == 0
                                ? String.valueOf((char) random.nextInt(256))
                                : SCRAPS[random.nextInt(SCRAPS.length)]);
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            boolean authenticated = random.nextBoolean();
            // What lies behind the input differs between two runs; nothing else may.
            String first = outcome(parser, batch, bytes, authenticated, CANARY, random.nextInt());
            String second = outcome(parser, batch, bytes, authenticated, ~CANARY, random.nextInt());
            assertEquals(first, second, () -> "seed " + SEED + ", input " + text);
        }
    }

    // Parses a growing input that ends where its block ends, but for a canary.
    private static String outcome(
            RequestParser parser,
            RequestBatch batch,
            byte[] bytes,
            boolean authenticated,
            long canary,
            int pieceSeed) {
        long block = UnsafeApi.allocateMemory(bytes.length + 16L);
        try {
            long start = block + 8;
            UnsafeApi.putLong(block, canary);
            UnsafeApi.copyMemory(bytes, BYTES, null, start, bytes.length);
            UnsafeApi.putLong(start + bytes.length, canary);
            PartialRequest partial = new PartialRequest();
            List<String> requests = new ArrayList<>();
            long consumed = 0;
            Random pieces = new Random(pieceSeed);
            long length = 0;
            while (length < bytes.length) {
                length = Math.min(bytes.length, length + 1 + pieces.nextInt(bytes.length));
                if (length < bytes.length) {
                    // A shorter input must not see what will come.
                    UnsafeApi.copyMemory(bytes, BYTES, null, start, bytes.length);
                }
                long parsed;
                do {
                    parsed =
                            parser.parse(
                                    start + consumed,
                                    length - consumed,
                                    authenticated,
                                    partial,
                                    batch);
                    assertTrue(parsed >= 0 && consumed + parsed <= length);
                    collect(batch, requests);
                    consumed += parsed;
                    if (parser.error() != ProtocolError.NONE) {
                        assertTrue(parser.errorAt() >= 0 && parser.errorAt() <= length);
                        return requests + parser.errorText();
                    }
                } while (parsed > 0 && consumed < length);
            }
            assertEquals(canary, UnsafeApi.getLong(block));
            assertEquals(canary, UnsafeApi.getLong(start + bytes.length));
            return requests + " and " + (bytes.length - consumed) + " bytes left";
        } finally {
            UnsafeApi.freeMemory(block);
        }
    }

    private static void collect(RequestBatch batch, List<String> requests) {
        for (int i = 0; i < batch.count(); i++) {
            StringBuilder request = new StringBuilder();
            for (int j = 0; j < batch.argc(i); j++) {
                int arg = batch.firstArg(i) + j;
                byte[] copy = new byte[batch.length(arg)];
                UnsafeApi.copyMemory(null, batch.address(arg), copy, BYTES, copy.length);
                request.append('<')
                        .append(new String(copy, StandardCharsets.ISO_8859_1))
                        .append('>');
            }
            requests.add(request.toString());
        }
    }

    @Test
    void shouldNeverThrowWhenAnEngineIsFedRubbish() {
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            StringBuilder sent = new StringBuilder();
            try (EngineHarness engine = new EngineHarness()) {
                for (int i = 0; i < 40; i++) {
                    String scrap = SCRAPS[random.nextInt(SCRAPS.length)];
                    sent.append(scrap);
                    engine.send(engine.session(), scrap);
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + SEED + ", sent " + sent, e);
            }
        }
    }
}

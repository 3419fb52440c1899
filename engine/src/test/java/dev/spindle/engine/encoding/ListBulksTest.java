package dev.spindle.engine.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.text.BulkHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class ListBulksTest {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int ELEMENTS = 2_000;
    private static final int BUFFER = 1 << 20;

    @Test
    void shouldWriteWhatStandsInTheListAndStopWhereItMust() {
        try (Arena arena = new Arena(1L << 30, true)) {
            Quicklist list = new Quicklist(arena);
            List<String> elements = fill(list);
            ListBulks bulks = new ListBulks(arena.memory(), list);
            ListElement element = new ListElement();
            long buffer = UnsafeApi.allocateMemory(BUFFER);
            Random random = new Random(7);
            for (int from = 0; from < ELEMENTS; from += 97) {
                list.seek(from);
                int at = from;
                while (at < ELEMENTS) {
                    long room = ListBulks.ROOM + random.nextInt(5_000);
                    int most = Math.min(ELEMENTS - at, 1 + random.nextInt(300));
                    int written = (int) bulks.write(buffer, buffer + room, most);
                    assertEquals(
                            framed(elements.subList(at, at + written)),
                            text(buffer, (int) (bulks.end() - buffer)));
                    at += written;
                    boolean roomLeft = buffer + room - bulks.end() >= ListBulks.ROOM;
                    if (written < most && roomLeft) {
                        list.next(element);
                        assertEquals(elements.get(at), text(element.bytes(), element.length()));
                        assertEquals(true, element.length() >= BulkHeader.LENGTHS);
                        at++;
                    }
                }
            }
            UnsafeApi.freeMemory(buffer);
        }
    }

    private static List<String> fill(Quicklist list) {
        Random random = new Random(42);
        List<String> elements = new ArrayList<>();
        long bytes = UnsafeApi.allocateMemory(8_192);
        for (int i = 0; i < ELEMENTS; i++) {
            String text =
                    switch (random.nextInt(10)) {
                        case 0 -> Integer.toString(random.nextInt());
                        case 1 -> "";
                        case 2 -> "y".repeat(random.nextInt(600));
                        case 3 -> random.nextInt(50) == 0 ? "z".repeat(5_000) : "-7";
                        case 4 -> any(random, "abcdefghijklmnopqrstuvwxyz", 14);
                        case 5 -> any(random, "0123456789abcdef", 14);
                        case 6 -> "element:" + any(random, "-_0AZaz", random.nextInt(400));
                        default -> String.format("element:%06d", random.nextInt(1_000_000));
                    };
            elements.add(text);
            byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
            UnsafeApi.copyMemory(ascii, BYTES, null, bytes, ascii.length);
            if (i == 0) {
                list.create(bytes, ascii.length);
            } else {
                list.push(false, bytes, ascii.length);
            }
        }
        UnsafeApi.freeMemory(bytes);
        return elements;
    }

    private static String any(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static String framed(List<String> elements) {
        StringBuilder all = new StringBuilder();
        for (String text : elements) {
            all.append('$').append(text.length()).append("\r\n").append(text).append("\r\n");
        }
        return all.toString();
    }

    private static String text(long address, long length) {
        byte[] bytes = new byte[(int) length];
        UnsafeApi.copyMemory(null, address, bytes, BYTES, bytes.length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}

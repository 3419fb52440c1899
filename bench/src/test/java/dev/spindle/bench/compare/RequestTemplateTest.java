package dev.spindle.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RequestTemplateTest {

    @Test
    void shouldPutOneNumberEverywhere() {
        assertEquals(
                "*4|$4|ZADD|$6|myzset|$12|000000000042|$20|element:000000000042|",
                text(RequestTemplate.ofTest("zadd", 3), 42));
        assertEquals(
                "*5|$4|XADD|$8|mystream|$1|*|$7|myfield|$3|xxx|",
                text(RequestTemplate.ofTest("xadd", 3), 42));
        assertEquals(
                "*21|$4|MSET|" + "$16|key:000000000042|$3|xxx|".repeat(10),
                text(RequestTemplate.ofTest("mset", 3), 42));
    }

    @Test
    void shouldDrawEachNumberByItself() {
        RequestTemplate template = RequestTemplate.ofTest("mset", 3);
        ByteBuffer buffer = ByteBuffer.allocate(2 * template.length());
        template.put(buffer, 0);
        template.put(buffer, 0);
        template.randomize(buffer, template.length(), new SplittableRandom(1), 1_000_000);

        String text = new String(buffer.array(), StandardCharsets.ISO_8859_1);
        Matcher keys = Pattern.compile("key:0{6}\\d{6}\r").matcher(text);
        Set<String> different = new HashSet<>();
        int found = 0;
        while (keys.find()) {
            different.add(keys.group());
            found++;
        }
        assertEquals(20, found);
        assertTrue(different.size() > 9, "the second request has keys of its own: " + different);
        assertTrue(text.startsWith("key:000000000000", text.indexOf("key:")), "the first has not");
    }

    private static String text(RequestTemplate template, int number) {
        ByteBuffer buffer = ByteBuffer.allocate(template.length());
        template.put(buffer, number);
        return new String(buffer.array(), StandardCharsets.ISO_8859_1).replace("\r\n", "|");
    }
}

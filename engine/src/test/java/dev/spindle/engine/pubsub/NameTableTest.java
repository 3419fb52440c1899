package dev.spindle.engine.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class NameTableTest {

    private static final long SEED =
            Long.getLong("spindle.test.seed", new Random().nextLong() >>> 40);
    private static final int STEPS = 200_000;
    private static final int NAMES = 400;

    @Test
    void shouldBehaveLikeAMapWhenNamesComeAndGo() {
        System.out.println("spindle.test.seed=" + SEED);
        Random random = new Random(SEED);
        NameTable<Name> table = new NameTable<>(SEED);
        Map<String, Name> model = new HashMap<>();
        long address = UnsafeApi.allocateMemory(64);
        // Waves, so that the table is full at times and nearly empty at others.
        for (int step = 0; step < STEPS; step++) {
            String text = "n".repeat(random.nextInt(12)) + random.nextInt(NAMES);
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            UnsafeApi.copyMemory(
                    bytes, UnsafeApi.arrayBaseOffset(byte[].class), null, address, bytes.length);
            long hash = table.hash(address, bytes.length);
            Name found = table.find(hash, address, bytes.length);
            assertSame(model.get(text), found, text);
            boolean adds = random.nextInt(10) < (step / 5000 % 2 == 0 ? 8 : 2);
            if (found == null && adds) {
                Name name = new Name(Name.copy(address, bytes.length), hash);
                table.add(name);
                model.put(text, name);
            } else if (found != null && !adds) {
                table.remove(found);
                model.remove(text);
            }
            assertEquals(model.size(), table.size());
        }
        List<Name> all = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            assertEquals(i, table.get(i).place);
            all.add(table.get(i));
        }
        assertEquals(model.size(), all.stream().distinct().count());
        all.forEach(name -> assertNotNull(model.get(new String(name.bytes))));
        table.clear();
        assertEquals(0, table.size());
        assertNull(table.find(table.hash(address, 3), address, 3));
        UnsafeApi.freeMemory(address);
    }
}

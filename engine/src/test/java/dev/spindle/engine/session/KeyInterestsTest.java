package dev.spindle.engine.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.session.KeyInterests.Interest;
import dev.spindle.engine.session.KeyInterests.Key;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index of who is interested in what, against lists in a map. */
class KeyInterestsTest {

    private static final int CLIENTS = 30;
    private static final int KEYS = 200;

    private final Map<String, List<Session>> model = new HashMap<>();
    private final Scratch bytes = new Scratch();

    private void load(String key) {
        bytes.clear();
        for (int i = 0; i < key.length(); i++) {
            bytes.appendByte(key.charAt(i));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldKeepEachKeysClientsInOrderWhenTheyComeAndGo(long seed) {
        long used = Long.getLong("spindle.test.seed", seed);
        System.out.println("seed " + used);
        Random random = new Random(used);
        try (EngineHarness engine = new EngineHarness()) {
            Keyspace db = engine.engine().keyspaces().get(0);
            KeyInterests interests = new KeyInterests();
            Session[] clients = new Session[CLIENTS];
            Interest[] youngest = new Interest[CLIENTS];
            for (int i = 0; i < CLIENTS; i++) {
                clients[i] = engine.connect();
            }
            for (int step = 0; step < 20_000; step++) {
                int who = random.nextInt(CLIENTS);
                if (random.nextInt(20) == 0) {
                    interests.removeAll(youngest[who]);
                    youngest[who] = null;
                    model.values().forEach(list -> list.remove(clients[who]));
                    model.values().removeIf(List::isEmpty);
                } else {
                    int number = random.nextInt(KEYS);
                    String key = "k".repeat(number % 40) + number;
                    load(key);
                    int at = number % 3;
                    long hash = db.hash(bytes.address(), (int) bytes.length());
                    Interest made =
                            interests.add(
                                    clients[who],
                                    at,
                                    hash,
                                    bytes.address(),
                                    (int) bytes.length(),
                                    youngest[who]);
                    List<Session> list = model.computeIfAbsent(key, k -> new ArrayList<>());
                    if (list.contains(clients[who])) {
                        assertNull(made, "seed " + used + " step " + step);
                    } else {
                        list.add(clients[who]);
                        youngest[who] = made;
                    }
                }
                if (step % 100 == 0) {
                    check(interests, db, "seed " + used + " step " + step);
                }
            }
            for (Interest all : youngest) {
                interests.removeAll(all);
            }
            assertEquals(0, interests.keys());
            assertEquals(0, interests.interests());
        }
    }

    private void check(KeyInterests interests, Keyspace db, String when) {
        assertEquals(model.size(), interests.keys(), when);
        int total = 0;
        for (int number = 0; number < KEYS; number++) {
            String text = "k".repeat(number % 40) + number;
            load(text);
            long hash = db.hash(bytes.address(), (int) bytes.length());
            Key key = interests.find(number % 3, hash, bytes.address(), (int) bytes.length());
            List<Session> expected = model.getOrDefault(text, List.of());
            List<Session> found = new ArrayList<>();
            for (Interest i = key == null ? null : key.first(); i != null; i = i.next()) {
                found.add(i.who());
            }
            assertEquals(expected, found, when);
            assertNull(interests.find(3 + number % 3, hash, bytes.address(), (int) bytes.length()));
            total += found.size();
        }
        assertEquals(total, interests.interests(), when);
    }
}

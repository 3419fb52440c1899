package dev.spindle.engine.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.engine.testkit.ReplyTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryCommandsTest {

    private static long usage(EngineHarness engine, String key) {
        String reply = engine.command("MEMORY", "USAGE", key);
        return Long.parseLong(reply.substring(1).trim());
    }

    @Test
    void shouldAccountForEveryByteOfTheArenaAmongTheKeys() {
        try (EngineHarness engine = new EngineHarness()) {
            Arena arena = engine.engine().arena();
            long share = 0;
            for (int i = 0; i < 64; i++) {
                engine.command("SET", "key:" + i, "v".repeat(1 + i * i * 2));
            }
            long tables = engine.engine().keyspaces().get(0).table().bytes();
            long sum = 0;
            for (int i = 0; i < 64; i++) {
                sum += usage(engine, "key:" + i);
                share += KeyTable.PLACE_BYTES;
            }
            assertEquals(arena.usedBytes() - tables, sum - share);
        }
    }

    @Test
    void shouldNotCountAsAUseOfTheKey() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "k", "v");
            long hits = engine.engine().keyspaces().shared().stats().hits;
            usage(engine, "k");
            assertEquals(hits, engine.engine().keyspaces().shared().stats().hits);
        }
    }

    @Test
    void shouldTellTheStatisticsThatARealServerTells() {
        try (RealRedis real = RealRedis.startAny();
                RawClient client = real.connect();
                EngineHarness engine = new EngineHarness()) {
            assumeTrue(real.versionAtLeast(7, 0));
            for (int protocol = 2; protocol <= 3; protocol++) {
                client.command("HELLO", Integer.toString(protocol));
                engine.session().protocol(protocol);
                client.command("SET", "k", "v");
                engine.command("SET", "k", "v");
                assertEquals(
                        outline(ReplyTree.parse(client.command("MEMORY", "STATS"))),
                        outline(ReplyTree.parse(engine.command("MEMORY", "STATS"))));
            }
        }
    }

    // Frames and names; whole numbers and fractions without their values.
    private static List<String> outline(ReplyTree tree) {
        List<String> outline = new ArrayList<>();
        outline.add(String.valueOf(tree.type()));
        for (int i = 0; i < tree.children().size(); i += 2) {
            outline.add(tree.get(i).text());
            outline.addAll(outline(tree.get(i + 1)));
        }
        return outline;
    }

    @Test
    void shouldGiveFreedMemoryBack() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "k", "x".repeat(1 << 20));
            engine.command("SET", "k", "y");
            assertEquals("+OK\r\n", engine.command("MEMORY", "PURGE"));
            assertEquals(0, engine.engine().arena().purge(0), "nothing is left to give back");
        }
    }

    @Test
    void shouldFindNothingWrongWithAHealthyServerAndAPeakWithOneThatWasFuller() {
        try (EngineHarness engine = new EngineHarness()) {
            String empty = engine.command("MEMORY", "DOCTOR");
            assertTrue(empty.contains("too little"), empty);
            for (int i = 0; i < 20; i++) {
                engine.command("SET", "k" + i, "x".repeat(1 << 20));
            }
            String healthy = engine.command("MEMORY", "DOCTOR");
            assertTrue(healthy.contains("Nothing"), healthy);
            for (int i = 0; i < 12; i++) {
                engine.command("SET", "k" + i, "small");
            }
            String shrunk = engine.command("MEMORY", "DOCTOR");
            assertTrue(shrunk.contains("Peak"), shrunk);
        }
    }

    @Test
    void shouldListTheArenaInMallocStats() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.session().protocol(3);
            String text = ReplyTree.parse(engine.command("MEMORY", "MALLOC-STATS")).text();
            long used = engine.engine().arena().usedBytes();
            assertTrue(text.startsWith("txt:"), text);
            assertTrue(text.matches("(?s).*in use +" + used + "\n.*"), text);
        }
    }
}

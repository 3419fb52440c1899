package dev.spindle.aof.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.aof.frame.FrameBuffer;
import dev.spindle.aof.frame.FrameReader;
import dev.spindle.aof.log.AofLog;
import dev.spindle.aof.log.LogFiles;
import dev.spindle.aof.log.LogFormat;
import dev.spindle.aof.log.PassingLog;
import dev.spindle.aof.manifest.LogDirectory;
import dev.spindle.aof.replay.LogCheck;
import dev.spindle.aof.replay.LogPart;
import dev.spindle.aof.ring.EffectRing;
import dev.spindle.aof.ring.RingSink;
import dev.spindle.engine.propagation.DurabilityGate;
import dev.spindle.perf.clock.EpochClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogAgentTest {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final long SCRATCH = 8 << 20;

    private final long seed = Long.getLong("spindle.test.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final EffectRing ring = new EffectRing(1 << 20);
    private final DurabilityGate gate = new DurabilityGate();
    private final FrameBuffer buffer = new FrameBuffer();
    private final long scratch = UnsafeApi.allocateMemory(SCRATCH);
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private volatile String diskError;
    private volatile String refusal;
    private volatile int refused;

    // Appends that go well before a log breaks; then no other does. Negative for ever.
    private volatile int breakAfter = -1;
    private final ThreadLauncher launcher = new ThreadLauncher();
    private LogAgent agent;
    private RingSink sink;

    @TempDir Path directory;

    private final LogListener listener =
            new LogListener() {
                @Override
                public void warn(String text) {
                    lines.add(text);
                }

                @Override
                public void note(String text) {
                    lines.add(text);
                }

                @Override
                public void onDiskError(String reason) {
                    diskError = reason;
                    gate.fail(reason != null);
                }

                @Override
                public void onDurable() {}
            };

    /** A log whose disk refuses while {@link #refusal} says so. */
    private final class MoodyLog extends PassingLog {
        private boolean broken;

        MoodyLog(AofLog log) {
            super(log);
        }

        @Override
        public void append(ByteBuffer frame) throws IOException {
            if (refusal != null) {
                refused++;
                throw new IOException(refusal);
            }
            if (breakAfter == 0) {
                breakAfter = -1;
                broken = true;
                throw new IOException("Input/output error");
            }
            breakAfter--;
            super.append(frame);
        }

        @Override
        public boolean isBroken() {
            return broken || super.isBroken();
        }
    }

    private LogOpener opener(String name) {
        return sequence -> new MoodyLog(LogFiles.create(LogFormat.FILE, path(name), 0, buffer));
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private void start(FsyncPolicy policy) throws IOException {
        agent =
                new LogAgent(
                        ring,
                        gate,
                        listener,
                        EpochClock.system(),
                        buffer,
                        opener("again"),
                        1,
                        policy);
        gate.on(policy == FsyncPolicy.ALWAYS);
        gate.bell(agent::wake);
        sink = new RingSink(ring, agent, gate, () -> {});
        agent.start(launcher);
        agent.open(opener("first"));
    }

    @AfterEach
    void end() {
        refusal = null;
        agent.stop();
        agent.join();
        launcher.close();
        ring.close();
        UnsafeApi.freeMemory(scratch);
    }

    private void effect(int db, byte[] bytes) {
        UnsafeApi.copyMemory(bytes, BYTES, null, scratch, bytes.length);
        sink.effect(db, scratch, bytes.length);
        expected.writeBytes(bytes);
    }

    private void select(int db) {
        String number = Integer.toString(db);
        expected.writeBytes(
                ("*2\r\n$6\r\nSELECT\r\n$" + number.length() + "\r\n" + number + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] some(int most) {
        byte[] bytes = new byte[1 + random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void await(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, what);
            Thread.onSpinWait();
        }
    }

    private byte[] read(String... names) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long sequence = 1;
        for (String name : names) {
            try (FrameReader reader = new FrameReader(path(name), false, sequence)) {
                while (reader.next()) {
                    byte[] effects = new byte[reader.effectsLength()];
                    UnsafeApi.copyMemory(
                            null, reader.effectsAddress(), effects, BYTES, effects.length);
                    all.writeBytes(effects);
                }
                assertNull(reader.damage());
                sequence = reader.expectedSequence();
            }
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(FsyncPolicy.class)
    void shouldWriteEverythingInOrder(FsyncPolicy policy) throws IOException {
        start(policy);
        int db = -1;
        for (int i = 0; i < 5000; i++) {
            int wanted = random.nextInt(10) == 0 ? random.nextInt(30) : Math.max(0, db);
            if (wanted != db) {
                db = wanted;
                select(db);
            }
            effect(db, some(2000));
            sink.complete();
        }
        agent.stop();
        agent.join();
        assertArrayEquals(expected.toByteArray(), read("first"), "seed " + seed);
    }

    @Test
    void shouldTakeEffectsThatAreLargerThanTheRing() throws IOException {
        start(FsyncPolicy.EVERYSEC);
        select(0);
        for (int i = 0; i < 5; i++) {
            byte[] large = new byte[5 << 20];
            random.nextBytes(large);
            effect(0, large);
            sink.complete();
        }
        agent.stop();
        agent.join();
        assertArrayEquals(expected.toByteArray(), read("first"), "seed " + seed);
        assertTrue(sink.waits() > 0);
    }

    @Test
    void shouldTellWhenItIsDurable() throws IOException {
        start(FsyncPolicy.ALWAYS);
        select(0);
        for (int i = 0; i < 200; i++) {
            effect(0, some(500));
            sink.complete();
            assertTrue(gate.mustHold() || gate.lets(gate.issued()));
            long held = gate.issued();
            gate.ring();
            await(() -> gate.lets(held), "nothing became durable");
            assertArrayEquals(expected.toByteArray(), read("first"), "seed " + seed);
        }
    }

    @Test
    void shouldKeepWhatADiskRefusesAndGoOnWhenItCan() throws IOException {
        start(FsyncPolicy.ALWAYS);
        select(0);
        effect(0, some(500));
        sink.complete();
        gate.ring();
        await(() -> !gate.mustHold(), "nothing became durable");
        refusal = "No space left on device";
        effect(0, some(500));
        sink.complete();
        long held = gate.issued();
        gate.ring();
        await(() -> diskError != null, "nobody was told");
        assertEquals("No space left on device", diskError);
        assertTrue(gate.hasFailed());
        assertTrue(!gate.mustHold() && !gate.lets(held));
        await(() -> refused > 1, "it was not tried again");
        refusal = null;
        await(() -> diskError == null, "it did not recover");
        await(() -> gate.lets(held), "nothing became durable");
        effect(0, some(500));
        sink.complete();
        agent.stop();
        agent.join();
        assertArrayEquals(expected.toByteArray(), read("first"), "seed " + seed);
        assertTrue(lines.contains("Error writing to the AOF file: No space left on device"));
    }

    @Test
    void shouldStayAPrefixWhenTheRingOverflowsOntoARefusingDisk() throws IOException {
        start(FsyncPolicy.EVERYSEC);
        select(0);
        refusal = "No space left on device";
        effect(0, some(500));
        sink.complete();
        await(() -> agent.isStuck(), "the disk was not asked");
        for (int i = 0; !sink.hasLost(); i++) {
            assertTrue(i < 100, "the ring never filled");
            effect(0, new byte[100_000]);
            sink.complete();
        }
        // A rewrite: a base that holds all so far, and a log that goes on from there.
        byte[] before = expected.toByteArray();
        GenerationSwitch to = agent.prepare(opener("second"));
        await(to::isPrepared, "the next log was not opened");
        agent.switchAt(to, sink.beginGeneration(), true);
        sink.generationBegun();
        refusal = null;
        // Until it has tried again the ring stays full.
        await(() -> !agent.isStuck(), "the disk was not asked again");
        expected.reset();
        select(0);
        for (int i = 0; i < 100; i++) {
            effect(0, some(50_000));
            sink.complete();
        }
        agent.stop();
        agent.join();
        assertArrayEquals(expected.toByteArray(), read("second"), "seed " + seed);
        byte[] first = read("first");
        assertArrayEquals(java.util.Arrays.copyOf(before, first.length), first);
        assertTrue(!sink.hasLost());
    }

    @Test
    void shouldSwitchExactlyWhereItIsTold() throws IOException {
        start(FsyncPolicy.EVERYSEC);
        for (int generation = 0; generation < 3; generation++) {
            select(0);
            for (int i = 0; i < 300; i++) {
                effect(0, some(5000));
                sink.complete();
            }
            GenerationSwitch to = agent.prepare(opener("generation" + generation));
            await(to::isPrepared, "the next log was not opened");
            byte[] before = expected.toByteArray();
            expected.reset();
            agent.switchAt(to, sink.beginGeneration(), false);
            sink.generationBegun();
            await(to::isDone, "it did not switch");
            if (generation == 0) {
                assertArrayEquals(before, read("first"), "seed " + seed);
            }
        }
        agent.stop();
        agent.join();
    }

    @Test
    void shouldGoOnWithAUnitInAnotherLogWhenTheLogBreaksWithinIt() throws IOException {
        byte[] large = new byte[(4 << 20) - 100];
        try (LogDirectory log = new LogDirectory(path("dir"), "log", LogFormat.FILE)) {
            log.open();
            agent =
                    new LogAgent(
                            ring,
                            gate,
                            listener,
                            EpochClock.system(),
                            buffer,
                            sequence -> new MoodyLog(log.openNext(sequence, new FrameBuffer())),
                            1,
                            FsyncPolicy.EVERYSEC);
            sink = new RingSink(ring, agent, gate, () -> {});
            agent.start(launcher);
            agent.open(sequence -> new MoodyLog(log.openNext(sequence, new FrameBuffer())));
            select(0);
            effect(0, some(500));
            sink.complete();
            await(() -> ring.head() == ring.tail(), "nothing was written");
            // Larger than the ring: no part of it waits for the rest.
            breakAfter = 2;
            random.nextBytes(large);
            sinkUntilWritten(large);
            effect(0, some(500));
            sink.complete();
            agent.stop();
            agent.join();
            LogCheck check = new LogCheck(log);
            assertEquals(2, check.run().size(), "seed " + seed);
            assertTrue(check.parts().stream().allMatch(LogPart::isWhole), "seed " + seed);
            assertTrue(check.parts().get(0).goesOn(), "seed " + seed);
            assertArrayEquals(
                    expected.toByteArray(),
                    read("dir/log.1.incr.log", "dir/log.2.incr.log"),
                    "seed " + seed);
        }
    }

    // In pieces that fit, of one unit: where the disk refuses for a second, nothing is lost.
    private void sinkUntilWritten(byte[] large) {
        int piece = 1 << 19;
        for (int from = 0; from < large.length; from += piece) {
            effect(
                    0,
                    java.util.Arrays.copyOfRange(
                            large, from, Math.min(large.length, from + piece)));
            ring.publishPart();
            await(() -> ring.head() == ring.tail(), "a part was not written");
        }
        sink.complete();
    }
}

package dev.spindle.engine.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The granule is fixed when its class is loaded, so each other size of it is tried in a process of its own. */
class GranuleTest {

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void shouldKeepItsPromisesWithAGranuleOf(int shift) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!flag.startsWith("-Dspindle.granule")) {
                command.add(flag);
            }
        }
        command.add("-Dspindle.granule.shift=" + shift);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(
                List.of(GranuleTest.class.getName(), "" + shift, "" + new Random().nextLong()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            byte[] output = process.getInputStream().readAllBytes();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "still running");
            assertEquals(0, process.exitValue(), new String(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Runs in the process of its own: the shift it must have, and a seed. */
    public static void main(String[] args) {
        assertEquals(Integer.parseInt(args[0]), Memory.GRANULE_SHIFT);
        assertTrue(Memory.CHECKS, "runs without checks");
        Random random = new Random(Long.parseLong(args[1]));
        System.out.println("seed " + args[1]);
        for (int i = 0; i < 4; i++) {
            new ArenaTrial(random.nextLong()).run(5_000);
        }
        for (int size = 1; size <= SizeClasses.MAX_SLAB_SIZE; size++) {
            assertEquals(
                    0, SizeClasses.sizeOf(SizeClasses.classOf(size)) % (1 << Memory.GRANULE_SHIFT));
        }
        ArenaTest wide = new ArenaTest();
        wide.shouldReachHandlesAboveTheSignedRange();
        wide.close();
        drive(random);
    }

    private static void drive(Random random) {
        try (EngineHarness engine = new EngineHarness()) {
            String[] values = new String[2_000];
            for (int i = 0; i < 6_000; i++) {
                int key = random.nextInt(values.length);
                values[key] = "v".repeat(1 + random.nextInt(3_000));
                assertEquals("+OK\r\n", engine.command("SET", "key:" + key, values[key]));
            }
            for (int key = 0; key < values.length; key++) {
                String expected =
                        values[key] == null
                                ? "$-1\r\n"
                                : "$" + values[key].length() + "\r\n" + values[key] + "\r\n";
                assertEquals(expected, engine.command("GET", "key:" + key));
            }
            ArenaAudit.check(engine.engine().arena());
        }
    }
}

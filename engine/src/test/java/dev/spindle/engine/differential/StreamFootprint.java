package dev.spindle.engine.differential;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * How many bytes a million entries of four fields take, here and in a real server: run {@code main}, with a number of entries
 * and shapes if wanted. Prints used_memory of both, and how long the engine took to add them.
 */
final class StreamFootprint {

    private static final long SEED = 42;
    private static final int BATCH = 1 << 16;

    private StreamFootprint() {}

    public static void main(String[] args) throws Exception {
        int entries = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        String shapes = args.length > 1 ? args[1] : "sensor,event,counter,random,letters";
        for (String shape : shapes.split(",")) {
            Path file = Files.createTempFile("stream", ".resp");
            write(file, entries, shape);
            long theirs = theirs(file);
            compare(file, shape, entries, theirs);
            Files.delete(file);
        }
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void write(Path file, int entries, String shape) throws IOException {
        Random random = new Random(SEED);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BATCH)) {
            for (int i = 0; i < entries; i++) {
                String[] words = words(random, shape, i);
                words[2] = 1_700_000_000_000L + i / 3 + "-" + i % 3;
                out.write(EngineHarness.frame(words).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static String[] words(Random random, String shape, int i) {
        String[] fields =
                switch (shape) {
                    case "sensor" ->
                            new String[] {
                                "sensor", "" + random.nextInt(1000),
                                "temperature", 15 + random.nextInt(15) + "." + random.nextInt(100),
                                "humidity", 30 + random.nextInt(40) + "." + random.nextInt(10),
                                "at", "" + (1_700_000_000_000L + i / 3)
                            };
                    case "event" ->
                            new String[] {
                                "user",
                                "user:" + random.nextInt(1_000_000),
                                "action",
                                new String[] {"view", "click", "buy"}[random.nextInt(3)],
                                "page",
                                "/products/category/" + random.nextInt(10_000),
                                "session",
                                String.format("%016x", random.nextLong())
                            };
                    case "counter" ->
                            new String[] {
                                "a", "" + random.nextInt(100),
                                "b", "" + random.nextInt(10_000),
                                "c", "" + random.nextInt(1_000_000),
                                "d", "" + i
                            };
                    case "letters" ->
                            new String[] {
                                "field0", letters(random),
                                "field1", letters(random),
                                "field2", letters(random),
                                "field3", letters(random)
                            };
                    default ->
                            new String[] {
                                "a", String.format("%08x", random.nextInt()),
                                "b", String.format("%08x", random.nextInt()),
                                "c", String.format("%08x", random.nextInt()),
                                "d", String.format("%08x", random.nextInt())
                            };
                };
        String[] words = new String[11];
        words[0] = "XADD";
        words[1] = "stream";
        System.arraycopy(fields, 0, words, 3, 8);
        return words;
    }

    private static String letters(Random random) {
        return random.ints(8, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static long theirs(Path file) throws Exception {
        try (RealRedis redis = RealRedis.start();
                RawClient client = redis.connect()) {
            long before = used(client);
            Process pipe =
                    new ProcessBuilder("redis-cli", "-p", "" + redis.port(), "--pipe")
                            .redirectInput(file.toFile())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            pipe.waitFor();
            return used(client) - before;
        }
    }

    private static long used(RawClient client) {
        String info = client.text("INFO", "memory");
        int at = info.indexOf("used_memory:") + "used_memory:".length();
        return Long.parseLong(info.substring(at, info.indexOf("\r\n", at)));
    }

    private static void compare(Path file, String shape, int entries, long theirs)
            throws IOException {
        try (EngineHarness engine = new EngineHarness(4L << 30);
                InputStream in = Files.newInputStream(file)) {
            Session session = engine.session();
            long before = engine.engine().arena().usedBytes();
            byte[] bytes;
            long tookNs = 0;
            while ((bytes = in.readNBytes(BATCH)).length > 0) {
                long startNs = cpuNs();
                engine.send(session, bytes);
                tookNs += cpuNs() - startNs;
            }
            long ours = engine.engine().arena().usedBytes() - before;
            System.out.printf(
                    "%-8s entries %s  bytes per entry: Redis %.1f  Spindle %.1f  ratio %.3f  %.0f ns of CPU per XADD%n",
                    shape,
                    engine.command("XLEN", "stream").trim(),
                    (double) theirs / entries,
                    (double) ours / entries,
                    (double) ours / theirs,
                    (double) tookNs / entries);
        }
    }
}

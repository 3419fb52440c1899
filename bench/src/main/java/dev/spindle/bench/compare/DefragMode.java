package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What a server keeps of its memory when nine of ten keys are deleted, at random, with active defragmentation. */
final class DefragMode implements Mode {

    private static final int MOST_SECONDS = 60;
    private static final double GOAL = 1.5;
    private static final int BATCH = 200;
    private static final int FIELDS = 20;
    private static final int KEPT_ONE_OF = 10;
    private static final double MEBI = 1048576.0;

    @Override
    public String name() {
        return "defrag";
    }

    @Override
    public String title() {
        return "Memory given back";
    }

    @Override
    public String explanation() {
        return "Keys of all kinds (strings of 1 to 400 bytes; lists, hashes, sets, sorted sets and streams of 20 elements) are"
                + " written, and nine of ten, drawn at random, deleted. Then the resident set is watched for a minute, with"
                + " activedefrag on where the server has it. An empty server is one that was filled in the same way, emptied by"
                + " FLUSHALL and left alone; what is resident over that, compared with what used_memory is over it, is the"
                + " data's own share.";
    }

    @Override
    public void run(Comparison comparison, Section section)
            throws IOException, InterruptedException {
        CompareOptions options = comparison.options();
        Readings empty = new Readings();
        Readings full = new Readings();
        Readings used = new Readings();
        Readings resident = new Readings();
        Readings whole = new Readings();
        Readings data = new Readings();
        Readings seconds = new Readings();
        for (int round = 0; round < options.memoryRounds; round++) {
            for (Role role : Role.orderOf(round)) {
                try (ServerProcess server =
                        comparison.launcher().start(role, options.idleStrategy)) {
                    RespConnection control = server.control();
                    write(control, options.keyspace);
                    control.ask("FLUSHALL", "SYNC");
                    // What is freed in slices is gone by then.
                    double emptyRss = MemoryMode.settledResidentBytes(server) / MEBI;
                    double emptyUsed = used(server);
                    switchOn(control, comparison.launcher().name(role), section);
                    write(control, options.keyspace);
                    full.add(role, server.residentBytes() / MEBI);
                    delete(control, options.keyspace);
                    double left = 0;
                    double reached = MOST_SECONDS;
                    double rss = server.residentBytes() / MEBI;
                    for (int second = 0; second < MOST_SECONDS; second++) {
                        Thread.sleep(1000);
                        rss = server.residentBytes() / MEBI;
                        left = used(server);
                        if ((rss - emptyRss) / (left - emptyUsed) < GOAL) {
                            reached = Math.min(reached, second + 1);
                        }
                    }
                    empty.add(role, emptyRss);
                    used.add(role, left);
                    resident.add(role, rss);
                    whole.add(role, rss / left);
                    data.add(role, (rss - emptyRss) / (left - emptyUsed));
                    seconds.add(role, reached);
                }
            }
        }
        String test = options.keyspace + " keys, a tenth of them left";
        section.add(empty.measurement(test, 0, 0, "resident, empty", "MiB", Better.LOWER));
        section.add(full.measurement(test, 0, 0, "resident, all keys", "MiB", Better.LOWER));
        section.add(used.measurement(test, 0, 0, "used_memory, a tenth", "MiB", Better.LOWER));
        section.add(
                resident.measurement(
                        test, 0, 0, "resident, a tenth, after a minute", "MiB", Better.LOWER));
        section.add(whole.measurement(test, 0, 0, "resident / used", "times", Better.LOWER));
        section.add(
                data.measurement(test, 0, 0, "resident / used, over empty", "times", Better.LOWER));
        section.add(
                seconds.measurement(
                        test, 0, 0, "until that was under 1.5 (60: never)", "s", Better.LOWER));
    }

    private static double used(ServerProcess server) throws IOException {
        return server.info("memory").number("used_memory") / MEBI;
    }

    private static void switchOn(RespConnection control, String name, Section section)
            throws IOException {
        try {
            control.ask("CONFIG", "SET", "active-defrag-ignore-bytes", "1mb");
            control.ask("CONFIG", "SET", "activedefrag", "yes");
        } catch (RespConnection.ErrorReply without) {
            section.note(name + ": no active defragmentation: " + without.getMessage());
        }
    }

    private static void write(RespConnection control, int keys) throws IOException {
        SplittableRandom random = new SplittableRandom(42);
        List<String[]> batch = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            batch.add(command("key:" + i, random));
            if (batch.size() == BATCH || i == keys - 1) {
                control.tell(batch);
                batch.clear();
            }
        }
    }

    private static String[] command(String key, SplittableRandom random) {
        List<String> words = new ArrayList<>();
        switch (random.nextInt(15)) {
            case 0 -> elements(words, "RPUSH", key, false, random);
            case 1 -> elements(words, "SADD", key, false, random);
            case 2 -> elements(words, "HSET", key, true, random);
            case 3 -> {
                words.addAll(List.of("ZADD", key));
                for (int i = 0; i < FIELDS; i++) {
                    words.add("" + random.nextInt(1000));
                    words.add("member:" + random.nextInt(1_000_000));
                }
            }
            case 4 -> {
                words.addAll(List.of("XADD", key, "*"));
                for (int i = 0; i < FIELDS; i++) {
                    words.add("field:" + i);
                    words.add("value:" + random.nextInt(1_000_000));
                }
            }
            default ->
                    words.addAll(
                            List.of(
                                    "SET",
                                    key,
                                    "x".repeat(1 + random.nextInt(random.nextInt(1, 400)))));
        }
        return words.toArray(new String[0]);
    }

    private static void elements(
            List<String> words, String name, String key, boolean pairs, SplittableRandom random) {
        words.addAll(List.of(name, key));
        for (int i = 0; i < FIELDS; i++) {
            if (pairs) {
                words.add("field:" + i);
            }
            words.add("element:" + random.nextInt(1_000_000));
        }
    }

    private static void delete(RespConnection control, int keys) throws IOException {
        SplittableRandom random = new SplittableRandom(43);
        List<String[]> batch = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            if (random.nextInt(KEPT_ONE_OF) != 0) {
                batch.add(new String[] {"DEL", "key:" + i});
            }
            if (batch.size() == BATCH || i == keys - 1) {
                control.tell(batch);
                batch.clear();
            }
        }
    }
}

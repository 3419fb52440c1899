package dev.spindle.bench.compare;

import dev.spindle.perf.os.CpuTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Readings of {@code /proc}: what the kernel says a process and its threads used. Layouts are those of proc(5).
 *
 * <p>The process total comes from {@code stat}, which also counts threads that have ended (a JVM retires compiler threads) but
 * advances in clock ticks of 10 ms. Threads come from {@code schedstat}, in nanoseconds, so over a short run the core
 * thread can exceed the total by a tick.
 */
final class ProcFiles {
    private static final Path PROC = Path.of("/proc");

    private ProcFiles() {}

    /** CPU time of one thread since it began. */
    record ThreadTime(String name, long cpuNs) {}

    /** CPU time of a process since it began, user and system, and that of each living thread by id. */
    record CpuUse(long totalNs, Map<Long, ThreadTime> threads) {
        /** The thread that used most since {@code earlier}: in a server of one core, the one that executes commands. */
        ThreadTime busiestSince(CpuUse earlier) {
            ThreadTime busiest = new ThreadTime("?", 0);
            for (long id : threads.keySet()) {
                long used = usedSince(earlier, id);
                if (used > busiest.cpuNs()) {
                    busiest = new ThreadTime(threads.get(id).name(), used);
                }
            }
            return busiest;
        }

        /** What the living threads of a name used since {@code earlier}. */
        ThreadTime since(CpuUse earlier, String name) {
            long used = 0;
            for (long id : threads.keySet()) {
                used += threads.get(id).name().equals(name) ? usedSince(earlier, id) : 0;
            }
            return new ThreadTime(name, used);
        }

        private long usedSince(CpuUse earlier, long id) {
            ThreadTime before = earlier.threads.get(id);
            return threads.get(id).cpuNs() - (before == null ? 0 : before.cpuNs());
        }
    }

    static CpuUse cpuUse(long pid) throws IOException {
        Path process = PROC.resolve(Long.toString(pid));
        CpuTimes total = CpuTimes.ofProcess(pid);
        Map<Long, ThreadTime> threads = new TreeMap<>();
        for (Path task : list(process.resolve("task"))) {
            try {
                String stat = Files.readString(task.resolve("stat"));
                long ns = parseSchedstatNs(Files.readString(task.resolve("schedstat")));
                threads.put(
                        Long.valueOf(task.getFileName().toString()),
                        new ThreadTime(parseStatName(stat), ns));
            } catch (NoSuchFileException ended) {
                // The thread ended between the listing and the reading; the total still has its
                // time.
            }
        }
        return new CpuUse((total.userMicros() + total.systemMicros()) * 1000, threads);
    }

    /** Value of a line such as {@code VmRSS:     1234 kB}, in bytes; 0 if the kernel has no such line. */
    static long statusBytes(long pid, String field) throws IOException {
        return parseStatusBytes(
                Files.readString(PROC.resolve(Long.toString(pid)).resolve("status")), field);
    }

    /** The name may itself hold spaces and parentheses; the last closing one ends it. */
    static String parseStatName(String stat) {
        return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    }

    static long parseSchedstatNs(String schedstat) {
        return Long.parseLong(schedstat.substring(0, schedstat.indexOf(' ')));
    }

    static long parseStatusBytes(String status, String field) {
        String prefix = field + ":";
        return status.lines()
                .filter(line -> line.startsWith(prefix))
                .mapToLong(
                        line ->
                                Long.parseLong(
                                                line.substring(prefix.length())
                                                        .replace("kB", "")
                                                        .trim())
                                        * 1024)
                .findFirst()
                .orElse(0);
    }

    /** CPU numbers in a list such as {@code 0-2,5}. */
    static List<Integer> parseCpuList(String list) {
        List<Integer> cpus = new ArrayList<>();
        for (String part : list.trim().split(",")) {
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            for (int cpu = first; cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return cpus;
    }

    /** How many interrupts of devices each CPU has taken; empty where that cannot be read. */
    static Map<Integer, Long> deviceInterrupts() {
        try {
            return parseInterrupts(Files.readAllLines(PROC.resolve("interrupts")));
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** A heading names the CPUs, then rows with a number are devices, the others the CPUs' own. */
    static Map<Integer, Long> parseInterrupts(List<String> lines) {
        Map<Integer, Long> perCpu = new TreeMap<>();
        List<Integer> cpus =
                Stream.of(lines.get(0).trim().split("\\s+"))
                        .map(name -> Integer.valueOf(name.replace("CPU", "")))
                        .toList();
        for (String line : lines) {
            String[] words = line.trim().split("\\s+");
            if (words[0].matches("\\d+:") && words.length > cpus.size()) {
                for (int i = 0; i < cpus.size(); i++) {
                    perCpu.merge(cpus.get(i), Long.valueOf(words[i + 1]), Long::sum);
                }
            }
        }
        return perCpu;
    }

    /** CPUs this process may run on. */
    static List<Integer> allowedCpus() throws IOException {
        for (String line : Files.readAllLines(PROC.resolve("self/status"))) {
            if (line.startsWith("Cpus_allowed_list:")) {
                return parseCpuList(line.substring(line.indexOf(':') + 1));
            }
        }
        throw new IOException("no Cpus_allowed_list in /proc/self/status");
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}

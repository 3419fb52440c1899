package dev.spindle.bench.compare;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Who runs where. A redis-server is confined to the server core as a whole. Of a JVM only the thread that executes commands goes
 * there, by the server's own {@code server_cpulist}, which keeps all its other threads off that core; {@code confined} puts the whole JVM on the
 * one core. Load and comparison run on the client core, so what the JVM's compiler takes there is taken from the load.
 *
 * @param pinned false where nothing can be pinned: {@code taskset} is missing or was declined
 */
record CpuPlan(int serverCore, int clientCore, boolean confined, boolean pinned) {

    static CpuPlan of(CompareOptions options) throws IOException {
        List<Integer> cpus = ProcFiles.allowedCpus();
        int server = options.serverCore >= 0 ? options.serverCore : quietest(cpus);
        int client =
                options.clientCore >= 0
                        ? options.clientCore
                        : cpus.stream().filter(cpu -> cpu != server).findFirst().orElse(server);
        boolean possible = Children.outputOf("taskset", "--version") != null;
        return new CpuPlan(server, client, options.confine, possible && !options.noPin);
    }

    // Where the fewest devices interrupt; what a disk has to say about a save is then the load's
    // matter. The last of several.
    private static int quietest(List<Integer> cpus) throws IOException {
        Map<Integer, Long> interrupts = ProcFiles.deviceInterrupts();
        int quietest = cpus.get(0);
        for (int cpu : cpus) {
            if (interrupts.getOrDefault(cpu, 0L) <= interrupts.getOrDefault(quietest, 0L)) {
                quietest = cpu;
            }
        }
        return quietest;
    }

    List<String> onServerCore() {
        return prefix(Integer.toString(serverCore));
    }

    List<String> onClientCore() {
        return prefix(Integer.toString(clientCore));
    }

    List<String> forSpindle() {
        return confined ? onServerCore() : prefix(clientCore + "," + serverCore);
    }

    private List<String> prefix(String cpus) {
        return pinned ? List.of("taskset", "-c", cpus) : List.of();
    }

    /**
     * Moves this process, all its threads, to the client core, and returns what it was allowed before, to be given to {@link
     * #restoreSelf}; null if nothing is pinned.
     */
    List<Integer> pinSelf() throws IOException {
        if (!pinned) {
            return null;
        }
        List<Integer> before = ProcFiles.allowedCpus();
        setSelf(Integer.toString(clientCore));
        return before;
    }

    static void restoreSelf(List<Integer> cpus) {
        if (cpus != null) {
            setSelf(String.join(",", cpus.stream().map(String::valueOf).toList()));
        }
    }

    private static void setSelf(String cpus) {
        Children.outputOf("taskset", "-apc", cpus, Long.toString(ProcessHandle.current().pid()));
    }

    String description() {
        if (!pinned) {
            return "nothing is pinned";
        }
        String spindle =
                confined
                        ? "all of Spindle's threads on it"
                        : "of Spindle its core thread on it (server_cpulist), all other JVM threads elsewhere";
        String shared = serverCore == clientCore ? " SERVER AND LOAD SHARE ONE CORE." : "";
        return "servers on CPU "
                + serverCore
                + ", "
                + spindle
                + "; load on CPU "
                + clientCore
                + "."
                + shared;
    }
}

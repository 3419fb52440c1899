package dev.spindle.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Knows how each of the two servers is started, and starts them on free loopback ports without persistence. */
final class ServerLauncher {
    private static final long STARTUP_TIMEOUT_MS = 180_000;

    private final CompareOptions options;
    private final CpuPlan cpus;
    private final Children children;
    private final List<String> subject;
    private final List<String> reference;
    private int launched;

    ServerLauncher(CompareOptions options, CpuPlan cpus, Children children) throws IOException {
        this.options = options;
        this.cpus = cpus;
        this.children = children;
        this.subject = subjectProgram();
        this.reference = referenceProgram();
    }

    /** Who runs where. */
    CpuPlan cpus() {
        return cpus;
    }

    /** Whether the subject is Spindle itself, which takes options that no other server has. */
    boolean subjectIsSpindle() {
        return options.subjectCommand == null;
    }

    String name(Role role) {
        if (role == Role.SUBJECT && subjectIsSpindle()) {
            return "Spindle";
        }
        String program =
                Path.of((role == Role.SUBJECT ? subject : reference).get(0))
                        .getFileName()
                        .toString();
        return role == Role.SUBJECT ? program + " (subject)" : program;
    }

    /** The program of a role without arguments of this run, as it can be asked for its version. */
    List<String> program(Role role) {
        return role == Role.SUBJECT ? subject : reference;
    }

    /**
     * Starts a server and waits for its first PONG.
     *
     * @param idleStrategy how Spindle waits for requests; others have no choice
     */
    ServerProcess start(Role role, String idleStrategy) throws IOException {
        return start(role, idleStrategy, newDirectory(), List.of());
    }

    /** Makes an empty directory for a server's files. */
    Path newDirectory() throws IOException {
        return Files.createDirectory(children.directory().resolve("server-" + launched++));
    }

    /**
     * The same with a directory that may hold files of an earlier run, and more parameters; both servers understand them.
     */
    ServerProcess start(Role role, String idleStrategy, Path directory, List<String> more)
            throws IOException {
        int port = freePort();
        Path log = directory.resolve("server.log");
        List<String> command = commandLine(role, idleStrategy, port, directory);
        Endpoint endpoint = Endpoint.ofPort(port);
        if (options.unixSocket) {
            endpoint = new Endpoint(port, directory.resolve("load.sock"));
            command.addAll(List.of("--unixsocket", endpoint.socket().toString()));
        }
        command.addAll(more);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.directory(directory.toFile());
        long startedNs = System.nanoTime();
        ServerProcess server =
                new ServerProcess(children, children.start(builder), endpoint, log, startedNs);
        try {
            server.awaitReady(STARTUP_TIMEOUT_MS);
        } catch (IOException e) {
            server.close();
            throw new IOException(name(role) + ": " + e.getMessage(), e);
        }
        return server;
    }

    /** The command line as the report shows it: without what differs from machine to machine and run to run. */
    String displayCommand(Role role, String idleStrategy) {
        List<String> shown = new ArrayList<>();
        for (String word : commandLine(role, idleStrategy, 0, Path.of("DIR"))) {
            boolean path = word.startsWith("/");
            shown.add(word.isEmpty() ? "''" : path ? Path.of(word).getFileName().toString() : word);
        }
        return String.join(" ", shown).replace("--port 0", "--port PORT");
    }

    private List<String> commandLine(Role role, String idleStrategy, int port, Path directory) {
        boolean spindle = role == Role.SUBJECT && subjectIsSpindle();
        List<String> command = new ArrayList<>(spindle ? cpus.forSpindle() : cpus.onServerCore());
        command.addAll(role == Role.SUBJECT ? subject : reference);
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--save", "", "--appendonly", "no", "--dir", directory.toString()));
        if (spindle) {
            command.addAll(List.of("--idle-strategy", idleStrategy));
            if (cpus.pinned()) {
                command.addAll(List.of("--server_cpulist", Integer.toString(cpus.serverCore())));
            }
        }
        command.addAll(words(role == Role.SUBJECT ? options.subjectArgs : options.referenceArgs));
        return command;
    }

    private List<String> subjectProgram() throws IOException {
        if (options.subjectCommand != null) {
            return words(options.subjectCommand);
        }
        Path jar = options.spindleJar;
        if (jar == null) {
            jar = ProjectFiles.resolve("net/target/spindle.jar");
        }
        if (!Files.isRegularFile(jar)) {
            throw new IOException(
                    "no such file: " + jar + " (build it with mvn package, or give --spindle-jar)");
        }
        List<String> command = new ArrayList<>();
        command.add(options.java);
        command.addAll(words(options.jvmFlags));
        command.add("-jar");
        command.add(jar.toAbsolutePath().toString());
        return command;
    }

    private List<String> referenceProgram() throws IOException {
        if (options.referenceCommand != null) {
            return words(options.referenceCommand);
        }
        if (ProjectFiles.onPath("redis-server") != null) {
            return List.of("redis-server");
        }
        return List.of(EmbeddedRedis.extractTo(children.directory()).toString());
    }

    private static List<String> words(String text) {
        return Stream.of(text.trim().split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

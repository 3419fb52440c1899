package dev.spindle.engine.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real redis-server in a process of its own, for tests that compare Spindle with it.
 *
 * <p>The binary is the {@code redis-server} on the PATH, else the one inside the embedded-redis artifact (6.2). It
 * listens on a free loopback port, works in a temporary directory that goes away with it, and dies at the latest with
 * this JVM. Tests whose expectations belong to one version ask {@link #versionAtLeast} first and assume.
 */
public final class RealRedis implements AutoCloseable {
    private static final long START_DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int START_ATTEMPTS = 5;
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;

    private final Process process;
    private final int port;
    private final Path directory;
    private final Thread reaper;
    private String version;
    private boolean telling;

    private RealRedis(Process process, int port, Path directory) {
        this.process = process;
        this.port = port;
        this.directory = directory;
        reaper = new Thread(process::destroyForcibly, "real-redis-reaper");
        Runtime.getRuntime().addShutdownHook(reaper);
    }

    /**
     * Starts a server without persistence.
     *
     * @param arguments more of redis-server's command line, such as {@code "--maxmemory", "100mb"}
     */
    public static RealRedis start(String... arguments) {
        assumeSeven();
        return startAny(arguments);
    }

    /** Skips the test where the server is older: it does not know much of what is compared. */
    private static void assumeSeven() {
        assumeTrue(atLeast(Program.VERSION, 7, 0), "redis-server " + Program.VERSION);
    }

    /** The same, for what has not changed since 6.2. */
    public static RealRedis startAny(String... arguments) {
        IOException last = null;
        for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
            try {
                return attempt(arguments);
            } catch (IOException e) {
                last = e; // another process may have taken the port in between
            }
        }
        throw new UncheckedIOException("redis-server does not start", last);
    }

    /** Starts a server that writes an append-only file, every command before its reply; see {@link #effects}. */
    public static RealRedis startTelling(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--appendonly", "yes", "--appendfsync", "no"));
        all.addAll(List.of("--aof-use-rdb-preamble", "no", "--auto-aof-rewrite-percentage", "0"));
        all.addAll(List.of(arguments));
        RealRedis redis = start(all.toArray(String[]::new));
        redis.telling = true;
        return redis;
    }

    /** What the server writes to its append-only file from now on; null when it was not started to. */
    public EffectTail effects() {
        if (!telling) {
            return null;
        }
        EffectTail tail = new EffectTail(directory);
        tail.take();
        return tail;
    }

    private static RealRedis attempt(String... arguments) throws IOException {
        int port = freePort();
        Path directory = Files.createTempDirectory("spindle-real-redis");
        List<String> command = new ArrayList<>();
        command.add(binary());
        // A first argument that is an option means that there is no file.
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--save", "", "--dir", directory.toString()));
        command.addAll(List.of(arguments));
        Path log = directory.resolve("stdout.log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        RealRedis redis = new RealRedis(process, port, directory);
        long deadline = System.nanoTime() + START_DEADLINE_NS;
        while (true) {
            try (RawClient client = redis.connect()) {
                int password = List.of(arguments).indexOf("--requirepass") + 1;
                if (password > 0) {
                    client.command("AUTH", arguments[password]);
                }
                String info = client.text("INFO", "server");
                if (!field(info, "process_id").equals(Long.toString(process.pid()))) {
                    redis.close();
                    throw new IOException("port " + port + " is another server's");
                }
                redis.version = field(info, "redis_version");
                return redis;
            } catch (UncheckedIOException e) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    String output = Files.readString(log, StandardCharsets.ISO_8859_1);
                    redis.close();
                    throw new IOException("no answer from " + command + ":\n" + output, e);
                }
                Thread.onSpinWait();
            }
        }
    }

    private static String field(String info, String name) {
        for (String line : info.split("\r\n")) {
            if (line.startsWith(name + ":")) {
                return line.substring(name.length() + 1);
            }
        }
        throw new UncheckedIOException(new IOException("no " + name + " in INFO"));
    }

    /** The path of the server that {@link #start} runs. */
    public static String binary() {
        for (String entry :
                System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            Path candidate = Path.of(entry.isEmpty() ? "." : entry, "redis-server");
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate.toString();
            }
        }
        return Embedded.BINARY.toString();
    }

    /**
     * A port of the loopback interface that nobody listened on a moment ago. It lies below those that the system gives to clients: one
     * of them could be taken by a connection before the server that is to have it has started.
     */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                continue;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public int port() {
        return port;
    }

    /** The server's working directory. */
    public Path directory() {
        return directory;
    }

    /** Such as {@code 7.0.15}. */
    public String version() {
        return version;
    }

    public boolean versionAtLeast(int major, int minor) {
        return atLeast(version, major, minor);
    }

    private static boolean atLeast(String version, int major, int minor) {
        String[] parts = version.split("\\.");
        int haveMajor = Integer.parseInt(parts[0]);
        int haveMinor = Integer.parseInt(parts[1]);
        return haveMajor > major || (haveMajor == major && haveMinor >= minor);
    }

    public RawClient connect() {
        return new RawClient("127.0.0.1", port);
    }

    /** What the server has logged so far. */
    public String log() {
        try {
            return Files.readString(directory.resolve("stdout.log"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Process process() {
        return process;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            return; // the JVM is going down and the hook does this work
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the binary says of itself before it is started with options that an older one does not know. */
    private static final class Program {
        private static final Pattern SAID = Pattern.compile("v=([0-9]+\\.[0-9]+\\.[0-9]+)");
        static final String VERSION = ask();

        private static String ask() {
            try {
                Process process = new ProcessBuilder(binary(), "--version").start();
                String said =
                        new String(
                                process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                Matcher matcher = SAID.matcher(said);
                if (!matcher.find()) {
                    throw new IOException("no version in " + said);
                }
                return matcher.group(1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The binary of the Maven artifact, unpacked once per JVM and only when asked for. */
    private static final class Embedded {
        static final Path BINARY = unpack();

        private static Path unpack() {
            String resource = "/" + resourceName();
            try (InputStream in = redis.embedded.Redis.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IOException("no " + resource + " in the embedded-redis artifact");
                }
                Path file = Files.createTempFile("redis-server", "");
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                if (!file.toFile().setExecutable(true)) {
                    throw new IOException("cannot make " + file + " executable");
                }
                file.toFile().deleteOnExit();
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String resourceName() {
            String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
            String arch = System.getProperty("os.arch");
            boolean arm = arch.contains("aarch64") || arch.contains("arm64");
            if (os.contains("mac")) {
                return "redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64");
            }
            return arm ? "redis-server-6.2.7-linux-arm64" : "redis-server-6.2.6-v5-linux-amd64";
        }
    }
}

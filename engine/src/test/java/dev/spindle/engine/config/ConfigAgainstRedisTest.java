package dev.spindle.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names, values, errors and files, word for word, against redis-server 7.0. */
class ConfigAgainstRedisTest {
    /** Names that redis-server 7.0 does not have: those of 7.2 and later, Valkey's, and Spindle's own. */
    private static final Set<String> ADDED =
            Set.of(
                    "aof-rewrite-cpulist",
                    "bgsave-cpulist",
                    "bio-cpulist",
                    "cluster-announce-human-nodename",
                    "commandlog-execution-slower-than",
                    "commandlog-large-reply-max-len",
                    "commandlog-large-request-max-len",
                    "commandlog-reply-larger-than",
                    "commandlog-request-larger-than",
                    "commandlog-slow-execution-max-len",
                    "hide-user-data-from-log",
                    "idle-strategy",
                    "locale-collate",
                    "rdb-version",
                    "server-cpulist",
                    "set-max-listpack-entries",
                    "set-max-listpack-value",
                    "snapshot-memory-budget",
                    "warm-restart",
                    "warm-restart-dir",
                    "aof-log",
                    "aof-ring-size");

    /** What {@link RealRedis} sets when it starts a server. */
    private static final Set<String> SET_BY_THE_LAUNCHER = Set.of("port", "bind", "dir", "save");

    private static RealRedis redis;
    private static RawClient client;

    @BeforeAll
    static void start() {
        redis = RealRedis.start("--enable-protected-configs", "yes");
        boolean sameVersion = redis.version().startsWith("7.0.");
        if (!sameVersion) {
            redis.close();
        }
        assumeTrue(sameVersion, "the expectations are those of 7.0");
        client = redis.connect();
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
            redis.close();
        }
    }

    private static ServerConfig twin() {
        return ServerConfig.load(null, List.of("--enable-protected-configs", "yes"));
    }

    private static TreeMap<String, String> pairs(List<String> flat) {
        TreeMap<String, String> map = new TreeMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            map.put(flat.get(i), flat.get(i + 1));
        }
        return map;
    }

    @Test
    void shouldHaveTheSameNamesAndDefaults() {
        try (RealRedis fresh = RealRedis.start("--enable-protected-configs", "yes");
                RawClient freshClient = fresh.connect()) {
            TreeMap<String, String> expected = pairs(freshClient.elements("CONFIG", "GET", "*"));
            TreeMap<String, String> actual = pairs(twin().get("*"));
            TreeSet<String> added = new TreeSet<>(actual.keySet());
            added.removeAll(expected.keySet());
            assertEquals(new TreeSet<>(ADDED), added);
            actual.keySet().removeAll(ADDED);
            actual.keySet().removeAll(SET_BY_THE_LAUNCHER);
            expected.keySet().removeAll(SET_BY_THE_LAUNCHER);
            assertEquals(expected, actual);
        }
    }

    @Test
    void shouldAnswerSetsOfEveryParameterWordForWord() {
        List<String> values =
                new ArrayList<>(
                        List.of(
                                "",
                                " ",
                                "0",
                                "1",
                                "-1",
                                "2",
                                "7",
                                "10",
                                "100",
                                "101",
                                "513",
                                "65535",
                                "65536",
                                "100000",
                                "2147483647",
                                "2147483648",
                                "4294967295",
                                "9223372036854775807",
                                "9223372036854775808",
                                "18446744073709551615",
                                "18446744073709551616",
                                "010",
                                "+1",
                                " 1",
                                "1 ",
                                "1.5",
                                "1kb",
                                "1k",
                                "1Mb",
                                "3GB",
                                "1tb",
                                "50%",
                                "0%",
                                "100%",
                                "%",
                                "yes",
                                "NO",
                                "maybe",
                                "a b",
                                "1 2 3",
                                "x\"y",
                                "a\0b",
                                "normal 1 2 3",
                                "99999999999gb",
                                "default",
                                "everysec"));
        for (ConfigParameter<?> row : ConfigTable.rows()) {
            for (String name :
                    row.alias() == null ? List.of(row.name()) : List.of(row.name(), row.alias())) {
                if (ADDED.contains(name) || touchesTheProcess(row.name())) {
                    continue;
                }
                ServerConfig config = twin();
                for (String value : values) {
                    compareSet(config, name, value);
                }
                // Back to where the other tests expect it.
                if (!row.isImmutable()) {
                    client.command("CONFIG", "SET", name, row.initialText());
                }
            }
        }
    }

    /** Those whose change needs a socket, a log file, a library or a limit of the operating system. */
    private static boolean touchesTheProcess(String name) {
        return SET_BY_THE_LAUNCHER.contains(name)
                || Set.of(
                                "tls-port",
                                "requirepass",
                                "maxclients",
                                "activedefrag",
                                "appendonly",
                                "watchdog-period",
                                "latency-tracking-info-percentiles",
                                "oom-score-adj",
                                "maxmemory",
                                "maxmemory-clients")
                        .contains(name)
                || name.startsWith("tls-");
    }

    private static void compareSet(ServerConfig config, String name, String value) {
        String reply = client.command("CONFIG", "SET", name, value);
        String error = config.set(List.of(name, value), true);
        String actual = error == null ? "+OK\r\n" : "-" + error + "\r\n";
        assertEquals(reply, actual, "CONFIG SET " + name + " '" + value + "'");
        if (error == null) {
            assertEquals(
                    client.elements("CONFIG", "GET", name),
                    config.get(name),
                    name + " after '" + value + "'");
        }
    }

    @Test
    void shouldAnswerSetsOfSpecialParametersWordForWord() {
        String[][] sets = {
            {
                "save",
                "60 1000 300 10",
                "60",
                "\"60\" 1",
                "a b",
                "0 1",
                "-1 1",
                "60 -1",
                "1 1 ",
                "  ",
                "60  1000",
                "99999999999 1",
                "1x 1",
                "60.5 1",
                ""
            },
            {
                "client-output-buffer-limit",
                "normal 1mb 2mb 60",
                "slave 1 2 3 pubsub 4 5 6",
                "replica 1 2 3",
                "master 1 2 3",
                "foo 1 2 3",
                "normal a 0 0",
                "normal 0 b 0",
                "normal 0 0 c",
                "normal 0 0 -1",
                "normal -1 0 0",
                "normal 0 0",
                "",
                "NORMAL 1k 1kb 010",
                "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"
            },
            {
                "oom-score-adj-values",
                "1 2 3",
                "1 2",
                "-2001 0 0",
                "0 0 2001",
                "a b c",
                "",
                "1.5 2 3",
                "1 2 3 4",
                "0 200 800"
            },
            {
                "notify-keyspace-events",
                "KEA",
                "g$lshzxetd",
                "Kg",
                "mKn",
                "Ex",
                "A",
                "E$",
                "KA$",
                "nKE",
                "KEAn",
                "KEAm",
                "K A",
                " K",
                "KEAq",
                ""
            },
            {
                "latency-tracking-info-percentiles",
                "50 99",
                "99 50",
                "0 100",
                "50.5 99.999",
                "a",
                "101",
                "-1",
                "1e1",
                "1e-7",
                "33.333333333333",
                "nan",
                "inf",
                "50  99",
                "",
                "50 99 99.9"
            },
            {
                "shutdown-on-sigterm",
                "save now",
                "now save",
                "default save",
                "save nosave",
                "nosave force now",
                "SAVE",
                "",
                "force force",
                "save,now",
                "default"
            },
            {
                "proc-title-template",
                "{title}",
                "{title} {port} {tls-port} {unixsocket} {config-file} {listen-addr} {server-mode}",
                "{foo}",
                "{title"
            },
            {
                "cluster-announce-hostname",
                "a-b.c",
                "a b",
                "a_b",
                "x".repeat(255),
                "x".repeat(256),
                ""
            },
            {
                "maxmemory-clients",
                "k",
                "1kb",
                "-1",
                "50%",
                "101%",
                "-5%",
                "1.5%",
                "18446744073709551615",
                "99999999999gb",
                "0"
            },
            {"maxmemory", "1kb", "18446744073709551615", "99999999999gb", "-1", "5 mb", "0"},
            {"dir", "/nonexistent", "", "/"},
        };
        ServerConfig config = twin();
        for (String[] set : sets) {
            for (String value : Arrays.copyOfRange(set, 1, set.length)) {
                compareSet(config, set[0], value);
            }
        }
    }

    @Test
    void shouldAnswerSetsOfSeveralParametersWordForWord() {
        List<List<String>> commands =
                List.of(
                        List.of("maxmemory", "1", "maxmemory", "2"),
                        List.of("MaxMemory", "1", "maxmemory", "2"),
                        List.of("slave-priority", "1", "replica-priority", "2"),
                        List.of("maxmemory", "1gb", "nosuch", "3"),
                        List.of("maxmemory", "1gb", "hz", "zz"),
                        List.of("hz", "10", "databases", "3"),
                        List.of("nosuch", "1", "hz", "zz"),
                        List.of("hz", "zz", "nosuch", "1"),
                        List.of("databases", "2", "nosuch", "1"),
                        List.of("hz", "zz", "databases", "3"),
                        List.of("a", "b", "c"),
                        List.of("include", "x"),
                        List.of("user", "x"),
                        List.of("rename-command", "a b"),
                        List.of("slave-priority", "100", "maxmemory", "0"));
        ServerConfig config = twin();
        for (List<String> command : commands) {
            List<String> words = new ArrayList<>(List.of("CONFIG", "SET"));
            words.addAll(command);
            String reply = client.command(words.toArray(new String[0]));
            String error = config.set(command, true);
            assertEquals(
                    reply, error == null ? "+OK\r\n" : "-" + error + "\r\n", command.toString());
            assertEquals(client.text("CONFIG", "GET", "hz"), config.get("hz").get(0));
            assertEquals(
                    pairs(client.elements("CONFIG", "GET", "maxmemory")),
                    pairs(config.get("maxmemory")));
        }
    }

    @Test
    void shouldFindTheSameNamesWhenPatternsAreMixed() {
        String[][] patterns = {
            {"max*", "MAXMEMORY", "nosuch", "hz", "h?"},
            {"Use-exit-on-panic", "use-exit*"},
            {"SLAVE-priority", "rep*prio*"},
            {"[hm]*z*"},
            {"*-MAX-*"},
            {"hz", "HZ"}
        };
        ServerConfig config = twin();
        for (String[] pattern : patterns) {
            List<String> words = new ArrayList<>(List.of("CONFIG", "GET"));
            words.addAll(List.of(pattern));
            TreeMap<String, String> actual = pairs(config.get(pattern));
            actual.keySet().removeAll(ADDED);
            assertEquals(
                    pairs(client.elements(words.toArray(new String[0]))).keySet(),
                    actual.keySet(),
                    Arrays.toString(pattern));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--foo|bar",
                "--port",
                "--port|abc",
                "--hz|20|--foo",
                "--port|99999",
                "--databases|0",
                "--tcp-backlog|-1",
                "--unixsocketperm|1000",
                "--unixsocketperm|8",
                "--io-threads|200",
                "--cluster-port|99999",
                "--socket-mark-id|-1",
                "--dbfilename|a/b",
                "--appendfilename|a/b",
                "--appenddirname|a/b",
                "--dir|/nonexistent",
                "--enable-debug-command|foo",
                "--supervised|foo",
                "--syslog-facility|foo",
                "--daemonize|foo",
                "--replicaof|a",
                "--replicaof|a|99999",
                "--replicaof|a|b",
                "--user",
                "--proc-title-template|{foo}",
                "--shutdown-on-sigterm|save|nosave",
                "--maxclients|0",
                "--port|1|2",
                "--save|60",
                "--save|60 1|--save|x y",
                "--rename-command|get",
                "--sentinel-x|1",
                "--loadmodule",
                "--include",
                "--maxmemory|1x",
                "--client-output-buffer-limit|normal|1|2",
                "--bind|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17",
                "--port 12x",
                "--maxmemory|10 mb",
                "--loglevel|\"x",
                "--maxmemory-clients|x%",
                "--latency-tracking-info-percentiles|1000"
            })
    void shouldPrintTheSameFatalErrorWhenTheCommandLineIsWrong(String line) throws Exception {
        List<String> arguments = List.of(line.split("\\|"));
        List<String> command = new ArrayList<>(List.of(RealRedis.binary()));
        command.addAll(arguments);
        assertEquals(fatal(run(command)), ownFatal(null, arguments));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "port 7712\nfoo bar\n",
                "port 7712\n# c\nport \"x\n",
                "port 1 2\n",
                "save 60\n",
                "save 60 1\n\n  save 60 1 300 \n",
                "user\n",
                "rename-command a\n",
                "loadmodule\n",
                "sentinel monitor x\n",
                "maxmemory 1x # no\n",
                "hz 10\r\n\tbogus 1\r\n",
                "LOGLEVEL Bogus\n",
                "list-max-ziplist-entries 1\nlist-max-ziplist-value\n"
            })
    void shouldPrintTheSameFatalErrorWhenTheFileIsWrong(String text, @TempDir Path directory)
            throws Exception {
        Path file = Files.writeString(directory.resolve("a.conf"), text);
        assertEquals(
                fatal(run(List.of(RealRedis.binary(), file.toString()))),
                ownFatal(file, List.of()));
        assertEquals(
                fatal(run(List.of(RealRedis.binary(), file.toString(), "--hz", "1"))),
                ownFatal(file, List.of("--hz", "1")));
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try {
            // All of these end by themselves; one that serves instead would fail the test here.
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError(command + " did not refuse its configuration");
            }
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String fatal(String output) {
        int start = output.indexOf("\n*** FATAL CONFIG FILE ERROR");
        assertEquals(true, start >= 0, output);
        return output.substring(start)
                .replaceFirst(
                        "\\(Redis [0-9.]+\\)",
                        "(Redis " + dev.spindle.engine.ServerVersion.REDIS + ")");
    }

    private static String ownFatal(Path file, List<String> arguments) {
        try {
            ServerConfig.load(file, arguments);
            return "accepted";
        } catch (ConfigException e) {
            return e.getMessage();
        }
    }

    @Test
    void shouldRewriteTheFileAsTheRealServerDoes(@TempDir Path directory) throws Exception {
        String text =
                "# my file\n\n# comment\nmaxmemory 100mb\nhz 10\nsave 60 1000\nsave 300 10\nslave-priority 50\nhz 12\n  timeout   7 \n"
                        + "client-output-buffer-limit normal 0 0 0\nclient-output-buffer-limit slave 1mb 2mb 60\nloglevel \"notice\"\n\n\n"
                        + "rename-command DEBUG \"\"\nmasterauth \"a b\"\nnotify-keyspace-events KEA\noom-score-adj-values 0 200 800\n"
                        + "port 0\nbind 127.0.0.1\nappendonly no\nunixsocketperm 700\nlfu-decay-time 1\nlatency-tracking yes\n";
        List<String> change =
                List.of(
                        "maxmemory",
                        "1gb",
                        "save",
                        "1 2 3 4",
                        "timeout",
                        "0",
                        "requirepass",
                        "",
                        "maxmemory-policy",
                        "allkeys-lru",
                        "client-output-buffer-limit",
                        "pubsub 1 2 3",
                        "lfu-log-factor",
                        "3",
                        "latency-tracking-info-percentiles",
                        "50 99.5",
                        "shutdown-on-sigterm",
                        "save now",
                        "masterauth",
                        "",
                        "maxmemory-clients",
                        "5%",
                        "masteruser",
                        "x\"y",
                        "zset-max-ziplist-value",
                        "65",
                        "proto-max-bulk-len",
                        "3000000",
                        "repl-backlog-size",
                        "2mb",
                        "activerehashing",
                        "no",
                        "cluster-link-sendbuf-limit",
                        "5000");
        Path theirs =
                Files.writeString(
                        Files.createDirectory(directory.resolve("theirs")).resolve("r.conf"), text);
        Path ours =
                Files.writeString(
                        Files.createDirectory(directory.resolve("ours")).resolve("r.conf"), text);
        List<String> sets = new ArrayList<>(List.of("CONFIG", "SET"));
        sets.addAll(change);
        compareRewrites(theirs, ours, sets, change, directory);
        // Once more over the result, with everything back to its default.
        List<String> back = new ArrayList<>();
        for (int i = 0; i < change.size(); i += 2) {
            back.add(change.get(i));
            back.add(ServerConfig.defaults().text(change.get(i)));
        }
        List<String> backSets = new ArrayList<>(List.of("CONFIG", "SET"));
        backSets.addAll(back);
        compareRewrites(theirs, ours, backSets, back, directory);
    }

    private static void compareRewrites(
            Path theirs, Path ours, List<String> command, List<String> change, Path directory)
            throws Exception {
        int port = RealRedis.freePort();
        Process process =
                new ProcessBuilder(
                                RealRedis.binary(),
                                theirs.toString(),
                                "--port",
                                Integer.toString(port),
                                "--dir",
                                directory.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (RawClient other = connect(port)) {
            ServerConfig config =
                    ServerConfig.load(
                            ours,
                            List.of(
                                    "--port",
                                    Integer.toString(port),
                                    "--dir",
                                    directory.toString()));
            assertEquals("+OK\r\n", other.command(command.toArray(new String[0])));
            assertEquals(null, config.set(change));
            assertEquals("+OK\r\n", other.command("CONFIG", "REWRITE"));
            assertEquals(null, config.rewrite(null));
            assertEquals(sections(theirs), sections(ours));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** The user's part in order; what was appended sorted, since Redis walks a hash table; without the users, which ACL writes. */
    private static List<List<String>> sections(Path file) throws Exception {
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        lines.removeIf(line -> line.startsWith("user default"));
        int cut = lines.indexOf("# Generated by CONFIG REWRITE");
        int end = cut < 0 ? lines.size() : cut + 1;
        return List.of(
                lines.subList(0, end),
                lines.subList(end, lines.size()).stream()
                        .filter(line -> !line.isEmpty())
                        .sorted()
                        .toList());
    }

    private static RawClient connect(int port) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                return new RawClient("127.0.0.1", port);
            } catch (java.io.UncheckedIOException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void shouldRefuseToRewriteWhenThereIsNoFile() {
        assertEquals(client.command("CONFIG", "REWRITE"), "-" + twin().rewrite(null) + "\r\n");
    }

    @Test
    void shouldAgreeWhenRandomTextsAreSet() {
        long seed = Long.getLong("spindle.seed", System.nanoTime());
        Random random = new Random(seed);
        List<ConfigParameter<?>> rows =
                ConfigTable.rows().stream()
                        .filter(
                                row ->
                                        !touchesTheProcess(row.name())
                                                && !ADDED.contains(row.name()))
                        .toList();
        String alphabet = "0123456789kmgbB% -.yesno\"";
        ServerConfig config = twin();
        for (int i = 0; i < 3000; i++) {
            ConfigParameter<?> row = rows.get(random.nextInt(rows.size()));
            StringBuilder value = new StringBuilder();
            for (int n = random.nextInt(6); n > 0; n--) {
                value.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            if (!row.isImmutable()) {
                client.command("CONFIG", "SET", row.name(), config.text(row.name()));
            }
            compareSet(config, row.name(), value.toString());
        }
    }
}

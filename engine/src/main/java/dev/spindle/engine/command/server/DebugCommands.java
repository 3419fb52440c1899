package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.EngineHost;
import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.command.generic.ObjectCommands;
import dev.spindle.engine.keyspace.AccessClock;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.GlobPattern;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** DEBUG: for tests of this server and of clients. Only where enable-debug-command allows it. */
final class DebugCommands {

    private static final byte[] NOT_POSITIVE =
            Reply.errorLine("ERR value is out of range, must be positive");
    private static final String NO_TABLE =
            "ERR The value stored at the specified key is not represented using an hash table";
    private static final String NO_SUCH_TYPE =
            "ERR Wrong protocol type name. Please use one of the following:"
                    + " string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false";

    /** Subcommands that Redis has and this server does not. */
    private static final Set<String> NOT_BUILT =
            Set.of(
                    "aof-flush-sleep",
                    "assert",
                    "change-repl-id",
                    "client-eviction",
                    "client-enforce-reply-list",
                    "clusterlink",
                    "config-rewrite-force-all",
                    "crash-and-recover",
                    "dict-resizing",
                    "drop-cluster-packet-filter",
                    "leak",
                    "listpack",
                    "loadaof",
                    "mallctl",
                    "mallctl-str",
                    "oom",
                    "panic",
                    "pause-cron",
                    "quicklist",
                    "quicklist-packed-threshold",
                    "reload",
                    "replicate",
                    "restart",
                    "sdslen",
                    "segfault",
                    "set-disable-deny-scripts",
                    "set-skip-checksum-validation",
                    "structsize");

    /** As Redis's; lines of a subcommand that another module brings are left out where that does not. */
    private static final String[] HELP = {
        "DIGEST",
        "    Output a hex signature representing the current DB content.",
        "DIGEST-VALUE <key> [<key> ...]",
        "    Output a hex signature of the values of all the specified keys.",
        "ERROR <string>",
        "    Return a Redis protocol error with <string> as message. Useful for clients",
        "    unit tests to simulate Redis errors.",
        "LOG <message>",
        "    Write <message> to the server log.",
        "HTSTATS <dbid>",
        "    Return hash table statistics of the specified Redis database.",
        "HTSTATS-KEY <key>",
        "    Like HTSTATS but for the hash table stored at <key>'s value.",
        "LOADAOF",
        "    Flush the AOF buffers on disk and reload the AOF in memory.",
        "OBJECT <key>",
        "    Show low level info about `key` and associated value.",
        "POPULATE <count> [<prefix>] [<size>]",
        "    Create <count> string keys named key:<num>. If <prefix> is specified then",
        "    it is used instead of the 'key' prefix. These are not propagated to",
        "    replicas. Cluster slots are not respected so keys not belonging to the",
        "    current node can be created in cluster mode.",
        "PROTOCOL <type>",
        "    Reply with a test value of the specified type. <type> can be: string,",
        "    integer, double, bignum, null, array, set, map, attrib, push, verbatim,",
        "    true, false.",
        "RELOAD [option ...]",
        "    Save the RDB on disk and reload it back to memory. Valid <option> values:",
        "    * MERGE: conflicting keys will be loaded from RDB.",
        "    * NOFLUSH: the existing database will not be removed before load, but",
        "      conflicting keys will generate an exception and kill the server.",
        "    * NOSAVE: the database will be loaded from an existing RDB file.",
        "    Examples:",
        "    * DEBUG RELOAD: verify that the server is able to persist, flush and reload",
        "      the database.",
        "    * DEBUG RELOAD NOSAVE: replace the current database with the contents of an",
        "      existing RDB file.",
        "    * DEBUG RELOAD NOSAVE NOFLUSH MERGE: add the contents of an existing RDB",
        "      file to the database.",
        "SET-ACTIVE-EXPIRE <0|1>",
        "    Setting it to 0 disables expiring keys in background when they are not",
        "    accessed (otherwise the Redis behavior). Setting it to 1 reenables back the",
        "    default.",
        "SLEEP <seconds>",
        "    Stop the server for <seconds>. Decimals allowed.",
        "STRINGMATCH-LEN <pattern> <string>",
        "    Return 1 when the glob <pattern> matches <string>, else 0.",
        "STRINGMATCH-TEST",
        "    Run a fuzz tester against the matcher of glob patterns.",
        "REPLYBUFFER PEAK-RESET-TIME <NEVER|RESET|time>",
        "    Set the time (in milliseconds) after which the peak of a client's reply",
        "    buffer is forgotten. NEVER keeps it for ever, RESET restores the default.",
        "REPLYBUFFER RESIZING <0|1>",
        "    Disable or enable giving back what clients' reply buffers held."
    };

    private DebugCommands() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("debug", -2, "admin noscript loading stale protected", "", DebugCommands::debug)
        };
    }

    static void debug(Invocation in) {
        String word = in.argString(1).toLowerCase(Locale.ROOT);
        int argc = in.argc();
        // Every subcommand with the number of arguments it takes: another number is an unknown one.
        switch (argc > 5 && !word.equals("digest-value") ? "" : word + argc) {
            case "help2" -> help(in);
            case "digest2" -> in.reply().simple(digest(in).ofDataset(in.engine().keyspaces()));
            case "error3" -> error(in);
            case "log3" -> log(in);
            case "htstats3" -> htstats(in);
            case "htstats-key3" -> htstatsKey(in);
            case "object3" -> object(in);
            case "populate3", "populate4", "populate5" -> populate(in);
            case "protocol3" -> protocol(in);
            case "set-active-expire3" -> setActiveExpire(in);
            case "replybuffer4" -> replyBuffer(in);
            case "stringmatch-len4" -> stringMatch(in);
            case "stringmatch-test2" -> stringMatchTest(in);
            case "sleep3" -> sleep(in);
            default -> {
                if (word.equals("digest-value")) {
                    digestValue(in);
                } else {
                    refuse(in, word);
                }
            }
        }
    }

    private static void help(Invocation in) {
        List<String> lines = new ArrayList<>();
        boolean shown = true;
        for (String line : HELP) {
            if (!line.startsWith(" ")) {
                String word = line.split(" ")[0].toLowerCase(Locale.ROOT);
                shown = !NOT_BUILT.contains(word) || in.engine().debugWords().containsKey(word);
            }
            if (shown) {
                lines.add(line);
            }
        }
        in.reply().array(lines.size() + 3L);
        in.reply().simple("DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        lines.forEach(in.reply()::simple);
        in.reply().simple("HELP");
        in.reply().simple("    Prints this help.");
    }

    private static void refuse(Invocation in, String word) {
        CommandHandler brought = in.engine().debugWords().get(word);
        if (brought != null) {
            brought.execute(in);
            return;
        }
        if (NOT_BUILT.contains(word)) {
            String shown = word.toUpperCase(Locale.ROOT);
            in.reply().error("ERR DEBUG " + shown + " is not supported by this server");
            return;
        }
        in.reply()
                .error(
                        "ERR unknown subcommand or wrong number of arguments for '"
                                + in.argString(1)
                                + "'. Try DEBUG HELP.");
    }

    private static DatasetDigest digest(Invocation in) {
        return new DatasetDigest(in.engine());
    }

    private static long peek(Invocation in, int index) {
        return in.db().peek(in.keyHash(index), in.argAddress(index), in.argLength(index));
    }

    private static void digestValue(Invocation in) {
        DatasetDigest digest = digest(in);
        in.reply().array(in.argc() - 2L);
        for (int i = 2; i < in.argc(); i++) {
            in.reply().simple(digest.ofValue(in.db().memory(), peek(in, i)));
        }
    }

    // An error for clients to look at; it is none of this server's and is not counted as one.
    private static void error(Invocation in) {
        String text = in.argString(2).replace('\r', ' ').replace('\n', ' ');
        in.reply().raw(("-" + text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void log(Invocation in) {
        in.engine().host().log(EngineHost.LogLevel.WARNING, "DEBUG LOG: " + in.argString(2));
        in.reply().ok();
    }

    private static void htstats(Invocation in) {
        if (!in.requireLong(2)) {
            return;
        }
        long db = in.longValue();
        if (db < 0 || db >= in.engine().keyspaces().count()) {
            in.reply().error("ERR Out of range database");
            return;
        }
        String text = TableStatistics.of(in.engine().keyspaces().get((int) db).table());
        in.reply().verbatim("txt", text.getBytes(StandardCharsets.US_ASCII));
    }

    // No type of this server keeps its values in a table of its own yet.
    private static void htstatsKey(Invocation in) {
        if (peek(in, 2) == 0) {
            in.reply().errorLine(ReplyErrors.NO_SUCH_KEY);
        } else {
            in.reply().error(NO_TABLE);
        }
    }

    private static void object(Invocation in) {
        Keyspace db = in.db();
        Memory memory = db.memory();
        long entry = peek(in, 2);
        if (entry == 0) {
            in.reply().errorLine(ReplyErrors.NO_SUCH_KEY);
            return;
        }
        long header = Entry.header(memory, entry);
        AccessClock clock = db.shared().clock();
        in.reply()
                .simple(
                        String.format(
                                Locale.ROOT,
                                "Value at:0x%x refcount:%d encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d",
                                entry,
                                ObjectCommands.referenceCount(in, entry),
                                ValueType.encodingName(Entry.encoding(header)),
                                serializedLength(in.engine().strings(), memory, entry),
                                Entry.clock(header),
                                clock.idleSeconds(Entry.clock(header))));
    }

    /** Bytes of a string in a snapshot file without compression: small integers in binary, else length and bytes. */
    static long serializedLength(StringType strings, Memory memory, long entry) {
        long header = Entry.header(memory, entry);
        if (StringType.isInt(header)) {
            long value = Entry.word(memory, entry, header);
            if (value == (byte) value) {
                return 2;
            }
            if (value == (short) value) {
                return 3;
            }
            if (value == (int) value) {
                return 5;
            }
        }
        long length = strings.view(memory, entry).length();
        return length + (length < 1 << 6 ? 1 : length < 1 << 14 ? 2 : length < 1L << 32 ? 5 : 9);
    }

    private static void populate(Invocation in) {
        long[] numbers = {0, 0, 0};
        for (int i = 2; i < in.argc(); i += 2) {
            if (!in.isLong(i) || in.longValue() < 0) {
                in.reply().errorLine(NOT_POSITIVE);
                return;
            }
            numbers[i - 2] = in.longValue();
        }
        byte[] prefix = in.argc() > 3 ? in.argBytes(3) : "key".getBytes(StandardCharsets.US_ASCII);
        if (numbers[2] > in.engine().settings().maxBulkLength) {
            in.reply().errorLine(ReplyErrors.STRING_TOO_LONG);
            return;
        }
        // As in Redis: keys of a test are nothing to repeat.
        in.engine().propagation().instead();
        DebugPopulate.run(in.engine(), in.db(), numbers[0], prefix, (int) numbers[2]);
        in.reply().ok();
    }

    private static void setActiveExpire(Invocation in) {
        in.engine().settings().activeExpire = in.isLong(2) && in.longValue() != 0;
        in.reply().ok();
    }

    private static void replyBuffer(Invocation in) {
        EngineSettings settings = in.engine().settings();
        if (in.argIs(2, "resizing")) {
            settings.replyBufferResizing = in.isLong(3) && in.longValue() != 0;
        } else if (!in.argIs(2, "peak-reset-time")) {
            refuse(in, "replybuffer");
            return;
        } else if (in.argIs(3, "never")) {
            settings.replyPeakResetMs = -1;
        } else if (in.argIs(3, "reset")) {
            settings.replyPeakResetMs = EngineSettings.DEFAULT_REPLY_PEAK_RESET_MS;
        } else if (in.requireLong(3)) {
            settings.replyPeakResetMs = in.longValue();
        } else {
            return;
        }
        in.reply().ok();
    }

    private static void stringMatch(Invocation in) {
        boolean matches = GlobPattern.matches(in.argBytes(2), in.argBytes(3), false);
        in.reply().integer(matches ? 1 : 0);
    }

    private static void stringMatchTest(Invocation in) {
        long seed = System.nanoTime();
        String difference = GlobTrial.run(seed, GlobTrial.ROUNDS);
        if (difference == null) {
            in.reply().simple("Apparently Redis did not crash: test passed");
        } else {
            in.reply().error("ERR the matcher is wrong, seed " + seed + ": " + difference);
        }
    }

    private static void sleep(Invocation in) {
        double seconds;
        try {
            seconds = Double.parseDouble(in.argString(2).trim());
        } catch (NumberFormatException e) {
            seconds = 0; // what is no number is no time, as in Redis
        }
        long until = System.nanoTime() + (long) (Math.max(0, seconds) * 1e9);
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        in.reply().ok();
    }

    private static void protocol(Invocation in) {
        Reply reply = in.reply();
        switch (in.argString(2).toLowerCase(Locale.ROOT)) {
            case "string" -> reply.bulk("Hello World");
            case "integer" -> reply.integer(12345);
            case "double" -> reply.doubleText("3.141");
            case "bignum" -> reply.bigNumber("1234567999999999999999999999999999999");
            case "null" -> reply.nullBulk();
            case "array" -> {
                reply.array(3);
                numbers(reply);
            }
            case "set" -> {
                reply.set(3);
                numbers(reply);
            }
            case "map" -> {
                reply.map(3);
                for (int i = 0; i < 3; i++) {
                    reply.integer(i);
                    reply.bool(i == 1);
                }
            }
            case "attrib" -> attribute(reply);
            case "push" -> push(reply);
            case "verbatim" ->
                    reply.verbatim(
                            "txt",
                            "This is a verbatim\nstring".getBytes(StandardCharsets.US_ASCII));
            case "true" -> reply.bool(true);
            case "false" -> reply.bool(false);
            default -> reply.error(NO_SUCH_TYPE);
        }
    }

    private static void numbers(Reply reply) {
        for (int i = 0; i < 3; i++) {
            reply.integer(i);
        }
    }

    private static void attribute(Reply reply) {
        if (reply.protocol() == 3) {
            reply.attribute(1);
            reply.bulk("key-popularity");
            reply.array(2);
            reply.bulk("key:123");
            reply.integer(90);
        }
        reply.bulk("Some real reply following the attribute");
    }

    private static void push(Reply reply) {
        if (reply.protocol() == 2) {
            reply.error("ERR RESP2 is not supported by this command");
            return;
        }
        reply.push(2);
        reply.bulk("server-cpu-usage");
        reply.integer(42);
        reply.bulk("Some real reply following the push reply");
    }
}

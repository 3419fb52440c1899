package dev.spindle.engine.command.server;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;
import static dev.spindle.engine.info.MemoryFigures.ratio;

import dev.spindle.engine.Engine;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.HelpReply;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.info.MemoryFigures;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Doubles;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** MEMORY: where the bytes are. Nothing is estimated; the arena knows the size of every allocation. */
final class MemoryCommands {

    private static final String[] HELP = {
        "DOCTOR",
        "    Return memory problems reports.",
        "MALLOC-STATS",
        "    Return internal statistics report from the memory allocator.",
        "PURGE",
        "    Attempt to purge dirty pages for reclamation by the allocator.",
        "STATS",
        "    Return information about the memory usage of the server.",
        "USAGE <key> [SAMPLES <count>]",
        "    Return memory in bytes used by <key> and its value. Nested values are",
        "    sampled up to <count> times (default: 5, 0 means sample all)."
    };

    private MemoryCommands() {}

    static CommandSpec[] rows() {
        String[] special = {
            "nondeterministic_output", "request_policy:all_shards", "response_policy:special"
        };
        return new CommandSpec[] {
            command("memory", -2, "", "", null)
                    .subcommands(
                            command("doctor", 2, "", "", MemoryCommands::doctor).tips(special),
                            command("help", 2, "loading stale", "", MemoryCommands::help),
                            command("malloc-stats", 2, "", "", MemoryCommands::mallocStats)
                                    .tips(special),
                            command("purge", 2, "", "", MemoryCommands::purge)
                                    .tips(
                                            "request_policy:all_shards",
                                            "response_policy:all_succeeded"),
                            command("stats", 2, "", "", MemoryCommands::stats).tips(special),
                            command("usage", -3, "readonly", "", MemoryCommands::usage)
                                    .keys(range("RO", 2, 0, 1)))
        };
    }

    static void help(Invocation in) {
        HelpReply.write(in, HELP);
    }

    static void usage(Invocation in) {
        for (int i = 3; i < in.argc(); i += 2) {
            if (!in.argIs(i, "samples") || i + 1 == in.argc()) {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return;
            }
            if (!in.requireLong(i + 1)) {
                return;
            }
            if (in.longValue() < 0) {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return;
            }
        }
        Keyspace db = in.db();
        long entry = db.peek(in.keyHash(2), in.argAddress(2), in.argLength(2));
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        in.reply().integer(bytesOf(in.engine(), db, entry));
    }

    // The entry's slot, its blob, and its place in a bucket. Free places are the table's, not the
    // key's: in an almost empty database they would outweigh it.
    private static long bytesOf(Engine engine, Keyspace db, long entry) {
        Memory memory = db.memory();
        long header = Entry.header(memory, entry);
        long bytes = db.arena().sizeOf(entry);
        if ((Entry.flags(header) & Entry.BLOB) != 0) {
            int handle = Entry.blobHandle(Entry.word(memory, entry, header));
            bytes += db.arena().sizeOf(memory.address(handle));
        } else if (engine.collection(Entry.type(header)) != null) {
            bytes += engine.collection(Entry.type(header)).bytes(entry, header);
        }
        return bytes + KeyTable.PLACE_BYTES;
    }

    static void purge(Invocation in) {
        in.engine().arena().purge(0);
        in.engine().blocks().trim();
        in.reply().ok();
    }

    static void stats(Invocation in) {
        MemoryFigures memory = in.engine().info().memory();
        Keyspaces databases = in.engine().keyspaces();
        int used = 0;
        for (int i = 0; i < databases.count(); i++) {
            used += databases.get(i).size() > 0 ? 1 : 0;
        }
        Reply reply = in.reply();
        reply.map(27L + used);
        integer(reply, "peak.allocated", memory.peak);
        integer(reply, "total.allocated", memory.used);
        integer(reply, "startup.allocated", memory.startup);
        integer(reply, "replication.backlog", 0);
        integer(reply, "clients.slaves", 0);
        integer(reply, "clients.normal", memory.clients);
        integer(reply, "cluster.links", 0);
        integer(reply, "aof.buffer", 0);
        integer(reply, "lua.caches", 0);
        integer(reply, "functions.caches", 0);
        for (int i = 0; i < databases.count(); i++) {
            Keyspace db = databases.get(i);
            if (db.size() > 0) {
                reply.bulk("db." + i);
                reply.map(3);
                integer(reply, "overhead.hashtable.main", db.table().bytes());
                // An expiry stands in its key's entry; no second table holds it.
                integer(reply, "overhead.hashtable.expires", 0);
                integer(reply, "overhead.hashtable.slot-to-keys", 0);
            }
        }
        integer(reply, "overhead.total", memory.overhead());
        integer(reply, "keys.count", memory.keys);
        long net = Math.max(0, memory.used - memory.startup);
        integer(reply, "keys.bytes-per-key", memory.keys == 0 ? 0 : net / memory.keys);
        integer(reply, "dataset.bytes", memory.dataset());
        fraction(reply, "dataset.percentage", memory.datasetPercent());
        fraction(reply, "peak.percentage", memory.peakPercent());
        integer(reply, "allocator.allocated", memory.allocated);
        integer(reply, "allocator.active", memory.active);
        integer(reply, "allocator.resident", memory.resident);
        fraction(reply, "allocator-fragmentation.ratio", ratio(memory.active, memory.allocated));
        integer(reply, "allocator-fragmentation.bytes", memory.active - memory.allocated);
        fraction(reply, "allocator-rss.ratio", ratio(memory.resident, memory.active));
        integer(reply, "allocator-rss.bytes", memory.resident - memory.active);
        fraction(reply, "rss-overhead.ratio", ratio(memory.rss, memory.resident));
        integer(reply, "rss-overhead.bytes", memory.rss - memory.resident);
        fraction(reply, "fragmentation", ratio(memory.rss, memory.used));
        integer(reply, "fragmentation.bytes", memory.rss - memory.used);
    }

    private static void integer(Reply reply, String name, long value) {
        reply.bulk(name);
        reply.integer(value);
    }

    private static void fraction(Reply reply, String name, double value) {
        reply.bulk(name);
        reply.doubleText(Doubles.toText(value));
    }

    static void doctor(Invocation in) {
        in.reply()
                .verbatim("txt", MemoryDoctor.report(in.engine()).getBytes(StandardCharsets.UTF_8));
    }

    static void mallocStats(Invocation in) {
        Arena arena = in.engine().arena();
        StringBuilder text = new StringBuilder("Arena of the data, in bytes\n");
        line(text, "in use", arena.usedBytes());
        line(text, "allocations in use", arena.allocations());
        line(text, "below the frontier", arena.extentBytes());
        line(text, "free within slabs", arena.slabFreeBytes());
        line(text, "free runs of pages", arena.freeRunBytes());
        line(text, "page descriptors", arena.descriptorBytes());
        line(text, "reserved address space", arena.reservedBytes());
        text.append("Buffers of clients, in bytes\n");
        line(text, "lent", in.engine().blocks().lentBytes());
        line(text, "kept for the next", in.engine().blocks().pooledBytes());
        in.reply().verbatim("txt", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void line(StringBuilder text, String name, long value) {
        text.append(String.format(Locale.ROOT, "  %-24s %16d\n", name, value));
    }
}

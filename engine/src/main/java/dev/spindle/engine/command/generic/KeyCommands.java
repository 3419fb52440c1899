package dev.spindle.engine.command.generic;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.type.ValueType;
import java.nio.charset.StandardCharsets;

/**
 * What asks for or deletes keys, whatever they hold.
 *
 * <p>Commands over many keys look at them in chunks: the buckets and entries of a chunk are loaded before the first of its
 * keys is worked on. UNLINK is DEL: a value too large to be freed on the spot is freed in slices under either name.
 */
final class KeyCommands {

    private static final byte[][] TYPE_LINES = typeLines();

    private KeyCommands() {}

    private static byte[][] typeLines() {
        byte[][] lines = new byte[ValueType.STREAM + 1][];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = ("+" + ValueType.name(i) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        }
        return lines;
    }

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("del", -2, "write", "keyspace", KeyCommands::delete)
                    .keys(range("RM delete", 1, -1, 1))
                    .tips("request_policy:multi_shard", "response_policy:agg_sum"),
            command("unlink", -2, "write fast", "keyspace", KeyCommands::delete)
                    .keys(range("RM delete", 1, -1, 1))
                    .tips("request_policy:multi_shard", "response_policy:agg_sum"),
            command("exists", -2, "readonly fast", "keyspace", KeyCommands::exists)
                    .keys(range("RO", 1, -1, 1))
                    .tips("request_policy:multi_shard", "response_policy:agg_sum"),
            command("touch", -2, "readonly fast", "keyspace", KeyCommands::touch)
                    .keys(range("RO", 1, -1, 1))
                    .tips("request_policy:multi_shard", "response_policy:agg_sum"),
            command("type", 2, "readonly fast", "keyspace", KeyCommands::type)
                    .keys(range("RO", 1, 0, 1)),
            command("randomkey", 1, "readonly", "keyspace", KeyCommands::randomKey)
                    .tips("request_policy:all_shards", "nondeterministic_output"),
        };
    }

    static void delete(Invocation in) {
        Keyspace db = in.db();
        int deleted = 0;
        int end;
        for (int first = 1; first < in.argc(); first = end) {
            end = in.touchKeys(first, in.argc(), 1);
            for (int i = first; i < end; i++) {
                if (db.delete(in.touchedHash(i - first), in.argAddress(i), in.argLength(i))) {
                    in.event(KeyspaceEvent.DEL, i);
                    deleted++;
                }
            }
        }
        in.reply().integer(deleted);
    }

    static void exists(Invocation in) {
        Keyspace db = in.db();
        int found = 0;
        int end;
        for (int first = 1; first < in.argc(); first = end) {
            end = in.touchKeys(first, in.argc(), 1);
            for (int i = first; i < end; i++) {
                if (db.inspect(in.touchedHash(i - first), in.argAddress(i), in.argLength(i)) != 0) {
                    found++;
                }
            }
        }
        in.reply().integer(found);
    }

    static void touch(Invocation in) {
        Keyspace db = in.db();
        KeyspaceShared shared = db.shared();
        // The one command that marks keys even for a client that asked for no traces.
        shared.noTouch(false);
        int found = 0;
        int end;
        for (int first = 1; first < in.argc(); first = end) {
            end = in.touchKeys(first, in.argc(), 1);
            for (int i = first; i < end; i++) {
                if (db.lookupRead(in.touchedHash(i - first), in.argAddress(i), in.argLength(i))
                        != 0) {
                    found++;
                }
            }
        }
        shared.noTouch(in.session().isNoTouch());
        in.reply().integer(found);
    }

    static void type(Invocation in) {
        long entry = in.inspect(1);
        int type = entry == 0 ? 0 : Entry.type(Entry.header(in.db().memory(), entry));
        in.reply().raw(TYPE_LINES[type]);
    }

    static void randomKey(Invocation in) {
        in.engine().propagation().apart();
        long entry = in.db().randomEntry(in.db().shared().random());
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        Memory memory = in.db().memory();
        long header = Entry.header(memory, entry);
        in.reply().bulk(Entry.keyAddress(entry, header), Entry.keyLength(memory, entry, header));
    }
}

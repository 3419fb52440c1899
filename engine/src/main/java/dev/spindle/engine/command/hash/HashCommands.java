package dev.spindle.engine.command.hash;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandHandler;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Numbers;
import dev.spindle.engine.type.FieldVisitor;
import dev.spindle.engine.type.HashType;
import dev.spindle.engine.type.ValueType;
import java.util.Arrays;
import java.util.stream.Stream;

/** Commands that read hashes or delete from them, and the rows of the family. */
public final class HashCommands {

    private final FieldVisitor writeBoth = this::writeBoth;
    private final FieldVisitor writeField = this::writeField;
    private final FieldVisitor writeValue = this::writeValue;
    private Reply out;
    private Memory memory;

    private HashCommands() {}

    /** All rows of the family; each call makes new ones. */
    public static CommandSpec[] rows() {
        return Stream.of(
                        new HashCommands().reads(),
                        new HashWriteCommands().rows(),
                        new HashRandomCommand().rows(),
                        new HashScanCommand().rows(),
                        FieldExpireCommands.rows(),
                        FieldTimeCommands.rows())
                .flatMap(Arrays::stream)
                .toArray(CommandSpec[]::new);
    }

    private CommandSpec[] reads() {
        String[] unordered = {"nondeterministic_output_order"};
        return new CommandSpec[] {
            read("hget", 3, "fast", "RO access", HashCommands::hget).member(2),
            read("hmget", -3, "fast", "RO access", HashCommands::hmget).member(2),
            read("hexists", 3, "fast", "RO", HashCommands::hexists).member(2),
            read("hstrlen", 3, "fast", "RO", HashCommands::hstrlen).member(2),
            read("hlen", 2, "fast", "RO", HashCommands::hlen),
            read("hgetall", 2, "", "RO access", this::hgetall).tips(unordered),
            read("hkeys", 2, "", "RO access", this::hkeys).tips(unordered),
            read("hvals", 2, "", "RO access", this::hvals).tips(unordered),
            command("hdel", -3, "write fast", "hash", HashCommands::hdel)
                    .keys(range("RW delete", 1, 0, 1))
                    .member(2),
        };
    }

    private static CommandSpec read(
            String name, int arity, String flags, String keyFlags, CommandHandler handler) {
        return command(name, arity, "readonly " + flags, "hash", handler)
                .keys(range(keyFlags, 1, 0, 1));
    }

    static void hget(Invocation in) {
        long entry = HashKey.read(in, 2, 3, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        answer(in, entry, 2);
    }

    /** Answers the value of the field of an argument. */
    static void answer(Invocation in, long entry, int field) {
        HashType hashes = in.engine().hashes();
        if (entry != 0 && hashes.find(entry, in.argAddress(field), in.argLength(field))) {
            HashKey.reply(in, hashes.value());
        } else {
            in.reply().nullBulk();
        }
    }

    static void hmget(Invocation in) {
        int argc = in.argc();
        long entry = HashKey.read(in, 2, argc, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        in.reply().array(argc - 2L);
        for (int i = 2; i < argc; i++) {
            answer(in, entry, i);
        }
    }

    static void hexists(Invocation in) {
        long entry = HashKey.read(in, 2, 3, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        boolean found =
                entry != 0 && in.engine().hashes().find(entry, in.argAddress(2), in.argLength(2));
        in.reply().integer(found ? 1 : 0);
    }

    static void hstrlen(Invocation in) {
        long entry = HashKey.read(in, 2, 3, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        HashType hashes = in.engine().hashes();
        if (entry == 0 || !hashes.find(entry, in.argAddress(2), in.argLength(2))) {
            in.reply().integer(0);
            return;
        }
        Memory memory = in.db().memory();
        long value = hashes.value();
        in.reply()
                .integer(
                        Listpack.isLong(memory, value)
                                ? Numbers.longLength(Listpack.longAt(memory, value))
                                : Listpack.stringLength(memory, value));
    }

    static void hlen(Invocation in) {
        // As with Redis, fields that have expired count until they are removed.
        long entry = in.readAs(1, ValueType.HASH);
        if (entry != Invocation.WRONG_TYPE) {
            in.reply().integer(entry == 0 ? 0 : HashKey.size(in, entry));
        }
    }

    void hgetall(Invocation in) {
        long entry = HashKey.read(in, 0, 0, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        in.reply().map(entry == 0 ? 0 : in.engine().hashes().liveSize(entry));
        walk(in, entry, writeBoth);
    }

    void hkeys(Invocation in) {
        list(in, writeField);
    }

    void hvals(Invocation in) {
        list(in, writeValue);
    }

    private void list(Invocation in, FieldVisitor visitor) {
        long entry = HashKey.read(in, 0, 0, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        in.reply().array(entry == 0 ? 0 : in.engine().hashes().liveSize(entry));
        walk(in, entry, visitor);
    }

    private void walk(Invocation in, long entry, FieldVisitor visitor) {
        if (entry != 0) {
            out = in.reply();
            memory = in.db().memory();
            in.engine().hashes().walk(entry, visitor);
        }
    }

    private void writeBoth(ByteView name, long value) {
        out.bulk(name.address(), name.length());
        HashKey.write(out, memory, value);
    }

    private void writeField(ByteView name, long value) {
        out.bulk(name.address(), name.length());
    }

    private void writeValue(ByteView name, long value) {
        HashKey.write(out, memory, value);
    }

    static void hdel(Invocation in) {
        int argc = in.argc();
        long entry = HashKey.write(in, 2, argc, 1);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        long removed = 0;
        HashType hashes = in.engine().hashes();
        if (entry != 0) {
            for (int i = 2; i < argc; i++) {
                removed += hashes.remove(in.db(), entry, in.argAddress(i), in.argLength(i)) ? 1 : 0;
            }
        }
        if (removed > 0) {
            HashKey.shrunk(in, entry, removed, HashKey.HDEL);
        }
        in.reply().integer(removed);
    }
}

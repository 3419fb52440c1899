package dev.spindle.engine.command.server;

import dev.spindle.engine.command.AclCategory;
import dev.spindle.engine.command.CommandFlag;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the ten-element description of a command that COMMAND and COMMAND INFO answer.
 *
 * <p>First key, last key and step are the older, poorer way to say where keys are; they are derived from the key specs: of
 * a single range they are its own numbers; ranges that continue one another are joined into one with step 1; what is no
 * range at a fixed place is left out, and the command is marked {@code movablekeys} for it.
 */
final class CommandInfoReply {

    private CommandInfoReply() {}

    static void write(Reply reply, CommandSpec row) {
        Legacy legacy = Legacy.of(row.keySpecs());
        reply.array(10);
        reply.bulk(row.fullName());
        reply.integer(row.arity());
        writeStatuses(reply, flags(row, legacy.movable));
        reply.integer(legacy.first);
        reply.integer(legacy.last);
        reply.integer(legacy.step);
        writeStatuses(reply, categories(row));
        reply.set(row.tips().length);
        for (String tip : row.tips()) {
            reply.bulk(tip);
        }
        reply.set(row.keySpecs().length);
        for (KeySpec spec : row.keySpecs()) {
            writeKeySpec(reply, spec);
        }
        // Subcommands are listed as an array, empty ones as an empty set: so does Redis.
        if (row.subcommands().length == 0) {
            reply.set(0);
            return;
        }
        reply.array(row.subcommands().length);
        for (CommandSpec sub : row.subcommands()) {
            write(reply, sub);
        }
    }

    private static List<String> flags(CommandSpec row, boolean movable) {
        List<String> names = new ArrayList<>();
        for (CommandFlag flag : CommandFlag.values()) {
            // PROTECTED is not shown; MOVABLEKEYS follows from the key specs.
            boolean shown = flag != CommandFlag.PROTECTED && row.has(flag);
            if (shown || flag == CommandFlag.MOVABLEKEYS && movable) {
                names.add(flag.wireName());
            }
        }
        return names;
    }

    private static List<String> categories(CommandSpec row) {
        List<String> names = new ArrayList<>();
        for (AclCategory category : AclCategory.values()) {
            if ((row.categories() & category.bit()) != 0) {
                names.add('@' + category.wireName());
            }
        }
        return names;
    }

    static void writeStatuses(Reply reply, List<String> words) {
        reply.set(words.size());
        for (String word : words) {
            reply.simple(word);
        }
    }

    private static void writeKeySpec(Reply reply, KeySpec spec) {
        reply.map(spec.notes() == null ? 3 : 4);
        if (spec.notes() != null) {
            reply.bulk("notes");
            reply.bulk(spec.notes());
        }
        reply.bulk("flags");
        writeStatuses(reply, List.of(spec.flags().split(" ")));
        reply.bulk("begin_search");
        reply.map(2);
        reply.bulk("type");
        switch (spec.begin()) {
            case INDEX -> {
                numbers(reply, "index", "index", spec.index());
            }
            case KEYWORD -> {
                reply.bulk("keyword");
                reply.bulk("spec");
                reply.map(2);
                reply.bulk("keyword");
                reply.bulk(spec.keyword());
                reply.bulk("startfrom");
                reply.integer(spec.index());
            }
            case UNKNOWN -> numbers(reply, "unknown");
        }
        reply.bulk("find_keys");
        reply.map(2);
        reply.bulk("type");
        switch (spec.find()) {
            case RANGE -> {
                String names = "lastkey keystep limit";
                numbers(reply, "range", names, spec.first(), spec.second(), spec.third());
            }
            case KEYNUM -> {
                String names = "keynumidx firstkey keystep";
                numbers(reply, "keynum", names, spec.first(), spec.second(), spec.third());
            }
            case UNKNOWN -> numbers(reply, "unknown");
        }
    }

    private static void numbers(Reply reply, String type) {
        reply.bulk(type);
        reply.bulk("spec");
        reply.map(0);
    }

    private static void numbers(Reply reply, String type, String names, int... values) {
        reply.bulk(type);
        reply.bulk("spec");
        reply.map(values.length);
        String[] words = names.split(" ");
        for (int i = 0; i < values.length; i++) {
            reply.bulk(words[i]);
            reply.integer(values[i]);
        }
    }

    /** First key, last key, step, and whether some keys cannot be told by them. */
    private record Legacy(int first, int last, int step, boolean movable) {

        static Legacy of(KeySpec[] specs) {
            boolean movable = false;
            int first = Integer.MAX_VALUE;
            int last = 0;
            int step = 1;
            int previousLast = 0;
            for (KeySpec spec : specs) {
                if (spec.begin() != KeySpec.Begin.INDEX || spec.find() != KeySpec.Find.RANGE) {
                    movable = true;
                    continue;
                }
                if (specs.length == 1) {
                    step = spec.second();
                } else if (spec.second() != 1
                        || previousLast != 0 && previousLast != spec.index() - 1) {
                    continue;
                }
                first = Math.min(first, spec.index());
                int end = spec.first() >= 0 ? spec.index() + spec.first() : spec.first();
                // A negative last key counts from the end and is larger than any other.
                last = Integer.compareUnsigned(end, last) > 0 ? end : last;
                previousLast = last;
            }
            return first == Integer.MAX_VALUE
                    ? new Legacy(0, 0, 0, movable)
                    : new Legacy(first, last, step, movable);
        }
    }
}

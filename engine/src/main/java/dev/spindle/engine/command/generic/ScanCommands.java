package dev.spindle.engine.command.generic;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.command.ScanArguments;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.ValueType;
import java.util.Locale;

/**
 * KEYS and SCAN.
 *
 * <p>COUNT says how many entries a call of SCAN looks at. A bucket here holds several, so a call ends with the bucket that
 * reaches the count; filters come after that, and a call over a table of mostly empty buckets ends after ten times as many
 * buckets, as Redis's does.
 */
final class ScanCommands {

    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] MATCH = Ascii.bytes("match");
    private static final byte[] TYPE = Ascii.bytes("type");
    private static final long DEFAULT_COUNT = 10;
    private static final int BUCKETS_PER_ENTRY = 10;
    private static final int BUCKETS_AHEAD = 8;
    private static final int NO_TYPE = -1;

    private ScanCommands() {}

    static CommandSpec[] rows() {
        return new CommandSpec[] {
            command("keys", 2, "readonly", "keyspace dangerous", ScanCommands::keys)
                    .tips("request_policy:all_shards", "nondeterministic_output_order"),
            command("scan", -2, "readonly", "keyspace", ScanCommands::scan)
                    .tips("nondeterministic_output", "request_policy:special"),
        };
    }

    static void keys(Invocation in) {
        in.engine().propagation().apart();
        KeyTable table = in.db().table();
        try (KeyCollector collector = new KeyCollector(in.db())) {
            collector.match(in, 1);
            for (long from = 0; from < table.buckets(); from += BUCKETS_AHEAD) {
                long to = Math.min(from + BUCKETS_AHEAD, table.buckets());
                table.touchBuckets(from, to);
                for (long bucket = from; bucket < to; bucket++) {
                    table.visitBucket(bucket, collector);
                }
            }
            collector.write(in.reply());
        }
    }

    static void scan(Invocation in) {
        in.engine().propagation().apart();
        ScanArguments arguments = new ScanArguments();
        if (!arguments.parseCursor(in, 1)) {
            return;
        }
        try (KeyCollector collector = new KeyCollector(in.db())) {
            long count = options(in, collector);
            if (count < 1) {
                return;
            }
            KeyTable table = in.db().table();
            long next = arguments.cursor();
            long most =
                    count > Long.MAX_VALUE / BUCKETS_PER_ENTRY ? count : count * BUCKETS_PER_ENTRY;
            do {
                next = table.scan(next, collector);
            } while (next != 0 && collector.visited() < count && --most > 0);
            in.reply().array(2);
            in.reply().bulkInteger(next);
            collector.write(in.reply());
            collector.deleteExpired();
        }
    }

    // The count, or 0 when an error was answered.
    private static long options(Invocation in, KeyCollector collector) {
        long count = DEFAULT_COUNT;
        for (int i = 2; i < in.argc(); i += 2) {
            boolean hasValue = i + 1 < in.argc();
            if (hasValue && in.argIs(i, COUNT)) {
                if (!in.requireLong(i + 1)) {
                    return 0;
                }
                count = in.longValue();
                if (count < 1) {
                    in.reply().errorLine(ReplyErrors.SYNTAX);
                    return 0;
                }
            } else if (hasValue && in.argIs(i, MATCH)) {
                collector.match(in, i + 1);
            } else if (hasValue && in.argIs(i, TYPE)) {
                collector.type(typeNamed(in.argString(i + 1).toLowerCase(Locale.ROOT)));
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return 0;
            }
        }
        return count;
    }

    private static int typeNamed(String name) {
        for (int type = ValueType.STRING; type <= ValueType.STREAM; type++) {
            if (ValueType.name(type).equals(name)) {
                return type;
            }
        }
        return NO_TYPE;
    }
}

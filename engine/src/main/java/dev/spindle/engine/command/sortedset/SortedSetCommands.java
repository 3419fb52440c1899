package dev.spindle.engine.command.sortedset;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.ValueType;
import java.util.stream.Stream;

/** Commands that ask about single elements and counts, and the rows of the family. */
public final class SortedSetCommands {

    private static final byte[] WITHSCORE = Ascii.bytes("withscore");

    private final ScoreRange scores = new ScoreRange();
    private final LexRange members = new LexRange();

    private SortedSetCommands() {}

    /** All rows of the family. Handlers keep what they work with, so each table of commands needs rows of its own. */
    public static CommandSpec[] rows() {
        return Stream.of(
                        new SortedSetCommands().reads(),
                        new AddCommands().rows(),
                        new RemoveCommands().rows(),
                        new RangeCommands().rows(),
                        PopCommands.rows(),
                        BlockingPopCommands.rows(),
                        new PickCommands().rows(),
                        new CombineCommands().rows())
                .flatMap(Stream::of)
                .toArray(CommandSpec[]::new);
    }

    private CommandSpec[] reads() {
        return new CommandSpec[] {
            command("zscore", 3, "readonly fast", "sortedset", SortedSetCommands::zscore)
                    .keys(range("RO access", 1, 0, 1))
                    .member(2),
            command("zmscore", -3, "readonly fast", "sortedset", SortedSetCommands::zmscore)
                    .keys(range("RO access", 1, 0, 1))
                    .member(2),
            command("zcard", 2, "readonly fast", "sortedset", SortedSetCommands::zcard)
                    .keys(range("RO", 1, 0, 1)),
            command("zrank", -3, "readonly fast", "sortedset", in -> rank(in, false))
                    .keys(range("RO access", 1, 0, 1))
                    .member(2),
            command("zrevrank", -3, "readonly fast", "sortedset", in -> rank(in, true))
                    .keys(range("RO access", 1, 0, 1))
                    .member(2),
            command("zcount", 4, "readonly fast", "sortedset", this::zcount)
                    .keys(range("RO access", 1, 0, 1)),
            command("zlexcount", 4, "readonly fast", "sortedset", this::zlexcount)
                    .keys(range("RO access", 1, 0, 1)),
        };
    }

    /** The sorted set of a key for reading, or null when there is none or an error was answered. */
    static SortedSet read(Invocation in, int index) {
        long entry = in.readAs(index, ValueType.SORTED_SET);
        return entry == 0 || entry == Invocation.WRONG_TYPE
                ? null
                : in.engine().sortedSets().wrap(in.db(), entry);
    }

    static void zscore(Invocation in) {
        SortedSet set = read(in, 1);
        if (set != null && set.find(in.argAddress(2), in.argLength(2))) {
            in.reply().real(set.foundScore());
        } else if (!in.reply().hasError()) {
            in.reply().nullBulk();
        }
    }

    static void zmscore(Invocation in) {
        SortedSet set = read(in, 1);
        if (in.reply().hasError()) {
            return;
        }
        in.reply().array(in.argc() - 2L);
        for (int i = 2; i < in.argc(); i++) {
            if (set != null && set.find(in.argAddress(i), in.argLength(i))) {
                in.reply().real(set.foundScore());
            } else {
                in.reply().nullBulk();
            }
        }
    }

    static void zcard(Invocation in) {
        SortedSet set = read(in, 1);
        if (!in.reply().hasError()) {
            in.reply().integer(set == null ? 0 : set.size());
        }
    }

    private static void rank(Invocation in, boolean reverse) {
        boolean withScore = in.argc() > 3;
        if (in.argc() > 4) {
            in.reply()
                    .error(
                            "ERR wrong number of arguments for '"
                                    + in.spec().fullName()
                                    + "' command");
            return;
        }
        if (withScore && !in.argIs(3, WITHSCORE)) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        SortedSet set = read(in, 1);
        if (in.reply().hasError()) {
            return;
        }
        if (set == null || !set.find(in.argAddress(2), in.argLength(2))) {
            if (withScore) {
                in.reply().nullArray();
            } else {
                in.reply().nullBulk();
            }
            return;
        }
        long rank = set.foundRank();
        if (withScore) {
            in.reply().array(2);
        }
        in.reply().integer(reverse ? set.size() - 1 - rank : rank);
        if (withScore) {
            in.reply().real(set.foundScore());
        }
    }

    private void zcount(Invocation in) {
        count(in, scores);
    }

    private void zlexcount(Invocation in) {
        count(in, members);
    }

    private static void count(Invocation in, RankRange range) {
        if (!range.parse(in, 2, 3)) {
            return;
        }
        SortedSet set = read(in, 1);
        if (in.reply().hasError()) {
            return;
        }
        if (set == null) {
            in.reply().integer(0);
            return;
        }
        range.select(set);
        in.reply().integer(range.count());
    }
}

package dev.spindle.engine.command.sortedset;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.SortedSetBuilder;
import dev.spindle.engine.type.ValueType;

/** ZRANGE with all its options, its older forms in which some of them are in the name, and ZRANGESTORE. */
final class RangeCommands {

    private static final int RANK = 1;
    private static final int SCORE = 2;
    private static final int LEX = 3;
    private static final int FORWARD = 1;
    private static final int BACKWARD = 2;

    // What a name leaves open.
    private static final int AUTO = 0;

    private static final byte[] WITHSCORES = Ascii.bytes("withscores");
    private static final byte[] LIMIT = Ascii.bytes("limit");
    private static final byte[] REV = Ascii.bytes("rev");
    private static final byte[] BYLEX = Ascii.bytes("bylex");
    private static final byte[] BYSCORE = Ascii.bytes("byscore");

    private static final byte[] LIMIT_OF_RANKS =
            Reply.errorLine(
                    "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
    private static final byte[] SCORES_OF_LEX =
            Reply.errorLine("ERR syntax error, WITHSCORES not supported in combination with BYLEX");

    private static final KeyspaceEvent STORED =
            new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "zrangestore");

    private final IndexRange ranks = new IndexRange();
    private final ScoreRange scores = new ScoreRange();
    private final LexRange members = new LexRange();

    // The options of the command at hand.
    private int kind;
    private int direction;
    private boolean withScores;
    private boolean limited;
    private long offset;
    private long limit;

    CommandSpec[] rows() {
        return new CommandSpec[] {
            reader("zrange", AUTO, AUTO),
            reader("zrevrange", RANK, BACKWARD),
            reader("zrangebyscore", SCORE, FORWARD),
            reader("zrevrangebyscore", SCORE, BACKWARD),
            reader("zrangebylex", LEX, FORWARD),
            reader("zrevrangebylex", LEX, BACKWARD),
            command("zrangestore", -5, "write denyoom", "sortedset", this::store)
                    .keys(range("OW update", 1, 0, 1), range("RO access", 2, 0, 1)),
        };
    }

    private CommandSpec reader(String name, int ofName, int directionOfName) {
        return command(name, -4, "readonly", "sortedset", in -> read(in, ofName, directionOfName))
                .keys(range("RO access", 1, 0, 1));
    }

    private void read(Invocation in, int ofName, int directionOfName) {
        RankRange range = parse(in, 1, ofName, directionOfName, false);
        if (range == null) {
            return;
        }
        SortedSet set = SortedSetCommands.read(in, 1);
        if (in.reply().hasError()) {
            return;
        }
        if (set == null) {
            in.reply().array(0);
            return;
        }
        long count = select(range, set);
        reply(in.reply(), set, range, count);
    }

    // Everything behind the name; null when an error was answered.
    private RankRange parse(
            Invocation in, int key, int ofName, int directionOfName, boolean storing) {
        kind = ofName;
        direction = directionOfName;
        withScores = false;
        limited = false;
        offset = 0;
        limit = -1;
        for (int i = key + 3; i < in.argc(); i++) {
            int left = in.argc() - 1 - i;
            if (!storing && in.argIs(i, WITHSCORES)) {
                withScores = true;
            } else if (left >= 2 && in.argIs(i, LIMIT)) {
                if (!limit(in, i)) {
                    return null;
                }
                i += 2;
            } else if (direction == AUTO && in.argIs(i, REV)) {
                direction = BACKWARD;
            } else if (kind == AUTO && in.argIs(i, BYLEX)) {
                kind = LEX;
            } else if (kind == AUTO && in.argIs(i, BYSCORE)) {
                kind = SCORE;
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return null;
            }
        }
        return checked(in, key);
    }

    private boolean limit(Invocation in, int arg) {
        if (!in.requireLong(arg + 1)) {
            return false;
        }
        offset = in.longValue();
        if (!in.requireLong(arg + 2)) {
            return false;
        }
        limit = in.longValue();
        limited = true;
        return true;
    }

    private RankRange checked(Invocation in, int key) {
        boolean byRank = kind == AUTO || kind == RANK;
        // A limit of -1 is none at all.
        if (byRank && limited && limit != -1) {
            in.reply().errorLine(LIMIT_OF_RANKS);
            return null;
        }
        if (withScores && kind == LEX) {
            in.reply().errorLine(SCORES_OF_LEX);
            return null;
        }
        boolean swapped = !byRank && direction == BACKWARD;
        RankRange range = byRank ? ranks : kind == SCORE ? scores : members;
        ranks.reverse(direction == BACKWARD);
        return range.parse(in, key + (swapped ? 2 : 1), key + (swapped ? 1 : 2)) ? range : null;
    }

    // How many elements the range and the limit leave.
    private long select(RankRange range, SortedSet set) {
        range.select(set);
        long count = range.count();
        if (range == ranks) {
            return count;
        }
        if (offset < 0 || offset >= count) {
            return 0;
        }
        count -= offset;
        return limit < 0 ? count : Math.min(limit, count);
    }

    private void seek(SortedSet set, RankRange range, long count) {
        long skip = range == ranks ? 0 : offset;
        if (direction == BACKWARD) {
            set.seek(range.from() + range.count() - 1 - skip, -count);
        } else {
            set.seek(range.from() + skip, count);
        }
    }

    private void reply(Reply reply, SortedSet set, RankRange range, long count) {
        boolean nested = withScores && reply.protocol() == 3;
        reply.array(withScores && !nested ? 2 * count : count);
        if (count == 0) {
            return;
        }
        seek(set, range, count);
        for (long left = count; left > 0; left--) {
            if (nested) {
                reply.array(2);
            }
            ByteView member = set.member();
            reply.bulk(member.address(), member.length());
            if (withScores) {
                reply.real(set.score());
            }
            if (left > 1) {
                step(set);
            }
        }
    }

    private void step(SortedSet set) {
        if (direction == BACKWARD) {
            set.previous();
        } else {
            set.next();
        }
    }

    private void store(Invocation in) {
        RankRange range = parse(in, 2, AUTO, AUTO, true);
        if (range == null) {
            return;
        }
        long entry = in.readAs(2, ValueType.SORTED_SET);
        if (entry == Invocation.WRONG_TYPE) {
            return;
        }
        SortedSetBuilder result = in.engine().sortedSets().builder();
        result.begin();
        try {
            if (entry != 0) {
                SortedSet set = in.engine().sortedSets().wrap(in.db(), entry);
                long count = select(range, set);
                if (count > 0) {
                    seek(set, range, count);
                }
                collect(in, set, count, range == ranks, result);
            }
            result.order();
            in.reply().integer(Destination.store(in, 1, result, STORED));
        } finally {
            result.close();
        }
    }

    private void collect(
            Invocation in, SortedSet set, long count, boolean ranked, SortedSetBuilder result) {
        HotParameters hot = in.engine().config().hot();
        // Redis knows beforehand how many ranks are wanted, but not how many scores or names.
        boolean packed = !ranked || count <= hot.zsetMaxListpackEntries();
        for (long left = count; left > 0; left--) {
            ByteView member = set.member();
            packed &=
                    result.size() < hot.zsetMaxListpackEntries()
                            && member.length() <= hot.zsetMaxListpackValue();
            // In Redis the result starts as a pack, which knows no -0, until it must be a table.
            double score = packed ? set.score() + 0.0 : set.score();
            result.put(score, member.address(), (int) member.length());
            if (left > 1) {
                step(set);
            }
        }
    }
}

package dev.spindle.engine.command.sortedset;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.command.ScanArguments;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.text.Doubles;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.ValueType;
import java.util.function.LongSupplier;
import org.agrona.collections.LongHashSet;

/** Commands that show some of the elements, in no particular order: ZRANDMEMBER and ZSCAN. */
final class PickCommands implements ElementVisitor {

    private static final byte[] WITHSCORES = Ascii.bytes("withscores");
    private static final byte[] OUT_OF_RANGE = Reply.errorLine("ERR value is out of range");
    private static final byte[] NO_NEGATION =
            Reply.errorLine(
                    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");

    /** Above the size divided by this, picking by chance meets the same elements too often. */
    private static final int DENSE = 3;

    // What ZSCAN has met, as addresses of members; where matches are filtered, those alone.
    private final Scratch picked = new Scratch();
    private final Scratch text = new Scratch();
    private long visited;
    private Memory memory;
    private final ScanArguments arguments = new ScanArguments();

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command("zrandmember", -2, "readonly", "sortedset", PickCommands::zrandmember)
                    .keys(range("RO access", 1, 0, 1))
                    .tips("nondeterministic_output"),
            command("zscan", -3, "readonly", "sortedset", this::zscan)
                    .keys(range("RO access", 1, 0, 1))
                    .tips("nondeterministic_output"),
        };
    }

    private static void zrandmember(Invocation in) {
        if (in.argc() > 2) {
            several(in);
            return;
        }
        SortedSet set = SortedSetCommands.read(in, 1);
        if (set != null) {
            set.seek(pick(in.db().shared().random(), set.size()), 1);
            ByteView member = set.member();
            in.reply().bulk(member.address(), member.length());
        } else if (!in.reply().hasError()) {
            in.reply().nullBulk();
        }
    }

    private static long pick(LongSupplier random, long size) {
        return (random.getAsLong() >>> 1) % size;
    }

    private static void several(Invocation in) {
        if (!in.requireLong(2)) {
            return;
        }
        long count = in.longValue();
        if (count == Long.MIN_VALUE) {
            in.reply().errorLine(NO_NEGATION);
            return;
        }
        boolean withScores = in.argc() > 3;
        if (in.argc() > 4 || withScores && !in.argIs(3, WITHSCORES)) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        if (withScores && (count < -Long.MAX_VALUE / 2 || count > Long.MAX_VALUE / 2)) {
            in.reply().errorLine(OUT_OF_RANGE);
            return;
        }
        SortedSet set = SortedSetCommands.read(in, 1);
        if (in.reply().hasError()) {
            return;
        }
        if (set == null || count == 0) {
            in.reply().array(0);
            return;
        }
        LongSupplier random = in.db().shared().random();
        long size = set.size();
        long shown = count < 0 ? -count : Math.min(count, size);
        boolean nested = withScores && in.reply().protocol() == 3;
        in.reply().array(withScores && !nested ? 2 * shown : shown);
        if (count < 0) {
            for (long i = 0; i < shown; i++) {
                set.seek(pick(random, size), 1);
                answer(in.reply(), set, withScores);
            }
        } else if (shown > size / DENSE) {
            sample(in.reply(), set, random, size, shown, withScores);
        } else {
            LongHashSet seen = new LongHashSet();
            while (seen.size() < shown) {
                long rank = pick(random, size);
                if (seen.add(rank)) {
                    set.seek(rank, 1);
                    answer(in.reply(), set, withScores);
                }
            }
        }
    }

    // A walk over all that takes each with the chance that leaves the right number in the end.
    private static void sample(
            Reply reply,
            SortedSet set,
            LongSupplier random,
            long size,
            long shown,
            boolean withScores) {
        long left = shown;
        set.seek(0, size);
        for (long rest = size; left > 0; rest--) {
            if (pick(random, rest) < left) {
                answer(reply, set, withScores);
                left--;
            }
            if (left > 0) {
                set.next();
            }
        }
    }

    private static void answer(Reply reply, SortedSet set, boolean withScores) {
        if (withScores && reply.protocol() == 3) {
            reply.array(2);
        }
        ByteView member = set.member();
        reply.bulk(member.address(), member.length());
        if (withScores) {
            reply.real(set.score());
        }
    }

    private void zscan(Invocation in) {
        if (!arguments.parseCursor(in, 2)) {
            return;
        }
        long entry = in.readAs(1, ValueType.SORTED_SET);
        if (!arguments.begin(in, entry, false)) {
            return;
        }
        SortedSet set = in.engine().sortedSets().wrap(in.db(), entry);
        memory = in.db().memory();
        picked.clear();
        if (set.isCompact()) {
            scanPack(in.reply(), set);
        } else {
            scanTable(in.reply(), set);
        }
    }

    private void scanPack(Reply reply, SortedSet set) {
        set.seek(0, set.size());
        long rank = 0;
        do {
            ByteView member = set.member();
            if (arguments.matches(member.address(), (int) member.length())) {
                picked.appendLong(rank);
            }
            rank++;
        } while (set.next());
        head(reply, 0);
        for (long at = 0; at < picked.length(); at += Long.BYTES) {
            set.seek(picked.longAt(at), 1);
            ByteView member = set.member();
            answer(reply, member.address(), member.length(), set.score());
        }
    }

    private void scanTable(Reply reply, SortedSet set) {
        visited = 0;
        long next = arguments.cursor();
        long most = arguments.mostBuckets();
        do {
            next = set.scan(next, this);
        } while (next != 0 && visited < arguments.count() && --most > 0);
        head(reply, next);
        for (long at = 0; at < picked.length(); at += Long.BYTES) {
            long member = picked.longAt(at);
            answer(
                    reply,
                    Member.keyAddress(memory, member),
                    Member.keyLength(memory, member),
                    set.scoreOf(member));
        }
    }

    @Override
    public void entry(long member) {
        visited++;
        if (arguments.matches(
                Member.keyAddress(memory, member), Member.keyLength(memory, member))) {
            picked.appendLong(member);
        }
    }

    private void head(Reply reply, long next) {
        reply.array(2);
        reply.bulkInteger(next);
        reply.array(picked.length() / Long.BYTES * 2);
    }

    // Scores are text here, in both versions of the protocol.
    private void answer(Reply reply, long member, long length, double score) {
        reply.bulk(member, length);
        text.clear();
        long digits = text.extend(Doubles.MAX_LENGTH);
        reply.bulk(digits, Doubles.write(digits, score));
    }
}

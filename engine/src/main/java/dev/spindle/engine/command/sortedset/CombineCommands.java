package dev.spindle.engine.command.sortedset;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.keynum;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.MemberSources;
import dev.spindle.engine.type.ScoredMembers;
import dev.spindle.engine.type.SortedSetBuilder;
import dev.spindle.engine.type.ValueType;

/**
 * Unions, intersections and differences of sorted sets and sets.
 *
 * <p>Inputs are taken in the order of their sizes, the smallest first, but for differences: an intersection has then the fewest
 * members to look for, and sums of scores are rounded as Redis rounds them.
 */
final class CombineCommands {

    private static final int UNION = 0;
    private static final int INTER = 1;
    private static final int DIFF = 2;
    private static final String[] NAMES = {"zunion", "zinter", "zdiff"};

    private static final KeyspaceEvent[] STORED = {
        new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "zunionstore"),
        new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "zinterstore"),
        new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "zdiffstore"),
    };

    private final CombineOptions options = new CombineOptions();
    private long[] entries = new long[16];
    private int[] order = new int[16];
    private long[] sizes = new long[16];

    CommandSpec[] rows() {
        CommandSpec[] rows = new CommandSpec[7];
        for (int i = 0; i < NAMES.length; i++) {
            int operation = i;
            rows[2 * i] =
                    command(
                                    NAMES[i],
                                    -3,
                                    "readonly movablekeys",
                                    "sortedset",
                                    in -> reply(in, operation))
                            .keys(keynum("RO access", 1));
            rows[2 * i + 1] =
                    command(
                                    NAMES[i] + "store",
                                    -4,
                                    "write denyoom movablekeys",
                                    "sortedset",
                                    in -> store(in, operation))
                            .keys(range("OW update", 1, 0, 1), keynum("RO access", 2));
        }
        rows[6] =
                command("zintercard", -3, "readonly movablekeys", "sortedset", this::card)
                        .keys(keynum("RO access", 1));
        return rows;
    }

    // Looks all inputs up; answers how many they are, or 0 when an error was answered.
    private int inputs(Invocation in, int numkeys) {
        if (!in.requireLong(numkeys)) {
            return 0;
        }
        long keys = in.longValue();
        if (keys < 1) {
            in.reply()
                    .error(
                            "ERR at least 1 input key is needed for '"
                                    + in.spec().fullName()
                                    + "' command");
            return 0;
        }
        if (keys > in.argc() - (numkeys + 1)) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return 0;
        }
        int count = (int) keys;
        if (entries.length < count) {
            entries = new long[Math.max(count, 2 * entries.length)];
            order = new int[entries.length];
            sizes = new long[entries.length];
        }
        for (int i = 0; i < count; i++) {
            entries[i] = in.lookupRead(numkeys + 1 + i);
            if (entries[i] != 0 && sources(in, entries[i]) == null) {
                in.reply().errorLine(ReplyErrors.WRONG_TYPE);
                return 0;
            }
        }
        return count;
    }

    private static MemberSources sources(Invocation in, long entry) {
        int type = Entry.type(Entry.header(in.db().memory(), entry));
        if (type != ValueType.SORTED_SET && type != ValueType.SET) {
            return null;
        }
        return in.engine().collection(type) instanceof MemberSources sources ? sources : null;
    }

    private static ScoredMembers walker(Invocation in, long entry) {
        ScoredMembers members = sources(in, entry).walker();
        members.open(in.db(), entry);
        return members;
    }

    private static ScoredMembers prober(Invocation in, long entry) {
        ScoredMembers members = sources(in, entry).prober();
        members.open(in.db(), entry);
        return members;
    }

    // Puts the inputs into the order of their sizes; equal ones stay as they are.
    private void sort(Invocation in, int count, boolean bySize) {
        for (int i = 0; i < count; i++) {
            sizes[i] = entries[i] == 0 ? 0 : walker(in, entries[i]).size();
            int place = i;
            while (bySize && place > 0 && sizes[order[place - 1]] > sizes[i]) {
                order[place] = order[place - 1];
                place--;
            }
            order[place] = i;
        }
    }

    private void reply(Invocation in, int operation) {
        int count = inputs(in, 1);
        if (count == 0 || !options.parse(in, 1, count, operation != DIFF, true)) {
            return;
        }
        SortedSetBuilder result = in.engine().sortedSets().builder();
        result.begin();
        try {
            combine(in, operation, count, result);
            result.order();
            answer(in.reply(), result);
        } finally {
            result.close();
        }
    }

    private void answer(Reply reply, SortedSetBuilder result) {
        long size = result.size();
        boolean nested = options.withScores && reply.protocol() == 3;
        reply.array(options.withScores && !nested ? 2 * size : size);
        if (size == 0) {
            return;
        }
        result.seek(0, size);
        do {
            if (nested) {
                reply.array(2);
            }
            ByteView member = result.member();
            reply.bulk(member.address(), member.length());
            if (options.withScores) {
                reply.real(result.score());
            }
        } while (result.next());
    }

    private void store(Invocation in, int operation) {
        int count = inputs(in, 2);
        if (count == 0 || !options.parse(in, 2, count, operation != DIFF, false)) {
            return;
        }
        SortedSetBuilder result = in.engine().sortedSets().builder();
        result.begin();
        try {
            combine(in, operation, count, result);
            result.order();
            in.reply().integer(Destination.store(in, 1, result, STORED[operation]));
        } finally {
            result.close();
        }
    }

    private void card(Invocation in) {
        int count = inputs(in, 1);
        if (count == 0 || !options.parseLimit(in, 1, count)) {
            return;
        }
        sort(in, count, true);
        long found = 0;
        if (sizes[order[0]] > 0) {
            ScoredMembers members = walker(in, entries[order[0]]);
            members.begin();
            while (members.advance()) {
                ByteView member = members.member();
                if (isInAll(in, count, member) && ++found == options.limit) {
                    break;
                }
            }
        }
        in.reply().integer(found);
    }

    private boolean isInAll(Invocation in, int count, ByteView member) {
        for (int i = 1; i < count; i++) {
            if (!prober(in, entries[order[i]]).find(member.address(), (int) member.length())) {
                return false;
            }
        }
        return true;
    }

    private void combine(Invocation in, int operation, int count, SortedSetBuilder result) {
        sort(in, count, operation != DIFF);
        switch (operation) {
            case UNION -> unite(in, count, result);
            case INTER -> intersect(in, count, result);
            default -> subtract(in, count, result);
        }
    }

    private void unite(Invocation in, int count, SortedSetBuilder result) {
        for (int i = 0; i < count; i++) {
            int input = order[i];
            if (entries[input] == 0) {
                continue;
            }
            ScoredMembers members = walker(in, entries[input]);
            members.begin();
            while (members.advance()) {
                double score = options.weighted(input, members.score());
                ByteView member = members.member();
                if (result.find(member.address(), (int) member.length())) {
                    result.rescore(options.aggregate(result.foundScore(), score));
                } else {
                    result.add(score);
                }
            }
        }
    }

    private void intersect(Invocation in, int count, SortedSetBuilder result) {
        if (sizes[order[0]] == 0) {
            return;
        }
        ScoredMembers members = walker(in, entries[order[0]]);
        members.begin();
        while (members.advance()) {
            double score = options.weighted(order[0], members.score());
            ByteView member = members.member();
            boolean everywhere = true;
            for (int i = 1; i < count && everywhere; i++) {
                ScoredMembers others = prober(in, entries[order[i]]);
                everywhere = others.find(member.address(), (int) member.length());
                if (everywhere) {
                    double value = others.foundScore() * options.weight(order[i]);
                    score = options.aggregate(score, value);
                }
            }
            if (everywhere && !result.find(member.address(), (int) member.length())) {
                result.add(score);
            }
        }
    }

    private void subtract(Invocation in, int count, SortedSetBuilder result) {
        if (sizes[0] == 0) {
            return;
        }
        ScoredMembers members = walker(in, entries[0]);
        members.begin();
        while (members.advance()) {
            ByteView member = members.member();
            boolean elsewhere = false;
            for (int i = 1; i < count && !elsewhere; i++) {
                elsewhere =
                        entries[i] != 0
                                && prober(in, entries[i])
                                        .find(member.address(), (int) member.length());
            }
            if (!elsewhere && !result.find(member.address(), (int) member.length())) {
                result.add(members.score());
            }
        }
    }
}

package dev.spindle.rdb.read;

import dev.spindle.engine.text.DoubleResult;
import dev.spindle.engine.text.Doubles;
import dev.spindle.engine.type.SortedSetBuilder;
import dev.spindle.engine.type.SortedSetType;
import dev.spindle.rdb.format.RdbType;

/** Reads sorted sets: members with scores in decimal or binary, a ziplist, a listpack. */
final class SortedSetReader {

    private static final int NAN = 253;
    private static final int INFINITY = 254;
    private static final int MINUS_INFINITY = 255;
    private static final String TWICE = "Duplicate zset fields detected";

    private final ReadContext context;
    private final SortedSetBuilder builder;
    private final DoubleResult parsed = new DoubleResult();

    SortedSetReader(ReadContext context, SortedSetType sortedSets) {
        this.context = context;
        builder = sortedSets.builder();
    }

    /** Reads a sorted set; answers its entry, in no table yet, or 0 when it has no elements. */
    long read(int type) {
        builder.begin();
        try {
            long longest = context.limits.zsetMaxListpackValue();
            if (type == RdbType.ZSET || type == RdbType.ZSET_2) {
                elements(type);
            } else {
                // Of a pack only the number of elements counts, not how long they are.
                longest = Long.MAX_VALUE;
                pack(type == RdbType.ZSET_ZIPLIST ? context.ziplist : context.listpack);
            }
            if (builder.size() == 0) {
                return 0;
            }
            builder.order();
            return builder.entry(
                    context.db,
                    context.key,
                    context.keyLength,
                    context.limits.zsetMaxListpackEntries(),
                    longest);
        } finally {
            builder.close();
        }
    }

    private void elements(int type) {
        RdbText member = context.first;
        long count = context.reader.readCount();
        for (long i = 0; i < count; i++) {
            context.reader.readText(member);
            // The score may come over the bytes of the member: that goes in first.
            if (builder.find(member.address(), member.length())) {
                throw context.reader.corrupt(TWICE);
            }
            builder.add(0);
            builder.find(member.address(), member.length());
            double score = type == RdbType.ZSET ? decimalScore() : binaryScore();
            if (Double.isNaN(score)) {
                throw context.reader.corrupt("Zset with NAN score detected");
            }
            builder.rescore(score);
            context.element();
        }
    }

    private double binaryScore() {
        return Double.longBitsToDouble(context.reader.readLong());
    }

    private double decimalScore() {
        int length = context.reader.readByte();
        switch (length) {
            case NAN:
                return Double.NaN;
            case INFINITY:
                return Double.POSITIVE_INFINITY;
            case MINUS_INFINITY:
                return Double.NEGATIVE_INFINITY;
            default:
                return score(context.reader.input().take(length), length);
        }
    }

    private double score(long digits, int length) {
        if (length == 0 || !Doubles.parseLoosely(digits, length, parsed)) {
            throw context.reader.corrupt("A score that is no number");
        }
        return parsed.value;
    }

    private void pack(PackReader pack) {
        RdbText member = context.second;
        RdbText score = context.third;
        context.reader.readText(context.first);
        pack.open(context.first);
        while (pack.next(member)) {
            pack.require(score);
            double value =
                    score.isNumber() ? score.number() : score(score.address(), score.length());
            boolean known = builder.find(member.address(), member.length());
            if (!known) {
                builder.add(value);
            } else if (context.strict) {
                throw context.reader.corrupt(TWICE);
            }
            context.element();
        }
    }
}

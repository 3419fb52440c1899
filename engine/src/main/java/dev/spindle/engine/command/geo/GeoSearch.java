package dev.spindle.engine.command.geo;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.command.geo.GeoOptions.Form;
import dev.spindle.engine.command.sortedset.Destination;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.SortedSetBuilder;

/**
 * GEOSEARCH and GEOSEARCHSTORE, and the older GEORADIUS commands.
 *
 * <p>A search covers its shape with at most nine cells, each of which is one range of scores; every position in them is looked
 * at. Positions found are kept as ranks of the sorted set, which does not change meanwhile, so members are only touched when
 * they are answered or stored.
 */
final class GeoSearch {

    private static final int SCORE_BITS = 52;

    private static final KeyspaceEvent SEARCHED =
            new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "geosearchstore");
    private static final KeyspaceEvent RADIUS =
            new KeyspaceEvent(KeyspaceEvent.Kind.SORTED_SET, "georadiusstore");

    private final GeoOptions options = new GeoOptions();
    private final GeoPoints points = new GeoPoints();
    private final Scratch text = new Scratch();

    CommandSpec[] rows() {
        return new CommandSpec[] {
            command(
                            "georadius",
                            -6,
                            "write denyoom movablekeys",
                            "geo",
                            in -> search(in, Form.RADIUS))
                    .keys(range("RO access", 1, 0, 1), stored("STORE", 6), stored("STOREDIST", 6))
                    .keyFinder((argv, sink) -> GeoOptions.keys(argv, 6, sink)),
            command(
                            "georadiusbymember",
                            -5,
                            "write denyoom movablekeys",
                            "geo",
                            in -> search(in, Form.RADIUS_BY_MEMBER))
                    .keys(range("RO access", 1, 0, 1), stored("STORE", 5), stored("STOREDIST", 5))
                    .keyFinder((argv, sink) -> GeoOptions.keys(argv, 5, sink)),
            command("georadius_ro", -6, "readonly", "geo", in -> search(in, Form.RADIUS_RO))
                    .keys(range("RO access", 1, 0, 1)),
            command(
                            "georadiusbymember_ro",
                            -5,
                            "readonly",
                            "geo",
                            in -> search(in, Form.RADIUS_BY_MEMBER_RO))
                    .keys(range("RO access", 1, 0, 1)),
            command("geosearch", -7, "readonly", "geo", in -> search(in, Form.SEARCH))
                    .keys(range("RO access", 1, 0, 1)),
            command(
                            "geosearchstore",
                            -8,
                            "write denyoom",
                            "geo",
                            in -> search(in, Form.SEARCH_STORE))
                    .keys(range("OW update", 1, 0, 1), range("RO access", 2, 0, 1)),
        };
    }

    private static KeySpec stored(String keyword, int from) {
        return new KeySpec(
                null,
                "OW update",
                KeySpec.Begin.KEYWORD,
                from,
                keyword,
                KeySpec.Find.RANGE,
                0,
                1,
                0);
    }

    private void search(Invocation in, Form form) {
        SortedSet set = GeoCommands.read(in, form == Form.SEARCH_STORE ? 2 : 1);
        if (in.reply().hasError() || !options.parse(in, form, set)) {
            return;
        }
        points.clear();
        if (set != null) {
            collect(set);
        }
        if (options.storeKey != 0) {
            store(in, set, form);
        } else if (points.count() == 0) {
            in.reply().array(0);
        } else {
            answer(in.reply(), set);
        }
    }

    private void collect(SortedSet set) {
        GeoShape shape = options.shape;
        shape.cover();
        long limit = options.any ? options.count : Long.MAX_VALUE;
        int last = -1;
        for (int i = 0; i < GeoShape.CELLS && points.count() < limit; i++) {
            // Around the whole world neighbours are the same cell.
            boolean again = last >= 0 && shape.cell(i) == shape.cell(last);
            if (!shape.isUseless(i) && !again) {
                collect(set, shape.cell(i), limit);
                last = i;
            }
        }
        if (options.order != GeoOptions.UNSORTED) {
            points.sort(options.order == GeoOptions.DESCENDING);
        }
    }

    private void collect(SortedSet set, long cell, long limit) {
        GeoShape shape = options.shape;
        int shift = SCORE_BITS - 2 * shape.steps();
        long from = set.countBelow(cell << shift, false);
        long end = set.countBelow((cell + 1) << shift, false);
        if (from >= end) {
            return;
        }
        // Members are not looked at: nothing to load ahead.
        set.seek(from, 1);
        for (long rank = from; rank < end; rank++) {
            double score = set.score();
            if (shape.contains(GeoHash.longitude(score), GeoHash.latitude(score))) {
                points.add(rank, score, shape.distance());
                if (points.count() >= limit) {
                    return;
                }
            }
            set.next();
        }
    }

    private int shown() {
        return options.count == 0 ? points.count() : (int) Math.min(points.count(), options.count);
    }

    private void answer(Reply reply, SortedSet set) {
        int extras = options.extras();
        int shown = shown();
        reply.array(shown);
        for (int i = 0; i < shown; i++) {
            if (extras > 0) {
                reply.array(1L + extras);
            }
            set.seek(points.rank(i), 1);
            ByteView member = set.member();
            reply.bulk(member.address(), member.length());
            if (options.withDistance) {
                GeoReplies.distance(reply, text, points.distance(i) / options.shape.unit);
            }
            if (options.withHash) {
                reply.integer((long) points.score(i));
            }
            if (options.withPosition) {
                GeoReplies.position(reply, points.score(i));
            }
        }
    }

    private void store(Invocation in, SortedSet set, Form form) {
        SortedSetBuilder result = in.engine().sortedSets().builder();
        result.begin();
        try {
            int shown = shown();
            for (int i = 0; i < shown; i++) {
                set.seek(points.rank(i), 1);
                ByteView member = set.member();
                double score =
                        options.storeDistance
                                ? points.distance(i) / options.shape.unit
                                : points.score(i);
                result.put(score, member.address(), (int) member.length());
            }
            result.order();
            long stored =
                    Destination.store(
                            in,
                            options.storeKey,
                            result,
                            form == Form.SEARCH_STORE ? SEARCHED : RADIUS);
            if (stored > 1) {
                in.db().shared().stats().dirty += stored - 1;
            }
            in.reply().integer(stored);
        } finally {
            result.close();
        }
    }
}

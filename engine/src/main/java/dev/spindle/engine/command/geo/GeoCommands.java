package dev.spindle.engine.command.geo;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.command.sortedset.AddCommands;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.SortedSet;
import dev.spindle.engine.type.ValueType;
import java.util.stream.Stream;

/** GEOADD and the commands that ask about single positions, and the rows of the family. */
public final class GeoCommands {

    private static final byte[] NX = Ascii.bytes("nx");
    private static final byte[] XX = Ascii.bytes("xx");
    private static final byte[] CH = Ascii.bytes("ch");
    private static final byte[] ALPHABET = Ascii.bytes("0123456789bcdefghjkmnpqrstuvwxyz");
    private static final int HASH_LETTERS = 11;

    private final AddCommands adding = new AddCommands();
    private final GeoArguments arguments = new GeoArguments();
    private final Scratch text = new Scratch();

    private GeoCommands() {}

    /** All rows of the family. Handlers keep what they work with, so each table of commands needs rows of its own. */
    public static CommandSpec[] rows() {
        return Stream.of(new GeoCommands().ownRows(), new GeoSearch().rows())
                .flatMap(Stream::of)
                .toArray(CommandSpec[]::new);
    }

    private CommandSpec[] ownRows() {
        return new CommandSpec[] {
            command("geoadd", -5, "write denyoom", "geo", this::geoadd)
                    .keys(range("RW update", 1, 0, 1)),
            command("geodist", -4, "readonly", "geo", this::geodist)
                    .keys(range("RO access", 1, 0, 1)),
            command("geohash", -2, "readonly", "geo", this::geohash)
                    .keys(range("RO access", 1, 0, 1)),
            command("geopos", -2, "readonly", "geo", this::geopos)
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

    private void geoadd(Invocation in) {
        int options = 0;
        int arg = 2;
        for (; arg < in.argc(); arg++) {
            if (in.argIs(arg, NX)) {
                options |= AddCommands.NX;
            } else if (in.argIs(arg, XX)) {
                options |= AddCommands.XX;
            } else if (in.argIs(arg, CH)) {
                options |= AddCommands.CH;
            } else {
                break;
            }
        }
        int words = in.argc() - arg;
        int both = AddCommands.NX | AddCommands.XX;
        if (words % 3 != 0 || words == 0 || (options & both) == both) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        int count = words / 3;
        double[] scores = adding.scores(count);
        for (int i = 0; i < count; i++) {
            if (!arguments.position(in, arg + 3 * i)) {
                return;
            }
            scores[i] = GeoHash.encode(arguments.longitude(), arguments.latitude(), GeoHash.STEPS);
        }
        adding.run(in, options, arg + 2, 3, count);
    }

    private void geodist(Invocation in) {
        double unit = 1;
        if (in.argc() == 5) {
            unit = GeoArguments.unit(in, 4);
            if (unit == 0) {
                return;
            }
        } else if (in.argc() > 5) {
            in.reply().errorLine(ReplyErrors.SYNTAX);
            return;
        }
        SortedSet set = read(in, 1);
        if (in.reply().hasError()) {
            return;
        }
        if (set == null || !set.find(in.argAddress(2), in.argLength(2))) {
            in.reply().nullBulk();
            return;
        }
        double from = set.foundScore();
        if (!set.find(in.argAddress(3), in.argLength(3))) {
            in.reply().nullBulk();
            return;
        }
        double to = set.foundScore();
        double meters =
                GeoHash.distance(
                        GeoHash.longitude(from),
                        GeoHash.latitude(from),
                        GeoHash.longitude(to),
                        GeoHash.latitude(to));
        GeoReplies.distance(in.reply(), text, meters / unit);
    }

    private void geohash(Invocation in) {
        SortedSet set = read(in, 1);
        if (in.reply().hasError()) {
            return;
        }
        in.reply().array(in.argc() - 2L);
        for (int i = 2; i < in.argc(); i++) {
            if (set == null || !set.find(in.argAddress(i), in.argLength(i))) {
                in.reply().nullBulk();
                continue;
            }
            // The text that others use has rows up to the poles.
            double score = set.foundScore();
            long cell =
                    GeoHash.encode(
                            GeoHash.longitude(score), GeoHash.latitude(score), GeoHash.STEPS, 90);
            text.clear();
            for (int letter = 0; letter < HASH_LETTERS; letter++) {
                int shift = 52 - (letter + 1) * 5;
                // The last letter would need three bits more than there are.
                int index = shift < 0 ? 0 : (int) (cell >>> shift) & 31;
                text.appendByte(ALPHABET[index]);
            }
            in.reply().bulk(text.address(), HASH_LETTERS);
        }
    }

    private void geopos(Invocation in) {
        SortedSet set = read(in, 1);
        if (in.reply().hasError()) {
            return;
        }
        in.reply().array(in.argc() - 2L);
        for (int i = 2; i < in.argc(); i++) {
            if (set == null || !set.find(in.argAddress(i), in.argLength(i))) {
                in.reply().nullArray();
            } else {
                GeoReplies.position(in.reply(), set.foundScore());
            }
        }
    }
}

package dev.spindle.engine.command.stream;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeyFinder;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.StreamIds;
import dev.spindle.engine.encoding.StreamLog;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.StreamType;
import dev.spindle.engine.type.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What XREAD or XREADGROUP asks for. Reused; each parse replaces what was there. */
final class ReadRequest {

    private static final int FEW = 16;
    private static final byte[] BLOCK = Ascii.bytes("block");
    private static final byte[] COUNT = Ascii.bytes("count");
    private static final byte[] STREAMS = Ascii.bytes("streams");
    private static final byte[] GROUP = Ascii.bytes("group");
    private static final byte[] NOACK = Ascii.bytes("noack");

    private static final byte[] NOT_A_TIMEOUT =
            Reply.errorLine("ERR timeout is not an integer or out of range");
    private static final byte[] NEGATIVE_TIMEOUT = Reply.errorLine("ERR timeout is negative");
    private static final byte[] FAR_TIMEOUT = Reply.errorLine("ERR timeout is out of range");
    private static final byte[] GROUP_IN_XREAD = onlyGrouped("GROUP");
    private static final byte[] NOACK_IN_XREAD = onlyGrouped("NOACK");
    private static final byte[] NO_GROUP_OPTION =
            Reply.errorLine("ERR Missing GROUP option for XREADGROUP");
    private static final byte[] LAST_IN_GROUP =
            Reply.errorLine(
                    "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the"
                            + " history of this consumer by specifying a proper ID, or use the > ID to"
                            + " get new messages. The $ ID would just return an empty result set.");
    private static final byte[] NEW_IN_XREAD =
            Reply.errorLine(
                    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP"
                            + " <group> <consumer> option.");

    private final StreamId id = new StreamId();
    private boolean grouped;
    private boolean blocks;
    private boolean noAck;
    private long untilMs;
    private long count;
    private int firstKey;
    private int streams;
    private int groupIndex;
    private long[] ids = new long[2 * FEW];

    private static byte[] onlyGrouped(String option) {
        return Reply.errorLine(
                "ERR The "
                        + option
                        + " option is only supported by XREADGROUP. You called XREAD instead.");
    }

    /** Parses the options and the keys; answers an error itself and then false. */
    boolean parse(Invocation in, boolean withGroup) {
        grouped = withGroup;
        blocks = false;
        noAck = false;
        untilMs = 0;
        count = 0;
        firstKey = 0;
        groupIndex = 0;
        for (int i = 1; i < in.argc() && firstKey == 0; i++) {
            int more = in.argc() - 1 - i;
            boolean good = true;
            if (more > 0 && in.argIs(i, BLOCK)) {
                good = timeout(in, ++i);
            } else if (more > 0 && in.argIs(i, COUNT)) {
                good = in.requireLong(++i);
                count = good ? Math.max(0, in.longValue()) : 0;
            } else if (more > 0 && in.argIs(i, STREAMS)) {
                firstKey = i + 1;
                good = split(in);
            } else if (more > 1 && in.argIs(i, GROUP)) {
                groupIndex = i + 1;
                good = requireGrouped(in, GROUP_IN_XREAD);
                i += 2;
            } else if (in.argIs(i, NOACK)) {
                noAck = true;
                good = requireGrouped(in, NOACK_IN_XREAD);
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                good = false;
            }
            if (!good) {
                return false;
            }
        }
        if (firstKey == 0 || grouped && groupIndex == 0) {
            in.reply().errorLine(firstKey == 0 ? ReplyErrors.SYNTAX : NO_GROUP_OPTION);
            return false;
        }
        return true;
    }

    private boolean requireGrouped(Invocation in, byte[] error) {
        if (!grouped) {
            in.reply().errorLine(error);
        }
        return grouped;
    }

    private boolean timeout(Invocation in, int index) {
        byte[] error = null;
        if (!in.isLong(index)) {
            error = NOT_A_TIMEOUT;
        } else if (in.longValue() < 0) {
            error = NEGATIVE_TIMEOUT;
        } else if (in.longValue() > Long.MAX_VALUE - in.nowMs()) {
            error = FAR_TIMEOUT;
        }
        if (error != null) {
            in.reply().errorLine(error);
            return false;
        }
        blocks = true;
        untilMs = in.longValue() == 0 ? 0 : in.longValue() + in.nowMs();
        return true;
    }

    private boolean split(Invocation in) {
        int words = in.argc() - firstKey;
        streams = words / 2;
        if (words % 2 == 0) {
            return true;
        }
        in.reply()
                .error(
                        "ERR Unbalanced '"
                                + (grouped ? "xreadgroup" : "xread")
                                + "' list of streams: for each stream key an ID or '"
                                + (grouped ? '>' : '$')
                                + "' must be specified.");
        return false;
    }

    /** Finds out what the ids mean now; answers an error itself and then false. */
    boolean resolve(Invocation in) {
        return resolveAgain(in, null);
    }

    /** The same with ids found out before; keys, groups and types are looked at again. */
    boolean resolveAgain(Invocation in, long[] known) {
        if (ids.length < 2 * streams) {
            ids = Arrays.copyOf(ids, 4 * streams);
        }
        StreamType all = in.engine().streams();
        for (int i = 0; i < streams; i++) {
            long entry = in.readAs(keyIndex(i), ValueType.STREAM);
            if (entry == Invocation.WRONG_TYPE) {
                return false;
            }
            long root = entry == 0 ? 0 : all.root(entry);
            if (grouped
                    && (root == 0 || all.groups().find(root, group(in), groupLength(in)) == 0)) {
                StreamReplies.noGroup(
                        in, keyIndex(i), groupIndex, " in XREADGROUP with GROUP option");
                return false;
            }
            if (known != null) {
                put(i, known[2 * i], known[2 * i + 1]);
            } else if (!resolve(in, i, root)) {
                return false;
            }
        }
        return true;
    }

    private boolean resolve(Invocation in, int i, long root) {
        int index = keyIndex(i) + streams;
        if (TrimOptions.isChar(in, index, '$')) {
            if (grouped) {
                in.reply().errorLine(LAST_IN_GROUP);
                return false;
            }
            StreamLog log = root == 0 ? null : in.engine().streams().log(root);
            put(i, log == null ? 0 : log.lastMs(), log == null ? 0 : log.lastSeq());
            return true;
        }
        if (TrimOptions.isChar(in, index, '>')) {
            if (!grouped) {
                in.reply().errorLine(NEW_IN_XREAD);
                return false;
            }
            put(i, StreamIds.MAX, StreamIds.MAX);
            return true;
        }
        if (!id.require(in, index)) {
            return false;
        }
        put(i, id.ms, id.seq);
        return true;
    }

    private void put(int i, long ms, long seq) {
        ids[2 * i] = ms;
        ids[2 * i + 1] = seq;
    }

    /** The ids as they were found out: milliseconds and sequence number of each stream in turn. A copy. */
    long[] resolvedIds() {
        return Arrays.copyOf(ids, 2 * streams);
    }

    /** Number of streams. */
    int streams() {
        return streams;
    }

    /** The argument that is the key of a stream. */
    int keyIndex(int i) {
        return firstKey + i;
    }

    /** Milliseconds of the id behind which a stream is read. */
    long ms(int i) {
        return ids[2 * i];
    }

    /** Sequence number of that id. */
    long seq(int i) {
        return ids[2 * i + 1];
    }

    /** Whether new entries are asked for, with {@code >} or the greatest id, which means the same. */
    boolean isNew(int i) {
        return ids[2 * i] == StreamIds.MAX && ids[2 * i + 1] == StreamIds.MAX;
    }

    /** Whether it is XREADGROUP. */
    boolean isGrouped() {
        return grouped;
    }

    /** Most entries of each stream; 0 is no limit. */
    long count() {
        return count;
    }

    /** Whether what is delivered needs no acknowledgement. */
    boolean noAck() {
        return noAck;
    }

    /** Whether BLOCK was given. */
    boolean blocks() {
        return blocks;
    }

    /** Until when a client that was given nothing waits, epoch milliseconds; 0 for ever. */
    long untilMs() {
        return untilMs;
    }

    /** Address of the group's name. */
    long group(Invocation in) {
        return in.argAddress(groupIndex);
    }

    /** Length of the group's name. */
    int groupLength(Invocation in) {
        return in.argLength(groupIndex);
    }

    /** The argument that is the consumer's name. */
    int consumerIndex() {
        return groupIndex + 1;
    }

    /** Finds the keys among copies of the arguments, where their specs do not: names of groups may look like options. */
    static boolean keys(byte[][] argv, KeyFinder.Sink sink) {
        int at = 0;
        for (int i = 1; i < argv.length && at == 0; i++) {
            String word = new String(argv[i], StandardCharsets.ISO_8859_1);
            if (word.equalsIgnoreCase("BLOCK") || word.equalsIgnoreCase("COUNT")) {
                i++;
            } else if (word.equalsIgnoreCase("GROUP")) {
                i += 2;
            } else if (word.equalsIgnoreCase("STREAMS")) {
                at = i + 1;
            } else if (!word.equalsIgnoreCase("NOACK")) {
                return false;
            }
        }
        int words = argv.length - at;
        if (at == 0 || words == 0 || words % 2 != 0) {
            return false;
        }
        for (int i = 0; i < words / 2; i++) {
            sink.key(at + i, "RO access");
        }
        return true;
    }
}

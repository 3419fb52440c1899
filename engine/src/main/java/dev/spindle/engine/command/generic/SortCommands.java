package dev.spindle.engine.command.generic;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeyFinders;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.Ascii;
import dev.spindle.engine.type.ListType;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;

/**
 * SORT and SORT_RO. The elements are copied, weighed and ordered by {@link SortVector}; what BY and GET lead to is found by
 * {@link SortPattern}. With LIMIT only what it asks for is sorted.
 *
 * <p>Text is compared byte by byte, as in the C locale; {@code locale-collate} is not obeyed.
 */
final class SortCommands {

    private static final byte[] ASC = Ascii.bytes("asc");
    private static final byte[] DESC = Ascii.bytes("desc");
    private static final byte[] ALPHA = Ascii.bytes("alpha");
    private static final byte[] LIMIT = Ascii.bytes("limit");
    private static final byte[] STORE = Ascii.bytes("store");
    private static final byte[] BY = Ascii.bytes("by");
    private static final byte[] GET = Ascii.bytes("get");
    private static final byte[] NO_NUMBER =
            Reply.errorLine("ERR One or more scores can't be converted into double");
    private static final KeyspaceEvent SORTSTORE =
            new KeyspaceEvent(KeyspaceEvent.Kind.LIST, "sortstore");

    private final SortVector vector = new SortVector();
    private final SortPattern by = new SortPattern();
    private final SortPattern get = new SortPattern();

    // Options of the command at hand.
    private boolean descending;
    private boolean alpha;
    private boolean sorts;
    private int byIndex;
    private int storeIndex;
    private int gets;
    private long start;
    private long limit;

    static CommandSpec[] rows() {
        SortCommands commands = new SortCommands();
        KeySpec key = range("RO access", 1, 0, 1);
        KeySpec patterns =
                unknown(
                        "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from"
                                + " the content of the key we sort",
                        "RO access");
        KeySpec store =
                unknown(
                        "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear"
                                + " anywhere in the argument array",
                        "OW update");
        String families = "set sortedset list dangerous";
        return new CommandSpec[] {
            command("sort", -2, "write denyoom", families, commands::sort)
                    .keys(key, patterns, store)
                    .keyFinder(KeyFinders::sort),
            command("sort_ro", -2, "readonly", families, commands::sortReadOnly)
                    .keys(key, patterns)
                    .keyFinder(KeyFinders::sortReadOnly),
        };
    }

    private static KeySpec unknown(String notes, String flags) {
        return new KeySpec(
                notes, flags, KeySpec.Begin.UNKNOWN, 0, null, KeySpec.Find.UNKNOWN, 0, 0, 0);
    }

    void sort(Invocation in) {
        run(in, false);
    }

    void sortReadOnly(Invocation in) {
        run(in, true);
    }

    // Answers false after an error.
    private boolean parse(Invocation in, boolean readOnly) {
        descending = false;
        alpha = false;
        sorts = true;
        byIndex = 0;
        storeIndex = 0;
        gets = 0;
        start = 0;
        limit = -1;
        for (int i = 2; i < in.argc(); i++) {
            int left = in.argc() - i - 1;
            if (in.argIs(i, ASC)) {
                descending = false;
            } else if (in.argIs(i, DESC)) {
                descending = true;
            } else if (in.argIs(i, ALPHA)) {
                alpha = true;
            } else if (in.argIs(i, LIMIT) && left >= 2) {
                if (!in.requireLong(i + 1)) {
                    return false;
                }
                start = in.longValue();
                if (!in.requireLong(i + 2)) {
                    return false;
                }
                limit = in.longValue();
                i += 2;
            } else if (!readOnly && in.argIs(i, STORE) && left >= 1) {
                storeIndex = ++i;
            } else if (in.argIs(i, BY) && left >= 1) {
                byIndex = ++i;
                by.set(in, byIndex);
                // A key that is the same for all orders nothing.
                sorts &= by.isVariable();
            } else if (in.argIs(i, GET) && left >= 1) {
                gets++;
                i++;
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return false;
            }
        }
        return true;
    }

    private void run(Invocation in, boolean readOnly) {
        if (!parse(in, readOnly)) {
            return;
        }
        long entry = in.lookupRead(1);
        long header = entry == 0 ? 0 : Entry.header(in.db().memory(), entry);
        int type = entry == 0 ? 0 : Entry.type(header);
        if (entry != 0
                && type != ValueType.LIST
                && type != ValueType.SET
                && type != ValueType.SORTED_SET) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return;
        }
        boolean weighs = byIndex > 0;
        if (type == ValueType.SET && !sorts && storeIndex > 0) {
            // What is stored must not hang on the order in which a set happens to lie.
            sorts = true;
            alpha = true;
            weighs = false;
        }
        int count =
                entry == 0 ? 0 : Math.toIntExact(in.engine().collection(type).size(entry, header));
        int from = (int) Math.min(Math.max(start, 0), count);
        int end = limit < 0 ? count : (int) Math.min(count, from + Math.min(limit, count));
        if (!sorts) {
            // What is left out need not even be copied.
            boolean backwards = type != ValueType.SET && descending;
            vector.collect(
                    in, entry, backwards ? count - end : from, backwards ? count - from : end);
            if (backwards) {
                vector.reverse();
            }
            end -= from;
            from = 0;
        } else {
            vector.collect(in, entry, 0, count);
            if (!vector.sort(in, weighs ? by : null, alpha, descending, from, end)) {
                in.reply().errorLine(NO_NUMBER);
                vector.clear();
                return;
            }
        }
        if (storeIndex > 0) {
            store(in, from, end);
        } else {
            answer(in, from, end);
        }
        vector.clear();
    }

    private void answer(Invocation in, int from, int end) {
        Reply reply = in.reply();
        reply.array((long) (end - from) * Math.max(1, gets));
        for (int i = from; i < end; i++) {
            if (gets == 0) {
                reply.bulk(vector.address(i), vector.length(i));
                continue;
            }
            for (int arg = nextGet(in, 2); arg > 0; arg = nextGet(in, arg + 1)) {
                get.set(in, arg);
                if (get.resolve(in, vector.address(i), vector.length(i))) {
                    reply.bulk(get.value().address(), get.value().length());
                } else {
                    reply.nullBulk();
                }
            }
        }
    }

    // Index of the pattern of the next GET among the arguments from one on, or 0.
    private static int nextGet(Invocation in, int from) {
        for (int i = from; i < in.argc(); i++) {
            if (in.argIs(i, GET)) {
                return i + 1;
            }
            if (in.argIs(i, LIMIT)) {
                i += 2;
            } else if (in.argIs(i, BY) || in.argIs(i, STORE)) {
                i++;
            }
        }
        return 0;
    }

    private void store(Invocation in, int from, int end) {
        Keyspace db = in.db();
        long key = in.argAddress(storeIndex);
        int keyLength = in.argLength(storeIndex);
        long hash = in.keyHash(storeIndex);
        long made = from == end ? 0 : makeList(in, key, keyLength, from, end);
        long old = db.peek(hash, key, keyLength);
        long stored = (long) (end - from) * Math.max(1, gets);
        if (made != 0) {
            in.engine()
                    .lists()
                    .beforeGrowth(made, in.engine().config().hot().listMaxListpackSize(), 0, 0);
            StringType.place(db, hash, old, made);
            if (old == 0) {
                in.event(KeyspaceEvent.NEW, storeIndex);
            }
            in.event(SORTSTORE, storeIndex);
            db.shared().stats().dirty += stored - 1;
            in.modified(storeIndex);
        } else if (old != 0) {
            db.removeFound(old, Entry.header(db.memory(), old));
            in.event(KeyspaceEvent.DEL, storeIndex);
            in.modified(storeIndex);
        }
        in.reply().integer(stored);
    }

    // A list of the result, in no table yet.
    private long makeList(Invocation in, long key, int keyLength, int from, int end) {
        ListType lists = in.engine().lists();
        Keyspace db = in.db();
        long made = 0;
        try {
            for (int i = from; i < end; i++) {
                if (gets == 0) {
                    made =
                            append(
                                    lists,
                                    db,
                                    made,
                                    key,
                                    keyLength,
                                    vector.address(i),
                                    vector.length(i));
                    continue;
                }
                for (int arg = nextGet(in, 2); arg > 0; arg = nextGet(in, arg + 1)) {
                    get.set(in, arg);
                    boolean found = get.resolve(in, vector.address(i), vector.length(i));
                    long bytes = found ? get.value().address() : key;
                    int length = found ? (int) get.value().length() : 0;
                    made = append(lists, db, made, key, keyLength, bytes, length);
                }
            }
        } catch (OutOfMemory full) {
            if (made != 0) {
                db.dispose(made, Entry.header(db.memory(), made));
                db.arena().free(made);
            }
            throw full;
        }
        return made;
    }

    private static long append(
            ListType lists,
            Keyspace db,
            long made,
            long key,
            int keyLength,
            long bytes,
            int length) {
        if (made == 0) {
            return lists.make(db, key, keyLength, bytes, length);
        }
        lists.push(made, false, bytes, length);
        return made;
    }
}

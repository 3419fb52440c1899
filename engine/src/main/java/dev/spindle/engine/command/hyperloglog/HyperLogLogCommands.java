package dev.spindle.engine.command.hyperloglog;

import static dev.spindle.engine.command.CommandSpec.command;
import static dev.spindle.engine.command.KeySpec.range;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.HyperLogLog;
import dev.spindle.engine.encoding.SparseHyperLogLog;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.keyspace.KeyspaceEvent.Kind;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.StringType;
import dev.spindle.engine.type.ValueType;
import java.util.Arrays;

/**
 * PFADD, PFCOUNT, PFMERGE and the rows of the family. Dense values change where they are; others go over the bench of {@link
 * SparseHyperLogLog}.
 */
public final class HyperLogLogCommands {

    static final byte[] CORRUPT = Reply.errorLine("INVALIDOBJ Corrupted HLL object detected");

    private static final byte[] NOT_ONE =
            Reply.errorLine("WRONGTYPE Key is not a valid HyperLogLog string value.");
    private static final KeyspaceEvent PFADD = new KeyspaceEvent(Kind.STRING, "pfadd");

    private final SparseHyperLogLog bench = new SparseHyperLogLog();
    private final int[] histogram = new int[HyperLogLog.HISTOGRAM];
    private final byte[] registers = new byte[HyperLogLog.REGISTERS];
    private boolean anyDense;

    /** All rows of the family. */
    public CommandSpec[] rows() {
        String why =
                "RW because it may change the internal representation of the key, and propagate to"
                        + " replicas";
        InspectionCommands inspection = new InspectionCommands(bench);
        return new CommandSpec[] {
            command("pfadd", -2, "write denyoom fast", "hyperloglog", this::pfadd)
                    .keys(range("RW insert", 1, 0, 1)),
            command("pfcount", -2, "readonly", "hyperloglog", this::pfcount)
                    .keys(range("RW access", 1, -1, 1).withNotes(why)),
            command("pfmerge", -2, "write denyoom", "hyperloglog", this::pfmerge)
                    .keys(range("RW access insert", 1, 0, 1), range("RO access", 2, -1, 1)),
            command("pfdebug", 3, "write denyoom admin", "hyperloglog", inspection::pfdebug)
                    .keys(range("RW access", 2, 0, 1)),
            command("pfselftest", 1, "admin", "hyperloglog", inspection::pfselftest),
        };
    }

    /** Whether an entry is a HyperLogLog, as far as its header tells; answers Redis's error itself when it is none. */
    static boolean isOne(Invocation in, long entry) {
        Memory memory = in.db().memory();
        long header = Entry.header(memory, entry);
        if (!StringType.isString(header)) {
            in.reply().errorLine(ReplyErrors.WRONG_TYPE);
            return false;
        }
        ByteView bytes = in.engine().strings().view(memory, entry);
        if (StringType.isInt(header) || !HyperLogLog.isValid(bytes.address(), bytes.length())) {
            in.reply().errorLine(NOT_ONE);
            return false;
        }
        return true;
    }

    /** Says that a string is no longer as it was set: OBJECT ENCODING answers raw. */
    static void becomeRaw(Invocation in, long entry) {
        Memory memory = in.db().memory();
        if (Entry.encoding(Entry.header(memory, entry)) != ValueType.RAW) {
            Entry.encoding(memory, entry, ValueType.RAW);
        }
    }

    /** Stores what is on the bench; the key's entry, or its absence, must be what was looked up last. */
    static void store(Invocation in, int key, long entry, SparseHyperLogLog bench) {
        long made =
                in.engine()
                        .strings()
                        .setBytes(
                                in.db(),
                                in.keyHash(key),
                                entry,
                                in.argAddress(key),
                                in.argLength(key),
                                bench.address(),
                                bench.length(),
                                entry == 0 ? Entry.NO_EXPIRY : StringType.KEEP_EXPIRY);
        becomeRaw(in, made);
        if (entry == 0) {
            in.event(KeyspaceEvent.NEW, key);
        }
    }

    void pfadd(Invocation in) {
        long entry = in.lookupWrite(1);
        if (entry != 0 && !isOne(in, entry)) {
            return;
        }
        long updated;
        if (entry == 0) {
            bench.create();
            updated = 1 + addOnBench(in, 2);
        } else {
            becomeRaw(in, entry);
            ByteView bytes = in.engine().strings().view(in.db().memory(), entry);
            if (HyperLogLog.encoding(bytes.address()) == HyperLogLog.DENSE) {
                updated = addInPlace(in, bytes.address());
                finishAdding(in, updated);
                return;
            }
            int changing = firstThatChanges(in, bytes);
            if (changing == in.argc()) {
                finishAdding(in, 0);
                return;
            }
            bench.load(bytes.address(), bytes.length());
            updated = addOnBench(in, changing);
        }
        if (updated < 0) {
            in.reply().errorLine(CORRUPT);
            return;
        }
        if (updated > 0) {
            bench.makeStale();
            store(in, 1, entry, bench);
        }
        finishAdding(in, updated);
    }

    // The first argument that changes a register of a sparse value, or shows that it is corrupt;
    // their number when none does.
    private int firstThatChanges(Invocation in, ByteView value) {
        for (int i = 2; i < in.argc(); i++) {
            long hash = HyperLogLog.hash(in.argAddress(i), in.argLength(i));
            int index = HyperLogLog.index(hash);
            int rank = HyperLogLog.rank(hash);
            int changes = bench.wouldRaise(value.address(), value.length(), index, rank);
            if (changes != SparseHyperLogLog.SAME) {
                return i;
            }
        }
        return in.argc();
    }

    // How many elements changed a register, or a negative number when the value is corrupt.
    private long addOnBench(Invocation in, int from) {
        long most = in.engine().config().hot().hllSparseMaxBytes();
        long updated = 0;
        for (int i = from; i < in.argc(); i++) {
            long hash = HyperLogLog.hash(in.argAddress(i), in.argLength(i));
            int changed = bench.raise(HyperLogLog.index(hash), HyperLogLog.rank(hash), most);
            if (changed == SparseHyperLogLog.CORRUPT) {
                return Long.MIN_VALUE;
            }
            updated += changed;
        }
        return updated;
    }

    private static long addInPlace(Invocation in, long value) {
        Memory memory = in.db().memory();
        long updated = 0;
        for (int i = 2; i < in.argc(); i++) {
            long hash = HyperLogLog.hash(in.argAddress(i), in.argLength(i));
            int rank = HyperLogLog.rank(hash);
            if (HyperLogLog.raise(memory, value, HyperLogLog.index(hash), rank)) {
                updated++;
            }
        }
        if (updated > 0) {
            long stale = value + HyperLogLog.STALE_BYTE;
            memory.putByte(stale, (byte) (memory.getByte(stale) | HyperLogLog.STALE_BIT));
        }
        return updated;
    }

    private static void finishAdding(Invocation in, long updated) {
        if (updated > 0) {
            in.modified(1);
            in.db().shared().stats().dirty += updated - 1;
            in.event(PFADD, 1);
        }
        in.reply().integer(updated > 0 ? 1 : 0);
    }

    void pfcount(Invocation in) {
        if (in.argc() > 2) {
            countUnion(in);
            return;
        }
        long entry = in.lookupRead(1);
        if (entry == 0) {
            in.reply().integer(0);
            return;
        }
        if (!isOne(in, entry)) {
            return;
        }
        becomeRaw(in, entry);
        Memory memory = in.db().memory();
        ByteView bytes = in.engine().strings().view(memory, entry);
        long cardinality = HyperLogLog.cardinality(bytes.address());
        if (cardinality < 0) {
            Arrays.fill(histogram, 0);
            if (!HyperLogLog.count(bytes.address(), bytes.length(), histogram)) {
                in.reply().errorLine(CORRUPT);
                return;
            }
            cardinality = HyperLogLog.estimate(histogram);
            HyperLogLog.cardinality(memory, bytes.address(), cardinality);
            in.modified(1);
        }
        in.reply().integer(cardinality);
    }

    private void countUnion(Invocation in) {
        if (!merge(in)) {
            return;
        }
        Arrays.fill(histogram, 0);
        for (byte register : registers) {
            histogram[register]++;
        }
        in.reply().integer(HyperLogLog.estimate(histogram));
    }

    // Merges all keys into registers; answers whether they could be, else Redis's error.
    private boolean merge(Invocation in) {
        Arrays.fill(registers, (byte) 0);
        anyDense = false;
        for (int i = 1; i < in.argc(); i++) {
            long entry = in.lookupRead(i);
            if (entry == 0) {
                continue;
            }
            if (!isOne(in, entry)) {
                return false;
            }
            ByteView bytes = in.engine().strings().view(in.db().memory(), entry);
            anyDense |= HyperLogLog.encoding(bytes.address()) == HyperLogLog.DENSE;
            if (!HyperLogLog.merge(bytes.address(), bytes.length(), registers)) {
                in.reply().errorLine(CORRUPT);
                return false;
            }
        }
        return true;
    }

    void pfmerge(Invocation in) {
        if (!merge(in)) {
            return;
        }
        long entry = in.lookupWrite(1);
        if (entry == 0) {
            bench.create();
        } else {
            ByteView bytes = in.engine().strings().view(in.db().memory(), entry);
            bench.load(bytes.address(), bytes.length());
        }
        if (anyDense && !bench.makeDense()) {
            in.reply().errorLine(CORRUPT);
            return;
        }
        long most = in.engine().config().hot().hllSparseMaxBytes();
        for (int i = 0; i < registers.length; i++) {
            if (registers[i] != 0) {
                bench.raise(i, registers[i], most);
            }
        }
        bench.makeStale();
        store(in, 1, entry, bench);
        in.modified(1);
        in.event(PFADD, 1);
        in.reply().ok();
    }
}

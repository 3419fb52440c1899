package dev.spindle.engine.command.hyperloglog;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.HyperLogLog;
import dev.spindle.engine.encoding.SparseHyperLogLog;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import java.util.Arrays;
import java.util.SplittableRandom;

/** PFDEBUG and PFSELFTEST. */
final class InspectionCommands {

    private static final byte[] NO_KEY = Reply.errorLine("ERR The specified key does not exist");
    private static final byte[] NOT_SPARSE = Reply.errorLine("ERR HLL encoding is not sparse");
    private static final long TESTED_ELEMENTS = 1_000_000;

    /** Deviations of the estimate (1.04 / sqrt of the number of registers) that are still no mistake. */
    private static final double MOST_DEVIATIONS = 6;

    private final SparseHyperLogLog bench;

    InspectionCommands(SparseHyperLogLog bench) {
        this.bench = bench;
    }

    void pfdebug(Invocation in) {
        long entry = in.lookupWrite(2);
        if (entry == 0) {
            in.reply().errorLine(NO_KEY);
            return;
        }
        if (!HyperLogLogCommands.isOne(in, entry)) {
            return;
        }
        HyperLogLogCommands.becomeRaw(in, entry);
        ByteView bytes = in.engine().strings().view(in.db().memory(), entry);
        boolean sparse = HyperLogLog.encoding(bytes.address()) == HyperLogLog.SPARSE;
        if (in.argIs(1, "getreg")) {
            if (!sparse || makeDense(in, entry, bytes)) {
                registers(in, bytes.address(), sparse);
            }
        } else if (in.argIs(1, "decode")) {
            if (!sparse) {
                in.reply().errorLine(NOT_SPARSE);
                return;
            }
            StringBuilder text = new StringBuilder();
            SparseHyperLogLog.describe(bytes.address(), bytes.length(), text);
            in.reply().bulk(text.toString());
        } else if (in.argIs(1, "encoding")) {
            in.reply().simple(sparse ? "sparse" : "dense");
        } else if (in.argIs(1, "todense")) {
            if (!sparse || makeDense(in, entry, bytes)) {
                in.reply().integer(sparse ? 1 : 0);
            }
        } else {
            in.reply().error("ERR Unknown PFDEBUG subcommand '" + in.argString(1) + "'");
        }
    }

    private boolean makeDense(Invocation in, long entry, ByteView bytes) {
        bench.load(bytes.address(), bytes.length());
        if (!bench.makeDense()) {
            in.reply().errorLine(HyperLogLogCommands.CORRUPT);
            return false;
        }
        HyperLogLogCommands.store(in, 2, entry, bench);
        in.modified(2);
        return true;
    }

    private void registers(Invocation in, long value, boolean onBench) {
        in.reply().array(HyperLogLog.REGISTERS);
        for (int i = 0; i < HyperLogLog.REGISTERS; i++) {
            in.reply().integer(HyperLogLog.register(onBench ? bench.address() : value, i));
        }
    }

    /** Compares registers with an array of them, both encodings with each other, and estimates with what was added. */
    void pfselftest(Invocation in) {
        long most = in.engine().config().hot().hllSparseMaxBytes();
        String fault = testRegisters();
        if (fault == null) {
            fault = testEstimates(most);
        }
        bench.create();
        if (fault == null) {
            in.reply().ok();
        } else {
            in.reply().error("TESTFAILED " + fault);
        }
    }

    private String testRegisters() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] expected = new byte[HyperLogLog.REGISTERS];
        bench.create();
        bench.makeDense();
        for (int round = 0; round < 64 * HyperLogLog.REGISTERS; round++) {
            int index = random.nextInt(HyperLogLog.REGISTERS);
            int rank = 1 + random.nextInt(63);
            expected[index] = (byte) Math.max(expected[index], rank);
            bench.raise(index, rank, 0);
        }
        for (int i = 0; i < expected.length; i++) {
            int register = HyperLogLog.register(bench.address(), i);
            if (register != expected[i]) {
                return "Register " + i + " should be " + expected[i] + " but is " + register;
            }
        }
        return null;
    }

    private String testEstimates(long mostSparse) {
        SparseHyperLogLog dense = new SparseHyperLogLog();
        dense.create();
        dense.makeDense();
        bench.create();
        Scratch element = new Scratch();
        element.appendLong(0);
        int[] one = new int[HyperLogLog.HISTOGRAM];
        int[] other = new int[HyperLogLog.HISTOGRAM];
        long checkpoint = 1;
        for (long i = 1; i <= TESTED_ELEMENTS; i++) {
            element.longAt(0, i * 0x9E37_79B9_7F4A_7C15L);
            long hash = HyperLogLog.hash(element.address(), Long.BYTES);
            int index = HyperLogLog.index(hash);
            int rank = HyperLogLog.rank(hash);
            dense.raise(index, rank, mostSparse);
            bench.raise(index, rank, mostSparse);
            if (i < checkpoint) {
                continue;
            }
            checkpoint *= 10;
            Arrays.fill(one, 0);
            Arrays.fill(other, 0);
            HyperLogLog.count(dense.address(), dense.length(), one);
            HyperLogLog.count(bench.address(), bench.length(), other);
            if (!Arrays.equals(one, other)) {
                return "dense/sparse disagree at cardinality " + i;
            }
            double deviation = 1.04 / Math.sqrt(HyperLogLog.REGISTERS);
            double allowed = Math.ceil(deviation * MOST_DEVIATIONS * i);
            long estimate = HyperLogLog.estimate(one);
            if (Math.abs(estimate - i) > allowed) {
                return "Too big error. card:" + i + " estimated:" + estimate;
            }
        }
        return null;
    }
}

package dev.spindle.engine.snapshot.race;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Copies of some words on two pages, as long as what a store fills. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the state of the epoch")
@Outcome(expect = Expect.FORBIDDEN, desc = "a store after the epoch was seen")
@State
public class CopyStress extends FrozenPages {

    /** The core. */
    @Actor
    public void core() {
        live.fill(second - 48, 96, (byte) 1);
    }

    /** The reader. */
    @Actor
    public void reader(JJ_Result result) {
        byte[] bytes = new byte[96];
        frozen.copyOut(second - 48, bytes, 0, bytes.length);
        for (byte each : bytes) {
            result.r1 += each;
        }
        result.r2 = frozen.getLong(second);
    }
}

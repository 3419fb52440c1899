package dev.spindle.engine.snapshot.race;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Two stores to a page, of which the second finds it preserved. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the state of the epoch")
@Outcome(expect = Expect.FORBIDDEN, desc = "a store after the epoch was seen")
@State
public class TwoStoresStress extends FrozenPages {

    /** The core. */
    @Actor
    public void core() {
        live.putByte(first + 100, (byte) 1);
        live.putShort(first + 200, (short) 1);
    }

    /** The reader. */
    @Actor
    public void reader(JJ_Result result) {
        result.r1 = frozen.getShort(first + 200);
        result.r2 = frozen.getByte(first + 100);
    }
}

package dev.spindle.engine.snapshot.race;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Stores and loads that lie on two pages. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the state of the epoch")
@Outcome(expect = Expect.FORBIDDEN, desc = "a store after the epoch was seen")
@State
public class SpanningStoreStress extends FrozenPages {

    /** The core. */
    @Actor
    public void core() {
        live.putLongUnaligned(second - 3, -1);
        live.putIntUnaligned(second - 1, 7);
    }

    /** The reader. */
    @Actor
    public void reader(JJ_Result result) {
        result.r1 = frozen.getIntUnaligned(second - 1);
        result.r2 = frozen.getLongUnaligned(second - 3);
    }
}

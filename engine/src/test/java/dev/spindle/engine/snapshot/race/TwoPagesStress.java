package dev.spindle.engine.snapshot.race;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A store to one page and then one to another, looked at the other way round. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the state of the epoch")
@Outcome(expect = Expect.FORBIDDEN, desc = "a store after the epoch was seen")
@State
public class TwoPagesStress extends FrozenPages {

    /** The core. */
    @Actor
    public void core() {
        live.putLong(first, -1);
        live.putInt(second + 8, -1);
    }

    /** The reader. */
    @Actor
    public void reader(JJ_Result result) {
        result.r1 = frozen.getInt(second + 8);
        result.r2 = frozen.getLong(first);
    }
}

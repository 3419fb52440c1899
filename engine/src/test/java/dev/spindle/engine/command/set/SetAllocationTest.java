package dev.spindle.engine.command.set;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of sets allocate nothing on the heap, from received bytes to reply bytes. */
class SetAllocationTest {

    /** Requests that are sent as one pipeline; words separated by spaces. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SADD big x;SADD big y z w;SREM big x;SREM big y z w nothing",
                "SADD small x;SREM small x;SADD ints 5000000000;SREM ints 5000000000;SADD ints 2",
                "SADD fresh 1 2;SADD fresh a b;SREM fresh 1 2 a b",
                "SADD fresh 1 2 3;SPOP fresh;SPOP fresh 2",
                "SISMEMBER big m5;SISMEMBER small m5;SISMEMBER ints 5;SMISMEMBER big m5 q m9;SCARD big",
                "SMEMBERS big;SMEMBERS small;SMEMBERS ints",
                "SRANDMEMBER big;SRANDMEMBER big 5;SRANDMEMBER big -5;SRANDMEMBER big 400;SRANDMEMBER small -9",
                "SRANDMEMBER ints 3;SRANDMEMBER small 3;SRANDMEMBER ints 19;SRANDMEMBER ints 100",
                "SPOP big;SADD big m1;SADD big m2;SADD big m3",
                "SMOVE big small m7;SMOVE small big m7;SADD big m7",
                "SSCAN big 0;SSCAN big 0 COUNT 500 MATCH *7*;SSCAN small 0;SSCAN ints 0 MATCH 1*",
                "SINTER big small;SINTER ints small big;SINTERCARD 2 big small LIMIT 5;SINTERSTORE d big small",
                "SUNION big small ints;SUNIONSTORE d small ints;SUNION big none",
                "SDIFF big small;SDIFF small big;SDIFFSTORE d big small;SDIFFSTORE d big small small small",
            })
    void shouldAllocateNothingWhenWarm(String requests) {
        try (EngineHarness engine = new EngineHarness()) {
            for (int i = 0; i < 500; i++) {
                engine.command("SADD", "big", "m" + i);
            }
            for (int i = 0; i < 20; i++) {
                engine.command("SADD", "small", "m" + i);
                engine.command("SADD", "ints", "" + i);
            }
            try (RequestLoop loop = new RequestLoop(engine, requests)) {
                loop.assertAllocatesNothing(300, 20, 20);
            }
        }
    }
}

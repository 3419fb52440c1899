package dev.spindle.engine.command.hyperloglog;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of HyperLogLogs allocate nothing on the heap, from received bytes to reply bytes. */
class HyperLogLogAllocationTest {

    /** Requests that are sent as one pipeline; words separated by spaces. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PFADD sparse a;PFADD sparse b c d;PFCOUNT sparse;PFADD dense a b c;PFCOUNT dense;PFCOUNT none",
                "PFADD fresh a b c d e f;PFCOUNT fresh;SET fresh x;DEL fresh",
                "PFCOUNT sparse dense none;PFMERGE d sparse dense;PFMERGE e sparse none;PFCOUNT e;PFCOUNT d",
            })
    void shouldAllocateNothingWhenWarm(String requests) {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("PFADD", "dense", "x");
            engine.command("PFDEBUG", "TODENSE", "dense");
            for (int i = 0; i < 300; i++) {
                engine.command("PFADD", "sparse", "m" + i);
            }
            try (RequestLoop loop = new RequestLoop(engine, requests)) {
                loop.assertAllocatesNothing(300, 20, 20);
            }
        }
    }
}

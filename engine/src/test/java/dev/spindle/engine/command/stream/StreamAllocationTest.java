package dev.spindle.engine.command.stream;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The usual commands of streams allocate nothing on the heap, from received bytes to reply bytes. */
class StreamAllocationTest {

    /** Requests that are sent as one pipeline; words separated by spaces. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "XADD log MAXLEN ~ 1000 * sensor 17 temperature 21.5 name user:1234 at 1700000000123",
                "XADD log MAXLEN 200 * a 1;XADD log MINID ~ 1-1 * b 2;XLEN log",
                "XADD log NOMKSTREAM * a 1;XTRIM log MAXLEN 50;XLEN none;XADD none NOMKSTREAM * a b",
                "XRANGE fixed - +;XRANGE fixed 1-5 (1-80 COUNT 10;XREVRANGE fixed + - COUNT 50;XRANGE none - +",
                "XREAD COUNT 5 STREAMS fixed none 1-3 0;XREAD STREAMS fixed $;XREAD BLOCK 1 STREAMS fixed fixed 1-90 0",
                "XADD log MAXLEN 100 * a 1;XREADGROUP GROUP g c COUNT 2 STREAMS log >;XPENDING log g;XREADGROUP GROUP g c NOACK STREAMS log >",
                "XGROUP SETID fixed g 1-20;XREADGROUP GROUP g c COUNT 10 STREAMS fixed >;XACK fixed g 1-21 1-22 1-23",
                "XREADGROUP GROUP g c COUNT 10 STREAMS fixed 0;XPENDING fixed g - + 10;XPENDING fixed g IDLE 1 - + 10 c",
                "XCLAIM fixed g c 0 1-1 1-2 FORCE JUSTID;XCLAIM fixed g d 0 1-1 1-2;XAUTOCLAIM fixed g c 0 0 COUNT 5",
                "XADD log 9-* a 1;XDEL log 9-1;XTRIM log MAXLEN 0;XSETID log 1-1 MAXDELETEDID 0-1",
            })
    void shouldAllocateNothingWhenWarm(String requests) {
        try (EngineHarness engine = new EngineHarness()) {
            for (int i = 1; i <= 100; i++) {
                engine.command(
                        "XADD", "fixed", "1-" + i, "name", "user:" + i, "n", "" + i, "t", "x");
            }
            engine.command("XGROUP", "CREATE", "fixed", "g", "0");
            engine.command("XREADGROUP", "GROUP", "g", "c", "COUNT", "30", "STREAMS", "fixed", ">");
            engine.command("XGROUP", "CREATE", "log", "g", "0", "MKSTREAM");
            for (String line : requests.split(";")) {
                String reply = engine.command(line.split(" "));
                assertFalse(reply.startsWith("-"), () -> line + " answers " + reply);
            }
            try (RequestLoop loop = new RequestLoop(engine, requests)) {
                loop.assertAllocatesNothing(300, 20, 50);
            }
        }
    }
}

package dev.spindle.engine.command.string;

import dev.spindle.engine.snapshot.SnapshotPurpose;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the hot path allocate nothing on the heap, from received bytes to reply bytes. */
class HotCommandAllocationTest {

    /** Requests that are sent as one pipeline; words separated by spaces. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET text;GET number;GET missing;GET long;GET list",
                "SET text value;SET number 12;SET fresh abc;GETDEL fresh",
                "SET text value EX 100;SET text other NX;SET text value KEEPTTL GET;SET text value PX 5000 XX",
                "SET text value IFEQ value;SET text value PXAT 33177117420123;SETEX text 10 v;PSETEX text 10 v",
                "SETNX text v;GETSET text v;SET text hello",
                "GETEX text;GETEX text EX 100;GETEX text PERSIST;GETEX text PXAT 33177117420123",
                "MGET text number missing long text number",
                "MSET text one number 5 third three;MSETNX text 1 other 2",
                "INCR number;DECR number;INCRBY number 500;DECRBY number 500;INCR counter",
                "APPEND grows x;STRLEN grows;STRLEN number;APPEND fresh abc;APPEND fresh d;GETDEL fresh",
                "GETRANGE text 0 -1;GETRANGE long 5 100;GETRANGE number 0 1;SUBSTR text 0 1",
                "SETRANGE text 1 x;SETRANGE long 4000 x;SETRANGE fresh 5 x;GETDEL fresh",
                "SETBIT bits 100 1;SETBIT bits 100 0;GETBIT bits 100;GETBIT missing 5;GETBIT number 3",
                "BITCOUNT long;BITCOUNT long 5 -5;BITCOUNT text 3 17 BIT;BITPOS long 1;BITPOS long 0 5 -1 BIT",
                "DELIFEQ text nothing;SET gone v;DELIFEQ gone v",
            })
    void shouldAllocateNothingWhenWarm(String requests) {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "text", "value");
            engine.command("SET", "number", "12");
            engine.command("SET", "long", "x".repeat(9000));
            try (RequestLoop loop = new RequestLoop(engine, requests)) {
                loop.assertAllocatesNothing(300, 20, 50);
            }
        }
    }

    @Test
    void shouldAllocateNothingWhenASnapshotRuns() {
        try (EngineHarness engine = new EngineHarness()) {
            engine.command("SET", "text", "value");
            engine.command("SET", "number", "12");
            engine.engine().snapshots().begin(SnapshotPurpose.BGSAVE);
            String requests = "SET text value;INCR number;SETRANGE text 1 x;GET text;SET fresh v";
            try (RequestLoop loop = new RequestLoop(engine, requests)) {
                loop.assertAllocatesNothing(300, 20, 50);
            }
        }
    }
}

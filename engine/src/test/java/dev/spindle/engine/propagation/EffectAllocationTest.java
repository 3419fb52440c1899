package dev.spindle.engine.propagation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RequestLoop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a sink, commands that write leave nothing behind on the heap either. */
class EffectAllocationTest {

    private static final class Counting implements EffectSink {
        private long effects;
        private long bytes;
        private long units;

        @Override
        public void effect(int db, long address, int length) {
            effects++;
            bytes += length;
        }

        @Override
        public void units(int db, long address, int length) {
            effect(db, address, length);
            complete();
        }

        @Override
        public void complete() {
            units++;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET e 1;GET e;SET a 1;SET b some-value;SET c 1 PX 100000;SETEX d 100 v;GETEX d PX 50000",
                "INCR n;INCRBY n 5;DECR n;APPEND t x;DEL t",
                "LPUSH l a b;RPUSH l c d e f;LPOP l;RPOP l 2;LMPOP 1 l LEFT;BLPOP l 1",
                "HSET h f v g w;HINCRBY h n 1;HDEL h f;HPEXPIRE h 100000 FIELDS 1 g",
                "SADD s a b c d;SPOP s;SPOP s 2;SREM s a;SADD s a;SPOP s 9",
                "ZADD z 1 a 2 b;ZINCRBY z 1 a;ZPOPMIN z;ZMPOP 1 z MAX",
                "XADD x MAXLEN ~ 10 * f v;XADD x MAXLEN 10 * f v",
                "MULTI;SET a 1;INCR n;EXEC;EXPIRE a 100;PERSIST a;DEL a",
            })
    void shouldAllocateNothingWhenEffectsAreTold(String requests) {
        try (EngineHarness engine = new EngineHarness()) {
            Counting sink = new Counting();
            engine.engine().propagation().add(sink);
            int rounds = 500;
            try (RequestLoop loop = new RequestLoop(engine, requests)) {
                loop.assertAllocatesNothing(100, 10, rounds);
            }
            assertTrue(sink.units > rounds && sink.effects >= sink.units && sink.bytes > 0);
        }
    }
}

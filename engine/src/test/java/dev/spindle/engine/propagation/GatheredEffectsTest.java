package dev.spindle.engine.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EffectCollector;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Effects of a pipeline come in few pieces, in the order in which they happened, and before anybody may ask for them. */
class GatheredEffectsTest {

    /** Notes in how many pieces units came. */
    private static final class Pieces implements EffectSink {
        private final EffectCollector effects = new EffectCollector();
        private int pieces;

        @Override
        public void effect(int db, long address, int length) {
            effects.effect(db, address, length);
        }

        @Override
        public void units(int db, long address, int length) {
            pieces++;
            effects.units(db, address, length);
        }

        @Override
        public void complete() {
            effects.complete();
        }

        String take() {
            String units = effects.take();
            String text = pieces + " | " + units.replace("\n", " | ");
            pieces = 0;
            return text;
        }
    }

    private final List<String> seen = new ArrayList<>();
    private final Pieces sink = new Pieces();
    private final EngineHarness engine =
            new EngineHarness(64L << 20, ServerConfig.defaults(), rowsAndOneThatLooks());

    private List<CommandSpec> rowsAndOneThatLooks() {
        List<CommandSpec> rows = new ArrayList<>(CommandFamilies.rows());
        rows.add(
                CommandSpec.command(
                        "look",
                        1,
                        "",
                        "",
                        in -> {
                            seen.add(sink.take());
                            in.reply().ok();
                        }));
        return rows;
    }

    @BeforeEach
    void listen() {
        engine.engine().propagation().add(sink);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private String send(String lines) {
        return send(engine.session(), lines);
    }

    private String send(Session session, String lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines.split(";")) {
            text.append(EngineHarness.frame(line.split(" ")));
        }
        engine.send(session, text.toString());
        return sink.take();
    }

    @Test
    void shouldTellRequestsThatFollowUponEachOtherInOnePiece() {
        assertEquals(
                "1 | 0:SET a 1 | 0:INCR a | 0:RPUSH l x y | 0:SADD s z",
                send("SET a 1;INCR a;RPUSH l x y;SADD s z"));
    }

    @Test
    void shouldBeginAnotherPieceBehindWhatChangedNothing() {
        assertEquals(
                "2 | 0:SET a 1 | 0:SET b 2 | 0:SET c 3 | 0:SET d 4",
                send("GET a;SET a 1;SET b 2;GET a;DEL x;SET c 3;SET d 4;GET d"));
    }

    @Test
    void shouldTellEachPieceForItsDatabase() {
        assertEquals(
                "3 | 0:SET a 1 | 2:SET a 2 | 2:SET b 2 | 0:SET c 1",
                send("SET a 1;SELECT 2;SET a 2;SET b 2;SELECT 0;SET c 1"));
    }

    @Test
    void shouldKeepTheOrderWhenACommandWritesEffectsOfItsOwn() {
        assertEquals(
                "2 | 0:SET a 1 | 0:SADD s x | 0:DEL s | 0:SET b 1",
                send("SET a 1;SADD s x;SPOP s 5;SET b 1"));
    }

    @Test
    void shouldKeepTheOrderWhenATransactionStandsBetween() {
        assertEquals(
                "2 | 0:SET a 1 | 0:MULTI, 0:SET b 1, 0:INCR b, 0:EXEC | 0:SET c 1",
                send("SET a 1;MULTI;SET b 1;INCR b;EXEC;SET c 1"));
    }

    @Test
    void shouldKeepTheOrderWhenAKeyExpiresOnTheWay() {
        send("SET gone 1 PX 10");
        engine.clock().advanceMs(20);
        assertEquals("2 | 0:SET a 1 | 0:DEL gone | 0:SET b 1", send("SET a 1;GET gone;SET b 1"));
    }

    @Test
    void shouldKeepTheOrderWhenSomebodyWaitsForWhatIsPushed() {
        Session waiting = engine.connect();
        send(waiting, "BLPOP l 0");
        assertEquals(
                "2 | 0:SET a 1 | 0:RPUSH l x | 0:LPOP l | 0:SET b 1",
                send("SET a 1;RPUSH l x;SET b 1"));
    }

    @Test
    void shouldTellWhatHappenedBeforeACommandThatMayAsk() {
        send("SET a 1;SET b 1;LOOK;SET c 1;LOOK");
        assertEquals(List.of("1 | 0:SET a 1 | 0:SET b 1", "1 | 0:SET c 1"), seen);
    }

    @Test
    void shouldTellWhatAClientDidThatEndsItself() {
        long id = engine.session().id();
        assertEquals("1 | 0:SET a 1 | 0:SET b 1", send("SET a 1;SET b 1;CLIENT KILL ID " + id));
    }

    @Test
    void shouldTellALongPipelineInPiecesThatAreNotTooLong() {
        String value = "v".repeat(60_000);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            text.append(EngineHarness.frame("SET", "k" + i, value));
        }
        engine.send(engine.session(), text.toString());
        assertTrue(sink.pieces >= 3 && sink.pieces < 40, sink.pieces + " pieces");
        assertEquals(40, sink.effects.units().size());
    }
}

package dev.spindle.engine.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.testkit.EngineHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client that waits is given later, through a command that asks again with the ids that held when it came. */
class ServeLaterTest {

    private static final String WAITS = "+waits\r\n";

    private final ReadCommands reads = new ReadCommands(new StreamReplies());
    private long[] ids;
    private boolean grouped;
    private EngineHarness engine;

    @BeforeEach
    void start() {
        List<CommandSpec> rows = new ArrayList<>(CommandFamilies.rows());
        rows.add(CommandSpec.command("again", -4, "readonly", "stream", this::again));
        engine = new EngineHarness(64L << 20, ServerConfig.defaults(), rows);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    private void again(Invocation in) {
        if (!reads.serveLater(in, grouped, ids)) {
            in.reply().simple("waits");
        }
    }

    @Test
    void shouldGiveWhatCameAfterTheIdThatHeldThen() {
        ids = new long[] {0, 0, 7, 1};
        String[] request = {"AGAIN", "BLOCK", "0", "STREAMS", "s", "t", "$", "$"};
        assertEquals(WAITS, engine.command(request));
        engine.command("XADD", "t", "7-1", "a", "b");
        assertEquals(WAITS, engine.command(request));
        engine.command("XADD", "t", "7-2", "a", "b");
        assertEquals(engine.command("XREAD", "STREAMS", "t", "7-1"), engine.command(request));
        engine.command("XADD", "s", "1-1", "a", "b");
        assertTrue(engine.command(request).startsWith("*2\r\n*2\r\n$1\r\ns\r\n"));
    }

    @Test
    void shouldGiveNewEntriesToAConsumerAndTellWhenItsGroupIsGone() {
        grouped = true;
        ids = new long[] {-1, -1};
        String[] request = {"AGAIN", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "s", ">"};
        engine.command("XGROUP", "CREATE", "s", "g", "$", "MKSTREAM");
        assertEquals(WAITS, engine.command(request));
        engine.command("XADD", "s", "1-1", "a", "b");
        assertTrue(engine.command(request).contains("1-1"));
        assertEquals(WAITS, engine.command(request));
        assertTrue(engine.command("XPENDING", "s", "g").startsWith("*4\r\n:1\r\n"));
        engine.command("XGROUP", "DESTROY", "s", "g");
        assertTrue(engine.command(request).startsWith("-NOGROUP "));
    }
}

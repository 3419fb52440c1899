package dev.spindle.aof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.ShutdownRequest;
import dev.spindle.engine.info.LogFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** BGREWRITEAOF of a server whose log is off. */
class RewriteAsideTest {

    private static final String STARTED = "+Background append only file rewriting started\r\n";

    @TempDir private Path directory;

    private LoggedEngine off() {
        return new LoggedEngine(directory, "--appendonly", "no", "--aof-ring-size", "1mb");
    }

    private LoggedEngine on() throws IOException {
        return new LoggedEngine(directory, "--aof-ring-size", "1mb").start();
    }

    private static void awaitRewrite(LoggedEngine server) {
        LogFigures figures = server.harness.engine().logFigures();
        server.await(
                "the rewrite is over",
                () -> figures.rewrites == 1 && !figures.rewriting && !figures.scheduled);
        assertTrue(figures.lastRewriteOk);
    }

    @Test
    void shouldMakeALogOfWhatIsInMemoryWhenTheLogIsOff() throws IOException {
        try (LoggedEngine server = off()) {
            server.command("SET", "before", "1");
            assertEquals(STARTED, server.command("BGREWRITEAOF"));
            assertEquals(
                    "-ERR Background append only file rewriting already in progress\r\n",
                    server.command("BGREWRITEAOF"));
            assertTrue(server.log.beforeShutdown(ShutdownRequest.DEFAULT));
            awaitRewrite(server);
            server.command("SET", "after", "1");
            assertFalse(server.log.isOn());
            assertTrue(server.command("INFO", "persistence").contains("aof_enabled:0\r\n"));
        }
        try (LoggedEngine server = on()) {
            assertEquals("$1\r\n1\r\n", server.command("GET", "before"));
            assertEquals("$-1\r\n", server.command("GET", "after"));
        }
    }

    @Test
    void shouldBeginAgainWhenTheLogIsTurnedOnMeanwhile() throws IOException {
        try (LoggedEngine server = off()) {
            server.command("SET", "before", "1");
            for (boolean begun : new boolean[] {false, true}) {
                assertEquals(STARTED, server.command("BGREWRITEAOF"));
                LogFigures figures = server.harness.engine().logFigures();
                server.await("it has begun", () -> !begun || figures.rewrites > 0);
                server.command("CONFIG", "SET", "appendonly", "yes");
                server.await("the log is on", server.log::isOn);
                server.command("SET", "last", begun ? "2" : "1");
                server.await("it has a base", () -> !figures.rewriting && !figures.scheduled);
                server.command("CONFIG", "SET", "appendonly", "no");
                figures.rewrites = 0;
            }
        }
        try (LoggedEngine server = on()) {
            assertEquals("$1\r\n2\r\n", server.command("GET", "last"));
        }
    }

    @Test
    void shouldRefuseWhenThereIsNoDirectoryToWriteTo() throws IOException {
        Files.writeString(directory.resolve("appendonlydir"), "a file");
        try (LoggedEngine server = off()) {
            assertEquals(
                    "-ERR Can't execute an AOF background rewriting."
                            + " Please check the server logs for more information.\r\n",
                    server.command("BGREWRITEAOF"));
            assertFalse(server.harness.engine().logFigures().scheduled);
        }
    }

    @Test
    void shouldNotPassForWholeWhenMoreWasExecutedWithTheLogOff() throws IOException {
        LoggedEngine server = on();
        try (server) {
            server.command("SET", "a", "1");
            server.tick();
            server.command("CONFIG", "SET", "appendonly", "no");
            server.command("SET", "b", "1");
        }
        assertEquals(0, server.log.nextFrame());
        LoggedEngine again = on();
        try (again) {
            again.command("SET", "c", "1");
        }
        assertTrue(again.log.nextFrame() > 0);
    }
}

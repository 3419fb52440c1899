package dev.spindle.engine.command.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientCommandsTest {
    private final EngineHarness engine = new EngineHarness();
    private final Session me = engine.session();

    @AfterEach
    void close() {
        engine.close();
    }

    private String say(Session from, String line) {
        return engine.send(from, line + "\r\n");
    }

    private String line(Session of) {
        return RawClient.flatten(engine.command(me, "CLIENT", "LIST", "ID", "" + of.id())).get(0);
    }

    @Test
    void shouldExplainEverySubcommandWhenHelpIsAsked() {
        String help = String.join("\n", RawClient.flatten(say(me, "CLIENT HELP")));
        assertTrue(
                help.startsWith("CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:"),
                help);
        for (CommandSpec row : engine.engine().commands().commands()) {
            if (row.name().equals("client")) {
                for (CommandSpec sub : row.subcommands()) {
                    String name = sub.name().toUpperCase(java.util.Locale.ROOT);
                    assertTrue(help.contains("\n" + name), name + " is not explained");
                }
            }
        }
    }

    @Test
    void shouldShowTrueValuesWhenAClientIsListed() {
        Session other = engine.connect();
        say(other, "SELECT 3");
        say(other, "HELLO 3 SETNAME joe");
        say(other, "CLIENT SETINFO lib-name jedis");
        say(other, "CLIENT SETINFO LIB-VER 5.1");
        say(other, "CLIENT NO-TOUCH on");
        say(other, "CLIENT NO-EVICT on");
        engine.clock().advanceMs(2500);
        say(other, "GET k");
        engine.clock().advanceMs(3500);
        engine.send(other, "*2\r\n$3\r\nGET\r\n");
        engine.clock().advanceMs(1500);
        assertEquals(
                "id=2 addr=127.0.0.1:50001 laddr=127.0.0.1:6379 fd=8 name=joe age=7 idle=1 flags=eT db=3 sub=0 psub=0"
                        + " ssub=0 multi=-1 watch=0 qbuf=13 qbuf-free=16371 argv-mem=0 multi-mem=0 rbs=0 rbp=105 obl=0 oll=0"
                        + " omem=0 tot-mem=17408 events=r cmd=get user=default redir=-1 resp=3 lib-name=jedis"
                        + " lib-ver=5.1\n",
                line(other).replaceAll("rbp=\\d+", "rbp=105"));
    }

    @Test
    void shouldShowItselfInTheMidstOfItsCommandWhenAskedForInfo() {
        String info = engine.command(me, "CLIENT", "INFO");
        assertTrue(info.contains(" qbuf=26 "), info);
        assertTrue(info.contains(" argv-mem=10 "), info);
        assertTrue(info.contains(" cmd=client|info "), info);
    }

    @Test
    void shouldSayNullWhenTheLastCommandWasUnknown() {
        Session other = engine.connect();
        say(other, "FOO");
        assertTrue(line(other).contains(" cmd=NULL "));
    }

    @Test
    void shouldListAllOrSomeWhenAskedFor() {
        Session other = engine.connect();
        Session third = engine.connect();
        assertEquals(3, RawClient.flatten(say(me, "CLIENT LIST")).get(0).lines().count());
        assertEquals(
                3, RawClient.flatten(say(me, "CLIENT LIST TYPE NORMAL")).get(0).lines().count());
        List<String> two =
                RawClient.flatten(say(me, "CLIENT LIST ID " + third.id() + " 77 " + other.id()))
                        .get(0)
                        .lines()
                        .toList();
        assertTrue(two.get(0).startsWith("id=3 ") && two.get(1).startsWith("id=2 "), two::toString);
        assertTrue(say(me, "HELLO 3").startsWith("%7"));
        assertTrue(say(me, "CLIENT LIST").startsWith("="));
    }

    @Test
    void shouldRefuseLibraryNamesWhenTheyWouldBreakALine() {
        assertEquals(
                "-ERR lib-name cannot contain spaces, newlines or special characters.\r\n",
                say(me, "CLIENT SETINFO lib-name \"a b\""));
        assertEquals("-ERR Unrecognized option 'foo'\r\n", say(me, "CLIENT SETINFO foo x"));
    }

    @Test
    void shouldKeepTheLibraryWhenReset() {
        say(me, "CLIENT SETINFO lib-name x");
        say(me, "CLIENT NO-EVICT on");
        assertEquals("+RESET\r\n", say(me, "RESET"));
        assertTrue(line(me).contains("lib-name=x"));
        assertTrue(line(me).contains("flags=N"));
    }

    @Test
    void shouldKillOthersAtOnceAndItselfAfterTheReplyWhenAsked() {
        Session other = engine.connect();
        engine.send(other, "GET");
        assertEquals(":1\r\n", say(me, "CLIENT KILL ID " + other.id()));
        assertTrue(engine.isClosed(other) && other.isClosed());
        assertEquals(1, engine.engine().clients().count());
        assertEquals(":0\r\n", say(me, "CLIENT KILL TYPE normal"));
        Session third = engine.connect();
        assertEquals("+OK\r\n", say(me, "CLIENT KILL 127.0.0.1:50002"));
        assertTrue(engine.isClosed(third));
        Session fourth = engine.connect();
        assertEquals(
                ":2\r\n",
                engine.send(
                        me, "CLIENT KILL LADDR 127.0.0.1:6379 SKIPME no USER default\r\nPING\r\n"));
        assertTrue(engine.isClosed(fourth));
        assertTrue(me.isCloseAfterReply());
        assertFalse(engine.isClosed(me));
    }

    @Test
    void shouldHoldBackWritesInOrderWhenPausedForWriting() {
        Session writer = engine.connect();
        Session second = engine.connect();
        say(me, "SET n 0");
        assertEquals("+OK\r\n", say(me, "CLIENT PAUSE 1000 WRITE"));
        assertEquals("$1\r\n0\r\n", say(writer, "GET n"));
        assertEquals("", engine.send(writer, "INCR n\r\nGET n\r\nPING\r\n"));
        assertEquals("", engine.send(second, "INCR n\r\n"));
        assertEquals("", say(writer, "PING"));
        assertTrue(line(writer).contains("flags=b "), line(writer));
        assertTrue(line(writer).contains("cmd=incr "));
        engine.clock().advanceMs(999);
        engine.turn();
        assertEquals("$1\r\n0\r\n", say(me, "GET n"));
        engine.clock().advanceMs(1);
        engine.turn();
        assertEquals(":1\r\n$1\r\n1\r\n+PONG\r\n+PONG\r\n", drain(writer));
        assertEquals(":2\r\n", drain(second));
    }

    private static String drain(Session session) {
        return new String(EngineHarness.drain(session), StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldHoldBackEvenUnpauseWhenAllIsPaused() {
        Session other = engine.connect();
        say(me, "CLIENT PAUSE 100");
        assertEquals("", say(other, "CLIENT UNPAUSE"));
        assertEquals("", say(me, "PING"));
        engine.clock().advanceMs(100);
        engine.turn();
        assertEquals("+OK\r\n", drain(other));
        assertEquals("+PONG\r\n", drain(me));
    }

    @Test
    void shouldEndThePauseByItselfWhenNoTurnCameInBetween() {
        say(me, "CLIENT PAUSE 100 WRITE");
        engine.clock().advanceMs(101);
        assertEquals("+OK\r\n", say(me, "SET a b"));
    }

    @Test
    void shouldKeepTheStrongerAndLongerPauseWhenThereAreTwo() {
        Session other = engine.connect();
        engine.send(me, "CLIENT PAUSE 200 WRITE\r\nCLIENT PAUSE 50 ALL\r\n");
        assertEquals("", say(other, "GET a"));
        engine.clock().advanceMs(100);
        engine.turn();
        assertEquals("", drain(other));
        engine.clock().advanceMs(100);
        engine.turn();
        assertEquals("$-1\r\n", drain(other));
    }

    @Test
    void shouldHideButNotDeleteExpiredKeysWhenWritesArePaused() {
        engine.send(me, "SET a b\r\nPEXPIRE a 10\r\n");
        say(me, "CLIENT PAUSE 1000 WRITE");
        engine.clock().advanceMs(100);
        assertEquals("$-1\r\n", say(me, "GET a"));
        assertEquals(1, engine.engine().keyspaces().size());
        assertEquals("+OK\r\n", say(me, "CLIENT UNPAUSE"));
        assertEquals("$-1\r\n", say(me, "GET a"));
        assertEquals(0, engine.engine().keyspaces().size());
    }

    @Test
    void shouldKeepClientsLoggedInWhenAPasswordIsSetLater() {
        engine.engine().settings().password = "pw".getBytes(StandardCharsets.US_ASCII);
        assertEquals("+PONG\r\n", say(me, "PING"));
        Session other = engine.connect();
        assertEquals("-NOAUTH Authentication required.\r\n", say(other, "PING"));
        assertEquals(
                "-WRONGPASS invalid username-password pair or user is disabled.\r\n",
                say(other, "AUTH no"));
        assertEquals(1, engine.engine().stats().authFailures);
        engine.engine().settings().password = new byte[0];
        assertEquals("+PONG\r\n", say(other, "PING"));
    }

    @Test
    void shouldNotTouchKeysWhenAskedNotTo() {
        say(me, "CLIENT NO-TOUCH on");
        assertTrue(engine.engine().keyspaces().shared().noTouch());
        say(me, "CLIENT NO-TOUCH off");
        assertFalse(engine.engine().keyspaces().shared().noTouch());
    }

    @Test
    void shouldDropClientsThatSpeakHttpWhenTheyDo() {
        assertEquals("", engine.send(me, "PING\r\nPOST / HTTP/1.1\r\nPING\r\n"));
        assertTrue(engine.isClosed(me));
        assertTrue(
                engine.log().get(0).startsWith("Possible SECURITY ATTACK detected."),
                engine.log()::toString);
    }

    @Test
    void shouldLogWhoSentWhatWhenAFrameIsMalformed() {
        engine.send(me, "PING\r\n*1\r\n$x\r\nmore\r\n");
        String line = engine.log().get(0);
        assertTrue(
                line.startsWith(
                        "Protocol error (invalid bulk length) from client: id=1 addr=127.0.0.1:50000 "),
                line);
        assertTrue(line.endsWith(". Query buffer during protocol error: '$x..more..'"), line);
    }

    @Test
    void shouldShortenTheExcerptWhenTheMalformedInputIsLong() {
        engine.send(me, "*" + "1".repeat(70_000));
        assertTrue(
                engine.log()
                        .get(0)
                        .endsWith(
                                "'*"
                                        + "1".repeat(63)
                                        + "' (... more 69873 bytes ...) '"
                                        + "1".repeat(64)
                                        + "'"));
    }

    @Test
    void shouldCloseClientsWhenTheirRequestPassesTheBufferLimit() {
        engine.engine().settings().queryBufferLimit = 1000;
        engine.send(me, "*2\r\n$3\r\nGET\r\n$5000\r\n" + "x".repeat(2000));
        assertTrue(engine.isClosed(me));
        assertEquals(1, engine.engine().stats().queryBufferDisconnects);
        assertTrue(
                engine.log()
                        .get(0)
                        .startsWith("Closing client that reached max query buffer length: id=1 "));
        assertTrue(engine.log().get(0).contains("(qbuf initial bytes: \"*2\\r\\n$3\\r\\nGET"));
    }
}

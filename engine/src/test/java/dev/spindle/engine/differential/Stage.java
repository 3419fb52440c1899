package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Several clients of a real server and as many of an engine, that play the same piece. A piece is written one step a line:
 *
 * <pre>
 *   a WATCH k       client a sends a command and gets its reply, which must be the same from both
 *   a! BLPOP k 0    client a sends a command that blocks it; the next step is played when it is blocked in both
 *   a?              client a gets the reply of what blocked it
 *   a-              client a hangs up; the next step is played when both servers know
 *   @LATER 20       so many milliseconds pass
 * </pre>
 *
 * <p>Words are separated by single spaces; {@code ''} is the empty word, {@code #a} the number of client a.
 */
final class Stage implements AutoCloseable {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    /** What a client hears whose time is up. */
    private static final Set<String> NOTHING = Set.of("*-1\r\n", "$-1\r\n", "_\r\n");

    private final RealRedis redis;
    private final EngineHarness engine;
    private final RawClient observer;
    private final EffectDuel effects;
    private final int protocol;
    private final Map<String, Actor> actors = new HashMap<>();
    private final List<String> history = new ArrayList<>();

    private static final class Actor {
        RawClient real;
        String realId;

        /** What the real server answered before it was seen to be blocked; null otherwise. */
        String early;

        Session session;
    }

    Stage(RealRedis redis, EngineHarness engine, int protocol) {
        this.redis = redis;
        this.engine = engine;
        this.protocol = protocol;
        engine.engine().settings().debugCommand = 2;
        observer = redis.connect();
        observer.command("FLUSHALL");
        engine.command("FLUSHALL");
        engine.clock().setEpochMs(System.currentTimeMillis());
        effects = EffectDuel.between(redis, engine);
    }

    EngineHarness engine() {
        return engine;
    }

    Session session(String name) {
        return actor(name).session;
    }

    private Actor actor(String name) {
        return actors.computeIfAbsent(
                name,
                n -> {
                    Actor made = new Actor();
                    made.real = redis.connect();
                    made.realId = made.real.text("CLIENT", "ID");
                    made.session = engine.connect();
                    if (protocol == 3) {
                        made.real.command("HELLO", "3");
                        engine.command(made.session, "HELLO", "3");
                    }
                    return made;
                });
    }

    /** Plays a piece. */
    void play(String piece) {
        for (String line : piece.split("\n")) {
            if (!line.isBlank()) {
                step(line.strip());
            }
        }
    }

    void step(String line) {
        history.add(line);
        int space = line.indexOf(' ');
        String head = space < 0 ? line : line.substring(0, space);
        String rest = space < 0 ? "" : line.substring(space + 1);
        if (head.equals("@LATER")) {
            later(Long.parseLong(rest));
            return;
        }
        String name = head.substring(0, 1);
        Actor actor = actor(name);
        switch (head.substring(1)) {
            case "" -> command(actor, rest);
            case "!" -> block(actor, rest);
            case "?" -> answered(actor);
            case "-" -> hangUp(name, actor);
            default -> fail("no step: " + line);
        }
    }

    private void command(Actor actor, String rest) {
        String expected = actor.real.command(words(rest, true));
        String answered = engine.command(actor.session, words(rest, false));
        same(expected, answered);
        if (effects != null) {
            effects.compare(() -> String.join("\n", history));
        }
    }

    private void block(Actor actor, String rest) {
        actor.real.sendRaw(RawClient.encode(RawClient.bytes(words(rest, true))));
        until(() -> isBlocked(actor) || actor.real.hasInput());
        if (actor.real.hasInput()) {
            // It was blocked, and its time was up before anybody looked.
            actor.early = RawClient.latin1(actor.real.readReply());
            assertTrue(NOTHING.contains(actor.early), () -> actor.early + " at once to " + rest);
        }
        same("", engine.command(actor.session, words(rest, false)));
    }

    private boolean isBlocked(Actor actor) {
        String line = observer.text("CLIENT", "LIST", "ID", actor.realId);
        int flags = line.indexOf(" flags=") + 7;
        return line.substring(flags, line.indexOf(' ', flags)).contains("b");
    }

    private void answered(Actor actor) {
        engine.turn();
        String expected =
                actor.early != null ? actor.early : RawClient.latin1(actor.real.readReply());
        actor.early = null;
        same(expected, new String(EngineHarness.drain(actor.session), StandardCharsets.ISO_8859_1));
    }

    /** Compares the reply of a client that waits, if the engine has answered it; answers whether it has. */
    boolean readIfAnswered(String name) {
        Actor actor = actor(name);
        if (actor.session.isBlocked()) {
            return false;
        }
        step(name + "?");
        return true;
    }

    private void hangUp(String name, Actor actor) {
        actor.real.close();
        until(() -> observer.text("CLIENT", "LIST", "ID", actor.realId).isEmpty());
        engine.engine().disconnect(actor.session);
        actors.remove(name);
    }

    private void later(long ms) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        until(() -> observer.command("PING").startsWith("+") && System.nanoTime() - end > 0);
        engine.clock().advanceMs(ms);
        engine.turn();
    }

    private void until(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("waited in vain after\n" + String.join("\n", history));
            }
            Thread.onSpinWait();
        }
    }

    private void same(String expected, String answered) {
        assertEquals(expected, answered, () -> "after\n" + String.join("\n", history));
    }

    private String[] words(String text, boolean real) {
        return Arrays.stream(text.split(" ", -1))
                .map(word -> word.equals("''") ? "" : word)
                .map(word -> word.startsWith("#") ? id(word.substring(1), real) : word)
                .toArray(String[]::new);
    }

    private String id(String name, boolean real) {
        Actor actor = actor(name);
        return real ? actor.realId : Long.toString(actor.session.id());
    }

    @Override
    public void close() {
        for (Actor actor : actors.values()) {
            actor.real.close();
            engine.engine().disconnect(actor.session);
        }
        observer.close();
    }
}

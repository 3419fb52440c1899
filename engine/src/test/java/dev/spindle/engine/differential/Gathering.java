package dev.spindle.engine.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.spindle.engine.session.Session;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.engine.testkit.ForeignEntry;
import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several clients of a real server and as many of an engine, that do the same and must be told the same, byte for byte: what each
 * client receives after every step is compared, replies and pushes in their order.
 *
 * <pre>
 *   A: SUBSCRIBE x | PING     client A sends these commands at once; '' is the empty word, $B the number of client B
 *   A? PUBLISH x m            the same; what is heard may come in any order, as where the real server walks a hash table
 *   A~ CLIENT REPLY OFF       the same without looking at what comes: it is looked at after a later step
 *   A+                        client A is to be there although it says nothing; clients appear when they are first named
 *   A.                        client A hangs up
 *   fields A sub psub flags   these fields of CLIENT LIST
 *   info tracking_clients     these fields of INFO
 *   own WORDS                 a command of nobody in particular, whose reply is compared
 * </pre>
 *
 * <p>No time is waited: after a step each real client sends a PING with a text of its own and reads until that comes back, the
 * one that acted once more after the others, since a server may tell it something at the end of its turn. Numbers of clients
 * are the same on both sides.
 */
final class Gathering implements AutoCloseable {

    private static final String PONG = "*2\r\n$4\r\npong\r\n";

    private static final class Guest {
        RawClient real;
        Session ours;
        final StringBuilder heard = new StringBuilder();
        final StringBuilder heardOurs = new StringBuilder();
        boolean silent;
        boolean gone;
    }

    private final RealRedis redis;
    private final RawClient control;
    private final EngineHarness engine = new EngineHarness(2L << 30);
    private final Session ourControl = engine.session();
    private final Map<String, Guest> guests = new LinkedHashMap<>();
    private final List<String> history = new ArrayList<>();
    private int fences;
    private boolean anyOrder;

    Gathering(RealRedis redis) {
        this.redis = redis;
        control = redis.connect();
        control.command("FLUSHALL");
        followClock();
    }

    EngineHarness engine() {
        return engine;
    }

    /** Runs steps. */
    void run(String... steps) {
        for (String step : steps) {
            step(step);
        }
    }

    /** Runs a step. */
    void step(String step) {
        history.add(step);
        String[] words = step.split(" ", -1);
        String first = words[0];
        char last = first.charAt(first.length() - 1);
        String rest = step.substring(Math.min(step.length(), first.length() + 1));
        if (first.equals("fields")) {
            compareFields(words);
        } else if (first.equals("info")) {
            compareInfo(words);
        } else if (first.equals("own")) {
            String[] command = words(rest);
            assertEquals(control.command(command), engine.command(ourControl, command), tail());
            compareAll(null);
        } else {
            Guest guest = guest(first.substring(0, first.length() - 1));
            switch (last) {
                case ':' -> act(guest, rest);
                case '?' -> {
                    anyOrder = true;
                    act(guest, rest);
                    anyOrder = false;
                }
                case '~' -> {
                    guest.silent = true;
                    send(guest, rest);
                }
                case '.' -> leave(guest);
                default -> compareAll(guest);
            }
        }
    }

    private void act(Guest guest, String commands) {
        guest.silent = false;
        send(guest, commands);
        compareAll(guest);
    }

    private void send(Guest guest, String commands) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        for (String command : commands.split(" \\| ")) {
            request.writeBytes(RawClient.encode(RawClient.bytes(words(command))));
        }
        guest.real.sendRaw(request.toByteArray());
        followClock();
        guest.heardOurs.append(RawClient.latin1(engine.send(guest.ours, request.toByteArray())));
    }

    private void leave(Guest guest) {
        guest.real.close();
        guest.gone = true;
        engine.engine().disconnect(guest.ours);
        // The real server has noticed when it no longer lists it.
        String line = "id=" + guest.ours.id() + " ";
        while (control.text("CLIENT", "LIST").contains(line)) {
            Thread.onSpinWait();
        }
        compareAll(null);
    }

    private String[] words(String command) {
        String[] words = command.split(" ");
        for (int i = 0; i < words.length; i++) {
            if (words[i].equals("''")) {
                words[i] = "";
            } else if (words[i].startsWith("$")) {
                words[i] = Long.toString(guest(words[i].substring(1)).ours.id());
            }
        }
        return words;
    }

    private Guest guest(String name) {
        return guests.computeIfAbsent(
                name,
                ignored -> {
                    Guest guest = new Guest();
                    guest.real = redis.connect();
                    long id = Long.parseLong(guest.real.text("CLIENT", "ID"));
                    guest.ours = engine.connect();
                    while (guest.ours.id() < id) {
                        engine.engine().disconnect(guest.ours);
                        guest.ours = engine.connect();
                    }
                    assertEquals(id, guest.ours.id(), "numbers of clients");
                    return guest;
                });
    }

    private void followClock() {
        long ahead = System.currentTimeMillis() - engine.clock().epochMs();
        if (ahead > 0) {
            engine.clock().advanceMs(ahead);
        }
    }

    private void compareAll(Guest actor) {
        if (actor != null) {
            hear(actor);
        }
        guests.values().forEach(this::hear);
        if (actor != null) {
            hear(actor);
        }
        guests.forEach(
                (name, guest) -> {
                    if (!guest.silent) {
                        assertEquals(
                                comparable(guest.heard),
                                comparable(guest.heardOurs),
                                () -> name + " hears after\n" + tail());
                        guest.heard.setLength(0);
                        guest.heardOurs.setLength(0);
                    }
                });
    }

    // The version of the server is no part of what is compared.
    private String comparable(StringBuilder heard) {
        String text = heard.toString().replaceAll("\\$\\d\r\n7\\.\\d\\.\\d+\r\n", "7.x\r\n");
        if (!anyOrder) {
            return text;
        }
        String[] lines = text.split("\r\n", -1);
        Arrays.sort(lines);
        return String.join("\r\n", lines);
    }

    private void hear(Guest guest) {
        if (guest.silent || guest.gone) {
            return;
        }
        String text = "fence" + ++fences;
        String end = "$" + text.length() + "\r\n" + text + "\r\n";
        try {
            guest.real.sendRaw(RawClient.encode(RawClient.bytes(new String[] {"PING", text})));
            String reply = RawClient.latin1(guest.real.readReply());
            while (!reply.endsWith(end)) {
                guest.heard.append(reply);
                reply = RawClient.latin1(guest.real.readReply());
            }
        } catch (UncheckedIOException closed) {
            guest.gone = true;
            guest.heard.append("<closed>");
        }
        // The same for ours, since it may matter what the client did last.
        String ours = engine.command(guest.ours, "PING", text);
        if (ours.endsWith(end)) {
            ours = ours.substring(0, ours.length() - end.length());
            if (ours.endsWith(PONG)) {
                ours = ours.substring(0, ours.length() - PONG.length());
            }
        }
        guest.heardOurs.append(ours);
        if (guest.gone && (engine.isClosed(guest.ours) || guest.ours.isCloseAfterReply())) {
            guest.heardOurs.append("<closed>");
        }
    }

    /** Forgets what was heard since the last comparison. */
    void forget() {
        guests.values().forEach(this::hear);
        guests.values()
                .forEach(
                        guest -> {
                            guest.heard.setLength(0);
                            guest.heardOurs.setLength(0);
                        });
    }

    /** Makes a key something that is no string in the database of a client, without comparing what is told of that. */
    void plantList(String name, String key) {
        Guest guest = guest(name);
        String database = Integer.toString(guest.ours.database());
        control.command("SELECT", database);
        control.command("DEL", key);
        control.command("RPUSH", key, "element");
        control.command("SELECT", "0");
        ForeignEntry.plant(engine.engine(), guest.ours.database(), key);
        forget();
    }

    /** Sends a command as a client; what that client hears is not compared when {@code unheard}, what others hear is. */
    void actSilently(String name, String command, boolean unheard) {
        Guest guest = guest(name);
        history.add(name + ": " + command);
        send(guest, command);
        if (unheard) {
            hear(guest);
            guest.heard.setLength(0);
            guest.heardOurs.setLength(0);
        }
        compareAll(guest);
    }

    /** Sends a command to the real server alone, for what it does by itself and the engine of a test does not. */
    void realOnly(String... words) {
        control.command(words);
    }

    private void compareFields(String[] words) {
        String id = Long.toString(guest(words[1]).ours.id());
        String real = control.text("CLIENT", "LIST", "ID", id).trim();
        String ours =
                RawClient.flatten(engine.command(ourControl, "CLIENT", "LIST", "ID", id)).get(0);
        for (int i = 2; i < words.length; i++) {
            String name = " " + words[i] + "=";
            assertEquals(field(real, name), field(ours.trim(), name), name + tail());
        }
    }

    private static String field(String line, String name) {
        int at = line.indexOf(name);
        if (at < 0) {
            return "none";
        }
        int end = line.indexOf(' ', at + 1);
        return line.substring(at + name.length(), end < 0 ? line.length() : end);
    }

    private void compareInfo(String[] words) {
        String real = control.text("INFO");
        String ours = RawClient.flatten(engine.command(ourControl, "INFO")).get(0);
        for (int i = 1; i < words.length; i++) {
            assertEquals(line(real, words[i]), line(ours, words[i]), tail());
        }
    }

    private static String line(String info, String name) {
        for (String line : info.split("\r\n")) {
            if (line.startsWith(name + ":")) {
                return line;
            }
        }
        return "none";
    }

    private String tail() {
        return String.join("\n", history.subList(Math.max(0, history.size() - 20), history.size()));
    }

    @Override
    public void close() {
        control.close();
        guests.values().forEach(guest -> guest.real.close());
        engine.close();
    }
}

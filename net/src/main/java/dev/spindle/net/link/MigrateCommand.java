package dev.spindle.net.link;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeyFinder;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.propagation.Propagation;
import dev.spindle.engine.resp.Reply;
import dev.spindle.rdb.Rdb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.agrona.UnsafeApi;

/**
 * MIGRATE: moves keys to another server.
 *
 * <p>A key must never be in both servers as far as a client can see, nor in none, nor change between the copy that is sent and its deletion
 * here. Redis keeps that promise by doing nothing else until the target has answered, for as long as the timeout lets it; so does
 * this, on the core thread and with sockets that do not block for longer. Doing the conversation on another thread would need keys
 * that are frozen meanwhile, which no client expects.
 *
 * <p>Connections are kept for a while, see {@link PeerCache}. All requests are sent before the first answer is read, as they are few and answers short.
 */
public final class MigrateCommand {

    private static final String FAILURE = "IOERR error or timeout ";
    private static final String TARGET = " to target instance";
    private static final int FIRST_OPTION = 6;
    private static final String FLAGS = "RW access delete";
    private static final long DEFAULT_TIMEOUT_MS = 1000;
    private static final byte[] NO_KEY = "+NOKEY\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOT_EMPTY =
            Reply.errorLine(
                    "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string");

    private final PeerCache peers;

    private MigrateCommand(PeerCache peers) {
        this.peers = peers;
    }

    // What is asked for.
    private static final class Request {
        private boolean copy;
        private boolean replace;
        private byte[][] login;
        private int firstKey = 3;
        private int keys = 1;
        private long timeoutMs;
        private long database;
    }

    /**
     * Its row.
     *
     * @param peers keeps the connections; whoever has it closes those that are idle.
     */
    public static CommandSpec row(PeerCache peers) {
        return command(
                        "migrate",
                        -6,
                        "write movablekeys",
                        "keyspace dangerous",
                        new MigrateCommand(peers)::migrate)
                .keys(
                        KeySpec.range("RW access delete", 3, 0, 1),
                        new KeySpec(
                                null,
                                "RW access delete incomplete",
                                KeySpec.Begin.KEYWORD,
                                -2,
                                "KEYS",
                                KeySpec.Find.RANGE,
                                -1,
                                1,
                                0))
                .keyFinder(MigrateCommand::keys)
                .tips("nondeterministic_output");
    }

    // The words behind KEYS where the key argument is empty, else that one.
    private static boolean keys(byte[][] argv, KeyFinder.Sink found) {
        for (int i = FIRST_OPTION; i < argv.length && argv[3].length == 0; i++) {
            String word = new String(argv[i], StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            if (word.equals("keys")) {
                for (int key = i + 1; key < argv.length; key++) {
                    found.key(key, FLAGS);
                }
                return true;
            }
            i += word.equals("auth") ? 1 : word.equals("auth2") ? 2 : 0;
        }
        found.key(3, FLAGS);
        return true;
    }

    void migrate(Invocation in) {
        Request request = read(in);
        if (request == null) {
            return;
        }
        List<Integer> present = new ArrayList<>();
        for (int i = 0; i < request.keys; i++) {
            if (in.lookupRead(request.firstKey + i) != 0) {
                present.add(request.firstKey + i);
            }
        }
        in.engine().propagation().instead();
        if (present.isEmpty()) {
            in.reply().raw(NO_KEY);
            return;
        }
        move(in, request, present);
    }

    private static Request read(Invocation in) {
        Request request = new Request();
        for (int i = FIRST_OPTION; i < in.argc(); i++) {
            int more = in.argc() - 1 - i;
            if (in.argIs(i, "copy")) {
                request.copy = true;
            } else if (in.argIs(i, "replace")) {
                request.replace = true;
            } else if (in.argIs(i, "auth") && more >= 1) {
                in.redact(i + 1);
                request.login = new byte[][] {in.argBytes(++i)};
            } else if (in.argIs(i, "auth2") && more >= 2) {
                in.redact(i + 1);
                in.redact(i + 2);
                request.login = new byte[][] {in.argBytes(i + 1), in.argBytes(i + 2)};
                i += 2;
            } else if (in.argIs(i, "keys")) {
                if (in.argLength(3) != 0) {
                    in.reply().errorLine(NOT_EMPTY);
                    return null;
                }
                request.firstKey = i + 1;
                request.keys = in.argc() - i - 1;
                break;
            } else {
                in.reply().errorLine(ReplyErrors.SYNTAX);
                return null;
            }
        }
        if (!in.requireLong(5)) {
            return null;
        }
        request.timeoutMs = in.longValue() <= 0 ? DEFAULT_TIMEOUT_MS : in.longValue();
        if (!in.requireLong(4)) {
            return null;
        }
        request.database = in.longValue();
        return request;
    }

    private void move(Invocation in, Request request, List<Integer> present) {
        String host = in.argString(1);
        boolean mayRetry = true;
        while (true) {
            int port;
            PeerCache.Link link;
            try {
                port = Integer.parseInt(in.argString(2));
                long nowNs = in.engine().nanoClock().nanoTime();
                link = peers.get(host, port, request.login, request.timeoutMs, nowNs);
            } catch (ConnectException | IllegalArgumentException e) {
                // As Redis has it, who finds out only when it writes.
                in.reply().error(FAILURE + "writing" + TARGET);
                return;
            } catch (IOException e) {
                in.reply().error(FAILURE + "connecting to the client");
                return;
            }
            Exchange exchange = new Exchange(in, request, present, link);
            exchange.run();
            if (exchange.failure != null || exchange.loginRefused) {
                peers.drop(host, port);
            }
            in.engine().stats().cachedPeers = peers.size();
            if (exchange.failure == null || exchange.refusal != null) {
                exchange.answer();
                return;
            }
            boolean late = exchange.failure instanceof SocketTimeoutException;
            if (late || !mayRetry || exchange.answers > 0) {
                String doing = exchange.sent ? "reading" : "writing";
                in.reply().error(FAILURE + doing + TARGET);
                return;
            }
            // A server that has ended meanwhile, or closes what is idle, shows only now.
            mayRetry = false;
        }
    }

    // One conversation.
    private static final class Exchange {
        private final Invocation in;
        private final Request request;
        private final List<Integer> present;
        private final PeerCache.Link link;
        private final PeerConversation peer;
        private final boolean selects;
        private boolean sent;
        private boolean loginRefused;
        private int answers;
        private String refusal;
        private IOException failure;

        Exchange(Invocation in, Request request, List<Integer> present, PeerCache.Link link) {
            this.in = in;
            this.request = request;
            this.present = present;
            this.link = link;
            peer = link.peer();
            selects = !link.isIn(request.database);
        }

        void run() {
            try {
                send();
                sent = true;
                String login = request.login == null ? "" : peer.readLine();
                loginRefused = login.startsWith("-");
                String select = selects ? peer.readLine() : "";
                for (int index : present) {
                    String restore = peer.readLine();
                    answers++;
                    String error = firstError(login, select, restore);
                    if (error == null) {
                        moved(index);
                    } else if (refusal == null) {
                        refusal = error;
                    }
                }
                if (refusal == null) {
                    link.in(request.database);
                } else {
                    link.inUnknown();
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        private static String firstError(String... replies) {
            for (String reply : replies) {
                if (reply.startsWith("-")) {
                    return reply.substring(1);
                }
            }
            return null;
        }

        private void send() throws IOException {
            if (request.login != null) {
                byte[][] words = new byte[1 + request.login.length][];
                words[0] = PeerConversation.bytes("AUTH");
                System.arraycopy(request.login, 0, words, 1, request.login.length);
                write(words);
            }
            if (selects) {
                write(
                        PeerConversation.bytes("SELECT"),
                        PeerConversation.bytes(Long.toString(request.database)));
            }
            for (int index : present) {
                sendKey(index);
            }
        }

        private void sendKey(int index) throws IOException {
            Keyspace db = in.db();
            long entry = db.peek(in.keyHash(index), in.argAddress(index), in.argLength(index));
            long until = Entry.expiry(db.memory(), entry, Entry.header(db.memory(), entry));
            long ttl = until == Entry.NO_EXPIRY ? 0 : Math.max(1, until - in.nowMs());
            Scratch payload = Rdb.of(in.engine()).dumper().dump(entry);
            byte[] value = new byte[(int) payload.length()];
            for (int i = 0; i < value.length; i++) {
                value[i] = UnsafeApi.getByte(payload.address() + i);
            }
            List<byte[]> words = new ArrayList<>();
            words.add(PeerConversation.bytes("RESTORE"));
            words.add(in.argBytes(index));
            words.add(PeerConversation.bytes(Long.toString(ttl)));
            words.add(value);
            if (request.replace) {
                words.add(PeerConversation.bytes("REPLACE"));
            }
            write(words.toArray(new byte[0][]));
        }

        private void write(byte[]... words) throws IOException {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.writeBytes(PeerConversation.bytes("*" + words.length + "\r\n"));
            for (byte[] word : words) {
                frame.writeBytes(PeerConversation.bytes("$" + word.length + "\r\n"));
                frame.writeBytes(word);
                frame.writeBytes(PeerConversation.bytes("\r\n"));
            }
            peer.write(ByteBuffer.wrap(frame.toByteArray()));
        }

        private void moved(int index) {
            if (request.copy) {
                return;
            }
            Keyspace db = in.db();
            if (db.delete(in.keyHash(index), in.argAddress(index), in.argLength(index))) {
                in.event(KeyspaceEvent.DEL, index);
                Propagation propagation = in.engine().propagation();
                if (propagation.isActive()) {
                    propagation.begin(in, DEL).arg(in, index).end();
                }
            }
        }

        void answer() {
            if (refusal == null) {
                in.reply().ok();
            } else {
                in.reply().error("ERR Target instance replied with error: " + refusal);
            }
        }
    }
}

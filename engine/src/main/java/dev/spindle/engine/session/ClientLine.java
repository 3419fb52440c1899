package dev.spindle.engine.session;

import dev.spindle.engine.pubsub.ClientTracking;
import dev.spindle.engine.pubsub.PubSub;
import dev.spindle.engine.pubsub.Subscriptions;
import dev.spindle.engine.resp.InputBuffer;
import dev.spindle.engine.resp.ReplyBuffer;
import dev.spindle.engine.text.QuotedWords;
import java.nio.charset.StandardCharsets;
import org.agrona.UnsafeApi;

/**
 * A client as one line of text, as CLIENT LIST, CLIENT INFO and the log show it. The fields are those of Redis 7.2 in its order, and {@code watch} of 7.4;
 * the values are Spindle's own: a client that waits for nothing holds no buffer, so most of its memory fields are 0.
 *
 * <p>{@code rbs} is the size of the first block of the output and {@code obl} the bytes waiting in it; {@code oll} counts the blocks behind
 * it and {@code omem} their bytes.
 */
public final class ClientLine {

    /** Heap bytes of a client that holds no buffer: its session, its connection and its place in the tables. */
    public static final long FIXED_BYTES = 1024;

    /** What the log shows in place of a user's data. */
    public static final String REDACTED = "*redacted*";

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final int EXCERPT = 128;
    private static final int FIRST_BYTES = 64;

    private ClientLine() {}

    /** The line of a client that executes nothing at the moment. */
    public static String of(Session session, long nowMs) {
        return of(session, nowMs, 0);
    }

    /**
     * The line of a client, without a line end.
     *
     * @param argumentBytes bytes of the arguments of the command that it executes.
     */
    public static String of(Session session, long nowMs, long argumentBytes) {
        return line(session, nowMs, argumentBytes, false);
    }

    /**
     * The line of a client for the log.
     *
     * @param hide whether its name and user are none of the log's business.
     */
    public static String forLog(Session session, long nowMs, boolean hide) {
        return line(session, nowMs, 0, hide);
    }

    private static String line(Session session, long nowMs, long argumentBytes, boolean hide) {
        StringBuilder line = new StringBuilder(320);
        Transport transport = session.transport();
        line.append("id=").append(session.id());
        line.append(" addr=").append(transport.remoteAddress());
        line.append(" laddr=").append(transport.localAddress());
        line.append(" fd=").append(transport.descriptor());
        line.append(" name=").append(hide ? REDACTED : session.name());
        line.append(" age=").append((nowMs - session.createdMs()) / 1000);
        line.append(" idle=").append((nowMs - session.lastInteractionMs()) / 1000);
        line.append(" flags=").append(flags(session));
        line.append(" db=").append(session.database());
        appendSubscriptions(line, session.subscriptions());
        Transaction transaction = session.transaction();
        line.append(" multi=").append(transaction.isOpen() ? transaction.length() : -1);
        line.append(" watch=").append(transaction.watchCount());
        appendMemory(line, session, argumentBytes);
        line.append(" events=").append(session.output().isEmpty() ? "r" : "rw");
        line.append(" cmd=");
        line.append(session.lastCommand() == null ? "NULL" : session.lastCommand().fullName());
        line.append(" user=").append(hide ? REDACTED : session.user());
        ClientTracking tracking = session.tracking();
        line.append(" redir=").append(tracking == null ? -1 : tracking.redirectId());
        line.append(" resp=").append(session.protocol());
        line.append(" lib-name=").append(session.libraryName());
        line.append(" lib-ver=").append(session.libraryVersion());
        return line.toString();
    }

    private static void appendSubscriptions(StringBuilder line, Subscriptions all) {
        line.append(" sub=").append(all == null ? 0 : all.count(PubSub.Kind.CHANNEL));
        line.append(" psub=").append(all == null ? 0 : all.count(PubSub.Kind.PATTERN));
        line.append(" ssub=").append(all == null ? 0 : all.count(PubSub.Kind.SHARD_CHANNEL));
    }

    private static void appendMemory(StringBuilder line, Session session, long argumentBytes) {
        InputBuffer input = session.input();
        ReplyBuffer output = session.output();
        long head = output.headBlockBytes();
        long waitingInHead = output.headLength();
        line.append(" qbuf=").append(input.length());
        line.append(" qbuf-free=").append(input.room());
        line.append(" argv-mem=").append(argumentBytes);
        line.append(" multi-mem=").append(session.transaction().heldBytes());
        line.append(" rbs=").append(head);
        line.append(" rbp=").append(session.replyPeak());
        line.append(" obl=").append(waitingInHead);
        line.append(" oll=").append(Math.max(0, output.blocks() - 1));
        line.append(" omem=").append(output.heldBytes() - head);
        line.append(" tot-mem=").append(FIXED_BYTES + session.heldBytes());
    }

    private static String flags(Session session) {
        StringBuilder flags = new StringBuilder();
        if (session.isMonitoring()) {
            flags.append('O');
        }
        if (session.type() == ClientType.REPLICA) {
            flags.append('S');
        }
        if (session.type() == ClientType.MASTER) {
            flags.append('M');
        }
        if (session.type() == ClientType.PUBSUB) {
            flags.append('P');
        }
        if (session.transaction().isOpen()) {
            flags.append('x');
        }
        if (session.isPaused() || session.isBlocked()) {
            flags.append('b');
        }
        if (session.transaction().isTouched()) {
            flags.append('d');
        }
        appendTracking(flags, session.tracking());
        if (session.isCloseAfterReply()) {
            flags.append('c');
        }
        if (session.transport().isUnixSocket()) {
            flags.append('U');
        }
        if (session.isNoEvict()) {
            flags.append('e');
        }
        if (session.isNoTouch()) {
            flags.append('T');
        }
        return flags.isEmpty() ? "N" : flags.toString();
    }

    private static void appendTracking(StringBuilder flags, ClientTracking tracking) {
        if (tracking == null || !tracking.isOn()) {
            return;
        }
        flags.append('t');
        if (tracking.isBroken()) {
            flags.append('R');
        }
        if (tracking.isBroadcasting()) {
            flags.append('B');
        }
    }

    /**
     * Received bytes for the log, with a dot for what does not print: all of them, or the first and last 64.
     *
     * @param from offset of the first byte shown.
     */
    public static String excerpt(InputBuffer input, long from) {
        long length = input.length() - from;
        if (length < EXCERPT) {
            return "'" + printable(input.address() + from, (int) length) + "'";
        }
        int half = EXCERPT / 2;
        return "'"
                + printable(input.address() + from, half)
                + "' (... more "
                + (length - EXCERPT)
                + " bytes ...) '"
                + printable(input.address() + input.length() - half, half)
                + "'";
    }

    private static String printable(long address, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            byte b = UnsafeApi.getByte(address + i);
            text.append(b >= ' ' && b < 127 ? (char) b : '.');
        }
        return text.toString();
    }

    /** The first received bytes, quoted. */
    public static String firstBytes(InputBuffer input) {
        byte[] bytes = new byte[(int) Math.min(FIRST_BYTES, input.length())];
        UnsafeApi.copyMemory(null, input.address(), bytes, BYTES, bytes.length);
        return QuotedWords.quoted(bytes);
    }

    /** The bytes of a line; names are kept byte by byte. */
    public static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.ISO_8859_1);
    }
}

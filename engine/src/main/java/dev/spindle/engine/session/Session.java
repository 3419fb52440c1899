package dev.spindle.engine.session;

import dev.spindle.engine.blocking.BlockedClient;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.pubsub.ClientTracking;
import dev.spindle.engine.pubsub.Subscriptions;
import dev.spindle.engine.resp.BlockPool;
import dev.spindle.engine.resp.InputBuffer;
import dev.spindle.engine.resp.PartialRequest;
import dev.spindle.engine.resp.ReplyBuffer;

/**
 * State of one client: its buffers, what it selected and who it is. Plain state with accessors; the rules live in the
 * commands and in {@link SessionLoop}.
 */
public final class Session {

    /** It has not authenticated. */
    private static final int NOT_AUTHENTICATED = 1;

    /** It receives every command (MONITOR). */
    private static final int MONITORING = 2;

    /** Its commands are queued (MULTI). */
    static final int QUEUING = 4;

    /** It listens to channels over RESP2. */
    private static final int LISTENING = 8;

    private final long id;
    private final Transport transport;
    private final InputBuffer input;
    private final ReplyBuffer output;
    private final PartialRequest partial = new PartialRequest();
    private final long createdMs;

    private int database;
    private int protocol = 2;
    private ReplyMode replyMode = ReplyMode.ON;
    private boolean closeAfterReply;
    private boolean closed;
    private ClientType type = ClientType.NORMAL;
    private boolean replyIsPush;
    private Subscriptions subscriptions;
    private ClientTracking tracking;
    private boolean noEvict;
    private boolean noTouch;
    private boolean paused;
    private boolean internal;
    private BlockedClient blocked;
    private int checks;
    private final Transaction transaction = new Transaction();
    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";
    private String user = "default";
    private CommandSpec lastCommand;
    private long lastInteractionMs;
    private long commands;
    private long bytesIn;
    private long bytesOut;
    private long softLimitSinceMs;
    private long replyPeak;
    private long replyPeakSinceMs;

    public Session(long id, Transport transport, BlockPool pool, long nowMs) {
        this.id = id;
        this.transport = transport;
        this.input = new InputBuffer(pool);
        this.output = new ReplyBuffer(pool);
        this.createdMs = nowMs;
        this.checks = NOT_AUTHENTICATED;
        this.lastInteractionMs = nowMs;
    }

    /** Number of this client, never used twice. */
    public long id() {
        return id;
    }

    /** The connection that carries it. */
    public Transport transport() {
        return transport;
    }

    /** Bytes received and not yet consumed. */
    public InputBuffer input() {
        return input;
    }

    /** Bytes to be sent. */
    public ReplyBuffer output() {
        return output;
    }

    /** What is remembered of an incomplete request. */
    public PartialRequest partial() {
        return partial;
    }

    /** When it connected, epoch milliseconds. */
    public long createdMs() {
        return createdMs;
    }

    /** Index of the selected database. */
    public int database() {
        return database;
    }

    /** Selects a database. */
    public void database(int index) {
        database = index;
    }

    /** 2 or 3. */
    public int protocol() {
        return protocol;
    }

    /** Sets the protocol version. */
    public void protocol(int version) {
        protocol = version;
        restrict();
    }

    /** Whether nothing about it makes a command refused or queued: nearly always, so one test for all of that. */
    public boolean isPlain() {
        return checks == 0;
    }

    void check(int what, boolean on) {
        checks = on ? checks | what : checks & ~what;
    }

    /** Its transaction, open or not. */
    public Transaction transaction() {
        return transaction;
    }

    /** Whether it may run commands that need authentication. */
    public boolean isAuthenticated() {
        return (checks & NOT_AUTHENTICATED) == 0;
    }

    /** Sets whether it is authenticated. */
    public void authenticated(boolean on) {
        check(NOT_AUTHENTICATED, !on);
    }

    /** Which replies it wants. */
    public ReplyMode replyMode() {
        return replyMode;
    }

    /** Sets which replies it wants. */
    public void replyMode(ReplyMode mode) {
        replyMode = mode;
    }

    /** Whether it is to be closed once its output is sent. */
    public boolean isCloseAfterReply() {
        return closeAfterReply;
    }

    /** Lets it be closed once its output is sent; what it still sends is ignored. */
    public void closeAfterReply() {
        closeAfterReply = true;
    }

    /** Whether its connection is gone. */
    public boolean isClosed() {
        return closed;
    }

    /** Marks it as gone and gives its buffers back; may be called again, for bytes that came in meanwhile. */
    public void closed() {
        closed = true;
        input.clear();
        output.clear();
        partial.clear();
    }

    /** What kind of client it is. */
    public ClientType type() {
        return type;
    }

    /** Sets the kind. */
    public void type(ClientType kind) {
        type = kind;
        restrict();
    }

    /** Whether it receives every command (MONITOR). */
    public boolean isMonitoring() {
        return (checks & MONITORING) != 0;
    }

    /** Sets whether it receives every command. */
    public void monitoring(boolean on) {
        check(MONITORING, on);
    }

    /** What it listens to, or null for nothing; it is a {@link ClientType#PUBSUB} while it does. */
    public Subscriptions subscriptions() {
        return subscriptions;
    }

    /** Sets that. */
    public void subscriptions(Subscriptions all) {
        subscriptions = all;
    }

    /** How it tracks keys for a cache of its own; null when it never has. */
    public ClientTracking tracking() {
        return tracking;
    }

    /** Sets that. */
    public void tracking(ClientTracking how) {
        tracking = how;
    }

    private void restrict() {
        check(LISTENING, isListening());
    }

    /** Whether it listens to channels over RESP2, where messages could not be told from replies: it may then do little else. */
    public boolean isListening() {
        return type == ClientType.PUBSUB && protocol == 2;
    }

    /** Notes that what the command at hand wrote are pushes, which CLIENT REPLY does not silence. */
    public void replyIsPush() {
        replyIsPush = true;
    }

    /** Whether that was noted since the last call. */
    public boolean takeReplyIsPush() {
        boolean was = replyIsPush;
        replyIsPush = false;
        return was;
    }

    /** CLIENT NO-EVICT. */
    public boolean isNoEvict() {
        return noEvict;
    }

    /** Sets CLIENT NO-EVICT. */
    public void noEvict(boolean on) {
        noEvict = on;
    }

    /** CLIENT NO-TOUCH. */
    public boolean isNoTouch() {
        return noTouch;
    }

    /** Sets CLIENT NO-TOUCH. */
    public void noTouch(boolean on) {
        noTouch = on;
    }

    /**
     * Whether it is the server's own, such as one that repeats what a log holds: it runs commands that clients have to wait with until
     * data is loaded, may send as much at once as it likes, and is not looked at by the logs of remarkable commands.
     */
    public boolean isInternal() {
        return internal;
    }

    /** Sets that. */
    public void internal(boolean on) {
        internal = on;
    }

    /** What it waits for; null when it does not. */
    public BlockedClient blocked() {
        return blocked;
    }

    /** Sets that. */
    public void blocked(BlockedClient what) {
        blocked = what;
    }

    /** Whether it waits for keys, so that what it sent behind its command must wait too. */
    public boolean isBlocked() {
        return blocked != null;
    }

    /** Whether its next command waits for the end of CLIENT PAUSE. */
    public boolean isPaused() {
        return paused;
    }

    /** Sets whether its next command waits. */
    public void paused(boolean on) {
        paused = on;
    }

    /** CLIENT SETNAME; empty for none. */
    public String name() {
        return name;
    }

    /** Sets the name. */
    public void name(String text) {
        name = text;
    }

    /** CLIENT SETINFO lib-name. */
    public String libraryName() {
        return libraryName;
    }

    /** Sets the library's name. */
    public void libraryName(String text) {
        libraryName = text;
    }

    /** CLIENT SETINFO lib-ver. */
    public String libraryVersion() {
        return libraryVersion;
    }

    /** Sets the library's version. */
    public void libraryVersion(String text) {
        libraryVersion = text;
    }

    /** The user it authenticated as. */
    public String user() {
        return user;
    }

    /** Sets the user. */
    public void user(String text) {
        user = text;
    }

    /** Row of the last command, or null. */
    public CommandSpec lastCommand() {
        return lastCommand;
    }

    /** Sets the last command. */
    public void lastCommand(CommandSpec row) {
        lastCommand = row;
    }

    /** When it last sent something, epoch milliseconds. */
    public long lastInteractionMs() {
        return lastInteractionMs;
    }

    /** Notes that it sent something. */
    public void interaction(long nowMs) {
        lastInteractionMs = nowMs;
    }

    /** Commands it ran. */
    public long commands() {
        return commands;
    }

    void countCommand() {
        commands++;
    }

    /** Bytes received. */
    public long bytesIn() {
        return bytesIn;
    }

    /** Counts bytes received. */
    public void countIn(long bytes) {
        bytesIn += bytes;
    }

    /** Bytes sent. */
    public long bytesOut() {
        return bytesOut;
    }

    /** Counts bytes sent. */
    public void countOut(long bytes) {
        bytesOut += bytes;
    }

    /** The most bytes that waited for it at the end of a batch since the last {@link #ageReplyPeak} started it anew. */
    public long replyPeak() {
        return replyPeak;
    }

    /** Looks at what waits at the end of a batch. */
    void noteReplies() {
        replyPeak = Math.max(replyPeak, output.length());
    }

    /**
     * Starts the peak anew when it is old, so that it speaks of the recent past; called now and then.
     *
     * @param periodMs how old in milliseconds; negative: it is never forgotten.
     */
    public void ageReplyPeak(long nowMs, long periodMs) {
        if (periodMs >= 0 && nowMs - replyPeakSinceMs >= periodMs) {
            replyPeak = output.length();
            replyPeakSinceMs = nowMs;
        }
    }

    /** Since when its output is above the soft limit, epoch milliseconds; 0 when it is not. */
    public long softLimitSinceMs() {
        return softLimitSinceMs;
    }

    /** Sets since when. */
    public void softLimitSinceMs(long epochMs) {
        softLimitSinceMs = epochMs;
    }

    /** Bytes of native memory and remembered arguments that it holds. */
    public long heldBytes() {
        return input.heldBytes()
                + output.heldBytes()
                + partial.heldBytes()
                + transaction.heldBytes();
    }
}

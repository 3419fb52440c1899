package dev.spindle.engine.command;

import dev.spindle.engine.Engine;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.resp.RequestBatch;
import dev.spindle.engine.resp.RequestQueue;
import dev.spindle.engine.session.Session;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.agrona.UnsafeApi;

/**
 * The command at hand: its arguments in place, who sent it, the database it works on and where its reply goes. One object
 * per engine, pointed at each command in turn; handlers must not keep it.
 *
 * <p>Arguments are numbered from 0, the command's name. Methods that answer addresses are for the hot path; those that
 * answer byte arrays or Strings copy and are for the control plane.
 */
public final class Invocation {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final byte[] REDACTED = "(redacted)".getBytes(StandardCharsets.US_ASCII);

    /** What {@link #readAs} and {@link #writeAs} answer for a key of another type. */
    public static final long WRONG_TYPE = -1;

    /** Most keys that {@link #touchKeys} takes at once: as many misses as are worth overlapping. */
    public static final int TOUCHED_KEYS = KeyTable.MOST_TOUCHED;

    private final Engine engine;
    private final Reply reply;
    private final LongResult parsed = new LongResult();

    private Session session;
    private CommandSpec spec;
    private RequestBatch batch;
    private int request;
    private int firstArg;
    private int argc;
    private long wireBytes;
    private Keyspace db;
    private long firstKeyHash;
    private boolean firstKeyHashed;
    private final long[] touchedHashes = new long[TOUCHED_KEYS];
    private final BitSet redacted = new BitSet();
    private boolean anyRedacted;
    private boolean blockingDenied;

    public Invocation(Engine engine, Reply reply) {
        this.engine = engine;
        this.reply = reply;
    }

    /** Points at a client. */
    public void client(Session who) {
        session = who;
        db = engine.keyspaces().get(who.database());
    }

    /**
     * Points at a request of a batch.
     *
     * @param row its row, a subcommand's where there is one.
     */
    public void request(RequestBatch requests, int index, CommandSpec row) {
        batch = requests;
        request = index;
        firstArg = requests.firstArg(index);
        argc = requests.argc(index);
        wireBytes = requests.wireBytes(index);
        spec = row;
        firstKeyHashed = false;
        if (anyRedacted) {
            anyRedacted = false;
            redacted.clear();
        }
    }

    /** Keeps an argument's text, which is a secret, out of MONITOR and of the logs of commands. */
    public void redact(int index) {
        redacted.set(index);
        anyRedacted = true;
    }

    /** Whether an argument is a secret. */
    public boolean isRedacted(int index) {
        return anyRedacted && redacted.get(index);
    }

    /** A copy of an argument, or what stands for a secret. */
    public byte[] shownArg(int index) {
        return isRedacted(index) ? REDACTED.clone() : argBytes(index);
    }

    /** Corrects the row: the subcommand's once it is known. */
    public void spec(CommandSpec row) {
        spec = row;
    }

    /** Tells the hash of the first key, found before execution. */
    public void firstKeyHash(long hash) {
        firstKeyHash = hash;
        firstKeyHashed = true;
    }

    /** The engine. */
    public Engine engine() {
        return engine;
    }

    /** Where the reply goes. */
    public Reply reply() {
        return reply;
    }

    /** Who sent the command. */
    public Session session() {
        return session;
    }

    /** The command's row; a subcommand's where there is one. */
    public CommandSpec spec() {
        return spec;
    }

    /** The client's selected database. */
    public Keyspace db() {
        return db;
    }

    /** Selects another database for the client; the index must be valid. */
    public void select(int index) {
        session.database(index);
        db = engine.keyspaces().get(index);
    }

    /** Time of the batch at hand, epoch milliseconds. */
    public long nowMs() {
        return engine.keyspaces().shared().nowMs();
    }

    /** Whether a time that a command sets is over already, so that what gets it goes at once; not while effects are repeated. */
    public boolean isPast(long epochMs) {
        return epochMs <= engine.keyspaces().shared().expiryMs();
    }

    /** Number of arguments with the name. */
    public int argc() {
        return argc;
    }

    /** Address of an argument's bytes; valid until the command returns. */
    public long argAddress(int index) {
        assert index >= 0 && index < argc : "no such argument";
        return batch.address(firstArg + index);
    }

    /** Length of an argument. */
    public int argLength(int index) {
        assert index >= 0 && index < argc : "no such argument";
        return batch.length(firstArg + index);
    }

    /** Hash of an argument as a key; that of the first key was computed before execution. */
    public long keyHash(int index) {
        if (firstKeyHashed && index == spec.firstKey()) {
            return firstKeyHash;
        }
        return db.hash(argAddress(index), argLength(index));
    }

    /**
     * Loads the bucket lines, then the entry lines of the next keys of a command that has many, so that their misses
     * overlap; look-ups that follow find them in cache. The hashes are kept for {@link #touchedHash}.
     *
     * @param from the first key's argument.
     * @param end behind the last key's argument.
     * @param step distance between keys.
     * @return the argument behind the keys touched; at most {@link #TOUCHED_KEYS} are.
     */
    public int touchKeys(int from, int end, int step) {
        int count = 0;
        int index = from;
        while (index < end && count < TOUCHED_KEYS) {
            touchedHashes[count++] = keyHash(index);
            index += step;
        }
        if (count > 1) {
            db.table().touch(touchedHashes, count);
        }
        return Math.min(index, end);
    }

    /** Hash of a key of the last {@link #touchKeys}, counted from 0. */
    public long touchedHash(int number) {
        return touchedHashes[number];
    }

    /** Finds a key for reading: counts a hit or miss and marks it as used. Answers its entry or 0. */
    public long lookupRead(int index) {
        return db.lookupRead(keyHash(index), argAddress(index), argLength(index));
    }

    /** Finds a key for writing; answers its entry or 0. */
    public long lookupWrite(int index) {
        return db.lookupWrite(keyHash(index), argAddress(index), argLength(index));
    }

    /** Finds a key without marking it as used, for what is asked about it; counts a hit or miss. Answers its entry or 0. */
    public long inspect(int index) {
        return db.inspect(keyHash(index), argAddress(index), argLength(index));
    }

    /** Like {@link #inspect}; notifications do not tell of a miss. */
    public long inspectUntold(int index) {
        return db.inspectUntold(keyHash(index), argAddress(index), argLength(index));
    }

    /** Tells that the key of an argument was changed: for WATCH, statistics and effects. */
    public void modified(int index) {
        db.modified(argAddress(index), argLength(index));
    }

    /** Tells that something happened to the key of an argument, for keyspace notifications. */
    public void event(KeyspaceEvent event, int index) {
        db.event(event, argAddress(index), argLength(index));
    }

    /**
     * Finds a key that must hold a type, for reading: counts a hit or miss and marks it as used.
     *
     * @return its entry, 0 when there is none, or {@link #WRONG_TYPE} after Redis's error was answered.
     */
    public long readAs(int index, int type) {
        return typed(lookupRead(index), type);
    }

    /** Like {@link #readAs}, for writing. */
    public long writeAs(int index, int type) {
        return typed(lookupWrite(index), type);
    }

    private long typed(long entry, int type) {
        if (entry == 0 || Entry.type(Entry.header(db.memory(), entry)) == type) {
            return entry;
        }
        reply.errorLine(ReplyErrors.WRONG_TYPE);
        return WRONG_TYPE;
    }

    /** Whether an argument is a word in any case; the word must be in lower case. */
    public boolean argIs(int index, byte[] lowerCase) {
        if (argLength(index) != lowerCase.length) {
            return false;
        }
        long address = argAddress(index);
        for (int i = 0; i < lowerCase.length; i++) {
            byte b = UnsafeApi.getByte(address + i);
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** The same for the control plane. */
    public boolean argIs(int index, String word) {
        return argString(index).equalsIgnoreCase(word);
    }

    /** Whether an argument is an integer by Redis's strict rules; its value is then {@link #longValue}. */
    public boolean isLong(int index) {
        return Numbers.parseLong(argAddress(index), argLength(index), parsed);
    }

    /** The value that the last {@link #isLong} found. */
    public long longValue() {
        return parsed.value;
    }

    /** Like {@link #isLong}, but answers Redis's error itself when it is none. */
    public boolean requireLong(int index) {
        if (isLong(index)) {
            return true;
        }
        reply.errorLine(ReplyErrors.NOT_INTEGER);
        return false;
    }

    /** Like {@link #requireLong} for an integer of 32 bits. */
    public boolean requireInt(int index) {
        if (!requireLong(index)) {
            return false;
        }
        if (parsed.value != (int) parsed.value) {
            reply.errorLine(ReplyErrors.NOT_INT);
            return false;
        }
        return true;
    }

    /** A copy of an argument. */
    public byte[] argBytes(int index) {
        int length = argLength(index);
        byte[] copy = new byte[length];
        UnsafeApi.copyMemory(null, argAddress(index), copy, BYTES, length);
        return copy;
    }

    /** An argument as text, one character per byte, so that nothing is lost. */
    public String argString(int index) {
        return new String(argBytes(index), StandardCharsets.ISO_8859_1);
    }

    /** Copies of all arguments. */
    public byte[][] argv() {
        byte[][] argv = new byte[argc][];
        for (int i = 0; i < argc; i++) {
            argv[i] = argBytes(i);
        }
        return argv;
    }

    /** Copies the request to a queue, to be executed as the command of a row later. */
    public void copyTo(RequestQueue queue, int row) {
        queue.begin(argc, row, wireBytes, firstKeyHashed ? firstKeyHash : 0);
        for (int i = 0; i < argc; i++) {
            queue.length(batch.length(firstArg + i));
        }
        for (int i = 0; i < argc; i++) {
            queue.argument(batch.address(firstArg + i), batch.length(firstArg + i));
        }
    }

    /** Whether the command may block its client: not inside a transaction or a script, where it answers at once. */
    public boolean mayBlock() {
        return !blockingDenied;
    }

    /** Whether the command is one of a transaction that is being executed. */
    public boolean isInTransaction() {
        return blockingDenied;
    }

    /** Sets that no command that this invocation points at may block its client. */
    public void denyBlocking() {
        blockingDenied = true;
    }

    /** Where the request stands in a form that can be passed on as it is: see {@link RequestBatch#cleanFrame}; 0 if nowhere. */
    public long cleanFrame() {
        return batch.cleanFrame(request);
    }

    /** Bytes of the {@linkplain #cleanFrame clean frame}. */
    public long cleanFrameLength() {
        return batch.cleanFrameLength(request);
    }

    /** Bytes of the request on the wire. */
    public long wireBytes() {
        return wireBytes;
    }

    /** Bytes of all arguments together. */
    public long argBytesTotal() {
        long total = 0;
        for (int i = 0; i < argc; i++) {
            total += batch.length(firstArg + i);
        }
        return total;
    }
}

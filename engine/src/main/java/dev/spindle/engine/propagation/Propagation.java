package dev.spindle.engine.propagation;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.TransactionRole;
import dev.spindle.engine.keyspace.DeletionListener;
import dev.spindle.engine.keyspace.KeyspaceShared;
import dev.spindle.engine.text.Ascii;
import java.util.Arrays;

/**
 * The stream of effects: what happened to the data, as commands that do the same whenever and wherever they are repeated.
 *
 * <pre>
 *   Dispatcher.run ── enter ─► handler ── leave ─┐
 *                                │ own effects   │ verbatim, when the data changed
 *   Keyspace ─ expired, evicted ─┤               │ and the handler wrote no effects
 *                                ▼               ▼
 *                          effects of the unit, in order  ── unit ends ─► every sink: [MULTI] effect... [EXEC], complete
 * </pre>
 *
 * <h2>What is an effect</h2>
 *
 * <ul>
 *   <li>A command during which {@code KeyspaceStats.dirty} changed is an effect as it was sent, put into the form of an array of bulk
 *       strings. That is right for all that do the same when they are repeated: nearly all.
 *   <li>One that is relative to now, picks at random, waits, or has results that depend on rounding writes effects of its own while its
 *       handler runs: {@link #begin}, arguments, {@link #end}, as often as needed. Then it is not an effect itself. {@link #instead}
 *       says so where nothing is to be written.
 *   <li>One that failed half-way, as memory can end, is the effect of the arguments that it got done: {@link #upTo}.
 *   <li>What the server deletes by itself is DEL or UNLINK, and HDEL for fields.
 * </ul>
 *
 * <h2>Units</h2>
 *
 * A unit is what must be repeated as a whole or not at all: a command with everything that it caused, a transaction, one client served
 * after it waited, one key that expired or was evicted in the background. Units of more than one effect stand between MULTI and
 * EXEC, as Redis 7 has it; so a transaction that changed data once comes without. Sinks are told where a unit ends. A command that
 * looks at arbitrary keys (SCAN, RANDOMKEY) may meet many that are over; these belong together no more than those that the background
 * work finds, so each is a unit ({@link #apart}).
 *
 * <p>Everything stays in one buffer until its unit ends: whether there will be a second effect is known only then. The buffer grows
 * to the largest unit and gives back what it does not usually need.
 *
 * <h2>Messages</h2>
 *
 * PUBLISH changes no data, so a log has no use for it, but replicas have: its handler says so ({@link #message}) and it comes as {@link
 * EffectSink#message}. Between MULTI and EXEC messages keep their place among effects.
 *
 * <h2>Cost</h2>
 *
 * Without a sink one predictable test per command. With one, and a command that is all of its unit: sinks get the request where it stands in the
 * client's input, so nothing is copied but by them. Such requests of a batch that follow upon each other they get in one piece ({@link #gather}),
 * which makes of their copies one. Else a copy of the request. No allocation.
 */
public final class Propagation implements DeletionListener {

    private static final int EFFECT = 0;
    private static final int MESSAGE = 1;
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    /** Bytes that sinks are told of in one go, unless one request has more. */
    private static final int MOST_GATHERED = 1 << 20;

    private static final byte[] MULTI = Ascii.bytes("MULTI");
    private static final byte[] EXEC = Ascii.bytes("EXEC");
    private static final byte[] DEL = Ascii.bytes("DEL");
    private static final byte[] UNLINK = Ascii.bytes("UNLINK");
    private static final byte[] HDEL = Ascii.bytes("HDEL");

    private final KeyspaceShared shared;
    private final EffectBuffer unit = new EffectBuffer();
    private final EffectBuffer frame = new EffectBuffer();
    private final long multi;
    private final long exec;
    private EffectSink[] sinks = new EffectSink[0];
    private boolean active;
    private boolean anyTakesMessages;
    private boolean muted;
    private boolean unlinksExpired;
    private boolean unlinksEvicted;

    private int depth;
    private int effects;
    private int messages;
    private boolean apart;

    // What the command at hand has said of itself; nearly always nothing.
    private boolean special;
    private boolean own;
    private boolean forced;
    private boolean message;
    private int limit = NO_LIMIT;

    // Input of the batch at hand, and the piece of it that sinks were not told yet.
    private long input;
    private long inputLength;
    private long piece;
    private long pieceEnd;
    private int pieceDb;

    public Propagation(KeyspaceShared shared) {
        this.shared = shared;
        multi = frame.length();
        compose(MULTI);
        exec = frame.length();
        compose(EXEC);
    }

    private void compose(byte[] name) {
        frame.begin(0, EFFECT);
        frame.bulk(name);
        frame.end();
    }

    /** Adds who receives effects from now on; not while a command runs that has written some. */
    public void add(EffectSink sink) {
        settle();
        sinks = Arrays.copyOf(sinks, sinks.length + 1);
        sinks[sinks.length - 1] = sink;
        activate();
    }

    /** Takes out who was added, if it is there. */
    public void remove(EffectSink sink) {
        settle();
        sinks = Arrays.stream(sinks).filter(each -> each != sink).toArray(EffectSink[]::new);
        activate();
    }

    /** Lets commands run without effects, as while a log is repeated: what is in it already is not told again. */
    public void mute(boolean on) {
        settle();
        muted = on;
        activate();
    }

    /** Whether effects are muted. */
    public boolean isMuted() {
        return muted;
    }

    private void activate() {
        active = sinks.length > 0 && !muted;
        anyTakesMessages = Arrays.stream(sinks).anyMatch(EffectSink::takesMessages);
        shared.deletions(active ? this : null);
        if (!active) {
            forget();
        }
    }

    private void forget() {
        unit.clear();
        effects = 0;
        messages = 0;
    }

    /** Sets whether keys that expire and keys that are evicted are told as UNLINK; otherwise as DEL. */
    public void unlinks(boolean expired, boolean evicted) {
        unlinksExpired = expired;
        unlinksEvicted = evicted;
    }

    /** The name of the command by which a key goes whose time has come. */
    public byte[] deletion() {
        return unlinksExpired ? UNLINK : DEL;
    }

    /** Whether anybody receives effects. A handler asks before it writes its own. */
    public boolean isActive() {
        return active;
    }

    /**
     * Requests of a client's input are about to be executed, one after the other: sinks may be told of several at a time, until
     * {@link #settle}. Who sends replies, and whoever asks sinks how far they are, settles first.
     *
     * @param address of the input, which stays where it is until then.
     */
    public void gather(long address, long length) {
        input = address;
        inputLength = length;
    }

    /** Sinks are told what has happened until now, and from now on of each effect at once. */
    public void endGathering() {
        settle();
        inputLength = 0;
    }

    /** Sinks are told what has happened until now. */
    public void settle() {
        if (pieceEnd != piece) {
            tellPiece();
        }
    }

    private void tellPiece() {
        int length = (int) (pieceEnd - piece);
        long address = piece;
        piece = 0;
        pieceEnd = 0;
        for (EffectSink sink : sinks) {
            sink.units(pieceDb, address, length);
        }
    }

    /**
     * A command's handler is about to run; only while active.
     *
     * @return to be given to {@link #leave}.
     */
    public boolean enter(CommandSpec row) {
        if (!row.isOfData()) {
            // It may ask how far the log is, or end it.
            settle();
        }
        boolean outer = own;
        if (special) {
            forgetSpecials();
        }
        depth++;
        return outer;
    }

    private void forgetSpecials() {
        special = false;
        own = false;
        forced = false;
        message = false;
        limit = NO_LIMIT;
    }

    /**
     * A command's handler has run, or thrown.
     *
     * @param changes how much data it changed, as far as it told.
     * @param outer what {@link #enter} answered.
     */
    public void leave(Invocation in, long changes, boolean outer) {
        depth--;
        if (unit.isOpen()) {
            // Its handler threw.
            unit.cancel();
        }
        // A handler may have added the first sink, or taken out the last.
        if (active) {
            if (special || in.spec().transactionRole() == TransactionRole.EXECUTES) {
                tellSpecial(in, changes);
            } else if (changes > 0 && !tellFrame(in)) {
                verbatim(in, EFFECT);
            }
            if (depth == 0) {
                flush();
            }
        }
        own = outer;
        special |= outer;
    }

    private void tellSpecial(Invocation in, long changes) {
        if (own || in.spec().transactionRole() == TransactionRole.EXECUTES) {
            return;
        }
        // A save sets the count of changes back: that is no change.
        if (changes > 0 || forced) {
            if (!tellFrame(in)) {
                verbatim(in, EFFECT);
            }
        } else if (message && anyTakesMessages) {
            verbatim(in, MESSAGE);
        }
    }

    // The usual case: one effect, which stands in the client's input in the form that sinks get.
    private boolean tellFrame(Invocation in) {
        if (depth > 0 || effects + messages > 0 || limit < in.argc()) {
            return false;
        }
        long frame = in.cleanFrame();
        if (frame == 0) {
            return false;
        }
        long length = in.cleanFrameLength();
        if (length > Integer.MAX_VALUE) {
            return false;
        }
        int db = in.db().id();
        if (frame == pieceEnd && db == pieceDb && frame + length - piece <= MOST_GATHERED) {
            pieceEnd = frame + length;
            return true;
        }
        settle();
        piece = frame;
        pieceEnd = frame + length;
        pieceDb = db;
        // What another client's request does that was waiting stands elsewhere.
        if (frame < input || pieceEnd > input + inputLength) {
            settle();
        }
        return true;
    }

    private void verbatim(Invocation in, int kind) {
        int count = Math.min(limit, in.argc());
        unit.begin(in.db().id(), kind);
        for (int i = 0; i < count; i++) {
            unit.bulk(in.argAddress(i), in.argLength(i));
        }
        finish(kind);
    }

    private void finish(int kind) {
        unit.end();
        if (kind == EFFECT) {
            effects++;
        } else {
            messages++;
        }
    }

    /** The command at hand is no effect itself; what it writes is, if anything. */
    public void instead() {
        special = true;
        own = true;
    }

    /** The command at hand is an effect even if it changed nothing. */
    public void force() {
        special = true;
        forced = true;
    }

    /** The command at hand changes no data but has an effect where clients listen. */
    public void message() {
        special = true;
        message = true;
    }

    /** The command at hand did only what its first so many arguments say, its name among them. */
    public void upTo(int arguments) {
        special = true;
        limit = arguments;
    }

    /** What the command at hand causes does not belong together. */
    public void apart() {
        apart = true;
    }

    /** Begins an effect of the command at hand in its client's database; only while active. */
    public Propagation begin(int db, byte[] name) {
        special = true;
        own = true;
        unit.begin(db, EFFECT);
        unit.bulk(name);
        return this;
    }

    /** The same in the database of a command. */
    public Propagation begin(Invocation in, byte[] name) {
        return begin(in.db().id(), name);
    }

    /** Adds an argument that lies outside the heap. */
    public Propagation bulk(long address, long length) {
        unit.bulk(address, (int) length);
        return this;
    }

    /** Adds an argument of the command at hand. */
    public Propagation arg(Invocation in, int index) {
        unit.bulk(in.argAddress(index), in.argLength(index));
        return this;
    }

    /** Adds a word. */
    public Propagation bulk(byte[] word) {
        unit.bulk(word);
        return this;
    }

    /** Adds a number. */
    public Propagation number(long value) {
        unit.number(value);
        return this;
    }

    /** Where the next argument will stand, for {@link #numberAt}. */
    public long mark() {
        return unit.mark();
    }

    /** Adds a number before arguments that are there already: how many they are. */
    public Propagation numberAt(long mark, long value) {
        unit.numberAt(mark, value);
        return this;
    }

    /** Adds a stream's id. */
    public Propagation id(long ms, long seq) {
        unit.id(ms, seq);
        return this;
    }

    /** Completes an effect. */
    public void end() {
        finish(EFFECT);
        if (depth == 0) {
            flush();
        }
    }

    /** Forgets the effect begun last; the command at hand still is none itself. */
    public void cancel() {
        unit.cancel();
    }

    @Override
    public void keyExpired(int db, long keyAddress, int keyLength) {
        deleted(db, unlinksExpired, keyAddress, keyLength);
    }

    @Override
    public void keyEvicted(int db, long keyAddress, int keyLength) {
        deleted(db, unlinksEvicted, keyAddress, keyLength);
    }

    private void deleted(int db, boolean unlink, long keyAddress, int keyLength) {
        unit.begin(db, EFFECT);
        unit.bulk(unlink ? UNLINK : DEL);
        unit.bulk(keyAddress, keyLength);
        end();
    }

    @Override
    public void fieldExpired(
            int db, long keyAddress, int keyLength, long fieldAddress, int fieldLength) {
        unit.begin(db, EFFECT);
        unit.bulk(HDEL);
        unit.bulk(keyAddress, keyLength);
        unit.bulk(fieldAddress, fieldLength);
        end();
    }

    // The unit is over.
    private void flush() {
        boolean each = apart;
        apart = false;
        int all = effects + messages;
        if (all == 0) {
            return;
        }
        settle();
        if (all == 1) {
            tell(0);
            complete();
        } else if (each) {
            for (long at = 0; at < unit.length(); at = unit.next(at)) {
                tell(at);
                complete();
            }
        } else {
            flushTransaction();
        }
        forget();
    }

    private void flushTransaction() {
        // A transaction of messages alone is nothing for a log.
        int kind = effects > 0 ? EFFECT : MESSAGE;
        tell(kind, unit.db(0), frame, multi);
        int db = 0;
        for (long at = 0; at < unit.length(); at = unit.next(at)) {
            tell(at);
            db = unit.db(at);
        }
        tell(kind, db, frame, exec);
        complete();
    }

    private void tell(long at) {
        tell(unit.kind(at), unit.db(at), unit, at);
    }

    private void tell(int kind, int db, EffectBuffer from, long at) {
        long address = from.commandAddress(at);
        int length = from.commandLength(at);
        for (EffectSink sink : sinks) {
            if (kind == EFFECT) {
                sink.effect(db, address, length);
            } else if (sink.takesMessages()) {
                sink.message(db, address, length);
            }
        }
    }

    private void complete() {
        for (EffectSink sink : sinks) {
            sink.complete();
        }
    }
}

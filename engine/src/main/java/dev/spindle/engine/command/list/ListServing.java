package dev.spindle.engine.command.list;

import dev.spindle.engine.Engine;
import dev.spindle.engine.command.ReplyErrors;
import dev.spindle.engine.encoding.ListElement;
import dev.spindle.engine.encoding.Quicklist;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.KeyspaceEvent;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.type.ListType;
import dev.spindle.engine.type.ValueType;

/**
 * What takes elements off lists for a client, which need not be the one whose command is at hand: the commands that pop and
 * move use it for their own client, those that block for one that waited.
 *
 * <p>Each of the three {@code serve} methods looks its keys up, and answers {@link #SERVED} after it wrote the whole reply and
 * told of the change; {@link #NOTHING} when there is no list, and then nothing was written or changed; or {@link #WRONG_TYPE}
 * after it wrote Redis's error. The bytes of keys must stay where they are during the call.
 */
public final class ListServing {

    /** The reply was written and the lists were changed. */
    public static final int SERVED = 0;

    /** There is no list at the key; nothing was written. */
    public static final int NOTHING = 1;

    /** Redis's error for a key of another type was written. */
    public static final int WRONG_TYPE = 2;

    private static final KeyspaceEvent LPOP = new KeyspaceEvent(KeyspaceEvent.Kind.LIST, "lpop");
    private static final KeyspaceEvent RPOP = new KeyspaceEvent(KeyspaceEvent.Kind.LIST, "rpop");

    private ListServing() {}

    private static int kind(Keyspace db, long entry, Reply reply) {
        if (entry == 0) {
            return NOTHING;
        }
        if (Entry.type(Entry.header(db.memory(), entry)) != ValueType.LIST) {
            reply.errorLine(ReplyErrors.WRONG_TYPE);
            return WRONG_TYPE;
        }
        return SERVED;
    }

    /** Pops one element and answers key and element, as BLPOP and BRPOP do. */
    public static int servePop(
            Engine engine, Keyspace db, long key, int keyLength, boolean front, Reply reply) {
        long hash = db.hash(key, keyLength);
        long entry = db.lookupWrite(hash, key, keyLength);
        int kind = kind(db, entry, reply);
        if (kind == SERVED) {
            reply.array(2);
            reply.bulk(key, keyLength);
            pop(engine, db, hash, key, keyLength, entry, front, 1, reply);
        }
        return kind;
    }

    /** Pops up to so many elements and answers key and elements, as LMPOP and BLMPOP do. */
    public static int serveMultiPop(
            Engine engine,
            Keyspace db,
            long key,
            int keyLength,
            boolean front,
            long count,
            Reply reply) {
        long hash = db.hash(key, keyLength);
        long entry = db.lookupWrite(hash, key, keyLength);
        int kind = kind(db, entry, reply);
        if (kind == SERVED) {
            long popped = Math.min(count, engine.lists().length(entry));
            reply.array(2);
            reply.bulk(key, keyLength);
            reply.array(popped);
            pop(engine, db, hash, key, keyLength, entry, front, popped, reply);
        }
        return kind;
    }

    /** Moves one element from a list to another, which may be the same or new, and answers it, as LMOVE and BLMOVE do. */
    public static int serveMove(
            Engine engine,
            Keyspace db,
            long source,
            int sourceLength,
            long target,
            int targetLength,
            boolean fromFront,
            boolean toFront,
            Reply reply) {
        long hash = db.hash(source, sourceLength);
        long from = db.lookupWrite(hash, source, sourceLength);
        int kind = kind(db, from, reply);
        if (kind != SERVED) {
            return kind;
        }
        if (sourceLength == targetLength && ByteRange.equal(source, target, sourceLength)) {
            rotate(engine, db, source, sourceLength, from, fromFront, toFront, reply);
            return SERVED;
        }
        long targetHash = db.hash(target, targetLength);
        long to = db.lookupWrite(targetHash, target, targetLength);
        if (kind(db, to, reply) == WRONG_TYPE) {
            return WRONG_TYPE;
        }
        ListType lists = engine.lists();
        int fill = engine.config().hot().listMaxListpackSize();
        ListElement element = lists.peek(from, fromFront);
        long bytes = element.bytes();
        int length = (int) element.length();
        if (to != 0) {
            lists.beforeGrowth(to, fill, length, 1);
        }
        long made = lists.push(db, targetHash, target, targetLength, to, toFront, bytes, length);
        if (to == 0) {
            lists.afterCreation(made, fill, length, 1);
            db.event(KeyspaceEvent.NEW, target, targetLength);
        }
        reply.bulk(bytes, length);
        lists.open(from);
        boolean empty = lists.drop(from, fromFront);
        db.event(ListCommands.pushed(toFront), target, targetLength);
        taken(engine, db, hash, source, sourceLength, from, fromFront, empty);
        db.signal(target, targetLength);
        return SERVED;
    }

    private static void rotate(
            Engine engine,
            Keyspace db,
            long key,
            int keyLength,
            long entry,
            boolean fromFront,
            boolean toFront,
            Reply reply) {
        ListType lists = engine.lists();
        ListElement element = lists.peek(entry, fromFront);
        reply.bulk(
                element.prefix(), element.prefixLength(), element.suffix(), element.suffixLength());
        if (fromFront != toFront) {
            Scratch copy = lists.scratch();
            element.appendTo(copy);
            lists.push(entry, toFront, copy.address(), (int) copy.length());
            lists.peek(entry, fromFront);
            lists.drop(entry, fromFront);
        }
        db.event(ListCommands.pushed(toFront), key, keyLength);
        db.event(fromFront ? LPOP : RPOP, key, keyLength);
        db.modified(key, keyLength);
    }

    /**
     * Pops elements, writes them as so many bulk strings, and tells of the change; a list that becomes empty goes.
     *
     * @param count at most the length of the list.
     */
    static void pop(
            Engine engine,
            Keyspace db,
            long hash,
            long key,
            int keyLength,
            long entry,
            boolean front,
            long count,
            Reply reply) {
        ListType lists = engine.lists();
        boolean empty = false;
        if (front && count > 1) {
            Quicklist list = lists.open(entry);
            ListElement element = lists.element();
            list.seek(0);
            for (long i = 0; i < count; i++) {
                list.next(element);
                reply.bulk(
                        element.prefix(),
                        element.prefixLength(),
                        element.suffix(),
                        element.suffixLength());
            }
            empty = count == list.size();
            if (!empty) {
                list.dropFront(count);
            }
        } else {
            for (long i = 0; i < count; i++) {
                ListElement element = lists.peek(entry, front);
                reply.bulk(
                        element.prefix(),
                        element.prefixLength(),
                        element.suffix(),
                        element.suffixLength());
                empty = lists.drop(entry, front);
            }
        }
        db.shared().stats().dirty += count - 1;
        taken(engine, db, hash, key, keyLength, entry, front, empty);
    }

    // After elements were taken from an end of a list.
    private static void taken(
            Engine engine,
            Keyspace db,
            long hash,
            long key,
            int keyLength,
            long entry,
            boolean front,
            boolean empty) {
        db.event(front ? LPOP : RPOP, key, keyLength);
        shrunk(engine, db, hash, key, keyLength, entry, empty);
        db.modified(key, keyLength);
    }

    /** After elements were taken from anywhere: an empty list goes, and its key with it; a short one changes its encoding. */
    static void shrunk(
            Engine engine,
            Keyspace db,
            long hash,
            long key,
            int keyLength,
            long entry,
            boolean empty) {
        if (!empty) {
            engine.lists().afterRemoval(entry, engine.config().hot().listMaxListpackSize());
            return;
        }
        // Another look-up may have been the last.
        Memory memory = db.memory();
        long found = db.table().find(hash, key, keyLength);
        assert found == entry : "the list lost its entry";
        db.removeFound(found, Entry.header(memory, found));
        db.event(KeyspaceEvent.DEL, key, keyLength);
    }
}

package dev.spindle.engine.type;

import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;

/**
 * Strings. Three layouts, chosen by what is stored and invisible but for OBJECT ENCODING and memory:
 *
 * <pre>
 *   integer      value word holds it                                    int
 *   up to 1 KiB  bytes inside the entry, behind the key                 embstr up to 44 bytes, raw above or once changed
 *   longer       bytes in a blob of their own, value word points at it  raw
 * </pre>
 *
 * Overwriting with a value of the same layout and size class changes the entry in place and allocates nothing. A blob that
 * grows by APPEND or SETRANGE is given room to spare, twice its length up to 1 MiB and 1 MiB beyond (Redis's rule), so that
 * building a long value from many small pieces stays linear.
 */
public final class StringType {

    /** Longest string reported as embstr. */
    public static final int EMBSTR_MAX = 44;

    /** For {@link #set}: the key keeps the expiry it has. */
    public static final long KEEP_EXPIRY = -2;

    private static final long MOST_SPARE = 1L << 20;

    private final LongResult parsed = new LongResult();
    private final StringView view = new StringView();

    /**
     * Sets a key to a string, whatever it held before.
     *
     * @param old the key's entry, found last in the table, or 0.
     * @param expiry epoch milliseconds, {@link Entry#NO_EXPIRY} or {@link #KEEP_EXPIRY}.
     * @return the entry.
     */
    public long set(
            Keyspace db,
            long hash,
            long old,
            long key,
            int keyLength,
            long value,
            int length,
            long expiry) {
        long until = expiry;
        if (expiry == KEEP_EXPIRY) {
            until =
                    old == 0
                            ? Entry.NO_EXPIRY
                            : Entry.expiry(db.memory(), old, Entry.header(db.memory(), old));
        }
        if (length <= Numbers.MAX_LONG_LENGTH && Numbers.parseLong(value, length, parsed)) {
            return setLong(db, hash, old, key, keyLength, parsed.value, until);
        }
        int encoding = length <= EMBSTR_MAX ? ValueType.EMBSTR : ValueType.RAW;
        if (length > Entry.INLINE_MAX) {
            return setBlob(db, hash, old, key, keyLength, value, length, until);
        }
        if (old != 0 && overwritesInline(db, old, length, until)) {
            overwriteInline(db.memory(), old, value, length, encoding);
            return old;
        }
        long entry = make(db, key, keyLength, 0, encoding, length, until);
        Memory memory = db.memory();
        memory.copyIn(
                value, Entry.inlineAddress(memory, entry, Entry.header(memory, entry)), length);
        place(db, hash, old, entry);
        return entry;
    }

    // Same layout, same size class, and the expiry fits what is there: then the bytes can change in
    // place.
    private static boolean overwritesInline(Keyspace db, long old, int length, long until) {
        Memory memory = db.memory();
        long header = Entry.header(memory, old);
        int flags = Entry.flags(header);
        if ((flags & Entry.WORD) != 0 || Entry.type(header) != ValueType.STRING) {
            return false;
        }
        if ((flags & Entry.EXPIRE) == 0
                ? until != Entry.NO_EXPIRY
                : memory.getLong(old + 8) != until) {
            return false;
        }
        int before = Entry.inlineLength(header);
        if (before == length) {
            return true;
        }
        int keyLength = Entry.keyLength(memory, old, header);
        return Arena.roundUp(Entry.size(flags, keyLength, length))
                == Arena.roundUp(Entry.size(flags, keyLength, before));
    }

    private static void overwriteInline(
            Memory memory, long entry, long value, int length, int encoding) {
        long header = Entry.header(memory, entry);
        long changed = header & 0x0000_FFFF_FFFF_FF0FL | (long) length << 48 | (long) encoding << 4;
        if (changed != header) {
            memory.putLong(entry, changed);
        }
        memory.copyIn(value, Entry.inlineAddress(memory, entry, header), length);
    }

    /** Sets a key to an integer; the same as {@link #set} otherwise, without {@link #KEEP_EXPIRY}. */
    public long setLong(
            Keyspace db, long hash, long old, long key, int keyLength, long value, long until) {
        Memory memory = db.memory();
        if (old != 0) {
            long header = Entry.header(memory, old);
            if (isInt(header) && Entry.expiry(memory, old, header) == until) {
                memory.putLong(Entry.wordAddress(old, header), value);
                return old;
            }
        }
        long entry = make(db, key, keyLength, Entry.WORD, ValueType.INT, 0, until);
        memory.putLong(Entry.wordAddress(entry, Entry.header(memory, entry)), value);
        place(db, hash, old, entry);
        return entry;
    }

    /** Changes the integer of an entry that holds one. */
    public static void putLong(Memory memory, long entry, long value) {
        memory.putLong(Entry.wordAddress(entry, Entry.header(memory, entry)), value);
    }

    private long setBlob(
            Keyspace db,
            long hash,
            long old,
            long key,
            int keyLength,
            long value,
            int length,
            long until) {
        Memory memory = db.memory();
        long blob = db.arena().allocate(length);
        memory.copyIn(value, blob, length);
        long entry;
        try {
            entry = make(db, key, keyLength, Entry.WORD | Entry.BLOB, ValueType.RAW, 0, until);
        } catch (dev.spindle.engine.memory.OutOfMemory full) {
            db.arena().free(blob);
            throw full;
        }
        memory.putLong(
                Entry.wordAddress(entry, Entry.header(memory, entry)),
                Entry.blobWord(memory.handle(blob), length));
        place(db, hash, old, entry);
        return entry;
    }

    private static long make(
            Keyspace db,
            long key,
            int keyLength,
            int layout,
            int encoding,
            int inline,
            long until) {
        Memory memory = db.memory();
        int flags =
                layout | Entry.keyFlags(keyLength) | (until == Entry.NO_EXPIRY ? 0 : Entry.EXPIRE);
        long entry = db.arena().allocate(Entry.size(flags, keyLength, inline));
        Entry.init(
                memory,
                entry,
                ValueType.STRING,
                encoding,
                flags,
                db.shared().clock().fresh(),
                keyLength,
                inline);
        if (until != Entry.NO_EXPIRY) {
            Entry.setExpiry(memory, entry, until);
        }
        memory.copyIn(key, Entry.keyAddress(entry, Entry.header(memory, entry)), keyLength);
        return entry;
    }

    private static void place(Keyspace db, long hash, long old, long entry) {
        if (old == 0) {
            db.insert(hash, entry);
        } else {
            db.replaceFound(old, entry);
        }
    }

    /** Whether an entry is a string. */
    public static boolean isString(long header) {
        return Entry.type(header) == ValueType.STRING;
    }

    /** Whether an entry is a string held as an integer. */
    public static boolean isInt(long header) {
        return ((int) header & 0xFF) == (ValueType.STRING | ValueType.INT << 4);
    }

    /** Number of bytes of a string. */
    public static long length(Memory memory, long entry) {
        long header = Entry.header(memory, entry);
        if (isInt(header)) {
            return Numbers.longLength(Entry.word(memory, entry, header));
        }
        return (Entry.flags(header) & Entry.BLOB) != 0
                ? Entry.blobLength(Entry.word(memory, entry, header))
                : Entry.inlineLength(header);
    }

    /**
     * The bytes of a string, without copying unless it is an integer.
     *
     * @return a view that is valid until the next call or the next change of the entry.
     */
    public StringView view(Memory memory, long entry) {
        long header = Entry.header(memory, entry);
        if (isInt(header)) {
            view.digits(Entry.word(memory, entry, header));
        } else if ((Entry.flags(header) & Entry.BLOB) != 0) {
            long word = Entry.word(memory, entry, header);
            view.wrap(memory.address(Entry.blobHandle(word)), Entry.blobLength(word));
        } else {
            view.wrap(Entry.inlineAddress(memory, entry, header), Entry.inlineLength(header));
        }
        return view;
    }

    /**
     * Makes a string writable in place at a length: as raw bytes, old ones kept, new ones zero.
     *
     * @param entry the string's entry, found last in the table.
     * @param length at least its present length.
     * @return the entry, which may have moved; its bytes are at {@link #view}.
     */
    public long grow(Keyspace db, long entry, long length) {
        Memory memory = db.memory();
        long header = Entry.header(memory, entry);
        if (!isInt(header) && (Entry.flags(header) & Entry.BLOB) != 0) {
            growBlob(db, entry, header, length);
            return entry;
        }
        int keyLength = Entry.keyLength(memory, entry, header);
        StringView bytes = view(memory, entry);
        int before = (int) bytes.length();
        long until = Entry.expiry(memory, entry, header);
        if (!isInt(header)
                && length <= Entry.INLINE_MAX
                && Arena.roundUp(Entry.size(Entry.flags(header), keyLength, (int) length))
                        == Arena.roundUp(Entry.size(Entry.flags(header), keyLength, before))) {
            memory.fill(bytes.address() + before, length - before, (byte) 0);
            Entry.encoding(memory, entry, ValueType.RAW);
            Entry.inlineLength(memory, entry, (int) length);
            return entry;
        }
        long key = Entry.keyAddress(entry, header);
        long made;
        if (length <= Entry.INLINE_MAX) {
            made = make(db, key, keyLength, 0, ValueType.RAW, (int) length, until);
            long to = Entry.inlineAddress(memory, made, Entry.header(memory, made));
            memory.copyIn(bytes.address(), to, before);
            memory.fill(to + before, length - before, (byte) 0);
        } else {
            long blob = db.arena().allocate(roomFor(length));
            memory.copyIn(bytes.address(), blob, before);
            memory.fill(blob + before, length - before, (byte) 0);
            made = make(db, key, keyLength, Entry.WORD | Entry.BLOB, ValueType.RAW, 0, until);
            memory.putLong(
                    Entry.wordAddress(made, Entry.header(memory, made)),
                    Entry.blobWord(memory.handle(blob), length));
        }
        db.replaceFound(entry, made);
        return made;
    }

    private static void growBlob(Keyspace db, long entry, long header, long length) {
        Memory memory = db.memory();
        Arena arena = db.arena();
        long word = Entry.word(memory, entry, header);
        long blob = memory.address(Entry.blobHandle(word));
        long before = Entry.blobLength(word);
        if (length == before) {
            return;
        }
        if (arena.sizeOf(blob) < length && !arena.resizeInPlace(blob, roomFor(length))) {
            long moved = arena.allocate(roomFor(length));
            memory.copyIn(blob, moved, before);
            arena.free(blob);
            blob = moved;
        }
        memory.fill(blob + before, length - before, (byte) 0);
        memory.putLong(
                Entry.wordAddress(entry, header), Entry.blobWord(memory.handle(blob), length));
    }

    private static long roomFor(long length) {
        return length + Math.min(length, MOST_SPARE);
    }
}

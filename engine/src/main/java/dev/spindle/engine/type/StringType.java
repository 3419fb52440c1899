package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.ByteRange;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
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
 * <h2>Overwriting</h2>
 *
 * A value that fits where the old one stands is written there and nothing is allocated: an inline value of the same size
 * class, a blob of the same size class, a blob of whole pages that can be cut or extended where it is. Integers and blobs
 * have entries of the same form, so one becomes the other by a change of the header. The expiry may change with it as long
 * as the entry has a field for it. Otherwise a new entry takes the old one's place.
 *
 * <h2>Growing</h2>
 *
 * A blob that grows by APPEND or SETRANGE is given room to spare, twice its length up to 1 MiB and 1 MiB beyond (Redis's
 * rule), so that building a long value from many small pieces stays linear. Where a blob beyond that cannot be extended
 * where it is and must be copied, it gets an eighth of its length instead, so that a value of any size is copied a bounded
 * number of times while it doubles.
 *
 * <h2>When memory is full</h2>
 *
 * Every method allocates all it needs before it changes anything: {@link OutOfMemory} leaves key and value as they were
 * and nothing leaks.
 */
public final class StringType {

    /** Longest string reported as embstr. */
    public static final int EMBSTR_MAX = 44;

    /** For {@link #set}: the key keeps the expiry it has. */
    public static final long KEEP_EXPIRY = -2;

    /** Longest string that the layout can hold, in bytes; proto-max-bulk-len is usually far below. */
    public static final long MAX_LENGTH = 0xFFFF_FFFFL;

    private static final long MOST_SPARE = 1L << 20;
    private static final long SPARE_SHARE = 8;

    // Header bits of encoding and flags.
    private static final long FORM_MASK = 0xFFF0L;

    private final LongResult parsed = new LongResult();
    private final ByteView view = new ByteView();

    /**
     * Sets a key to a string, whatever it held before. Text that is an integer is held as one.
     *
     * @param old the key's entry, found last in the table, or 0.
     * @param value address of bytes that are not part of the old value.
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
        if (length <= Numbers.MAX_LONG_LENGTH && Numbers.parseLong(value, length, parsed)) {
            return setLong(db, hash, old, key, keyLength, parsed.value, expiry);
        }
        return setBytes(db, hash, old, key, keyLength, value, length, expiry);
    }

    /** The same as {@link #set}, but text that is an integer stays text, as INCRBYFLOAT wants its result. */
    public long setBytes(
            Keyspace db,
            long hash,
            long old,
            long key,
            int keyLength,
            long value,
            int length,
            long expiry) {
        long until = resolve(db, old, expiry);
        if (length > Entry.INLINE_MAX) {
            return setBlob(db, hash, old, key, keyLength, value, length, until);
        }
        Memory memory = db.memory();
        int encoding = length <= EMBSTR_MAX ? ValueType.EMBSTR : ValueType.RAW;
        if (old != 0 && overwritesInline(memory, old, length, until)) {
            overwriteInline(memory, old, value, length, encoding);
            setExpiryField(db, old, until);
            return old;
        }
        long entry = make(db, old, key, keyLength, 0, encoding, length, until);
        memory.copyIn(
                value, Entry.inlineAddress(memory, entry, Entry.header(memory, entry)), length);
        place(db, hash, old, entry);
        return entry;
    }

    private static long resolve(Keyspace db, long old, long expiry) {
        if (expiry != KEEP_EXPIRY) {
            return expiry;
        }
        return old == 0
                ? Entry.NO_EXPIRY
                : Entry.expiry(db.memory(), old, Entry.header(db.memory(), old));
    }

    private static boolean fitsExpiry(long header, long until) {
        return until == Entry.NO_EXPIRY || Entry.hasExpiryField(header);
    }

    private static void setExpiryField(Keyspace db, long entry, long until) {
        long header = Entry.header(db.memory(), entry);
        if (Entry.hasExpiryField(header) && db.memory().getLong(entry + 8) != until) {
            db.expiry(entry, until);
        }
    }

    // Same layout, same size class, and the expiry fits what is there: then the bytes can change in
    // place.
    private static boolean overwritesInline(Memory memory, long old, int length, long until) {
        long header = Entry.header(memory, old);
        int flags = Entry.flags(header);
        if ((flags & Entry.WORD) != 0
                || Entry.type(header) != ValueType.STRING
                || !fitsExpiry(header, until)) {
            return false;
        }
        int before = Entry.inlineLength(header);
        return before == length
                || sameClass(flags, Entry.keyLength(memory, old, header), before, length);
    }

    private static boolean sameClass(int flags, int keyLength, int before, int after) {
        return Arena.roundUp(Entry.size(flags, keyLength, after))
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

    /** Sets a key to an integer; the same as {@link #set} otherwise. */
    public long setLong(
            Keyspace db, long hash, long old, long key, int keyLength, long value, long expiry) {
        Memory memory = db.memory();
        long until = resolve(db, old, expiry);
        if (old != 0 && hasWord(memory, old, until)) {
            long header = Entry.header(memory, old);
            if (!isInt(header)) {
                db.arena().free(blobAddress(memory, old, header));
                reform(memory, old, header, ValueType.INT, Entry.flags(header) & ~Entry.BLOB);
            }
            memory.putLong(Entry.wordAddress(old, header), value);
            setExpiryField(db, old, until);
            return old;
        }
        long entry = make(db, old, key, keyLength, Entry.WORD, ValueType.INT, 0, until);
        memory.putLong(Entry.wordAddress(entry, Entry.header(memory, entry)), value);
        place(db, hash, old, entry);
        return entry;
    }

    // Whether an entry is a string in a word (integer or blob) that an expiry fits into.
    private static boolean hasWord(Memory memory, long old, long until) {
        long header = Entry.header(memory, old);
        return Entry.type(header) == ValueType.STRING
                && (Entry.flags(header) & Entry.WORD) != 0
                && fitsExpiry(header, until);
    }

    private static long blobAddress(Memory memory, long entry, long header) {
        return memory.address(Entry.blobHandle(Entry.word(memory, entry, header)));
    }

    private static void reform(Memory memory, long entry, long header, int encoding, int flags) {
        memory.putLong(entry, header & ~FORM_MASK | (long) encoding << 4 | (long) flags << 8);
    }

    /** Changes the integer of an entry that holds one. */
    public static void putLong(Memory memory, long entry, long value) {
        memory.putLong(Entry.wordAddress(entry, Entry.header(memory, entry)), value);
    }

    private static long setBlob(
            Keyspace db,
            long hash,
            long old,
            long key,
            int keyLength,
            long value,
            int length,
            long until) {
        Memory memory = db.memory();
        if (old != 0 && hasWord(memory, old, until)) {
            overwriteBlob(db, old, value, length);
            setExpiryField(db, old, until);
            return old;
        }
        long entry = makeBlob(db, old, key, keyLength, length, length, until);
        memory.copyIn(value, blobAddress(memory, entry, Entry.header(memory, entry)), length);
        place(db, hash, old, entry);
        return entry;
    }

    private static void overwriteBlob(Keyspace db, long entry, long value, int length) {
        Memory memory = db.memory();
        long header = Entry.header(memory, entry);
        long before = isInt(header) ? 0 : blobAddress(memory, entry, header);
        long blob = before != 0 && fitsBlob(db.arena(), before, length) ? before : 0;
        if (blob == 0) {
            blob = db.arena().allocate(length);
            if (before != 0) {
                db.arena().free(before);
            }
            if (isInt(header)) {
                reform(memory, entry, header, ValueType.RAW, Entry.flags(header) | Entry.BLOB);
            }
        }
        memory.copyIn(value, blob, length);
        memory.putLong(
                Entry.wordAddress(entry, header), Entry.blobWord(memory.handle(blob), length));
    }

    private static boolean fitsBlob(Arena arena, long blob, long length) {
        return arena.sizeOf(blob) == Arena.roundUp(length)
                || length > Arena.MAX_SLAB_SIZE && arena.resizeInPlace(blob, length);
    }

    private static long make(
            Keyspace db,
            long old,
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
        // A key that is overwritten is as hot as it was.
        int clock = old == 0 ? db.shared().clock().fresh() : Entry.clock(Entry.header(memory, old));
        Entry.init(memory, entry, ValueType.STRING, encoding, flags, clock, keyLength, inline);
        if (until != Entry.NO_EXPIRY) {
            Entry.setExpiry(memory, entry, until);
        }
        memory.copyIn(key, Entry.keyAddress(entry, Entry.header(memory, entry)), keyLength);
        return entry;
    }

    // An entry with a blob of so much room, whose bytes are not written yet.
    private static long makeBlob(
            Keyspace db, long old, long key, int keyLength, long length, long room, long until) {
        Memory memory = db.memory();
        long blob = db.arena().allocate(room);
        long entry;
        try {
            entry = make(db, old, key, keyLength, Entry.WORD | Entry.BLOB, ValueType.RAW, 0, until);
        } catch (OutOfMemory full) {
            db.arena().free(blob);
            throw full;
        }
        memory.putLong(
                Entry.wordAddress(entry, Entry.header(memory, entry)),
                Entry.blobWord(memory.handle(blob), length));
        return entry;
    }

    /**
     * Makes a raw string that is in no table yet; its bytes, at {@link #view}, are the caller's to write. It must then go
     * to {@link #place}.
     */
    public long make(Keyspace db, long key, int keyLength, long length) {
        return length > Entry.INLINE_MAX
                ? makeBlob(db, 0, key, keyLength, length, length, Entry.NO_EXPIRY)
                : make(db, 0, key, keyLength, 0, ValueType.RAW, (int) length, Entry.NO_EXPIRY);
    }

    /**
     * Makes an entry with a string, in no table yet; see {@link #place}. Text that is an integer is held as one.
     *
     * @param expiry epoch milliseconds or {@link Entry#NO_EXPIRY}.
     * @throws OutOfMemory when there is no room; nothing was changed then.
     */
    public long build(Keyspace db, long key, int keyLength, long value, int length, long expiry) {
        if (length <= Numbers.MAX_LONG_LENGTH && Numbers.parseLong(value, length, parsed)) {
            return buildLong(db, key, keyLength, parsed.value, expiry);
        }
        Memory memory = db.memory();
        if (length > Entry.INLINE_MAX) {
            long entry = makeBlob(db, 0, key, keyLength, length, length, expiry);
            memory.copyIn(value, blobAddress(memory, entry, Entry.header(memory, entry)), length);
            return entry;
        }
        int encoding = length <= EMBSTR_MAX ? ValueType.EMBSTR : ValueType.RAW;
        long entry = make(db, 0, key, keyLength, 0, encoding, length, expiry);
        memory.copyIn(
                value, Entry.inlineAddress(memory, entry, Entry.header(memory, entry)), length);
        return entry;
    }

    /** Makes an entry with an integer; as {@link #build}. */
    public long buildLong(Keyspace db, long key, int keyLength, long value, long expiry) {
        long entry = make(db, 0, key, keyLength, Entry.WORD, ValueType.INT, 0, expiry);
        putLong(db.memory(), entry, value);
        return entry;
    }

    /** Makes a key that did not exist a raw string of zero bytes. */
    public long create(Keyspace db, long hash, long key, int keyLength, long length) {
        long entry = make(db, key, keyLength, length);
        db.memory().fill(view(db.memory(), entry).address(), length, (byte) 0);
        place(db, hash, 0, entry);
        return entry;
    }

    /**
     * Puts a new entry into its table.
     *
     * @param old the entry that it takes the place of, found last in the table; or 0.
     * @throws OutOfMemory when the table has no room; the entry is freed then.
     */
    public static void place(Keyspace db, long hash, long old, long entry) {
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

    /** Whether a string is an integer by Redis's strict rules; its value is then {@link #longValue}. */
    public boolean isLong(Memory memory, long entry) {
        long header = Entry.header(memory, entry);
        if (isInt(header)) {
            parsed.value = Entry.word(memory, entry, header);
            return true;
        }
        ByteView bytes = view(memory, entry);
        return bytes.length() <= Numbers.MAX_LONG_LENGTH
                && Numbers.parseLong(bytes.address(), (int) bytes.length(), parsed);
    }

    /** The value that the last {@link #isLong} found. */
    public long longValue() {
        return parsed.value;
    }

    /** Whether a string consists of the bytes at an address. */
    public boolean equals(Memory memory, long entry, long address, int length) {
        ByteView bytes = view(memory, entry);
        return bytes.length() == length && ByteRange.equal(bytes.address(), address, length);
    }

    /**
     * The bytes of a string, without copying unless it is an integer.
     *
     * @return a view that is valid until the next call or the next change of the entry.
     */
    public ByteView view(Memory memory, long entry) {
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
        if ((Entry.flags(header) & Entry.BLOB) != 0) {
            growBlob(db, entry, header, length);
            return entry;
        }
        ByteView bytes = view(memory, entry);
        int before = (int) bytes.length();
        assert length >= before : "strings do not shrink by growing";
        int keyLength = Entry.keyLength(memory, entry, header);
        if (!isInt(header)
                && length <= Entry.INLINE_MAX
                && sameClass(Entry.flags(header), keyLength, before, (int) length)) {
            memory.fill(bytes.address() + before, length - before, (byte) 0);
            memory.putLong(
                    entry,
                    header & 0x0000_FFFF_FFFF_FF0FL | length << 48 | (long) ValueType.RAW << 4);
            return entry;
        }
        return move(db, entry, header, keyLength, bytes, length);
    }

    private static long move(
            Keyspace db, long entry, long header, int keyLength, ByteView bytes, long length) {
        Memory memory = db.memory();
        long key = Entry.keyAddress(entry, header);
        long until = Entry.expiry(memory, entry, header);
        long made;
        long to;
        if (length <= Entry.INLINE_MAX) {
            made = make(db, entry, key, keyLength, 0, ValueType.RAW, (int) length, until);
            to = Entry.inlineAddress(memory, made, Entry.header(memory, made));
        } else {
            made = makeBlob(db, entry, key, keyLength, length, roomFor(length), until);
            to = blobAddress(memory, made, Entry.header(memory, made));
        }
        memory.copyIn(bytes.address(), to, bytes.length());
        memory.fill(to + bytes.length(), length - bytes.length(), (byte) 0);
        db.replaceFound(entry, made);
        return made;
    }

    private static void growBlob(Keyspace db, long entry, long header, long length) {
        Memory memory = db.memory();
        Arena arena = db.arena();
        long word = Entry.word(memory, entry, header);
        long blob = memory.address(Entry.blobHandle(word));
        long before = Entry.blobLength(word);
        assert length >= before : "strings do not shrink by growing";
        if (length == before) {
            return;
        }
        if (arena.sizeOf(blob) < length && !arena.resizeInPlace(blob, roomFor(length))) {
            long moved = arena.allocate(Math.max(roomFor(length), length + length / SPARE_SHARE));
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

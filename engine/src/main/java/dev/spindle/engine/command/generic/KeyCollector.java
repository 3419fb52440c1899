package dev.spindle.engine.command.generic;

import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.encoding.ElementVisitor;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.Reply;
import dev.spindle.engine.text.GlobPattern;
import org.agrona.UnsafeApi;

/**
 * Gathers entries of a database for KEYS and SCAN. The table must stand still while it is walked, and the number of keys
 * comes before the keys in a reply; so a walk only notes handles, four bytes each outside the heap, and what to do with
 * them comes after it.
 */
final class KeyCollector implements ElementVisitor, AutoCloseable {

    private static final int ANY_TYPE = 0;

    private final Keyspace db;
    private final Memory memory;
    private long pattern;
    private int patternLength = -1;
    private int type = ANY_TYPE;
    private HandleList picked = new HandleList();
    private HandleList expired = new HandleList();
    private long visited;

    KeyCollector(Keyspace db) {
        this.db = db;
        this.memory = db.memory();
    }

    /** Only keys that match a pattern. A lone star is no pattern: it takes the empty key too. */
    void match(Invocation in, int arg) {
        pattern = in.argAddress(arg);
        patternLength = in.argLength(arg);
        if (GlobPattern.matchesAll(pattern, patternLength)) {
            patternLength = -1;
        }
    }

    /** Only keys of a type; -1 takes none. */
    void type(int number) {
        type = number;
    }

    /** Entries seen so far. */
    long visited() {
        return visited;
    }

    @Override
    public void entry(long entry) {
        visited++;
        long header = Entry.header(memory, entry);
        if (patternLength >= 0
                && !GlobPattern.matches(
                        pattern,
                        patternLength,
                        Entry.keyAddress(entry, header),
                        Entry.keyLength(memory, entry, header),
                        false)) {
            return;
        }
        // Asking for a type is a look-up of each key that matches: clients see it in the
        // statistics.
        boolean there = type == ANY_TYPE ? !db.isExpiredEntry(entry) : db.inspectEntry(entry);
        if (!there) {
            expired.add(memory.handle(entry));
        } else if (type == ANY_TYPE || Entry.type(header) == type) {
            picked.add(memory.handle(entry));
        }
    }

    /** Writes the keys picked, as an array. */
    void write(Reply reply) {
        reply.array(picked.size);
        for (int i = 0; i < picked.size; i++) {
            long entry = memory.address(picked.get(i));
            long header = Entry.header(memory, entry);
            reply.bulk(Entry.keyAddress(entry, header), Entry.keyLength(memory, entry, header));
        }
    }

    /** Deletes the keys met whose time has come; the keys picked are not valid any more. */
    void deleteExpired() {
        for (int i = 0; i < expired.size; i++) {
            db.deleteExpired(memory.address(expired.get(i)));
        }
    }

    @Override
    public void close() {
        picked.free();
        expired.free();
    }

    private static final class HandleList {
        private long address;
        private int capacity;
        private int size;

        void add(int handle) {
            if (size == capacity) {
                capacity = Math.max(64, Math.addExact(capacity, capacity));
                address = UnsafeApi.reallocateMemory(address, 4L * capacity);
            }
            UnsafeApi.putInt(address + 4L * size++, handle);
        }

        int get(int index) {
            return UnsafeApi.getInt(address + 4L * index);
        }

        void free() {
            if (address != 0) {
                UnsafeApi.freeMemory(address);
                address = 0;
            }
        }
    }
}

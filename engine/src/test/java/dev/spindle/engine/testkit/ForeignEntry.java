package dev.spindle.engine.testkit;

import dev.spindle.engine.Engine;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.type.ValueType;
import org.agrona.UnsafeApi;

/** A key of another type than a test is about: an entry that says it is a list and holds nothing. Only for type checks. */
public final class ForeignEntry {

    private ForeignEntry() {}

    /** Puts such a key into database 0, whatever it held before. */
    public static void plant(Engine engine, String key) {
        plant(engine, 0, key);
    }

    /** Puts such a key into a database, whatever it held before. */
    public static void plant(Engine engine, int database, String key) {
        byte[] bytes = RawClient.bytes(key);
        long address = UnsafeApi.allocateMemory(bytes.length + 1L);
        UnsafeApi.copyMemory(
                bytes, UnsafeApi.arrayBaseOffset(byte[].class), null, address, bytes.length);
        Keyspace db = engine.keyspaces().get(database);
        long hash = db.hash(address, bytes.length);
        db.delete(hash, address, bytes.length);
        int flags = Entry.WORD | Entry.keyFlags(bytes.length);
        long entry = db.arena().allocate(Entry.size(flags, bytes.length, 0));
        Entry.init(db.memory(), entry, ValueType.LIST, 0, flags, 0, bytes.length, 0);
        long header = Entry.header(db.memory(), entry);
        db.memory().putLong(Entry.wordAddress(entry, header), 0);
        db.memory().copyIn(address, Entry.keyAddress(entry, header), bytes.length);
        db.insert(hash, entry);
        UnsafeApi.freeMemory(address);
    }
}

package dev.spindle.engine.testkit;

import dev.spindle.engine.Engine;
import dev.spindle.engine.keyspace.Keyspace;
import org.agrona.UnsafeApi;

/** A key of another type than a test is about: a list of one element, put there behind every command's back. */
public final class ForeignEntry {

    private ForeignEntry() {}

    /** Puts such a key into database 0, whatever it held before. */
    public static void plant(Engine engine, String key) {
        plant(engine, 0, key);
    }

    /** Puts such a key into a database, whatever it held before. */
    public static void plant(Engine engine, int database, String key) {
        byte[] bytes = RawClient.bytes(key + "element");
        int keyLength = bytes.length - "element".length();
        long address = UnsafeApi.allocateMemory(bytes.length);
        UnsafeApi.copyMemory(
                bytes, UnsafeApi.arrayBaseOffset(byte[].class), null, address, bytes.length);
        Keyspace db = engine.keyspaces().get(database);
        long hash = db.hash(address, keyLength);
        db.delete(hash, address, keyLength);
        engine.lists()
                .push(
                        db,
                        hash,
                        address,
                        keyLength,
                        0,
                        true,
                        address + keyLength,
                        bytes.length - keyLength);
        UnsafeApi.freeMemory(address);
    }
}

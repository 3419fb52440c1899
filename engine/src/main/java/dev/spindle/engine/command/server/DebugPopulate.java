package dev.spindle.engine.command.server;

import dev.spindle.engine.Engine;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.text.Numbers;
import org.agrona.UnsafeApi;

/**
 * Makes many keys quickly: {@code prefix:n} with value {@code value:n}, cut or padded with zero bytes to a size. Keys that
 * exist stay as they are. Names are written into one native buffer, so that a million keys make no garbage.
 */
final class DebugPopulate {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);
    private static final byte[] VALUE = {'v', 'a', 'l', 'u', 'e', ':'};
    private static final int MAX_DIGITS = 20;

    private DebugPopulate() {}

    /**
     * Adds keys.
     *
     * @param valueSize bytes of each value; 0: as long as its text.
     */
    static void run(Engine engine, Keyspace db, long count, byte[] prefix, int valueSize) {
        int shortest = VALUE.length + MAX_DIGITS;
        long key = UnsafeApi.allocateMemory(prefix.length + 1L + MAX_DIGITS);
        long value = UnsafeApi.allocateMemory(Math.max(shortest, valueSize));
        try {
            UnsafeApi.copyMemory(prefix, BYTES, null, key, prefix.length);
            UnsafeApi.putByte(key + prefix.length, (byte) ':');
            UnsafeApi.copyMemory(VALUE, BYTES, null, value, VALUE.length);
            UnsafeApi.setMemory(
                    value + VALUE.length, Math.max(shortest, valueSize) - VALUE.length, (byte) 0);
            for (long n = 0; n < count; n++) {
                int keyLength = prefix.length + 1 + Numbers.writeLong(key + prefix.length + 1, n);
                int text = VALUE.length + Numbers.writeLong(value + VALUE.length, n);
                long hash = db.hash(key, keyLength);
                if (db.peek(hash, key, keyLength) != 0) {
                    continue;
                }
                int length = valueSize == 0 ? text : valueSize;
                engine.strings().set(db, hash, 0, key, keyLength, value, length, Entry.NO_EXPIRY);
                db.modified(key, keyLength);
            }
        } finally {
            UnsafeApi.freeMemory(key);
            UnsafeApi.freeMemory(value);
        }
    }
}

package dev.spindle.rdb.restore;

import dev.spindle.engine.Engine;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.rdb.format.Crc64;
import dev.spindle.rdb.format.RdbVersion;
import dev.spindle.rdb.read.MemoryInput;
import dev.spindle.rdb.read.RdbFault;
import dev.spindle.rdb.read.RdbLoader;
import dev.spindle.rdb.read.RdbReader;
import dev.spindle.rdb.read.ValueReader;
import org.agrona.UnsafeApi;

/**
 * A payload of DUMP.
 *
 * <pre>
 *   u8 form | value as in a file | u16 version | u64 checksum of all before it
 * </pre>
 */
public final class Payload {

    private static final int CHECKSUM_BYTES = 8;

    private final Engine engine;
    private final MemoryInput input = new MemoryInput();
    private final RdbReader reader = new RdbReader().from(input);
    private final ValueReader values;

    public Payload(Engine engine) {
        this.engine = engine;
        values = new ValueReader(reader, RdbLoader.types(engine), engine.config().hot(), () -> {});
    }

    /** Looks at version and checksum of bytes that stay where they are; answers whether both are right. */
    public boolean open(long address, int length) {
        if (length < RdbVersion.DUMP_FOOTER_BYTES) {
            return false;
        }
        long value = (long) length - RdbVersion.DUMP_FOOTER_BYTES;
        int version = UnsafeApi.getShort(address + value) & 0xFFFF;
        long checksum = UnsafeApi.getLong(address + length - CHECKSUM_BYTES);
        if (version > RdbVersion.NEWEST_READ
                || checksum != Crc64.update(Crc64.START, address, (long) length - CHECKSUM_BYTES)) {
            return false;
        }
        input.wrap(address, value);
        return true;
    }

    /**
     * Reads the value of the payload opened last.
     *
     * @param until expiry of the key, or -1.
     * @return an entry that is in no table yet, or 0 when it is no value.
     */
    public long read(Keyspace db, long key, int keyLength, long until) {
        values.strict(!engine.config().text("sanitize-dump-payload").equals("no"));
        try {
            return values.read(reader.readByte(), db, key, keyLength, until);
        } catch (RdbFault fault) {
            return ValueReader.EMPTY;
        }
    }
}

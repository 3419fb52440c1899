package dev.spindle.rdb.save;

import dev.spindle.engine.Engine;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.engine.snapshot.LiveView;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.format.RdbType;
import dev.spindle.rdb.format.RdbVersion;
import dev.spindle.rdb.write.ValueWriter;
import dev.spindle.rdb.write.WriteOptions;
import org.agrona.BufferUtil;

/**
 * Makes payloads of DUMP: the number of the form, the value as in a file, then the version in two bytes and the checksum of all
 * before it. One object serves all; made when it is first needed.
 */
public final class Dumper implements AutoCloseable {

    private final Engine engine;
    private final Scratch payload = new Scratch();
    private RdbOutput out;
    private ValueWriter values;

    public Dumper(Engine engine) {
        this.engine = engine;
    }

    /**
     * Makes the payload of an entry's value.
     *
     * @return where it is, until the next call or {@link #release}.
     */
    public Scratch dump(long entry) {
        if (out == null) {
            out = new RdbOutput();
            values = new ValueWriter(new LiveView(engine.keyspaces(), engine.hashSeed()), out);
        }
        WriteOptions options = WriteOptions.of(engine.config());
        values.options(options);
        payload.clear();
        out.open(bytes -> payload.append(BufferUtil.address(bytes), bytes.remaining()), true);
        int type = values.open(entry);
        out.putByte(type);
        values.writeValue(entry);
        int version = isNew(type) ? RdbVersion.FIELD_EXPIRY : options.version();
        out.putByte(version);
        out.putByte(version >>> 8);
        out.putLong(out.checksum());
        out.flush();
        return payload;
    }

    private static boolean isNew(int type) {
        return type == RdbType.HASH_METADATA || type == RdbType.HASH_LISTPACK_EX;
    }

    /** Gives the payload's memory back when there was much of it. */
    void release() {
        payload.clear();
    }

    @Override
    public void close() {
        payload.release();
        if (out != null) {
            out.close();
        }
    }
}

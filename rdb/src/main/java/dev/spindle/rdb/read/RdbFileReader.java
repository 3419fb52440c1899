package dev.spindle.rdb.read;

import dev.spindle.engine.memory.Scratch;
import dev.spindle.rdb.format.RdbOpcode;
import dev.spindle.rdb.format.RdbVersion;
import org.agrona.UnsafeApi;

/**
 * Reads a file, or the part of one that is an RDB: a step is one opcode, or one key with all that is said about it.
 *
 * <pre>
 *   REDIS | version | facts ... | (database | sizes | (expiry | idle or frequency | type | key | value) ...) ... | 255 | checksum
 * </pre>
 */
public final class RdbFileReader {

    /** What stands for an expiry, idle time or frequency that was not told. */
    public static final int NONE = -1;

    private static final long SECOND_MS = 1000;

    private final RdbReader reader;
    private final RdbEvents events;
    private final Scratch key = new Scratch();
    private final RdbText first = new RdbText();
    private final RdbText second = new RdbText();
    private int version;
    private boolean ended;
    private long until;
    private long idleSeconds;
    private int frequency;

    public RdbFileReader(RdbReader reader, RdbEvents events) {
        this.reader = reader;
        this.events = events;
    }

    /**
     * Reads magic and version.
     *
     * @throws RdbFault when it is no RDB, or one of a version that is not known.
     */
    public void begin() {
        long at = reader.input().take(RdbVersion.HEADER_BYTES);
        StringBuilder header = new StringBuilder();
        for (int i = 0; i < RdbVersion.HEADER_BYTES; i++) {
            header.append((char) (UnsafeApi.getByte(at + i) & 255));
        }
        int magic = RdbVersion.MAGIC.length();
        if (!header.substring(0, magic).equals(RdbVersion.MAGIC)) {
            throw new RdbFault(
                    RdbFault.Kind.SIGNATURE, 0, "Wrong signature trying to load DB from file");
        }
        String digits = header.substring(magic);
        version = digits.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(digits) : 0;
        if (version < RdbVersion.OLDEST_READ || version > RdbVersion.NEWEST_READ) {
            throw new RdbFault(
                    RdbFault.Kind.SIGNATURE, magic, "Can't handle RDB format version " + version);
        }
        forgetKey();
    }

    private void forgetKey() {
        until = NONE;
        idleSeconds = NONE;
        frequency = NONE;
    }

    /** The version of the format; known once it has begun. */
    public int version() {
        return version;
    }

    /**
     * Reads on.
     *
     * @return false at the end.
     * @throws RdbFault when the file is wrong.
     */
    public boolean next() {
        if (ended) {
            return false;
        }
        int opcode = reader.readByte();
        if (ValueReader.isValue(opcode)) {
            key(opcode);
            return true;
        }
        switch (opcode) {
            case RdbOpcode.EXPIRE_TIME -> until = expiry(reader.readInt() * SECOND_MS);
            case RdbOpcode.EXPIRE_TIME_MS -> until = expiry(reader.readLong());
            case RdbOpcode.FREQ -> frequency = reader.readByte();
            case RdbOpcode.IDLE -> idleSeconds = reader.readUnsigned();
            case RdbOpcode.EOF -> end();
            case RdbOpcode.SELECT_DB -> events.database(reader.readUnsigned());
            case RdbOpcode.RESIZE_DB -> events.sizes(reader.readUnsigned(), reader.readUnsigned());
            case RdbOpcode.AUX -> {
                reader.readText(first);
                keepFirst();
                reader.readText(second);
                events.fact(first, second);
            }
            case RdbOpcode.FUNCTION_2 -> {
                reader.readText(first);
                events.library(first);
            }
            case RdbOpcode.SLOT_INFO -> {
                reader.readUnsigned();
                reader.readUnsigned();
                reader.readUnsigned();
            }
            case RdbOpcode.FUNCTION_PRE_GA ->
                    throw unsupported("Pre-release function format not supported.");
            case RdbOpcode.MODULE_AUX ->
                    throw unsupported(
                            "The RDB file contains AUX module data I can't load: no matching module '"
                                    + ValueReader.moduleName(reader.readUnsigned())
                                    + "'");
            default -> throw reader.corrupt("Unknown RDB encoding type " + opcode);
        }
        return !ended;
    }

    // A negative time is none that a key can have had; it is long past anyway.
    private static long expiry(long told) {
        return Math.max(0, told);
    }

    private RdbFault unsupported(String what) {
        return new RdbFault(RdbFault.Kind.UNSUPPORTED, reader.offset(), what);
    }

    private void keepFirst() {
        key.clear();
        key.append(first.address(), first.length());
        first.bytes(key.address(), key.length());
    }

    private void key(int type) {
        reader.readText(first);
        keepFirst();
        events.key(type, first.address(), first.length(), until, idleSeconds, frequency);
        forgetKey();
    }

    private void end() {
        ended = true;
        if (version < RdbVersion.CHECKSUM) {
            events.end(0, 0);
            return;
        }
        long real = reader.input().checksum();
        events.end(reader.readLong(), real);
    }

    /** Gives back what it holds. */
    public void release() {
        key.release();
    }
}

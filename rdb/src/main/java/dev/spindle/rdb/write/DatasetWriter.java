package dev.spindle.rdb.write;

import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.TableWalk;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.snapshot.DataView;
import dev.spindle.rdb.format.RdbOpcode;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.format.RdbType;
import dev.spindle.rdb.format.RdbVersion;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes all data of a view as one RDB file.
 *
 * <pre>
 *   REDIS0011
 *   250 name value ...                          facts about the file
 *   245 source ...                              libraries of functions
 *   254 db  251 keys keys-with-expiry           per database that is not empty
 *     [252 expiry ms] [248 idle | 249 frequency] form key value    ...
 *   255 checksum
 * </pre>
 *
 * The file says the version that was asked for, or 12 when any hash has fields with a time, since no earlier one can hold these.
 *
 * <p>Keys are written in the order of the table, eight buckets at a time, which are loaded ahead: reading is random access, and a
 * walk that waited for each entry in turn would spend most of its time on that.
 */
public final class DatasetWriter {

    private static final int KEYS_PER_LOOK = 64;

    private final DataView view;
    private final Memory memory;
    private final RdbOutput out;
    private final ValueWriter values;
    private final StringWriter texts;
    private final WriteOptions options;
    private final AccessNotes notes;
    private final FileFacts facts;
    private final SaveProgress progress;
    private final TableWalk walk = new TableWalk();
    private long keys;
    private long slept;

    /**
     * Makes a writer of one file.
     *
     * @param config is read here and not later.
     */
    public DatasetWriter(
            DataView view,
            RdbOutput out,
            ServerConfig config,
            FileFacts facts,
            SaveProgress progress) {
        this.view = view;
        this.out = out;
        this.facts = facts;
        this.progress = progress;
        memory = view.arena().memory();
        options = WriteOptions.of(config);
        notes = AccessNotes.of(config, view.asOfMs());
        values = new ValueWriter(view, out);
        values.options(options);
        texts = new StringWriter(memory, out);
        progress.keyDelayUs((int) config.number("rdb-key-save-delay"));
    }

    /** Whether the file is to end with a checksum. */
    public boolean hasChecksum() {
        return options.checksum();
    }

    /**
     * Writes the file.
     *
     * @throws SaveCancelled when it is not wanted any more.
     * @throws java.io.UncheckedIOException when it cannot be written.
     */
    public void write() {
        out.putText(String.format(Locale.ROOT, "%s%04d", RdbVersion.MAGIC, version()));
        facts.all().forEach(this::writeFact);
        facts.libraries().forEach(this::writeLibrary);
        for (int db = 0; db < view.databases(); db++) {
            if (view.table(db).size() > 0) {
                writeDatabase(db);
            }
        }
        out.putByte(RdbOpcode.EOF);
        out.putLong(out.checksum());
        out.flush();
        progress.keys(keys);
    }

    private void writeLibrary(byte[] source) {
        out.putByte(RdbOpcode.FUNCTION_2);
        out.putLength(source.length);
        for (byte each : source) {
            out.putByte(each);
        }
    }

    private int version() {
        for (int db = 0; db < view.databases(); db++) {
            if (view.table(db).size() > 0 && view.volatiles(db) > 0) {
                return RdbVersion.FIELD_EXPIRY;
            }
        }
        return options.version();
    }

    private void writeFact(String name, String value) {
        out.putByte(RdbOpcode.AUX);
        texts.writeText(name);
        texts.writeText(value);
    }

    private void writeDatabase(int db) {
        KeyTable table = view.table(db);
        out.putByte(RdbOpcode.SELECT_DB);
        out.putLength(db);
        out.putByte(RdbOpcode.RESIZE_DB);
        out.putLength(table.size());
        out.putLength(view.expiring(db));
        walk.start(table);
        while (walk.next()) {
            writeEntry(walk.entry());
            if (++keys % KEYS_PER_LOOK == 0) {
                look();
            }
            if (progress.keyDelayUs() != 0) {
                delay();
            }
        }
        look();
    }

    private void look() {
        progress.keys(keys);
        if (progress.isCancelled()) {
            throw new SaveCancelled();
        }
    }

    private void writeEntry(long entry) {
        long header = Entry.header(memory, entry);
        long expiry = Entry.expiry(memory, entry, header);
        if (expiry != Entry.NO_EXPIRY) {
            out.putByte(RdbOpcode.EXPIRE_TIME_MS);
            out.putLong(expiry);
        }
        switch (notes.kind()) {
            case IDLE_SECONDS -> {
                out.putByte(RdbOpcode.IDLE);
                out.putLength(notes.clock().idleSeconds(Entry.clock(header)));
            }
            case FREQUENCY -> {
                out.putByte(RdbOpcode.FREQ);
                out.putByte(notes.clock().frequency(Entry.clock(header)));
            }
            default -> {
                assert notes.kind() == AccessNotes.Kind.NONE : "an unknown kind";
            }
        }
        int type = values.open(entry);
        assert type >= RdbType.STRING && type <= RdbType.HASH_LISTPACK_EX : "an unknown form";
        out.putByte(type);
        values.writeKey(entry);
        values.writeValue(entry);
    }

    private void delay() {
        int us = progress.keyDelayUs();
        if (us > 0) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(us));
        } else if (++slept >= -(long) us) {
            slept = 0;
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(1));
        }
        look();
    }
}

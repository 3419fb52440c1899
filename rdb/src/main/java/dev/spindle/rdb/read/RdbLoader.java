package dev.spindle.rdb.read;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.keyspace.AccessClock;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.text.LongResult;
import dev.spindle.engine.text.Numbers;
import dev.spindle.rdb.format.FunctionLibraries;
import dev.spindle.rdb.format.RdbVersion;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.agrona.UnsafeApi;

/**
 * Loads an RDB into the databases of an engine, on the core thread and a step at a time, so that a server can listen meanwhile.
 *
 * <h2>Batches</h2>
 *
 * Values are built one after the other, which is work in fresh memory; putting a key into the table is a miss in the cache. So up to
 * {@value #BATCH} entries are kept back and go into the table together, after all their buckets were asked for at once. A batch
 * ends with its database and with each step, so between steps the keyspace is whole.
 *
 * <h2>Room ahead</h2>
 *
 * A file says how many keys come. The table then has its buckets from the start and no key is moved while it grows; but as the number may be a
 * lie, not more than the bytes of the file could hold.
 *
 * <p>Keys do not expire while they are loaded, and nobody is told of them.
 */
public final class RdbLoader implements RdbEvents, AutoCloseable {

    private static final int BATCH = 64;

    /** Bytes that a key and its value take in a file at least. */
    private static final int LEAST_KEY_BYTES = 3;

    private static final int STEP_KEYS = 32;
    private static final int MOST_LOGGED = 10;

    private final Engine engine;
    private final LoadOptions options;
    private final FunctionLibraries libraries;
    private final Memory memory;
    private final AccessClock clock;
    private final RdbInput input;
    private final RdbReader reader;
    private final RdbFileReader file;
    private final ValueReader values;
    private final LongResult number = new LongResult();
    private final long[] hashes = new long[BATCH];
    private final long[] entries = new long[BATCH];
    private int kept;
    private Keyspace db;
    private long nowMs;
    private long delayMicros;
    private boolean begun;
    private boolean ended;
    private long loaded;
    private long expired;
    private long emptySkipped;

    /**
     * Makes a loader.
     *
     * @param input closed with the loader.
     * @param libraries take what the file holds of functions.
     * @param between called now and then within a large value, which no step ends in.
     */
    public RdbLoader(
            Engine engine,
            RdbInput input,
            LoadOptions options,
            FunctionLibraries libraries,
            Runnable between) {
        this.engine = engine;
        this.input = input;
        this.options = options;
        this.libraries = libraries;
        memory = engine.arena().memory();
        clock = engine.keyspaces().shared().clock();
        reader = new RdbReader().from(input);
        file = new RdbFileReader(reader, this);
        values = new ValueReader(reader, types(engine), engine.config().hot(), between);
        values.strict(options.strict());
        db = engine.keyspaces().get(0);
    }

    /** The types of an engine. */
    public static ValueReader.Types types(Engine engine) {
        return new ValueReader.Types(
                engine.lists(),
                engine.sets(),
                engine.sortedSets(),
                engine.hashes(),
                engine.streams());
    }

    /**
     * Loads on.
     *
     * @param mostBytes of the input after which it is enough.
     * @param budgetNs after which it is, too; a large value may take longer.
     * @return whether there is more.
     * @throws RdbFault when the file is wrong; what came before stays loaded.
     * @throws OutOfMemory when there is no room for more.
     */
    public boolean step(long mostBytes, long budgetNs) {
        if (ended) {
            return false;
        }
        nowMs = engine.epochClock().epochMs();
        delayMicros = engine.config().number("key-load-delay");
        engine.keyspaces().shared().nowMs(nowMs);
        long from = input.offset();
        long start = engine.nanoClock().nanoTime();
        try {
            if (!begun) {
                begun = true;
                file.begin();
            }
            boolean more = true;
            int keys = delayMicros == 0 ? STEP_KEYS : 1;
            do {
                for (int i = 0; i < keys && more; i++) {
                    more = file.next();
                }
            } while (more
                    && input.offset() - from < mostBytes
                    && engine.nanoClock().nanoTime() - start < budgetNs);
            putKept();
        } catch (RdbFault | OutOfMemory e) {
            dropKept();
            throw e;
        }
        return !ended;
    }

    /** Bytes read so far. */
    public long offset() {
        return input.offset();
    }

    /** Keys put into the databases. */
    public long loaded() {
        return loaded;
    }

    /** Keys left out because their time had come. */
    public long expired() {
        return expired;
    }

    /** Version of the format; known after the first step. */
    public int version() {
        return file.version();
    }

    @Override
    public void fact(RdbText name, RdbText value) {
        String text = text(name);
        if (text.startsWith("%")) {
            log(LogLevel.NOTICE, "RDB '" + text + "': " + text(value));
            return;
        }
        switch (text) {
            case "redis-ver" ->
                    log(LogLevel.NOTICE, "Loading RDB produced by version " + text(value));
            case "ctime" -> {
                long age = Math.max(0, nowMs / 1000 - number(value));
                log(LogLevel.NOTICE, "RDB age " + age + " seconds");
            }
            case "used-mem" -> {
                long bytes = number(value);
                double megabytes = bytes / (1024.0 * 1024);
                log(
                        LogLevel.NOTICE,
                        String.format(
                                Locale.ROOT, "RDB memory usage when created %.2f Mb", megabytes));
                engine.loading().usedMemory(bytes);
            }
            case "aof-base" -> {
                if (number(value) != 0) {
                    log(LogLevel.NOTICE, "RDB is base AOF");
                }
            }
            case "redis-bits",
                    "repl-stream-db",
                    "repl-id",
                    "repl-offset",
                    "aof-preamble",
                    "lua" -> {}
            default -> log(LogLevel.DEBUG, "Unrecognized RDB AUX field: '" + text + "'");
        }
    }

    private long number(RdbText text) {
        return Numbers.parseLong(text.address(), text.length(), number) ? number.value : 0;
    }

    private static String text(RdbText text) {
        return text(text.address(), text.length());
    }

    private static String text(long at, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = UnsafeApi.getByte(at + i);
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void log(LogLevel level, String line) {
        engine.host().log(level, line);
    }

    @Override
    public void database(long number) {
        int count = engine.keyspaces().count();
        if (number < 0 || number >= count) {
            throw new RdbFault(
                    RdbFault.Kind.UNSUPPORTED,
                    input.offset(),
                    "FATAL: Data file was created with a Redis server configured to handle more than "
                            + count
                            + " databases. Exiting");
        }
        putKept();
        db = engine.keyspaces().get((int) number);
    }

    @Override
    public void sizes(long keys, long expiring) {
        if (input.size() >= 0 && keys > 0) {
            db.table().reserve(Math.min(keys, input.size() / LEAST_KEY_BYTES));
        }
    }

    @Override
    public void library(RdbText source) {
        libraries.add(text(source).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void key(
            int type, long key, int keyLength, long until, long idleSeconds, int frequency) {
        long entry = values.read(type, db, key, keyLength, until);
        if (entry == ValueReader.EMPTY) {
            if (emptySkipped++ < MOST_LOGGED) {
                log(LogLevel.NOTICE, "rdbLoadObject skipping empty key: " + text(key, keyLength));
            }
            return;
        }
        if (options.skipExpired() && until != Entry.NO_EXPIRY && until < nowMs) {
            db.discard(entry);
            expired++;
            return;
        }
        if (idleSeconds >= 0 || frequency >= 0) {
            access(entry, idleSeconds, frequency);
        }
        entries[kept] = entry;
        hashes[kept++] = db.hash(key, keyLength);
        if (kept == BATCH) {
            putKept();
        }
        delay();
    }

    private void access(long entry, long idleSeconds, int frequency) {
        if (clock.isLfu() ? frequency >= 0 : idleSeconds >= 0) {
            int bits = clock.isLfu() ? clock.ofFrequency(frequency) : clock.ofIdle(idleSeconds);
            Entry.clock(memory, entry, Entry.header(memory, entry), bits);
        }
    }

    // key-load-delay: microseconds, or, negative, one for so many keys.
    private void delay() {
        long micros = delayMicros;
        if (micros > 0) {
            LockSupport.parkNanos(micros * 1000);
        } else if (micros < 0 && loaded % -micros == 0) {
            LockSupport.parkNanos(1000);
        }
    }

    private void putKept() {
        if (kept == 0) {
            return;
        }
        db.table().touch(hashes, kept);
        for (int i = 0; i < kept; i++) {
            long entry = entries[i];
            entries[i] = 0;
            put(hashes[i], entry);
        }
        kept = 0;
    }

    private void put(long hash, long entry) {
        long header = Entry.header(memory, entry);
        long key = Entry.keyAddress(entry, header);
        int keyLength = Entry.keyLength(memory, entry, header);
        long twin = db.table().find(hash, key, keyLength);
        if (twin == 0) {
            db.insert(hash, entry);
        } else if (options.replaceTwins()) {
            db.replaceFound(twin, entry);
        } else {
            String name = text(key, keyLength);
            db.discard(entry);
            throw reader.corrupt("RDB has duplicated key '" + name + "' in DB " + db.id());
        }
        loaded++;
    }

    private void dropKept() {
        for (int i = 0; i < kept; i++) {
            if (entries[i] != 0) {
                db.discard(entries[i]);
                entries[i] = 0;
            }
        }
        kept = 0;
    }

    @Override
    public void end(long told, long real) {
        putKept();
        ended = true;
        if (options.checkSum() && file.version() >= RdbVersion.CHECKSUM) {
            if (told == 0) {
                log(
                        LogLevel.NOTICE,
                        "RDB file was saved with checksum disabled: no check performed.");
            } else if (told != real) {
                log(
                        LogLevel.WARNING,
                        String.format(
                                Locale.ROOT,
                                "Wrong RDB checksum expected: (%x) but got (%x). Aborting.",
                                told,
                                real));
                throw reader.corrupt("RDB CRC error");
            }
        }
        String empty = emptySkipped > 0 ? ", empty keys skipped: " + emptySkipped : "";
        log(
                LogLevel.NOTICE,
                "Done loading RDB, keys loaded: "
                        + loaded
                        + ", keys expired: "
                        + expired
                        + empty
                        + ".");
        engine.loading().keys(loaded, expired);
    }

    @Override
    public void close() {
        values.release();
        file.release();
        reader.release();
        input.close();
    }
}

package dev.spindle.rdb.check;

import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.OutOfMemory;
import dev.spindle.engine.type.HashType;
import dev.spindle.engine.type.ListType;
import dev.spindle.engine.type.SetType;
import dev.spindle.engine.type.SortedSetType;
import dev.spindle.engine.type.StreamType;
import dev.spindle.rdb.read.FileInput;
import dev.spindle.rdb.read.RdbEvents;
import dev.spindle.rdb.read.RdbFault;
import dev.spindle.rdb.read.RdbFileReader;
import dev.spindle.rdb.read.RdbReader;
import dev.spindle.rdb.read.RdbText;
import dev.spindle.rdb.read.ValueReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.agrona.UnsafeApi;

/** Checks an RDB file and says what it has found, in the way of redis-check-rdb. */
public final class RdbCheck implements RdbEvents {

    /** Exit code of a file that is sound. */
    public static final int SOUND = 0;

    /** Exit code of any other. */
    public static final int BROKEN = 1;

    private static final long ARENA_BYTES = 4L << 30;
    private static final int SHOWN_BYTES = 100;
    private static final long SEED = 1;

    private final PrintStream out;
    private final long nowMs;
    private RdbReader reader;
    private ValueReader values;
    private Keyspace db;
    private String doing = "start";
    private String key = "";
    private int type = -1;
    private long keys;
    private long expires;
    private long expired;
    private long empty;
    private long libraries;

    /**
     * Makes a check.
     *
     * @param out where it reports to.
     * @param nowMs the time by which keys have expired, milliseconds since 1970.
     */
    public RdbCheck(PrintStream out, long nowMs) {
        this.out = out;
        this.nowMs = nowMs;
    }

    /**
     * Checks a file.
     *
     * @return {@link #SOUND} or {@link #BROKEN}.
     */
    public int run(Path path) {
        say(0, "Checking RDB file " + path);
        try (FileInput input = new FileInput(path);
                Arena arena = new Arena(ARENA_BYTES, false)) {
            return check(input, arena);
        } catch (IOException e) {
            out.println("Cannot open file: " + e.getMessage());
            return BROKEN;
        }
    }

    private int check(FileInput input, Arena arena) {
        Keyspaces keyspaces = new Keyspaces(arena, 1, SEED);
        db = keyspaces.get(0);
        reader = new RdbReader().from(input);
        ValueReader.Types types =
                new ValueReader.Types(
                        new ListType(arena),
                        new SetType(arena, SEED),
                        new SortedSetType(arena, SEED),
                        new HashType(keyspaces.shared(), SEED),
                        new StreamType(arena));
        ValueDisposal.register(keyspaces, types);
        values = new ValueReader(reader, types, ServerConfig.defaults().hot(), () -> {});
        values.strict(true);
        RdbFileReader file = new RdbFileReader(reader, this);
        try {
            file.begin();
            out.println("[info] RDB version " + file.version());
            doing = "read-type";
            while (file.next()) {
                doing = "read-type";
            }
            if (input.size() > input.offset()) {
                say(input.offset(), input.size() - input.offset() + " bytes behind the end");
            }
            say(input.offset(), "\\o/ RDB looks OK! \\o/");
            summary();
            return SOUND;
        } catch (RdbFault fault) {
            complain(fault.offset(), fault.what());
        } catch (OutOfMemory full) {
            complain(reader.offset(), "A value is too large to be checked");
        } finally {
            values.release();
            file.release();
            reader.release();
        }
        return BROKEN;
    }

    private void say(long offset, String text) {
        out.println("[offset " + offset + "] " + text);
    }

    private void complain(long offset, String what) {
        out.println("--- RDB ERROR DETECTED ---");
        say(offset, what);
        out.println("[additional info] While doing: " + doing);
        if (!key.isEmpty()) {
            out.println("[additional info] Reading key '" + key + "'");
        }
        if (type >= 0) {
            out.println("[additional info] Reading type " + type);
        }
        summary();
    }

    private void summary() {
        out.println("[info] " + keys + " keys read");
        out.println("[info] " + expires + " expires");
        out.println("[info] " + expired + " already expired");
        if (empty > 0) {
            out.println("[info] " + empty + " empty keys");
        }
        if (libraries > 0) {
            out.println("[info] " + libraries + " libraries of functions");
        }
    }

    private static String shown(long address, int length) {
        int bytes = Math.min(length, SHOWN_BYTES);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes; i++) {
            int each = UnsafeApi.getByte(address + i) & 255;
            if (each >= ' ' && each < 127) {
                text.append((char) each);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", each));
            }
        }
        return text + (length > bytes ? "..." : "");
    }

    @Override
    public void fact(RdbText name, RdbText value) {
        String line =
                "AUX FIELD "
                        + shown(name.address(), name.length())
                        + " = '"
                        + shown(value.address(), value.length())
                        + "'";
        say(reader.offset(), line);
    }

    @Override
    public void database(long number) {
        say(reader.offset(), "Selecting DB ID " + Long.toUnsignedString(number));
    }

    @Override
    public void sizes(long keysToCome, long expiring) {
        doing = "read-type";
    }

    @Override
    public void library(RdbText source) {
        libraries++;
    }

    @Override
    public void key(
            int form, long address, int length, long until, long idleSeconds, int frequency) {
        doing = "read-object-value";
        type = form;
        key = shown(address, length);
        long entry = values.read(form, db, address, length, Entry.NO_EXPIRY);
        if (entry == ValueReader.EMPTY) {
            empty++;
        } else {
            db.discard(entry);
            while (db.shared().freeSlice()) {
                continue;
            }
        }
        keys++;
        if (until != RdbFileReader.NONE) {
            expires++;
            expired += until < nowMs ? 1 : 0;
        }
        type = -1;
        key = "";
    }

    @Override
    public void end(long told, long real) {
        doing = "check-sum";
        if (told == 0) {
            say(reader.offset(), "RDB file was saved with checksum disabled: no check performed.");
        } else if (told != real) {
            throw reader.corrupt("RDB CRC error");
        } else {
            say(reader.offset(), "Checksum OK");
        }
    }

    /**
     * Runs a check as a program does.
     *
     * @param args the file.
     * @return the exit code.
     */
    public static int main(PrintStream out, PrintStream err, String... args) {
        if (args.length != 1) {
            err.println("Usage: check-rdb <rdb-file-name>");
            return BROKEN;
        }
        PrintStream report = new PrintStream(out, false, StandardCharsets.UTF_8);
        int code = new RdbCheck(report, System.currentTimeMillis()).run(Path.of(args[0]));
        report.flush();
        return code;
    }
}

package dev.spindle.engine.command.server;

import dev.spindle.engine.Engine;
import dev.spindle.engine.info.MemoryFigures;
import dev.spindle.engine.text.MemoryUnits;
import java.util.Locale;

/** Looks at the memory figures for what an operator may want to act on. */
final class MemoryDoctor {

    private static final long TOO_LITTLE_BYTES = 5L << 20;
    private static final double PEAK_FACTOR = 1.5;
    private static final double FRAGMENTATION = 1.4;
    private static final long FRAGMENTATION_BYTES = 10L << 20;
    private static final long BIG_CLIENT_BYTES = 200L << 10;

    private MemoryDoctor() {}

    static String report(Engine engine) {
        MemoryFigures memory = engine.info().memory();
        if (memory.used < TOO_LITTLE_BYTES) {
            return "This server holds too little data to say anything about its memory.\n";
        }
        StringBuilder found = new StringBuilder();
        if (memory.peak > memory.used * PEAK_FACTOR) {
            add(
                    found,
                    "Peak: at its most the server used %s, now it uses %s. Pages freed since then may still be"
                            + " resident; MEMORY PURGE gives them back.",
                    MemoryUnits.human(memory.peak),
                    MemoryUnits.human(memory.used));
        }
        if (MemoryFigures.ratio(memory.active, memory.allocated) > FRAGMENTATION
                && memory.active - memory.allocated > FRAGMENTATION_BYTES) {
            add(
                    found,
                    "Fragmentation: slabs that hold any data take %s for %s of data. Deleting most keys of one"
                            + " size leaves slabs sparse until keys of that size are written again.",
                    MemoryUnits.human(memory.active),
                    MemoryUnits.human(memory.allocated));
        }
        int clients = engine.clients().count();
        if (clients > 0 && memory.clients / clients > BIG_CLIENT_BYTES) {
            add(
                    found,
                    "Clients: their buffers take %s on average. Pipelines without reading replies, or a reader that"
                            + " is too slow, do that; CLIENT LIST shows which.",
                    MemoryUnits.human(memory.clients / clients));
        }
        if (engine.settings().maxMemory > 0
                && engine.usedMemory() > engine.settings().maxMemory / 10 * 9) {
            add(
                    found,
                    "Limit: %s of maxmemory %s are used.",
                    MemoryUnits.human(engine.usedMemory()),
                    MemoryUnits.human(engine.settings().maxMemory));
        }
        return found.length() == 0 ? "Nothing about the memory looks wrong.\n" : found.toString();
    }

    private static void add(StringBuilder found, String format, Object... values) {
        found.append(" * ").append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}

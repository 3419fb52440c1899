package dev.spindle.engine.info;

import dev.spindle.engine.EngineStats;
import dev.spindle.engine.ServerVersion;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.Keyspaces;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.PageToucher;
import dev.spindle.engine.snapshot.Snapshots;
import dev.spindle.engine.type.HashType;
import dev.spindle.perf.agent.StallCause;
import dev.spindle.perf.agent.StallTracker;
import java.util.Locale;

/** What only this server has: turns of the core, the key table's shape, the arena, stalls. */
final class SpindleSection implements InfoSection {

    @Override
    public String title() {
        return "Spindle";
    }

    @Override
    public Shown shown() {
        return Shown.WITH_ALL;
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        EngineStats stats = report.engine().stats();
        out.field("spindle_version", ServerVersion.SPINDLE)
                .field("java_version", System.getProperty("java.version"))
                .field("idle_strategy", report.process().idleStrategy())
                .field("useful_turns", stats.usefulTurns)
                .field("empty_turns", stats.emptyTurns)
                .field("core_load", Math.min(1, stats.workedRate.perSecond() / 1e9), 4)
                .field("core_busy_usec", stats.workedNs / 1000)
                .field("commands_per_turn", average(stats.commands, stats.usefulTurns), 2)
                .field("batches", stats.batches)
                .field("commands_per_batch", average(stats.commands, stats.batches), 2)
                .field("expire_lag_ms", report.engine().keyspaces().shared().stats().expireLagMs);
        out.field(
                "defrag_longest_slice_usec",
                report.engine().cron().defrag().longestSliceNs() / 1000);
        writeTables(out, report.engine().keyspaces());
        writeShapes(out, report.engine().hashes());
        writeArena(out, report);
        PageToucher toucher = report.process().pageToucher();
        if (toucher != null) {
            out.field("pages_touched_bytes", toucher.touchedBytes())
                    .field("pages_ready_bytes", toucher.readyBytes());
        }
        writeSnapshots(out, report.engine().snapshots());
        writeStalls(out, stats.stalls);
    }

    private static double average(long what, long of) {
        return of == 0 ? 0 : (double) what / of;
    }

    private static void writeSnapshots(InfoText out, Snapshots snapshots) {
        out.field("snapshots_taken", snapshots.taken())
                .field("snapshot_preserved_bytes", snapshots.preservedBytes())
                .field("snapshot_last_preserved_bytes", snapshots.lastPreservedBytes())
                .field("snapshot_peak_preserved_bytes", snapshots.peakBytes())
                .field("snapshot_held_bytes", snapshots.heldBytes())
                .field("snapshot_budget_bytes", snapshots.budgetBytes())
                .field("snapshot_budget_passed", snapshots.budgetPassed());
    }

    private static void writeTables(InfoText out, Keyspaces databases) {
        long keys = 0;
        long buckets = 0;
        long overflow = 0;
        long splits = 0;
        long merges = 0;
        for (int i = 0; i < databases.count(); i++) {
            KeyTable table = databases.get(i).table();
            keys += table.size();
            buckets += table.buckets();
            overflow += table.overflowBuckets();
            splits += table.splits();
            merges += table.merges();
        }
        out.field("key_table_buckets", buckets)
                .field("key_table_overflow_buckets", overflow)
                .field("key_table_load", buckets == 0 ? 0 : (double) keys / buckets, 2)
                .field("key_table_splits", splits)
                .field("key_table_merges", merges);
    }

    private static void writeShapes(InfoText out, HashType hashes) {
        out.field("hash_shapes", hashes.sharedShapes())
                .field("hash_shape_bytes", hashes.sharedShapeBytes());
    }

    private static void writeArena(InfoText out, InfoReport report) {
        Arena arena = report.engine().arena();
        out.field("arena_used_bytes", arena.usedBytes())
                .field("arena_allocations", arena.allocations())
                .field("arena_extent_bytes", arena.extentBytes())
                .field("arena_slab_free_bytes", arena.slabFreeBytes())
                .field("arena_free_run_bytes", arena.freeRunBytes())
                .field("arena_reserved_bytes", arena.reservedBytes())
                .field("buffers_lent_bytes", report.engine().blocks().lentBytes())
                .field("buffers_kept_bytes", report.engine().blocks().pooledBytes());
    }

    private static void writeStalls(InfoText out, StallTracker stalls) {
        if (stalls == null) {
            return;
        }
        out.field("stalls", stalls.longTurns())
                .field("longest_stall_usec", stalls.longestNs() / 1000)
                .field("longest_stall_own_usec", stalls.longestOwnNs() / 1000)
                .field("longest_stall_cause", word(stalls.longestCause()));
        for (StallCause cause : StallCause.values()) {
            if (stalls.longTurns(cause) > 0) {
                out.add("stalls_").begin(word(cause)).add(stalls.longTurns(cause)).end();
            }
        }
    }

    private static String word(StallCause cause) {
        return cause.name().toLowerCase(Locale.ROOT);
    }
}

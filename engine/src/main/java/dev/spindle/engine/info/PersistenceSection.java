package dev.spindle.engine.info;

import dev.spindle.engine.Engine;
import dev.spindle.engine.Loading;
import dev.spindle.engine.snapshot.Snapshots;

/** Snapshots and log: what {@link PersistenceFigures}, the running snapshot and the running load say. */
final class PersistenceSection implements InfoSection {

    @Override
    public String title() {
        return "Persistence";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        Engine engine = report.engine();
        PersistenceFigures figures = engine.persistenceFigures();
        long nowSeconds = engine.epochClock().epochMs() / 1000;
        Loading loading = engine.loading();
        out.field("loading", loading.isActive() ? 1 : 0).zero("async_loading");
        writeRunning(out, engine.snapshots(), figures);
        out.field("rdb_changes_since_last_save", engine.keyspaces().shared().stats().dirty)
                .field("rdb_bgsave_in_progress", figures.saving ? 1 : 0)
                .field("rdb_last_save_time", figures.lastSaveSeconds)
                .field("rdb_last_bgsave_status", figures.lastSaveOk ? "ok" : "err")
                .field("rdb_last_bgsave_time_sec", figures.lastSaveTookSeconds)
                .field(
                        "rdb_current_bgsave_time_sec",
                        figures.saving ? nowSeconds - figures.savingSinceSeconds : -1)
                .field("rdb_saves", figures.saves)
                .field("rdb_last_cow_size", figures.lastSavePreservedBytes)
                .field("rdb_last_load_keys_expired", loading.keysExpired())
                .field("rdb_last_load_keys_loaded", loading.keysLoaded());
        LogFigures log = report.engine().logFigures();
        writeLog(out, log, report.engine().epochClock().epochMs());
        out.zero("module_fork_in_progress", "module_fork_last_cow_size");
        if (log.enabled) {
            out.field("aof_current_size", log.currentSize)
                    .field("aof_base_size", log.baseSize)
                    .zero("aof_pending_rewrite")
                    .field("aof_buffer_length", log.bufferLength)
                    .field("aof_buffer_survives_kill", log.survivesKill ? 1 : 0)
                    .field("aof_pending_bio_fsync", log.pendingForces)
                    .field("aof_delayed_fsync", log.delayedForces);
        }
        writeSnapshots(out, engine.snapshots());
        if (loading.isActive()) {
            writeLoading(out, loading, engine.epochClock().epochMs());
        }
    }

    // What this server alone has: pages that a snapshot preserves, where another one forks.
    private static void writeSnapshots(InfoText out, Snapshots snapshots) {
        out.field("snapshot_in_progress", snapshots.isRunning() ? 1 : 0)
                .field("snapshot_preserved_bytes", snapshots.preservedBytes())
                .field("snapshot_preserved_bytes_last", snapshots.lastPreservedBytes())
                .field("snapshot_preserved_bytes_peak", snapshots.peakBytes())
                .field("snapshot_memory_held_bytes", snapshots.heldBytes())
                .field("snapshot_memory_budget", snapshots.budgetBytes())
                .field("snapshot_memory_budget_passed", snapshots.budgetPassed())
                .field("snapshot_begin_nsec_last", snapshots.lastBeginNs());
    }

    private static void writeLoading(InfoText out, Loading loading, long nowMs) {
        double share =
                loading.totalBytes() == 0
                        ? 0
                        : 100.0 * loading.loadedBytes() / loading.totalBytes();
        out.field("loading_start_time", loading.startedMs() / 1000)
                .field("loading_total_bytes", loading.totalBytes())
                .field("loading_rdb_used_mem", loading.usedMemory())
                .field("loading_loaded_bytes", loading.loadedBytes())
                .field("loading_loaded_perc", share, 2)
                .field("loading_eta_seconds", loading.etaSeconds(nowMs));
    }

    private static void writeLog(InfoText out, LogFigures log, long nowMs) {
        out.field("aof_enabled", log.enabled ? 1 : 0)
                .field("aof_rewrite_in_progress", log.rewriting ? 1 : 0)
                .field("aof_rewrite_scheduled", log.scheduled ? 1 : 0)
                .field("aof_last_rewrite_time_sec", log.lastRewriteSeconds)
                .field(
                        "aof_current_rewrite_time_sec",
                        log.rewriting ? (nowMs - log.rewritingSinceMs) / 1000 : -1)
                .field("aof_last_bgrewrite_status", log.lastRewriteOk ? "ok" : "err")
                .field("aof_rewrites", log.rewrites)
                .field("aof_rewrites_consecutive_failures", log.consecutiveFailures)
                .field("aof_last_write_status", log.lastWriteOk ? "ok" : "err")
                .field("aof_last_cow_size", log.lastPreservedBytes);
    }

    // What a forked child would share no more is here what the core had to preserve; it is known as
    // of now.
    private static void writeRunning(
            InfoText out, Snapshots snapshots, PersistenceFigures figures) {
        long preserved = snapshots.preservedBytes();
        out.field("current_cow_peak", preserved)
                .field("current_cow_size", preserved)
                .field("current_cow_size_age", 0)
                .field(
                        "current_fork_perc",
                        figures.keysToWrite == 0
                                ? 0
                                : 100.0 * figures.keysWritten / figures.keysToWrite,
                        2)
                .field("current_save_keys_processed", figures.keysWritten)
                .field("current_save_keys_total", figures.keysToWrite);
    }
}

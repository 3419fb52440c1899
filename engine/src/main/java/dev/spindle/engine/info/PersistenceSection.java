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
        out.field("loading", loading.isActive() ? 1 : 0).field("async_loading", 0);
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
                .field("rdb_last_load_keys_loaded", loading.keysLoaded())
                .zero("aof_enabled", "aof_rewrite_in_progress", "aof_rewrite_scheduled")
                .field("aof_last_rewrite_time_sec", -1)
                .field("aof_current_rewrite_time_sec", -1)
                .field("aof_last_bgrewrite_status", "ok")
                .zero("aof_rewrites", "aof_rewrites_consecutive_failures")
                .field("aof_last_write_status", "ok")
                .zero("aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size");
        if (loading.isActive()) {
            writeLoading(out, loading, report.engine().epochClock().epochMs());
        }
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

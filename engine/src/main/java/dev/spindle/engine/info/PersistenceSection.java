package dev.spindle.engine.info;

import dev.spindle.engine.Engine;
import dev.spindle.engine.snapshot.Snapshots;

/** Snapshots and log: what {@link PersistenceFigures} and the running snapshot say. */
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
        out.zero("loading", "async_loading");
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
                .zero(
                        "rdb_last_load_keys_expired",
                        "rdb_last_load_keys_loaded",
                        "aof_enabled",
                        "aof_rewrite_in_progress",
                        "aof_rewrite_scheduled")
                .field("aof_last_rewrite_time_sec", -1)
                .field("aof_current_rewrite_time_sec", -1)
                .field("aof_last_bgrewrite_status", "ok")
                .zero("aof_rewrites", "aof_rewrites_consecutive_failures")
                .field("aof_last_write_status", "ok")
                .zero("aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size");
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

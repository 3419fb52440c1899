package dev.spindle.engine.info;

import dev.spindle.engine.Loading;

/** Snapshots and log, of a server that has neither; the modules that bring them put their own section in its place. */
final class PersistenceSection implements InfoSection {

    @Override
    public String title() {
        return "Persistence";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        Loading loading = report.engine().loading();
        out.field("loading", loading.isActive() ? 1 : 0)
                .zero(
                        "async_loading",
                        "current_cow_peak",
                        "current_cow_size",
                        "current_cow_size_age")
                .field("current_fork_perc", 0, 2)
                .zero("current_save_keys_processed", "current_save_keys_total")
                .field(
                        "rdb_changes_since_last_save",
                        report.engine().keyspaces().shared().stats().dirty)
                .field("rdb_bgsave_in_progress", 0)
                .field("rdb_last_save_time", report.process().startedMs() / 1000)
                .field("rdb_last_bgsave_status", "ok")
                .field("rdb_last_bgsave_time_sec", -1)
                .field("rdb_current_bgsave_time_sec", -1)
                .zero("rdb_saves", "rdb_last_cow_size")
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
}

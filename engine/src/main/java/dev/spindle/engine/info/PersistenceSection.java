package dev.spindle.engine.info;

/** Snapshots and log, of a server that has neither; the modules that bring them put their own section in its place. */
final class PersistenceSection implements InfoSection {

    @Override
    public String title() {
        return "Persistence";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        out.zero(
                        "loading",
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
                .zero(
                        "rdb_saves",
                        "rdb_last_cow_size",
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
}

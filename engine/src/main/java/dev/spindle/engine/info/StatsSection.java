package dev.spindle.engine.info;

import dev.spindle.engine.EngineStats;
import dev.spindle.engine.keyspace.KeyspaceStats;
import dev.spindle.engine.pubsub.PubSub;
import dev.spindle.engine.pubsub.Tracking;
import dev.spindle.perf.latency.LatencyRecorder;
import dev.spindle.perf.latency.LatencyRecorders;

/** Counters since the start or the last CONFIG RESETSTAT. */
final class StatsSection implements InfoSection {

    @Override
    public String title() {
        return "Stats";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        EngineStats stats = report.engine().stats();
        KeyspaceStats keys = report.engine().keyspaces().shared().stats();
        long over = report.engine().cron().eviction().overLimitNs();
        Tracking tracking = report.engine().tracking();
        PubSub pubsub = report.engine().pubsub();
        out.field("total_connections_received", stats.connections)
                .field("total_commands_processed", stats.commands)
                .field("instantaneous_ops_per_sec", stats.commandRate.perSecond())
                .field("total_net_input_bytes", stats.bytesIn)
                .field("total_net_output_bytes", stats.bytesOut)
                .zero("total_net_repl_input_bytes", "total_net_repl_output_bytes")
                .field("instantaneous_input_kbps", stats.inputRate.kiloPerSecond(), 2)
                .field("instantaneous_output_kbps", stats.outputRate.kiloPerSecond(), 2)
                .field("instantaneous_input_repl_kbps", 0, 2)
                .field("instantaneous_output_repl_kbps", 0, 2)
                .field("rejected_connections", stats.rejectedConnections)
                .zero("sync_full", "sync_partial_ok", "sync_partial_err")
                .field("expired_keys", keys.expired)
                .field("expired_subkeys", keys.expiredElements)
                .field("expired_stale_perc", keys.expiredStaleShare * 100, 2)
                .field("expired_time_cap_reached_count", keys.expiredTimeCapReached)
                .field("expire_cycle_cpu_milliseconds", keys.expireCycleNs / 1_000_000)
                .field("evicted_keys", keys.evicted)
                .field("evicted_clients", stats.evictedClients)
                .field("total_eviction_exceeded_time", (keys.overLimitNs + over) / 1_000_000)
                .field("current_eviction_exceeded_time", over / 1_000_000)
                .field("keyspace_hits", keys.hits)
                .field("keyspace_misses", keys.misses)
                .field("pubsub_channels", pubsub.topics(PubSub.Kind.CHANNEL))
                .field("pubsub_patterns", pubsub.topics(PubSub.Kind.PATTERN))
                .field("pubsubshard_channels", pubsub.topics(PubSub.Kind.SHARD_CHANNEL))
                .field("latest_fork_usec", report.engine().snapshots().lastBeginNs() / 1000)
                .field("total_forks", report.engine().snapshots().taken())
                .field("migrate_cached_sockets", stats.cachedPeers)
                .zero("slave_expires_tracked_keys");
        writeDefrag(out, keys, report.engine().cron().defrag().runningNs());
        out.field("tracking_total_keys", tracking.totalKeys())
                .field("tracking_total_items", tracking.totalItems())
                .field("tracking_total_prefixes", tracking.totalPrefixes())
                .field("unexpected_error_replies", 0)
                .field("total_error_replies", stats.errorReplies)
                .field("dump_payload_sanitizations", 0)
                .field("total_reads_processed", stats.reads)
                .field("total_writes_processed", stats.writes)
                .zero(
                        "io_threaded_reads_processed",
                        "io_threaded_writes_processed",
                        "reply_buffer_shrinks",
                        "reply_buffer_expands");
        writeTurns(out, report, stats);
        out.field("acl_access_denied_auth", stats.authFailures)
                .zero(
                        "acl_access_denied_cmd",
                        "acl_access_denied_key",
                        "acl_access_denied_channel");
    }

    private static void writeDefrag(InfoText out, KeyspaceStats keys, long runningNs) {
        out.field("active_defrag_hits", keys.defragHits)
                .field("active_defrag_misses", keys.defragMisses)
                .field("active_defrag_key_hits", keys.defragKeyHits)
                .field("active_defrag_key_misses", keys.defragKeyMisses)
                .field("total_active_defrag_time", (keys.defragNs + runningNs) / 1_000_000)
                .field("current_active_defrag_time", runningNs / 1_000_000);
    }

    // A cycle of the event loop is a turn that had work: empty ones cost nobody anything.
    private static void writeTurns(InfoText out, InfoReport report, EngineStats stats) {
        long commandNs = 0;
        LatencyRecorders recorders = report.engine().latency();
        for (int id = 0; id < recorders.ids(); id++) {
            LatencyRecorder recorder = recorders.get(id);
            commandNs += recorder == null ? 0 : recorder.totalNs();
        }
        long turnsPerSecond = stats.turnRate.perSecond();
        out.field("eventloop_cycles", stats.usefulTurns)
                .field("eventloop_duration_sum", stats.workedNs / 1000)
                .field("eventloop_duration_cmd_sum", commandNs / 1000)
                .field("instantaneous_eventloop_cycles_per_sec", turnsPerSecond)
                .field(
                        "instantaneous_eventloop_duration_usec",
                        turnsPerSecond == 0
                                ? 0
                                : stats.workedRate.perSecond() / turnsPerSecond / 1000);
    }
}

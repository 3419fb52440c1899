package dev.spindle.engine.info;

import static dev.spindle.engine.info.MemoryFigures.ratio;

import dev.spindle.engine.keyspace.KeyspaceShared;

/** Where the memory is. */
final class MemorySection implements InfoSection {

    @Override
    public String title() {
        return "Memory";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        MemoryFigures memory = report.memory();
        out.bytes("used_memory", memory.used)
                .bytes("used_memory_rss", memory.rss)
                .bytes("used_memory_peak", memory.peak)
                .percent("used_memory_peak_perc", memory.peakPercent())
                .field("used_memory_overhead", memory.overhead())
                .field("used_memory_startup", memory.startup)
                .field("used_memory_dataset", memory.dataset())
                .percent("used_memory_dataset_perc", memory.datasetPercent())
                .field("allocator_allocated", memory.allocated)
                .field("allocator_active", memory.active)
                .field("allocator_resident", memory.resident)
                .bytes("total_system_memory", report.process().totalMemoryBytes());
        writeScripts(out);
        out.bytes("maxmemory", report.engine().settings().maxMemory)
                .field("maxmemory_policy", report.config().text("maxmemory-policy"));
        writeRatios(out, memory);
        KeyspaceShared keyspace = report.engine().keyspaces().shared();
        out.field("mem_not_counted_for_evict", memory.notCounted)
                .zero("mem_replication_backlog", "mem_total_replication_buffers")
                .field("mem_clients_slaves", 0)
                .field("mem_clients_normal", memory.clients)
                .zero("mem_cluster_links", "mem_aof_buffer")
                .field("mem_allocator", "spindle-arena")
                .field("active_defrag_running", report.engine().cron().defrag().percent())
                .field("lazyfree_pending_objects", keyspace.pendingFrees())
                .field("lazyfreed_objects", keyspace.stats().lazyFreed);
    }

    private static void writeScripts(InfoText out) {
        out.zero("used_memory_lua", "used_memory_vm_eval")
                .human("used_memory_lua", 0)
                .zero(
                        "used_memory_scripts_eval",
                        "number_of_cached_scripts",
                        "number_of_functions",
                        "number_of_libraries",
                        "used_memory_vm_functions")
                .bytes("used_memory_vm_total", 0)
                .field("used_memory_functions", 0)
                .bytes("used_memory_scripts", 0);
    }

    private static void writeRatios(InfoText out, MemoryFigures memory) {
        out.field("allocator_frag_ratio", ratio(memory.active, memory.allocated), 2)
                .field("allocator_frag_bytes", memory.active - memory.allocated)
                .field("allocator_rss_ratio", ratio(memory.resident, memory.active), 2)
                .field("allocator_rss_bytes", memory.resident - memory.active)
                .field("rss_overhead_ratio", ratio(memory.rss, memory.resident), 2)
                .field("rss_overhead_bytes", memory.rss - memory.resident)
                .field("mem_fragmentation_ratio", ratio(memory.rss, memory.used), 2)
                .field("mem_fragmentation_bytes", memory.rss - memory.used);
    }
}

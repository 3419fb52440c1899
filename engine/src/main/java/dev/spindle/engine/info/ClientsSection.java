package dev.spindle.engine.info;

import dev.spindle.engine.blocking.BlockedClients;
import dev.spindle.engine.session.Session;

/** Who is connected. */
final class ClientsSection implements InfoSection {

    @Override
    public String title() {
        return "Clients";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        long mostInput = 0;
        long mostOutput = 0;
        for (Session session : report.engine().clients().all()) {
            mostInput = Math.max(mostInput, session.input().heldBytes());
            mostOutput = Math.max(mostOutput, session.output().heldBytes());
        }
        BlockedClients blocked = report.engine().blocked();
        out.field("connected_clients", report.engine().clients().count())
                .field("cluster_connections", 0)
                .field("maxclients", report.process().maxClients())
                .field("client_recent_max_input_buffer", mostInput)
                .field("client_recent_max_output_buffer", mostOutput)
                .field("blocked_clients", blocked.count() + report.engine().clients().paused())
                .field("tracking_clients", report.engine().tracking().trackingClients())
                .field("clients_in_timeout_table", blocked.timed())
                .field("total_blocking_keys", blocked.keys())
                .field("total_blocking_keys_on_nokey", blocked.keysServedWithout());
    }
}

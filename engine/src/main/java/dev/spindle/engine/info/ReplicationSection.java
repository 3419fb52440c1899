package dev.spindle.engine.info;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Replication, of a server that has no replicas; the module that brings it puts its own section in its place. */
final class ReplicationSection implements InfoSection {

    private static final int ID_BYTES = 20;
    private static final String NO_ID = "0".repeat(2 * ID_BYTES);

    private final String id = newId();

    private static String newId() {
        byte[] bytes = new byte[ID_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public String title() {
        return "Replication";
    }

    @Override
    public void write(InfoText out, InfoReport report) {
        out.field("role", "master")
                .field("connected_slaves", 0)
                .field("master_failover_state", "no-failover")
                .field("master_replid", id)
                .field("master_replid2", NO_ID)
                .field("master_repl_offset", 0)
                .field("second_repl_offset", -1)
                .field("repl_backlog_active", 0)
                .field("repl_backlog_size", report.config().number("repl-backlog-size"))
                .field("repl_backlog_first_byte_offset", 0)
                .field("repl_backlog_histlen", 0);
    }
}

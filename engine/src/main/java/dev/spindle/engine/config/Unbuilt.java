package dev.spindle.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is configured and cannot be obeyed yet.
 *
 * <p>A server that ignored such a line in silence would be open to everyone, serve plain text, or take writes of a data set that is
 * another's. So whatever guards access or decides what a server is ends the start; the rest is a warning in the log, once per parameter
 * that was set to something else than its default.
 */
public final class Unbuilt {

    private static final Map<String, String> REFUSED = new LinkedHashMap<>();

    static {
        REFUSED.put(
                "user", "ACL users are not supported by this version: use requirepass, or none");
        REFUSED.put(
                "aclfile", "ACL files are not supported by this version: use requirepass, or none");
        REFUSED.put("loadmodule", "modules cannot be loaded: they are written for another server");
        REFUSED.put("tls-port", "TLS is not supported by this version");
        REFUSED.put("replicaof", "replication is not supported by this version");
        REFUSED.put("cluster-enabled", "cluster mode is not supported by this version");
    }

    private Unbuilt() {}

    /**
     * Looks for what must not be ignored.
     *
     * @throws ConfigException with Redis's block of text for the line.
     */
    static void refuse(ServerConfig config) {
        REFUSED.forEach(
                (name, reason) -> {
                    ConfigLine line = config.origin(name);
                    ConfigParameter.Cell<?> cell = config.cell(name);
                    if (line != null && (cell == null || !cell.isInitial())) {
                        throw ConfigException.atLine(line, reason);
                    }
                });
    }

    /** A line for the log for each parameter that was configured and has no effect yet. */
    public static List<String> warnings(ServerConfig config) {
        List<String> lines = new ArrayList<>();
        for (ConfigParameter<?> row : ConfigTable.rows()) {
            ConfigParameter.Cell<?> cell = config.cell(row.name());
            if (row.support() == Support.LATER
                    && config.origin(row.name()) != null
                    && !cell.isInitial()
                    && !cell.text().isEmpty()) {
                lines.add(warning(row, cell.text()));
            }
        }
        return lines;
    }

    static String warning(ConfigParameter<?> row, String value) {
        boolean secret = row.name().contains("auth") || row.name().endsWith("-pass");
        return "WARNING: "
                + row.name()
                + (secret ? " is set" : " is '" + value + "'")
                + ", but this version does not obey it yet ("
                + row.note()
                + ").";
    }
}

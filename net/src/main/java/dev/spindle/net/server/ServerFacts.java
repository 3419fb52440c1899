package dev.spindle.net.server;

import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.info.OwnProcess;
import dev.spindle.engine.memory.PageToucher;
import java.util.List;

/** What INFO asks of the server: facts of the process, and what the configuration made of them. */
final class ServerFacts extends OwnProcess {

    private final ServerConfig config;
    private final Listeners listeners;
    private final String multiplexing;
    private final PageToucher toucher;

    /**
     * Facts of a server that listens already.
     *
     * @param listeners where it listens.
     * @param multiplexing how its sockets are waited for.
     * @param toucher what keeps memory ready.
     */
    ServerFacts(
            long startedMs,
            ServerConfig config,
            Listeners listeners,
            String multiplexing,
            PageToucher toucher) {
        super(startedMs);
        this.config = config;
        this.listeners = listeners;
        this.multiplexing = multiplexing;
        this.toucher = toucher;
    }

    @Override
    public String configFile() {
        return config.file() == null ? "" : config.file().toString();
    }

    @Override
    public int tcpPort() {
        return listeners.port();
    }

    @Override
    public List<String> listeners() {
        String path = config.text("unixsocket");
        StringBuilder tcp = new StringBuilder("name=tcp");
        for (String address : config.bindAddresses()) {
            tcp.append(",bind=").append(address);
        }
        tcp.append(",port=").append(listeners.port());
        if (path.isEmpty()) {
            return List.of(tcp.toString());
        }
        String unix = "name=unix,bind=" + path;
        return listeners.port() == 0 ? List.of(unix) : List.of(tcp.toString(), unix);
    }

    @Override
    public String supervision() {
        return config.text("supervised");
    }

    @Override
    public String multiplexing() {
        return multiplexing;
    }

    @Override
    public long maxClients() {
        return config.number("maxclients");
    }

    @Override
    public PageToucher pageToucher() {
        return toucher;
    }

    @Override
    public String idleStrategy() {
        return config.text("idle-strategy");
    }
}

package dev.spindle.net.server;

import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.net.reactor.Listener;
import dev.spindle.net.reactor.Reactor;
import dev.spindle.net.server.ListenAddresses.Bound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The sockets that clients connect to: those of {@code port} and {@code bind}, and the one of {@code unixsocket}.
 *
 * <p>CONFIG SET moves the first kind while clients are connected, who notice nothing. New sockets are opened before old ones are closed,
 * so that a move that fails changes nothing. The one exception are addresses that overlap on one port, such as {@code *} and {@code
 * 127.0.0.1}, which the system does not give out twice: then the old ones are closed first, and opened again if the new ones cannot be
 * had. Addresses that stay are never touched.
 *
 * <p>{@link #open} on the thread that starts the server, all else on the core thread.
 */
final class Listeners {

    private static final String NO_PORT = "Unable to listen on this port. Check server logs.";
    private static final String NO_ADDRESS = "Failed to bind to specified addresses.";

    private final ServerConfig config;
    private final Reactor reactor;
    private final ServerLog log;
    private List<Bound> network = List.of();
    private Listener unix;
    private List<String> hosts = List.of();

    /** The port that the system chose at start since none was configured; else 0. */
    private int chosenPort;

    private volatile int port;

    Listeners(ServerConfig config, Reactor reactor, ServerLog log) {
        this.config = config;
        this.reactor = reactor;
        this.log = log;
    }

    /**
     * Listens as configured, and follows the configuration from now on.
     *
     * @throws StartFailure with Redis's words, which have been logged.
     */
    void open() throws IOException {
        boolean hasUnix = !config.text("unixsocket").isEmpty();
        int wanted = (int) config.number("port");
        hosts = ListenAddresses.mergeWildcards(config.bindAddresses());
        // Port 0 switches TCP off where there is a path to listen on; else the system chooses a
        // port.
        if (wanted != 0 || !hasUnix) {
            network = ListenAddresses.bind(hosts, wanted, backlog(), this::warn);
            if (network == null) {
                throw failure("Failed listening on port " + wanted + " (TCP), aborting.");
            }
            port = network.isEmpty() ? wanted : network.get(0).listener().port();
            chosenPort = wanted == 0 ? port : 0;
        }
        if (hasUnix) {
            unix = openUnix();
        }
        if (network.isEmpty() && unix == null) {
            throw failure("Configured to not listen anywhere, exiting.");
        }
        for (Bound bound : network) {
            reactor.listen(bound.listener());
        }
        if (unix != null) {
            reactor.listen(unix);
        }
        config.guard("port", () -> follow("port", NO_PORT));
        config.guard("bind", () -> follow("bind", NO_ADDRESS));
    }

    private Listener openUnix() {
        Path path = config.path("unixsocket");
        try {
            Files.deleteIfExists(path);
            Listener listener = Listener.bindUnix(path, config.text("unixsocket"), backlog());
            int permissions = (int) config.number("unixsocketperm");
            if (permissions != 0) {
                Files.setPosixFilePermissions(path, permissions(permissions));
            }
            return listener;
        } catch (IOException e) {
            throw failure("Failed opening Unix socket: bind: " + e.getMessage());
        }
    }

    private static Set<PosixFilePermission> permissions(int bits) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((bits & 0400 >> i) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }

    private StartFailure failure(String text) {
        warn(text);
        return new StartFailure(text);
    }

    private void warn(String text) {
        log.log(LogLevel.WARNING, text);
    }

    private int backlog() {
        return (int) config.number("tcp-backlog");
    }

    /** Moves to where the configuration says; answers null, or why that cannot be. */
    private String follow(String name, String refusal) {
        int configured = (int) config.number("port");
        int wantedPort = configured == 0 ? chosenPort : configured;
        List<String> wantedHosts = ListenAddresses.mergeWildcards(config.bindAddresses());
        if (wantedPort == port && wantedHosts.equals(hosts)) {
            return null;
        }
        try {
            boolean moved =
                    wantedPort != port
                            ? moveToPort(wantedPort, wantedHosts)
                            : moveToHosts(wantedHosts);
            if (moved) {
                port = wantedPort;
                hosts = wantedHosts;
                return null;
            }
        } catch (IOException e) {
            warn("Listening elsewhere: " + e.getMessage());
        }
        if (name.equals("bind")) {
            warn("Failed to bind");
        }
        ConfigWiring.logRefusal(log, name);
        return refusal;
    }

    private boolean moveToPort(int wanted, List<String> wantedHosts) throws IOException {
        List<Bound> opened =
                wanted == 0
                        ? List.of()
                        : ListenAddresses.bind(wantedHosts, wanted, backlog(), this::warn);
        if (opened == null) {
            return false;
        }
        replace(network, opened);
        network = opened;
        return true;
    }

    private boolean moveToHosts(List<String> wantedHosts) throws IOException {
        List<Bound> gone = new ArrayList<>(network);
        List<Bound> kept = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String host : wantedHosts) {
            Bound same = take(gone, host);
            if (same != null) {
                kept.add(same);
            } else {
                missing.add(host);
            }
        }
        boolean mayCloseFirst = !gone.isEmpty() && reactor.freesAddressesAtOnce();
        Consumer<String> told = mayCloseFirst ? text -> {} : this::warn;
        List<Bound> opened = port == 0 ? List.of() : bind(missing, told);
        if (opened == null && mayCloseFirst) {
            replace(gone, List.of());
            opened = bind(missing, this::warn);
            if (opened == null) {
                reopen(kept, gone);
                return false;
            }
            gone = List.of();
        }
        if (opened == null) {
            return false;
        }
        replace(gone, opened);
        kept.addAll(opened);
        network = kept;
        return true;
    }

    private List<Bound> bind(List<String> missing, Consumer<String> told) {
        return ListenAddresses.bind(missing, port, backlog(), told);
    }

    private static Bound take(List<Bound> from, String address) {
        String host = ListenAddresses.host(address);
        for (Bound bound : from) {
            if (bound.host().equals(host)) {
                from.remove(bound);
                return bound;
            }
        }
        return null;
    }

    // Somebody may have taken the port in the blink between; Redis ends then, we serve those that
    // are connected.
    private void reopen(List<Bound> kept, List<Bound> gone) throws IOException {
        List<Bound> restored = bind(gone.stream().map(Bound::host).toList(), this::warn);
        network = kept;
        if (restored == null) {
            warn("Failed to restore old listening sockets.");
            return;
        }
        replace(List.of(), restored);
        network.addAll(restored);
    }

    private void replace(List<Bound> old, List<Bound> opened) throws IOException {
        for (Bound bound : opened) {
            reactor.listen(bound.listener());
        }
        for (Bound bound : old) {
            reactor.stopListening(bound.listener());
        }
    }

    /** The port it listens on; 0 when on a path alone. From any thread. */
    int port() {
        return port;
    }

    /** Logs where it listens. */
    void announce() {
        if (!network.isEmpty()) {
            log.log(LogLevel.NOTICE, "Ready to accept connections");
        }
        if (unix != null) {
            log.log(
                    LogLevel.NOTICE,
                    "The server is now ready to accept connections at "
                            + config.text("unixsocket"));
        }
    }

    /** Removes what a path leaves behind; the sockets themselves are closed by the reactor. */
    void cleanUp() {
        if (unix != null) {
            log.log(LogLevel.NOTICE, "Removing the unix socket file.");
            try {
                Files.deleteIfExists(unix.unixPath());
            } catch (IOException e) {
                // The next start deletes it.
                return;
            }
        }
    }

    /** Closes what was opened by a server that does not start after all. */
    void abandon() {
        try {
            for (Bound bound : network == null ? List.<Bound>of() : network) {
                bound.listener().close();
            }
            if (unix != null) {
                unix.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

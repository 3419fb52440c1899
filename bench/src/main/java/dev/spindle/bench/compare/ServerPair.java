package dev.spindle.bench.compare;

import java.io.IOException;

/** Both servers, of which one runs at a time. */
final class ServerPair implements AutoCloseable {
    private final ServerProcess[] servers = new ServerProcess[Role.values().length];

    ServerPair(ServerLauncher launcher, String idleStrategy) throws IOException {
        try {
            for (Role role : Role.values()) {
                servers[role.ordinal()] = launcher.start(role, idleStrategy);
                servers[role.ordinal()].suspend();
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** Suspends the other server, lets this one run and returns it. */
    ServerProcess activate(Role role) throws IOException {
        servers[role.other().ordinal()].suspend();
        ServerProcess server = servers[role.ordinal()];
        server.resume();
        return server;
    }

    @Override
    public void close() throws IOException {
        for (ServerProcess server : servers) {
            if (server != null) {
                server.close();
            }
        }
    }
}

package dev.spindle.net.server;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.session.Session;
import dev.spindle.net.reactor.Listener;
import dev.spindle.net.reactor.Reactor;
import dev.spindle.net.reactor.ReactorSettings;
import dev.spindle.perf.agent.IdleMode;
import dev.spindle.perf.clock.EpochClock;
import dev.spindle.perf.clock.NanoClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A running server: engine, reactor and core thread. */
public final class SpindleServer implements AutoCloseable {

    private final Engine engine;
    private final Reactor reactor;
    private final Thread core;
    private final int port;

    private SpindleServer(Engine engine, Reactor reactor, int port) {
        this.engine = engine;
        this.reactor = reactor;
        this.port = port;
        core = new Thread(this::runCore, "core");
    }

    /** Starts a server as the command line says. */
    public static SpindleServer start(String... args) throws IOException {
        int port = 6379;
        ReactorSettings settings = new ReactorSettings();
        for (int i = 0; i + 1 < args.length; i += 2) {
            if (args[i].equals("--port")) {
                port = Integer.parseInt(args[i + 1]);
            } else if (args[i].equals("--idle-strategy")) {
                settings.idleMode = IdleMode.parse(args[i + 1]);
            }
        }
        Engine engine =
                new Engine(
                        new Arena(Memory.reach(), true),
                        16,
                        System.nanoTime(),
                        CommandFamilies.rows(),
                        NanoClock.SYSTEM,
                        EpochClock.system(),
                        new Host());
        Reactor reactor = new Reactor(engine, settings);
        Listener listener =
                Listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 511);
        reactor.listen(listener);
        SpindleServer server = new SpindleServer(engine, reactor, listener.port());
        server.core.start();
        System.out.println("Ready to accept connections");
        return server;
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Waits until it has ended. */
    public void awaitEnd() throws InterruptedException {
        core.join();
    }

    private void runCore() {
        reactor.run();
        engine.close();
    }

    @Override
    public void close() {
        reactor.stop();
        boolean interrupted = false;
        while (core.isAlive()) {
            try {
                core.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Host implements EngineHost {
        @Override
        public void log(LogLevel level, String text) {
            System.out.println(text);
        }

        @Override
        public void protocolError(Session session, String text) {}

        @Override
        public void shutdown() {}
    }
}

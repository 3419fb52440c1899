package dev.spindle.net.client;

import dev.spindle.engine.testkit.RealRedis;
import dev.spindle.net.server.SpindleServer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The servers that a suite runs against. */
enum Contestant {
    REDIS {
        @Override
        Running start(String... options) {
            RealRedis redis = RealRedis.start(options);
            return new Running(redis.port(), redis::close);
        }
    },
    SPINDLE {
        @Override
        Running start(String... options) {
            List<String> words =
                    new ArrayList<>(List.of("--port", "0", "--bind", "127.0.0.1", "--save", ""));
            words.addAll(List.of("--idle-strategy", "block", "--logfile", "/dev/null"));
            words.addAll(List.of(options));
            SpindleServer server = SpindleServer.start(words.toArray(new String[0]));
            return new Running(server.port(), server::close);
        }
    };

    private static final long DEADLINE_NS = 60_000_000_000L;

    /** Starts a server on a free loopback port; options are those of redis-server's command line. */
    abstract Running start(String... options);

    /** A server that serves until it is closed. */
    record Running(int port, Runnable end) implements AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    /** Waits until something holds. */
    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited in vain until " + what);
            }
            Thread.onSpinWait();
        }
    }
}

package dev.spindle.bench.compare;

import java.io.IOException;

/** Goes round its connections and reads from each without waiting. It needs a core of its own and takes all of it. */
final class SpinningLoad extends ThreadedLoad {
    @Override
    void run(Traffic traffic) throws IOException {
        while (traffic.goesOn()) {
            for (int i = 0; i < traffic.connections.size(); i++) {
                PipelinedConnection connection = traffic.connections.get(i);
                if (connection.isWaiting()) {
                    traffic.receive(connection);
                }
                traffic.send(connection);
            }
        }
    }

    @Override
    public String description() {
        return "one spinning thread of this command, uniformly random keys (seed " + SEED + ")";
    }
}

package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Measurement.Better;
import java.io.IOException;

/** Time from launch to the first answer. */
final class StartupMode implements Mode {
    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String title() {
        return "Start-up";
    }

    @Override
    public String explanation() {
        return "From the launch of the process to the first PING it answered, asked every 0.2 ms, with an empty database. The"
                + " first launch of each server is not counted: it reads the program from disk.";
    }

    @Override
    public void run(Comparison comparison, Section section) throws IOException {
        CompareOptions options = comparison.options();
        Readings startup = new Readings();
        for (int round = -1; round < options.launches; round++) {
            for (Role role : Role.orderOf(round + 1)) {
                try (ServerProcess server =
                        comparison.launcher().start(role, options.idleStrategy)) {
                    if (round >= 0) {
                        startup.add(role, server.startupMs());
                    }
                }
            }
        }
        section.add(startup.measurement("launch to first PONG", 0, 0, "time", "ms", Better.LOWER));
    }
}

package dev.spindle.rdb.read;

import dev.spindle.engine.CommandFamilies;
import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.config.ServerConfig;
import dev.spindle.engine.testkit.EngineHarness;
import dev.spindle.rdb.restore.RestoreCommands;
import java.util.ArrayList;
import java.util.List;

/** An engine that knows RESTORE. */
public final class RestoreRig implements AutoCloseable {

    public final EngineHarness harness;

    public RestoreRig() {
        this(ServerConfig.defaults());
    }

    /** With parameters of its own. */
    public RestoreRig(ServerConfig config) {
        List<CommandSpec> rows = new ArrayList<>(CommandFamilies.rows());
        rows.addAll(new RestoreCommands().rows());
        harness = new EngineHarness(256L << 20, config, rows);
        harness.engine().settings().debugCommand = 2;
    }

    /** The reply to a command. */
    public String text(String... words) {
        return harness.command(words);
    }

    @Override
    public void close() {
        harness.close();
    }
}

package dev.spindle.rdb.save;

import static dev.spindle.engine.command.CommandSpec.command;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.command.Invocation;
import dev.spindle.engine.command.KeySpec;
import dev.spindle.engine.memory.Scratch;
import dev.spindle.rdb.Rdb;

/** DUMP. */
public final class DumpCommand {

    private DumpCommand() {}

    /** Its row. */
    public static CommandSpec row() {
        return command("dump", 2, "readonly", "keyspace", DumpCommand::dump)
                .keys(KeySpec.range("RO access", 1, 0, 1))
                .tips("nondeterministic_output");
    }

    static void dump(Invocation in) {
        long entry = in.lookupRead(1);
        if (entry == 0) {
            in.reply().nullBulk();
            return;
        }
        Dumper dumper = Rdb.of(in.engine()).dumper();
        Scratch payload = dumper.dump(entry);
        in.reply().bulk(payload.address(), payload.length());
        dumper.release();
    }
}

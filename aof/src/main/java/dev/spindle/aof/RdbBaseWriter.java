package dev.spindle.aof;

import dev.spindle.engine.Engine;
import dev.spindle.engine.snapshot.DataView;
import dev.spindle.rdb.Rdb;
import dev.spindle.rdb.format.RdbOutput;
import dev.spindle.rdb.write.DatasetWriter;
import dev.spindle.rdb.write.RdbFile;
import dev.spindle.rdb.write.SaveCancelled;
import dev.spindle.rdb.write.SaveProgress;
import java.io.IOException;
import java.nio.file.Path;

/** Bases as snapshot files, by the writer that BGSAVE uses. */
public final class RdbBaseWriter implements BaseWriter {

    private final Engine engine;

    public RdbBaseWriter(Engine engine) {
        this.engine = engine;
    }

    @Override
    public Job prepare(DataView view, Path file) {
        SaveProgress progress = new SaveProgress();
        RdbOutput out = new RdbOutput();
        DatasetWriter writer =
                new DatasetWriter(view, out, engine.config(), Rdb.facts(engine, true), progress);
        boolean incremental = engine.config().flag("rdb-save-incremental-fsync");
        RdbFile target =
                new RdbFile(
                        file.getParent(),
                        "temp-rewriteaof-bg-" + ProcessHandle.current().pid() + ".aof",
                        file.getFileName().toString(),
                        incremental);
        return new Job() {
            @Override
            public void run() throws IOException {
                try {
                    target.write(o -> writer.write(), out, writer.hasChecksum());
                } catch (SaveCancelled e) {
                    throw new IOException("cancelled", e);
                } finally {
                    out.close();
                }
            }

            @Override
            public void cancel() {
                progress.cancel();
            }
        };
    }
}

package dev.spindle.aof.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Passes everything on to another log; tests put what goes wrong in between. */
public abstract class PassingLog implements AofLog {

    private final AofLog log;

    protected PassingLog(AofLog log) {
        this.log = log;
    }

    @Override
    public void append(ByteBuffer frame) throws IOException {
        log.append(frame);
    }

    @Override
    public void forcesOften(boolean often) {
        log.forcesOften(often);
    }

    @Override
    public void force() throws IOException {
        log.force();
    }

    @Override
    public boolean isBroken() {
        return log.isBroken();
    }

    @Override
    public long size() {
        return log.size();
    }

    @Override
    public long id() {
        return log.id();
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}

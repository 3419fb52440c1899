package dev.spindle.engine.command;

import dev.spindle.engine.EngineStats;
import dev.spindle.engine.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;

/** Counts errors by their code, for INFO errorstats. Errors made once are counted without allocation. */
public final class ErrorStats {

    private static final int MOST_CODES = 128;

    private final EngineStats stats;
    private final Map<byte[], long[]> byLine = new IdentityHashMap<>();

    public ErrorStats(EngineStats stats) {
        this.stats = stats;
    }

    /** Counts the error that the reply has just written. */
    public void count(Reply reply) {
        byte[] line = reply.takeError();
        stats.errorReplies++;
        long[] counter = byLine.get(line);
        if (counter == null) {
            String code = codeOf(line);
            counter = stats.errorsByCode.get(code);
            if (counter == null) {
                if (stats.errorsByCode.size() >= MOST_CODES) {
                    return;
                }
                counter = new long[1];
                stats.errorsByCode.put(code, counter);
            }
            if (reply.isErrorShared()) {
                byLine.put(line, counter);
            }
        }
        counter[0]++;
    }

    private static String codeOf(byte[] line) {
        int end = 1;
        while (end < line.length && line[end] != ' ' && line[end] != '\r') {
            end++;
        }
        return new String(line, 1, end - 1, StandardCharsets.ISO_8859_1);
    }

    /** Forgets all counts. */
    public void reset() {
        stats.errorsByCode.clear();
        byLine.clear();
        stats.errorReplies = 0;
    }
}

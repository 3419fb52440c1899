package dev.spindle.engine.command;

import dev.spindle.engine.EngineStats;
import dev.spindle.engine.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;

/** Counts errors by their code, for INFO errorstats. Errors made once are counted without allocation. */
public final class ErrorStats {

    private static final int MOST_CODES = 128;
    private static final int MOST_CODE_BYTES = 32;

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

    // The first word, if a space ends it early enough; text without one counts as a plain ERR.
    private static String codeOf(byte[] line) {
        for (int i = 2; i < Math.min(line.length, MOST_CODE_BYTES); i++) {
            if (line[i] == ' ') {
                return new String(line, 1, i - 1, StandardCharsets.ISO_8859_1);
            }
        }
        return "ERR";
    }

    /** Forgets all counts. */
    public void reset() {
        stats.errorsByCode.clear();
        byLine.clear();
        stats.errorReplies = 0;
    }
}

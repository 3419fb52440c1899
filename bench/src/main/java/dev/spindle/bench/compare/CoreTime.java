package dev.spindle.bench.compare;

import dev.spindle.bench.compare.Statistics.Spread;
import java.io.IOException;

/**
 * What a server's own clock says of the thread that executes commands: how long it was busy, and in how many turns of its loop that had
 * something to do. Unlike CPU time it leaves out waiting and looking for work, so it does not depend on how fast the load is.
 *
 * <p>The fields of INFO are those of Redis 7.2; an older one has none, and its readings are NaN.
 *
 * @param busyMicros busy since the server began
 * @param turns with something to do since then
 */
record CoreTime(double busyMicros, double turns) {
    private static final String BUSY = "eventloop_duration_sum";
    private static final String TURNS = "eventloop_cycles";

    static CoreTime of(ServerProcess server) throws IOException {
        Info info = server.info("stats");
        return new CoreTime(number(info, BUSY), number(info, TURNS));
    }

    private static double number(Info info, String field) throws IOException {
        return info.text(field, "").isEmpty() ? Double.NaN : info.number(field);
    }

    /** What each of so many requests took since {@code earlier}. */
    Share since(CoreTime earlier, long requests) {
        return new Share(
                (busyMicros - earlier.busyMicros) / requests, requests / (turns - earlier.turns));
    }

    /** Busy time of one request, and requests of one turn. */
    record Share(double microsPerRequest, double requestsPerTurn) {}

    /** Rounds of two states of one server, as pairs. */
    static final class Pairs {
        private final Readings busy = new Readings();
        private final Readings turn = new Readings();

        void add(Share with, Share without) {
            busy.add(Role.SUBJECT, with.microsPerRequest());
            busy.add(Role.REFERENCE, without.microsPerRequest());
            turn.add(Role.SUBJECT, with.requestsPerTurn());
            turn.add(Role.REFERENCE, without.requestsPerTurn());
        }

        /** A remark; null where the server did not tell. */
        String note(String of, String with, String without) {
            double[] logged = busy.of(Role.SUBJECT);
            double[] plain = busy.of(Role.REFERENCE);
            if (logged.length == 0 || Double.isNaN(logged[0])) {
                return null;
            }
            Spread ratio = Statistics.spread(Statistics.pairedRatios(logged, plain));
            return String.format(
                    "%s, by the server's own clock: a request keeps the thread that executes busy for %.3f us %s, %.3f us %s:"
                            + " %.2f times (%.2f..%.2f); %.0f requests per turn %s, %.0f %s",
                    of,
                    Statistics.median(logged),
                    with,
                    Statistics.median(plain),
                    without,
                    ratio.median(),
                    ratio.min(),
                    ratio.max(),
                    Statistics.median(turn.of(Role.SUBJECT)),
                    with,
                    Statistics.median(turn.of(Role.REFERENCE)),
                    without);
        }
    }
}

package dev.spindle.engine.command;

import dev.spindle.engine.EngineSettings;
import dev.spindle.engine.session.Session;
import dev.spindle.perf.clock.EpochClock;
import dev.spindle.perf.latency.SlowLog;
import org.agrona.UnsafeApi;

/** The rings of remarkable commands: slow ones (SLOWLOG), large requests and large replies (COMMANDLOG). */
public final class CommandLogs {

    private static final long BYTES = UnsafeApi.arrayBaseOffset(byte[].class);

    private final EngineSettings settings;
    private final EpochClock clock;
    private final SlowLog slow;
    private final SlowLog largeRequests;
    private final SlowLog largeReplies;
    private final Arguments arguments = new Arguments();

    public CommandLogs(EngineSettings settings, EpochClock clock) {
        this.settings = settings;
        this.clock = clock;
        slow = new SlowLog(settings.slowLogMicros, 128);
        largeRequests = new SlowLog(settings.largeRequestBytes, 128);
        largeReplies = new SlowLog(settings.largeReplyBytes, 128);
    }

    /** Commands that took long, in microseconds. */
    public SlowLog slow() {
        return slow;
    }

    /** Commands whose request was large, in bytes. */
    public SlowLog largeRequests() {
        return largeRequests;
    }

    /** Commands whose reply was large, in bytes. */
    public SlowLog largeReplies() {
        return largeReplies;
    }

    /** Takes over changed thresholds. */
    public void settingsChanged() {
        slow.threshold(settings.slowLogMicros);
        largeRequests.threshold(settings.largeRequestBytes);
        largeReplies.threshold(settings.largeReplyBytes);
    }

    /** Looks at a command that has just ended; below the thresholds this costs three comparisons. */
    public void observe(Invocation in, Session session, long tookNs, long replyBytes) {
        if (slow.exceeds(tookNs / 1000)) {
            add(slow, in, session, tookNs / 1000);
        }
        if (largeRequests.exceeds(in.wireBytes())) {
            add(largeRequests, in, session, in.wireBytes());
        }
        if (largeReplies.exceeds(replyBytes)) {
            add(largeReplies, in, session, replyBytes);
        }
    }

    private void add(SlowLog log, Invocation in, Session session, long value) {
        // What a log repeats was looked at when a client sent it; what is rehearsed nobody sent.
        if (in.spec().has(CommandFlag.SKIP_SLOWLOG) || session.isInternal()) {
            return;
        }
        arguments.in = in;
        log.add(
                value,
                clock.epochMs() / 1000,
                arguments,
                session.transport().remoteAddress(),
                session.name());
        arguments.in = null;
    }

    private static final class Arguments implements SlowLog.Arguments {
        private Invocation in;

        @Override
        public int count() {
            return in.argc();
        }

        @Override
        public int length(int index) {
            return in.isRedacted(index) ? in.shownArg(index).length : in.argLength(index);
        }

        @Override
        public void copy(int index, byte[] target, int length) {
            if (in.isRedacted(index)) {
                System.arraycopy(in.shownArg(index), 0, target, 0, length);
            } else {
                UnsafeApi.copyMemory(null, in.argAddress(index), target, BYTES, length);
            }
        }
    }
}

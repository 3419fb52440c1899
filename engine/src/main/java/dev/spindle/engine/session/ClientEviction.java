package dev.spindle.engine.session;

import dev.spindle.engine.Engine;
import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.EngineSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps the memory of all clients together within maxmemory-clients, by ending those that take most of it.
 *
 * <p>What clients take is known exactly and at once: the blocks that are lent to their buffers, and a fixed amount for each. So the
 * question whether it is too much costs a comparison, and is asked before each batch of commands and at the end of each turn,
 * when what could be sent is sent. Only when it is too much are the clients looked at one by one. Replicas, the master, and
 * clients that asked for it (CLIENT NO-EVICT) are counted but not ended.
 */
public final class ClientEviction {

    /** A limit below this would leave no client to raise it. */
    private static final long LEAST_LIMIT = 128 << 10;

    private final Engine engine;
    private boolean exhausted;

    public ClientEviction(Engine engine) {
        this.engine = engine;
    }

    /**
     * The limit in bytes that parameters make.
     *
     * @param configured maxmemory-clients: bytes, or when negative a percentage of maxmemory.
     * @param maxMemory maxmemory in bytes; 0: none.
     * @return 0 for no limit.
     */
    public static long limit(long configured, long maxMemory) {
        if (configured == 0 || configured < 0 && maxMemory == 0) {
            return 0;
        }
        long bytes = configured > 0 ? configured : (long) (maxMemory * -(double) configured / 100);
        return Math.max(bytes, LEAST_LIMIT);
    }

    /** Bytes that all clients take. */
    public long bytes() {
        return engine.blocks().lentBytes()
                + (long) engine.clients().count() * ClientLine.FIXED_BYTES;
    }

    /** Ends clients while they take too much; costs one test where there is no limit. */
    public void check() {
        long limit = engine.settings().maxClientMemory;
        if (limit == 0) {
            return;
        }
        if (bytes() <= limit) {
            exhausted = false;
        } else {
            evict(engine.settings());
        }
    }

    private void evict(EngineSettings settings) {
        List<Session> largest = new ArrayList<>();
        for (Session session : engine.clients().all()) {
            ClientType type = session.type();
            boolean counted = type == ClientType.NORMAL || type == ClientType.PUBSUB;
            if (counted && !session.isNoEvict()) {
                largest.add(session);
            }
        }
        largest.sort(Comparator.comparingLong(Session::heldBytes).reversed());
        for (Session session : largest) {
            if (bytes() <= settings.maxClientMemory) {
                return;
            }
            engine.host().log(LogLevel.NOTICE, "Evicting client: " + engine.logLine(session));
            engine.stats().evictedClients++;
            engine.kill(session);
        }
        // Said once, not in every turn that it lasts.
        if (bytes() > settings.maxClientMemory && !exhausted) {
            exhausted = true;
            engine.host()
                    .log(
                            LogLevel.WARNING,
                            "Over client maxmemory after evicting all evictable clients");
        }
    }
}

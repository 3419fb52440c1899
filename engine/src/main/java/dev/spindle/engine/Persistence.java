package dev.spindle.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * What keeps data on disk, seen from the engine, which knows no format: parts that are told when they may have to act. The modules
 * of snapshots and of the log bring one each. All on the core thread.
 */
public final class Persistence {

    /** One way of keeping data. */
    public interface Part {

        /** Something may be due; called in every tick of the cron. */
        default void onTick() {}

        /** All keys of all databases were deleted at once by a command. */
        default void afterFlushAll() {}

        /**
         * Brings to disk what must be there when the process ends.
         *
         * @return whether that is done; otherwise the reason is in the log, and the server goes on unless it is to end by force.
         */
        default boolean beforeShutdown(ShutdownRequest request) {
            return true;
        }
    }

    private final List<Part> parts = new ArrayList<>();

    /** Adds a part; they are told in the order in which they were added. */
    public void add(Part part) {
        parts.add(part);
    }

    /** The part of a class, or null when there is none. */
    public <T extends Part> T part(Class<T> type) {
        for (Part part : parts) {
            if (type.isInstance(part)) {
                return type.cast(part);
            }
        }
        return null;
    }

    /** Tells all of a tick. */
    public void tick() {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).onTick();
        }
    }

    /** Tells all that everything was deleted. */
    public void flushedAll() {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).afterFlushAll();
        }
    }

    /** Asks all to get ready for the end; answers whether the process may end. */
    boolean beforeShutdown(ShutdownRequest request) {
        for (Part part : parts) {
            if (!part.beforeShutdown(request) && !request.force()) {
                return false;
            }
        }
        return true;
    }
}

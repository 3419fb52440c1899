package dev.spindle.engine.snapshot;

import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.keyspace.TableWalk;
import dev.spindle.engine.memory.Arena;

/**
 * All data of a server as one reader sees it: the live data for the core thread ({@link LiveView}), or the data as of the epoch
 * of a snapshot for the thread that sweeps it.
 *
 * <p>Whoever reads values makes objects of its own over {@link #arena} (types, cursors and flyweights keep state and serve one
 * thread), and must change nothing.
 */
public interface DataView {

    /** The memory to read from. */
    Arena arena();

    /** Seed of the hashes within values; what types over {@link #arena} are made with. */
    long hashSeed();

    /** Number of databases, empty ones among them. */
    int databases();

    /** Keys of a database; walk it with {@link TableWalk}. */
    KeyTable table(int db);

    /** Number of keys with an expiry in a database. */
    long expiring(int db);

    /** Number of keys of a database whose values have elements that expire of themselves. */
    long volatiles(int db);

    /** Number of keys in all databases. */
    default long keys() {
        long keys = 0;
        for (int i = 0; i < databases(); i++) {
            keys += table(i).size();
        }
        return keys;
    }

    /** When this is the state of, in milliseconds since 1970. */
    long asOfMs();
}

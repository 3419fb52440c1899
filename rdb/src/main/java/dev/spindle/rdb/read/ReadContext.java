package dev.spindle.rdb.read;

import dev.spindle.engine.config.HotParameters;
import dev.spindle.engine.keyspace.Keyspace;

/** What all readers of values share: where bytes come from, whom the value is for, and how strict to be. */
final class ReadContext {

    final RdbReader reader;
    final HotParameters limits;
    final SeenTexts seen = new SeenTexts();
    final RdbText first = new RdbText();
    final RdbText second = new RdbText();
    final RdbText third = new RdbText();
    final ListpackReader listpack;
    final ZiplistReader ziplist;
    final IntsetReader intset;
    final ZipmapReader zipmap;
    private final Runnable between;
    private int elements;

    /** Whether texts that come twice in a pack are a fault; otherwise the first counts. */
    boolean strict;

    /** The database that the value is for, and its key. */
    Keyspace db;

    long key;
    int keyLength;

    // Elements between two looks at what else is to be done.
    private static final int STRETCH = 512;

    ReadContext(RdbReader reader, HotParameters limits, Runnable between) {
        this.reader = reader;
        this.limits = limits;
        this.between = between;
        listpack = new ListpackReader(reader);
        ziplist = new ZiplistReader(reader);
        intset = new IntsetReader(reader);
        zipmap = new ZipmapReader(reader);
    }

    /** Called for each element of a large value, so that a server can do other things meanwhile. */
    void element() {
        if (++elements >= STRETCH) {
            elements = 0;
            between.run();
        }
    }

    /** Whether the text of an element of a pack is new; a fault when it must be and is not. */
    boolean isNew(RdbText text, String complaint) {
        if (seen.add(text)) {
            return true;
        }
        if (strict) {
            throw reader.corrupt(complaint);
        }
        return false;
    }

    /** Gives back what is held. */
    void release() {
        seen.release();
    }
}

package dev.spindle.engine.session;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.KeyTable;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.RequestBatch;
import dev.spindle.engine.type.CollectionEntry;
import dev.spindle.engine.type.ValueType;

/**
 * The batch touch one level down: where a pipeline works on members of large collections, the misses are in their tables and
 * not in the key table. After the entries are loaded, the bucket lines of all members that the commands of the batch name are
 * loaded together, then the members.
 *
 * <p>As with keys this only loads. An entry may be that of another key with the same tag: what is loaded then is of no use, but
 * it is a table all the same, since only entries of large sets, hashes and sorted sets are followed.
 */
final class MemberLookAhead {

    private final MemberTable members;
    private final Memory memory;
    private final long[] roots = new long[RequestBatch.MAX_REQUESTS];
    private final long[] hashes = new long[RequestBatch.MAX_REQUESTS];
    private final long[] lines = new long[RequestBatch.MAX_REQUESTS];

    MemberLookAhead(MemberTable members, Memory memory) {
        this.members = members;
        this.memory = memory;
    }

    /** Loads the members of a batch, whose keys' entries {@link KeyTable#touch} has just loaded. */
    void touch(RequestBatch batch, CommandSpec[] rows, KeyTable keys, int count) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            CommandSpec row = rows[i];
            if (row == null || row.memberArg() == 0 || row.memberArg() >= batch.argc(i)) {
                continue;
            }
            long root = rootOf(keys.touchedEntry(i));
            if (root != 0) {
                int arg = batch.firstArg(i) + row.memberArg();
                roots[found] = root;
                hashes[found++] = members.hash(batch.address(arg), batch.length(arg));
            }
        }
        if (found > 1) {
            members.touch(roots, hashes, lines, found);
        }
    }

    private long rootOf(long entry) {
        if (entry == 0) {
            return 0;
        }
        long header = Entry.header(memory, entry);
        int encoding = Entry.encoding(header);
        return encoding == ValueType.HASHTABLE || encoding == ValueType.SKIPLIST
                ? CollectionEntry.root(memory, entry, header)
                : 0;
    }
}

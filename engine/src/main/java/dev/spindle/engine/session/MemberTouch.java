package dev.spindle.engine.session;

import dev.spindle.engine.command.CommandSpec;
import dev.spindle.engine.encoding.MemberTable;
import dev.spindle.engine.keyspace.Entry;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Memory;
import dev.spindle.engine.resp.RequestBatch;
import dev.spindle.engine.type.ValueType;

/**
 * The batch touch one level further down: of commands that name a member of a collection kept in a table, the bucket lines of all
 * members of a batch are loaded, then the members, before the first command runs. The keys' entries must have been touched.
 */
final class MemberTouch {

    private final long[] roots = new long[RequestBatch.MAX_REQUESTS];
    private final long[] hashes = new long[RequestBatch.MAX_REQUESTS];
    private final long[] lines = new long[RequestBatch.MAX_REQUESTS];

    /**
     * Touches.
     *
     * @param rows of the requests; null where a command is unknown.
     * @param keyHashes of their first keys; 0 where there is none.
     */
    void touch(
            Keyspace db,
            MemberTable members,
            RequestBatch batch,
            CommandSpec[] rows,
            long[] keyHashes,
            int count) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            CommandSpec row = rows[i];
            if (row == null || row.memberArg() == 0 || row.memberArg() >= batch.argc(i)) {
                continue;
            }
            long root = rootOf(db, keyHashes[i]);
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

    // Of the entry that the key's tag points at, which nearly always is the key's.
    private static long rootOf(Keyspace db, long hash) {
        long entry = hash == 0 ? 0 : db.table().candidate(hash);
        if (entry == 0) {
            return 0;
        }
        Memory memory = db.memory();
        long header = Entry.header(memory, entry);
        return Entry.encoding(header) == ValueType.HASHTABLE
                ? memory.address((int) Entry.word(memory, entry, header))
                : 0;
    }
}

package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.keyspace.Keyspace;

/**
 * A collection as the input of a union, intersection or difference of sorted sets: a sorted set, or a set, each of whose members
 * has the score 1.
 */
public interface ScoredMembers {

    /** Points at the value of an entry. */
    void open(Keyspace db, long entry);

    /** Number of members. */
    long size();

    /** Starts a walk over all members, in any order; {@link #advance} comes before the first. */
    void begin();

    /** Goes on to the next member; answers whether there is one. */
    boolean advance();

    /** The member that the walk is at; valid until the next call. */
    ByteView member();

    /** Its score. */
    double score();

    /** Whether there is a member; its score is then {@link #foundScore}. The walk stays where it is. */
    boolean find(long key, int keyLength);

    /** Score of the member found last. */
    double foundScore();
}

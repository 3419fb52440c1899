package dev.spindle.engine.type;

import dev.spindle.engine.encoding.ByteView;
import dev.spindle.engine.encoding.Listpack;
import dev.spindle.engine.encoding.Member;
import dev.spindle.engine.keyspace.Keyspace;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.Memory;

/** A set as an input of a union, intersection or difference of sorted sets: each member has the score 1. */
final class SetMembers implements ScoredMembers {

    private static final double SCORE = 1;

    private final SetType type;
    private final Memory memory;
    private final SetWalk walk;
    private final ByteView view = new ByteView();
    private long entry;
    private int batch;
    private int place;

    SetMembers(SetType type, Arena arena, long seed) {
        this.type = type;
        memory = arena.memory();
        walk = new SetWalk(arena, seed);
    }

    @Override
    public void open(Keyspace db, long address) {
        entry = address;
    }

    @Override
    public long size() {
        return type.size(entry);
    }

    @Override
    public void begin() {
        walk.start(entry);
        batch = 0;
        place = -1;
    }

    @Override
    public boolean advance() {
        if (++place < batch) {
            return true;
        }
        batch = walk.next();
        place = 0;
        return batch > 0;
    }

    @Override
    public ByteView member() {
        long ref = walk.ref(place);
        switch (walk.encoding()) {
            case ValueType.INTSET -> view.digits(ref);
            case ValueType.LISTPACK -> Listpack.view(memory, ref, view);
            default -> view.wrap(Member.keyAddress(memory, ref), Member.keyLength(memory, ref));
        }
        return view;
    }

    @Override
    public double score() {
        return SCORE;
    }

    @Override
    public boolean find(long key, int keyLength) {
        return type.contains(entry, key, keyLength);
    }

    @Override
    public double foundScore() {
        return SCORE;
    }
}

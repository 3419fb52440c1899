package dev.spindle.engine.testkit;

import dev.spindle.engine.Engine;
import dev.spindle.engine.keyspace.Relocation;
import dev.spindle.engine.memory.Arena;
import dev.spindle.engine.memory.EverySlab;
import java.util.Random;

/** Moves the objects of an engine between a test's commands: a step or a few at a time, pass after pass. */
public final class RandomDefrag {

    private static final int MOST_STEPS = 4;
    private static final int MOST_OBJECTS = 64;

    private final Arena arena;
    private final Relocation relocation;
    private final Random random;
    private boolean running;

    public RandomDefrag(Engine engine, Random random) {
        this.arena = engine.arena();
        this.relocation = new Relocation(engine.keyspaces());
        this.random = random;
    }

    /** Does some steps; large values are looked at one to 64 objects at a time. */
    public void steps() {
        if (!running) {
            EverySlab.leaves(arena);
            relocation.begin();
            running = true;
        }
        for (int i = random.nextInt(MOST_STEPS); i >= 0 && running; i--) {
            running = relocation.step(1 + random.nextInt(MOST_OBJECTS));
        }
        if (!running) {
            EverySlab.stays(arena);
        }
    }

    /** Does what is left of the pass that is under way. */
    public void finish() {
        while (running) {
            steps();
        }
    }

    /** Objects moved so far. */
    public long moves() {
        return arena.compaction().moves();
    }
}

package dev.spindle.engine.soak;

import java.util.List;
import java.util.Random;

/** Commands of all families at random, for tests that want data of every type. */
public final class SoakMix {

    static final List<SoakFamily> FAMILIES =
            List.of(
                    new StringFamily(),
                    new BitmapFamily(),
                    new SortedSetFamily(),
                    new ListFamily(),
                    new SetFamily(),
                    new HashFamily(),
                    new StreamFamily(),
                    new GenericFamily());

    private SoakMix() {}

    /** Sends so many commands. */
    public static void act(Random random, SoakFamily.Sender client, int commands) {
        for (int i = 0; i < commands; i++) {
            FAMILIES.get(random.nextInt(FAMILIES.size())).act(random, client);
        }
    }
}

package dev.spindle.engine.soak;

import java.util.Random;

/** The commands of one family, as a soak sends them. */
public interface SoakFamily {

    /** Sends a command or a few, drawn at random, and checks what can be known of the replies. */
    void act(Random random, Sender sender);

    /** Sends one command. */
    @FunctionalInterface
    interface Sender {
        /** Answers the raw reply, one byte per character. */
        String command(String... words);
    }
}

package dev.spindle.net.server;

import java.io.IOException;

/** What {@code java -jar} starts. */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        SpindleServer.start(args).awaitEnd();
    }
}

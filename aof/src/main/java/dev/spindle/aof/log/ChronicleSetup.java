package dev.spindle.aof.log;

import java.util.function.Consumer;
import net.openhft.chronicle.core.Jvm;
import org.slf4j.Logger;

/**
 * What must be said before any class of Chronicle's is loaded: that it reports to nobody, announces nothing and watches no disk. Its own
 * messages go where the server's do.
 */
public final class ChronicleSetup {

    private static boolean done;

    private ChronicleSetup() {}

    /**
     * Prepares the library; the first call counts.
     *
     * @param log receives what the library warns of.
     */
    public static synchronized void prepare(Consumer<String> log) {
        if (done) {
            return;
        }
        done = true;
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.announcer.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
        Jvm.setExceptionHandlers(
                (of, message, thrown) -> log.accept(line(of, message, thrown)),
                (of, message, thrown) -> {},
                (of, message, thrown) -> {});
    }

    private static String line(Logger of, String message, Throwable thrown) {
        return "Chronicle, "
                + of.getName()
                + ": "
                + message
                + (thrown == null ? "" : " (" + thrown + ")");
    }
}

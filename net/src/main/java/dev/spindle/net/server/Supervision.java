package dev.spindle.net.server;

import dev.spindle.engine.EngineHost.LogLevel;
import dev.spindle.engine.config.ServerConfig;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * {@code supervised}: tells the supervisor that the server is ready.
 *
 * <p>systemd wants a datagram on a Unix socket, which the JDK cannot send; its own command {@code systemd-notify} can, in the name of
 * this process. The unit then needs {@code NotifyAccess=all}. upstart wants the process to stop itself with SIGSTOP.
 */
final class Supervision {

    private static final int TIMEOUT_SECONDS = 10;

    private Supervision() {}

    static void notifyReady(ServerConfig config, ServerLog log) {
        String mode = config.text("supervised");
        boolean systemd = System.getenv("NOTIFY_SOCKET") != null;
        boolean upstart = System.getenv("UPSTART_JOB") != null;
        switch (mode) {
            case "systemd" -> {
                if (!systemd) {
                    log.log(
                            LogLevel.WARNING,
                            "systemd supervision requested or auto-detected, but Spindle is not started by systemd:"
                                    + " NOTIFY_SOCKET not found");
                    return;
                }
                notifySystemd(log);
            }
            case "upstart" -> {
                if (!upstart) {
                    log.log(
                            LogLevel.WARNING,
                            "upstart supervision requested, but UPSTART_JOB not found");
                    return;
                }
                run(log, "kill", "-STOP", Long.toString(ProcessHandle.current().pid()));
            }
            case "auto" -> {
                if (systemd) {
                    notifySystemd(log);
                } else if (upstart) {
                    run(log, "kill", "-STOP", Long.toString(ProcessHandle.current().pid()));
                }
            }
            default -> {
                return;
            }
        }
    }

    private static void notifySystemd(ServerLog log) {
        run(
                log,
                "systemd-notify",
                "--pid=" + ProcessHandle.current().pid(),
                "--ready",
                "--status=Ready to accept connections");
    }

    private static void run(ServerLog log, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                log.log(LogLevel.WARNING, "Can't notify the supervisor: " + command[0] + " failed");
            }
        } catch (IOException e) {
            log.log(LogLevel.WARNING, "Can't notify the supervisor: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

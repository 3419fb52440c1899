package dev.spindle.net.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spindle.engine.testkit.RawClient;
import dev.spindle.engine.testkit.RealRedis;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtectedModeTest {

    @TempDir private Path directory;

    @Test
    void shouldRefuseInRedisWordsWhenAClientComesFromElsewhere() throws SocketException {
        String outside = outsideAddress();
        assumeTrue(outside != null, "this machine has the loopback interface only");
        try (RealRedis redis = RealRedis.start("--bind", outside + " 127.0.0.1");
                ServerUnderTest server =
                        ServerUnderTest.start(directory, "--bind", outside + " 127.0.0.1");
                RawClient theirs = new RawClient(outside, redis.port());
                RawClient ours = new RawClient(outside, server.server().port());
                RawClient local = server.connect()) {
            assertEquals(new String(theirs.readUntilClosed()), new String(ours.readUntilClosed()));
            assertEquals("+PONG\r\n", local.command("PING"));
        }
    }

    @Test
    void shouldLetClientsInWhenProtectedModeIsOff() throws SocketException {
        String outside = outsideAddress();
        assumeTrue(outside != null, "this machine has the loopback interface only");
        try (ServerUnderTest server =
                        ServerUnderTest.start(
                                directory, "--bind", outside, "--protected-mode", "no");
                RawClient client = new RawClient(outside, server.server().port())) {
            assertEquals("+PONG\r\n", client.command("PING"));
        }
    }

    private static String outsideAddress() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
                .map(a -> a.getHostAddress())
                .findFirst()
                .orElse(null);
    }
}

package dev.spindle.net.client;

import org.agrona.CloseHelper;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that run against a redis-server and against Spindle, each in both versions of the protocol, and expect the same. */
@ParameterizedClass(name = "{0}, RESP{1}")
@CsvSource({"REDIS, 2", "REDIS, 3", "SPINDLE, 2", "SPINDLE, 3"})
abstract class EachServer {

    static Contestant.Running server;

    @Parameter(0)
    Contestant contestant;

    @Parameter(1)
    int protocol;

    @BeforeParameterizedClassInvocation
    static void start(Contestant contestant) {
        server = contestant.start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        CloseHelper.close(server);
    }
}

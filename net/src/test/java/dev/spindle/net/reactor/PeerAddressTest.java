package dev.spindle.net.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class PeerAddressTest {

    @Test
    void shouldWriteAddressesAsRedisDoes() throws UnknownHostException {
        assertEquals("127.0.0.1:80", text("127.0.0.1"));
        assertEquals("[::1]:80", text("::1"));
        assertEquals("[::]:80", text("::"));
        assertEquals("[fe80::1:0:0:2]:80", text("fe80:0:0:0:1:0:0:2"));
        assertEquals("[2001:db8:0:1:2:3:4:5]:80", text("2001:db8:0:1:2:3:4:5"));
        assertEquals("[1::]:80", text("1::"));
    }

    private static String text(String address) throws UnknownHostException {
        return PeerAddress.text(new InetSocketAddress(InetAddress.getByName(address), 80));
    }
}

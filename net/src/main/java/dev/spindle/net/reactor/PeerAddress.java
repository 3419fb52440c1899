package dev.spindle.net.reactor;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as Redis writes them: {@code 127.0.0.1:6379}, {@code [::1]:6379}. */
final class PeerAddress {

    private PeerAddress() {}

    static String text(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        StringBuilder text = new StringBuilder(48);
        if (ip instanceof Inet4Address) {
            text.append(ip.getHostAddress());
        } else {
            appendV6(text.append('['), ip.getAddress()).append(']');
        }
        return text.append(':').append(address.getPort()).toString();
    }

    /** The longest run of two or more zero groups, the first of equals, becomes {@code ::}. */
    private static StringBuilder appendV6(StringBuilder text, byte[] ip) {
        int bestStart = -1;
        int bestLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && group(ip, i + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = i;
                bestLength = length;
            }
            i += length;
        }
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
                continue;
            }
            if (i > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(ip, i)));
        }
        return text;
    }

    private static int group(byte[] ip, int index) {
        return (ip[2 * index] & 0xFF) << 8 | ip[2 * index + 1] & 0xFF;
    }
}

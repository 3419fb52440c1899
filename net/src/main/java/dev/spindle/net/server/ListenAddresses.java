package dev.spindle.net.server;

import dev.spindle.net.reactor.Listener;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Turns {@code port} and {@code bind} into bound listeners.
 *
 * <p>{@code *} is every IPv4 address, {@code ::*} every IPv6 one, a leading {@code -} means that the address may be missing. The
 * virtual machine's IPv6 wildcard takes IPv4 too and would collide with the IPv4 wildcard, so the two together are one listener.
 */
final class ListenAddresses {

    private static final String V4_WILDCARD = "*";
    private static final String V6_WILDCARD = "::*";

    /** Our own name for one listener on both wildcards. */
    private static final String BOTH_WILDCARDS = "*+::*";

    private ListenAddresses() {}

    /** A listener and the address it was asked for with. */
    record Bound(String host, Listener listener) {}

    /**
     * Binds.
     *
     * @param addresses as {@link #mergeWildcards} makes them.
     * @param warn is told of each address that cannot be had, in Redis's words.
     * @return what was bound, which leaves out optional addresses that are not there; null when there is an address that must be had and
     *     cannot.
     */
    static List<Bound> bind(List<String> addresses, int port, int backlog, Consumer<String> warn) {
        List<Bound> bound = new ArrayList<>();
        int boundPort = port;
        for (String address : addresses) {
            boolean optional = address.startsWith("-");
            String host = host(address);
            try {
                Listener listener = bindOne(host, boundPort, backlog);
                bound.add(new Bound(host, listener));
                // With port 0 the system chooses one, and all addresses share it.
                boundPort = listener.port();
            } catch (IOException | UnsupportedOperationException e) {
                warn.accept(
                        "Warning: Could not create server TCP listening socket "
                                + (host.equals(BOTH_WILDCARDS) ? V4_WILDCARD : host)
                                + ":"
                                + port
                                + ": "
                                + reason(e));
                if (!optional || !isUnavailable(e)) {
                    bound.forEach(b -> closeQuietly(b.listener()));
                    return null;
                }
            }
        }
        return bound;
    }

    /** An address without the sign that it may be missing. */
    static String host(String address) {
        return address.startsWith("-") ? address.substring(1) : address;
    }

    /** Addresses with both wildcards made one, where the system has IPv6. */
    static List<String> mergeWildcards(List<String> addresses) {
        List<String> merged = new ArrayList<>(addresses);
        boolean v4 = merged.contains(V4_WILDCARD) || merged.contains("-" + V4_WILDCARD);
        boolean v6 = merged.contains(V6_WILDCARD) || merged.contains("-" + V6_WILDCARD);
        if (v4 && v6 && hasV6()) {
            merged.remove(V6_WILDCARD);
            merged.remove("-" + V6_WILDCARD);
            merged.replaceAll(address -> address.endsWith("*") ? BOTH_WILDCARDS : address);
        }
        return merged;
    }

    private static boolean hasV6() {
        return !Boolean.getBoolean("java.net.preferIPv4Stack")
                && new java.io.File("/proc/net/if_inet6").exists();
    }

    private static Listener bindOne(String host, int port, int backlog) throws IOException {
        return switch (host) {
            case V4_WILDCARD ->
                    Listener.bind(
                            new InetSocketAddress(InetAddress.getByAddress(new byte[4]), port),
                            StandardProtocolFamily.INET,
                            backlog);
            case BOTH_WILDCARDS, V6_WILDCARD ->
                    Listener.bind(
                            new InetSocketAddress(InetAddress.getByAddress(new byte[16]), port),
                            StandardProtocolFamily.INET6,
                            backlog);
            default -> {
                InetAddress address = InetAddress.getByName(host);
                yield Listener.bind(
                        new InetSocketAddress(address, port),
                        address instanceof Inet6Address
                                ? StandardProtocolFamily.INET6
                                : StandardProtocolFamily.INET,
                        backlog);
            }
        };
    }

    private static String reason(Exception e) {
        if (e instanceof BindException) {
            return "bind: " + e.getMessage();
        }
        if (e instanceof UnknownHostException) {
            return "Name or service not known";
        }
        return e.getMessage();
    }

    // What Redis forgives an optional address: it is not there. That its port is taken is not
    // forgiven.
    private static boolean isUnavailable(Exception e) {
        return !(e instanceof BindException) || !String.valueOf(e.getMessage()).contains("in use");
    }

    private static void closeQuietly(Listener listener) {
        try {
            listener.close();
        } catch (IOException e) {
            // Nothing was accepted on it yet.
            return;
        }
    }
}

package dev.spindle.net.reactor;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.channels.SelectableChannel;

/**
 * The JDK's own native methods for epoll, which no public class shows. The handles are constants, so the compiler calls the natives
 * directly. Initialisation fails, and with it every use, where the package is not opened or looks different.
 */
final class EpollCalls {

    static final int CTL_ADD = 1;
    static final int CTL_DEL = 2;
    static final int CTL_MOD = 3;
    static final int IN = 1;
    static final int OUT = 4;

    /** Bytes of one event, and where in it stand the ready bits and the descriptor. */
    static final int EVENT_BYTES;

    static final int EVENTS_OFFSET;
    static final int DESCRIPTOR_OFFSET;

    private static final MethodHandle CREATE;
    private static final MethodHandle CTL;
    private static final MethodHandle WAIT;
    private static final MethodHandle CLOSE;
    private static final MethodHandle DESCRIPTOR;

    static {
        try {
            Class<?> epoll = Class.forName("sun.nio.ch.EPoll");
            Class<?> channel = Class.forName("sun.nio.ch.SelChImpl");
            MethodHandles.Lookup lookup =
                    MethodHandles.privateLookupIn(epoll, MethodHandles.lookup());
            CREATE = lookup.findStatic(epoll, "create", MethodType.methodType(int.class));
            CTL =
                    lookup.findStatic(
                            epoll,
                            "ctl",
                            MethodType.methodType(
                                    int.class, int.class, int.class, int.class, int.class));
            WAIT =
                    lookup.findStatic(
                            epoll,
                            "wait",
                            MethodType.methodType(
                                    int.class, int.class, long.class, int.class, int.class));
            DESCRIPTOR =
                    lookup.findVirtual(channel, "getFDVal", MethodType.methodType(int.class))
                            .asType(MethodType.methodType(int.class, SelectableChannel.class));
            CLOSE =
                    lookup.findStatic(
                            files(), "closeIntFD", MethodType.methodType(void.class, int.class));
            EVENT_BYTES = constant(epoll, "SIZEOF_EPOLLEVENT");
            EVENTS_OFFSET = constant(epoll, "OFFSETOF_EVENTS");
            DESCRIPTOR_OFFSET = constant(epoll, "OFFSETOF_FD");
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private EpollCalls() {}

    // JDK 21 moved what is common to Unix systems into a class of its own.
    private static Class<?> files() throws ClassNotFoundException {
        return Class.forName(
                Runtime.version().feature() < 21
                        ? "sun.nio.ch.FileDispatcherImpl"
                        : "sun.nio.ch.UnixFileDispatcherImpl");
    }

    private static int constant(Class<?> epoll, String name) throws ReflectiveOperationException {
        Field field = epoll.getDeclaredField(name);
        field.setAccessible(true);
        return field.getInt(null);
    }

    static int create() {
        try {
            return (int) CREATE.invokeExact();
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Returns 0 or an errno. */
    static int ctl(int epoll, int operation, int descriptor, int events) {
        try {
            return (int) CTL.invokeExact(epoll, operation, descriptor, events);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Returns the number of events, negative when interrupted by a signal. */
    static int await(int epoll, long events, int capacity, int timeoutMs) {
        try {
            return (int) WAIT.invokeExact(epoll, events, capacity, timeoutMs);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static void close(int epoll) {
        try {
            CLOSE.invokeExact(epoll);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static int descriptor(SelectableChannel channel) {
        try {
            return (int) DESCRIPTOR.invokeExact(channel);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static RuntimeException unchecked(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException known ? known : new IllegalStateException(e);
    }
}

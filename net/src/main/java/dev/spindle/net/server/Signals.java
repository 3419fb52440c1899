package dev.spindle.net.server;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signals of the operating system.
 *
 * <p>The class that handles them, {@code sun.misc.Signal}, is exported by every JDK but warned about by compilers; hence
 * reflection. Where it is missing the virtual machine's own handling stays: the process ends, its shutdown hooks run.
 */
final class Signals {

    private Signals() {}

    /** Has something told the names of the signals that arrive, {@code INT} or {@code TERM}, on a thread of the virtual machine. */
    static boolean handle(Consumer<String> handler, String... names) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Method nameOf = signal.getMethod("getName");
            InvocationHandler onCall =
                    (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "handle":
                                handler.accept((String) nameOf.invoke(arguments[0]));
                                return null;
                            case "equals":
                                return proxy == arguments[0];
                            case "hashCode":
                                return System.identityHashCode(proxy);
                            default:
                                return "signal handler";
                        }
                    };
            Object proxy =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(), new Class<?>[] {handlerType}, onCall);
            Method handle = signal.getMethod("handle", signal, handlerType);
            for (String name : names) {
                handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}

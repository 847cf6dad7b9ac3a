package dev.vedette.protocol.daemon;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signals by name. The JDK has them only in {@code sun.misc.Signal}, which it exports and which
 * javac warns about without a way to say that this is meant; hence by reflection. A JVM without it
 * keeps its own ways: TERM and INT end it, and the launcher has told it to ignore HUP.
 */
final class Signals {
    private Signals() {}

    /** The handler runs on a thread of its own for each signal. */
    static void handle(String name, Consumer<String> handler) {
        try {
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(
                            Signals.class.getClassLoader(),
                            new Class<?>[] {handlerType},
                            (self, method, arguments) -> {
                                if (method.getName().equals("handle")) {
                                    handler.accept(name);
                                }
                                return method.getReturnType() == int.class ? 0 : null;
                            });
            Class<?> signalType = Class.forName("sun.misc.Signal");
            signalType
                    .getMethod("handle", signalType, handlerType)
                    .invoke(null, signalType.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM lets nobody handle SIG" + name, e);
        }
    }
}

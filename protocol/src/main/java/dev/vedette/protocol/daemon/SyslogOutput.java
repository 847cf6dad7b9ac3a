package dev.vedette.protocol.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Hands each event to syslog(3) of the C library, as Redis does: it knows where the daemon of this
 * machine listens, and comes back to it when that one was restarted. Any thread.
 */
final class SyslogOutput extends AppenderBase<ILoggingEvent> {
    /** With the process id, opened now, without waiting for children. */
    private static final int PID_NDELAY_NOWAIT = 0x01 | 0x08 | 0x10;

    private static final int USER = 1 << 3;
    private static final int LOCAL0 = 16 << 3;
    private static final List<String> LOCALS =
            List.of("local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7");

    /** The C library keeps the pointer to the ident. */
    private static final Arena FOR_EVER = Arena.global();

    private static final MemorySegment FORMAT = FOR_EVER.allocateFrom("%s");

    private final MethodHandle syslog;

    /**
     * @param facility a word of {@code syslog-facility}
     */
    // Both signatures are those of syslog.h.
    @SuppressWarnings("restricted")
    SyslogOutput(String ident, String facility) {
        var linker = Linker.nativeLinker();
        var names = linker.defaultLookup();
        var openlog =
                linker.downcallHandle(
                        names.findOrThrow("openlog"),
                        FunctionDescriptor.ofVoid(
                                ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        syslog =
                linker.downcallHandle(
                        names.findOrThrow("syslog"),
                        FunctionDescriptor.ofVoid(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
                        Linker.Option.firstVariadicArg(2));
        call(openlog, FOR_EVER.allocateFrom(ident), PID_NDELAY_NOWAIT, number(facility));
    }

    private static int number(String facility) {
        int local = LOCALS.indexOf(facility);
        return local < 0 ? USER : LOCAL0 + (local << 3);
    }

    @Override
    protected void append(ILoggingEvent event) {
        try (var arena = Arena.ofConfined()) {
            // C ends a text at the first zero.
            var text = event.getFormattedMessage().replace('\0', ' ');
            call(syslog, priority(event.getLevel()), FORMAT, arena.allocateFrom(text));
        }
    }

    /** Redis's map: debug, info, notice, warning. */
    private static int priority(Level level) {
        return switch (level.toInt()) {
            case Level.TRACE_INT -> 7;
            case Level.DEBUG_INT -> 6;
            case Level.INFO_INT -> 5;
            default -> 4;
        };
    }

    private static void call(MethodHandle function, Object... arguments) {
        try {
            function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            // A call into C throws nothing of its own.
            throw new IllegalStateException(e);
        }
    }
}

package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

class NameResolverTest {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final EventLoopGroup group = Transport.NIO.newEventLoop("resolver-test");
    private final EventLoop loop = group.next();

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void anIpLiteralIsResolvedAtOnce() throws Exception {
        for (String literal : new String[] {"127.0.0.1", "::1", "fe80::1", "::ffff:10.0.0.1"}) {
            var answer = NameResolver.SYSTEM.resolve(loop, literal, DEADLINE);
            assertTrue(answer.isDone(), literal);
            assertEquals(1, answer.get().size(), literal);
        }
        // Forms of old that the C library takes for addresses are left to it.
        assertNull(NameResolver.literal("127.1"));
        assertNull(NameResolver.literal("localhost"));
    }

    @Test
    void aNameIsResolvedOffTheLoop() throws Exception {
        var answer = NameResolver.SYSTEM.resolve(loop, "localhost", DEADLINE);
        var addresses = answer.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertTrue(addresses.getFirst().isLoopbackAddress());
    }

    @Test
    void aNameThatCannotBeSaysSo() {
        var answer = NameResolver.SYSTEM.resolve(loop, "not..a..name", DEADLINE);
        var failure =
                assertThrows(
                        ExecutionException.class,
                        () -> answer.get(DEADLINE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(failure.getCause() instanceof UnknownHostException);
        assertFalse(failure.getCause().toString().contains("null"));
    }
}

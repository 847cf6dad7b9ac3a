package dev.vedette.protocol.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

class TransportTest {
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aLoopKnowsItsTransport(Transport transport) {
        if (transport == Transport.EPOLL && Transport.best() != Transport.EPOLL) {
            return;
        }
        var group = transport.newEventLoop("transport-test");
        try {
            assertSame(transport, Transport.of(group.next()));
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /** What the choice prints in a JVM of its own, started without any flag, and what it is. */
    @Test
    void aJvmThatMayNotLoadNativesGetsNioAndPrintsNothing() throws Exception {
        assertEquals("NIO", choiceOf());
    }

    @Test
    void aJvmThatMayLoadNativesLoadsThemInSilence() throws Exception {
        String choice =
                choiceOf(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow");
        assertEquals(Transport.best().toString(), choice);
    }

    private static String choiceOf(String... flags) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<String>();
        command.add(java);
        command.addAll(List.of(flags));
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Choice.class.getName()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    /** Prints the transport of its JVM. */
    static final class Choice {
        private Choice() {}

        public static void main(String[] args) {
            System.out.println(Transport.best());
        }
    }
}

package dev.vedette.sentinel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;

class VedetteMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void saysWhereItCouldNotConnectAndWhatToLookFor() throws IOException {
        int port = portWhereNobodyListens();
        assertEquals(ExitCode.CANNOT_CONNECT, run("status", "127.0.0.1:" + port));
        assertEquals(
                "vedette: cannot connect to 127.0.0.1:"
                        + port
                        + ": connection refused; is a sentinel running there?\n",
                err.toString());
    }

    @Test
    void guessesWhatAMistypedCommandMeant() {
        assertEquals(ExitCode.USAGE, run("statsu"));
        assertTrue(err.toString().contains("vedette status"), err.toString());
    }

    @Test
    void withoutACommandItShowsAll() {
        assertEquals(ExitCode.USAGE, run());
        assertTrue(err.toString().contains("vedette demo --failover"), err.toString());
    }

    @Test
    void refusesADemoThatCannotFailOver() {
        assertEquals(ExitCode.USAGE, run("demo", "--failover", "--replicas", "0"));
        assertEquals(
                """
                vedette: --failover needs a replica that can take over
                `vedette demo --help` tells how to use it
                """,
                err.toString());
    }

    private int run(String... args) {
        return VedetteMain.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private static int portWhereNobodyListens() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}

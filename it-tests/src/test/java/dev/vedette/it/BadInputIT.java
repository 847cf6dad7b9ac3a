package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Bad confs end the start with 1: Redis's own words first, since tools look for them, then a hint
 * that names file and line. Bad bytes on a connection cost neither life nor memory.
 */
class BadInputIT {
    private static final long MOST_GROWTH_KB = 16 * 1024;
    private static final int CONNECTIONS = 1000;
    private static final int MOST_WARM_UPS = 30;
    private static final long SETTLED_KB = 1024;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    vedette-server   | maxclient 100          | Bad directive or wrong number of arguments | maxclients
                    vedette-sentinel | logfiel /tmp/x         | Bad directive or wrong number of arguments | logfile
                    vedette-server   | timeout five           | argument couldn't be parsed into an integer |
                    vedette-sentinel | port five              | argument couldn't be parsed into an integer |
                    vedette-server   | port 70000             | argument must be between 0 and 65535 inclusive |
                    vedette-server   | requirepass "secret    | Unbalanced quotes in configuration line | quote
                    vedette-sentinel | requirepass "secret    | Unbalanced quotes in configuration line | quote
                    vedette-server   | appendonly maybe       | argument must be 'yes' or 'no' |
                    vedette-sentinel | sentinel mymaster 10.0.0.1 6379 2 | Unrecognized sentinel configuration statement. | write: sentinel monitor mymaster 10.0.0.1 6379 2
                    vedette-sentinel | sentinel monitor mymaster 10.0.0.1 6379 0 | Quorum must be 1 or greater. |
                    vedette-sentinel | sentinel down-after-milliseconds mymaster 5 | No such master with specified name. | sentinel monitor
                    """)
    void aBadLineIsRefusedInRedisWordsAndExplained(
            String launcher, String line, String redisText, String meant) throws IOException {
        Path conf = folder.resolve("bad.conf");
        Files.write(conf, List.of("# a comment", line));
        Tool.Result start =
                Tool.run(List.of(Product.launcher(launcher).toString(), conf.toString()));

        assertEquals(1, start.exitCode(), start::toString);
        assertTrue(
                start.stderr().startsWith("\n*** FATAL CONFIG FILE ERROR (Redis "),
                start::toString);
        assertTrue(
                start.stderr()
                        .contains(
                                ") ***\nReading the configuration file, at line 2\n>>> '"
                                        + line
                                        + "'\n"
                                        + redisText
                                        + "\n"),
                start::toString);
        String hint = start.stderr().substring(start.stderr().lastIndexOf("hint: "));
        assertTrue(hint.contains(conf + ":2"), start::toString);
        assertTrue(meant == null || hint.contains(meant), start::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vedette-server", "vedette-sentinel"})
    void aPortInUseIsNamed(String launcher) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = taken.getLocalPort();
            Path conf = folder.resolve("my.conf");
            Files.write(conf, List.of("port " + port, "bind 127.0.0.1"));
            Tool.Result start =
                    Tool.run(List.of(Product.launcher(launcher).toString(), conf.toString()));

            assertEquals(1, start.exitCode(), start::toString);
            assertTrue(
                    start.stdout()
                            .contains(
                                    "Could not create server TCP listening socket 127.0.0.1:"
                                            + port
                                            + ": bind: Address already in use"),
                    start::toString);
            assertTrue(
                    start.stdout().contains("Failed listening on port " + port), start::toString);
            assertTrue(start.stderr().startsWith("hint: " + conf + ":1: "), start::toString);
        }
    }

    /** Of a conf that can be written, but not replaced, a copy must come first. */
    @ParameterizedTest
    @ValueSource(strings = {"my.conf", "."})
    void aSentinelDoesNotStartOnAConfThatItCannotWrite(String readOnly) throws IOException {
        Path conf = folder.resolve("my.conf");
        Files.write(
                conf,
                List.of(
                        "port " + Ports.free().port(),
                        "sentinel monitor mymaster 127.0.0.1 6379 2"));
        Path locked = folder.resolve(readOnly);
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
        // Root may write everything, unless it gives that up.
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(
                    List.of("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"));
        }
        command.add(Product.launcher("vedette-sentinel").toString());
        command.add(conf.toString());
        Tool.Result start = Tool.run(folder, "", command);
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertEquals(1, start.exitCode(), start::toString);
        assertTrue(
                start.stdout()
                        .contains(
                                "Sentinel config file "
                                        + conf
                                        + " is not writable: Permission denied. Exiting..."),
                start::toString);
        assertTrue(start.stderr().startsWith("hint: "), start::toString);
    }

    /**
     * What a JVM takes to run code for the first time and to fill its heap once says nothing about
     * garbage: ordinary connections come first, until a thousand more of them cost nothing.
     */
    @ParameterizedTest
    @ValueSource(strings = {"server", "sentinel"})
    void aThousandConnectionsOfGarbageCostNeitherLifeNorMemory(String kind) throws IOException {
        Address address = Ports.free();
        try (var daemon =
                kind.equals("server")
                        ? Daemon.server(Product.VEDETTE, folder, address, List.of("save \"\""))
                        : Daemon.sentinel(Product.VEDETTE, folder, address, List.of())) {
            // A heap that may grow does so before it is cleaned.
            daemon.with("VEDETTE_SERVER_OPTS", "-Xms32m -Xmx64m").start().awaitPong();
            long fresh = daemon.residentKilobytes();
            int rounds = warmUp(daemon);
            long warm = daemon.residentKilobytes();
            sendTo(daemon, BadInputIT::garbage);
            long first = daemon.residentKilobytes() - warm;
            sendTo(daemon, BadInputIT::garbage);
            long both = daemon.residentKilobytes() - warm;

            String figures =
                    kind
                            + ": "
                            + fresh
                            + " kB when fresh, "
                            + (warm - fresh)
                            + " kB more after "
                            + rounds
                            + " times "
                            + CONNECTIONS
                            + " ordinary connections; then "
                            + first
                            + " kB more after as many of garbage, "
                            + both
                            + " kB after twice as many";
            System.out.println(figures);
            assertTrue(first <= MOST_GROWTH_KB, figures);
            assertTrue(both <= MOST_GROWTH_KB, figures);
        }
    }

    private static int warmUp(Daemon daemon) throws IOException {
        long before = daemon.residentKilobytes();
        for (int round = 1; round < MOST_WARM_UPS; round++) {
            sendTo(daemon, BadInputIT::wellFormed);
            long now = daemon.residentKilobytes();
            if (now - before < SETTLED_KB) {
                return round;
            }
            before = now;
        }
        return MOST_WARM_UPS;
    }

    /** What one connection sends, by its number. */
    private interface Sent {
        byte[] bytes(int number, Random random);
    }

    private static void sendTo(Daemon daemon, Sent sent) throws IOException {
        var random = new Random(7);
        Address address = daemon.address();
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                var socket = new Socket();
                open.add(socket);
                socket.connect(new InetSocketAddress(address.host(), address.port()), 5000);
                send(socket, sent.bytes(i, random));
            }
            assertTrue(Client.pongs(address), daemon::lastLogLines);
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
        assertTrue(Client.pongs(address), daemon::lastLogLines);
    }

    private static byte[] wellFormed(int i, Random random) {
        byte[] word = new byte[random.nextInt(20_000)];
        Arrays.fill(word, (byte) 'x');
        return switch (i % 4) {
            case 0 -> ascii("PING\r\n");
            case 1 -> ascii(Wire.command("PING", new String(word, StandardCharsets.US_ASCII)));
            case 2 -> ascii(Wire.command("NOSUCH", new String(word, StandardCharsets.US_ASCII)));
            default -> ascii(Wire.command("CLIENT", "SETNAME", "c" + i));
        };
    }

    private static byte[] garbage(int i, Random random) {
        return switch (i % 4) {
            case 0 -> {
                byte[] bytes = new byte[1000];
                random.nextBytes(bytes);
                yield bytes;
            }
            case 1 -> ascii("*3\r\n$3\r\nSET\r\n$3\r\nke");
            case 2 -> ascii("*2\r\n$4\r\nECHO\r\n$1073741824\r\nx");
            default -> ascii("*1073741824\r\n$1\r\nx\r\n");
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        } catch (IOException _) {
            // It has closed the connection already: that is its right.
        }
    }
}

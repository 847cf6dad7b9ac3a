package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;
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
import java.util.List;
import java.util.Random;

/**
 * Bad confs end the start with 1: Redis's own words first, since tools look for them, then a hint
 * that names file and line. Bad bytes on a connection cost neither life nor memory.
 */
class BadInputIT {
    private static final long MOST_GROWTH_KB = 16 * 1024;
    private static final int CONNECTIONS = 1000;

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
            assertTrue(start.stderr().contains(Integer.toString(port)), start::toString);
        }
    }

    @Test
    void aSentinelDoesNotStartOnAConfThatItCannotWrite() throws IOException {
        Path conf = folder.resolve("my.conf");
        Files.write(
                conf,
                List.of(
                        "port " + Ports.free().port(),
                        "sentinel monitor mymaster 127.0.0.1 6379 2"));
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("r--r--r--"));
        // Root may write everything, unless it gives that up.
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(
                    List.of("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"));
        }
        command.add(Product.launcher("vedette-sentinel").toString());
        command.add(conf.toString());
        Tool.Result start = Tool.run(command);

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

    @ParameterizedTest
    @ValueSource(strings = {"server", "sentinel"})
    void aThousandConnectionsOfGarbageCostNeitherLifeNorMemory(String kind) throws IOException {
        Address address = Ports.free();
        try (var daemon =
                kind.equals("server")
                        ? Daemon.server(Product.VEDETTE, folder, address, List.of("save \"\""))
                        : Daemon.sentinel(Product.VEDETTE, folder, address, List.of())) {
            daemon.start().awaitPong();
            long before = residentKilobytes(daemon);
            sendGarbage(address);
            assertTrue(Client.pongs(address), daemon::lastLogLines);
            long growth = residentKilobytes(daemon) - before;
            System.out.println(
                    kind
                            + " grew by "
                            + growth
                            + " kB over "
                            + CONNECTIONS
                            + " garbage connections");
            assertTrue(growth <= MOST_GROWTH_KB, () -> kind + " grew by " + growth + " kB");
        }
    }

    private static void sendGarbage(Address address) throws IOException {
        var random = new Random(7);
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                var socket = new Socket();
                open.add(socket);
                socket.connect(new InetSocketAddress(address.host(), address.port()), 5000);
                send(socket, garbage(i, random));
            }
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
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

    private static long residentKilobytes(Daemon daemon) throws IOException {
        Path status = Path.of("/proc", Long.toString(daemon.process().pid()), "status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}

package dev.vedette.sentinel;

import static dev.vedette.sentinel.Replies.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.net.NameResolver;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

/** Sentinels of ours whose nodes have names, with a name server of the test and real servers. */
@Timeout(120)
class NamedNodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String HOSTNAMES =
            "sentinel resolve-hostnames yes\nsentinel announce-hostnames %s\n";
    private static final Pattern PING = Pattern.compile("\\+([0-9.]+) .*\"PING\"");

    @TempDir Path folder;

    /** A name server that can be told to hang. */
    private static final class NameServer implements AutoCloseable {
        final Map<String, String> addresses = new ConcurrentHashMap<>();
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile boolean hangs;

        NameResolver resolver() {
            return new NameResolver(this::lookUp);
        }

        private InetAddress[] lookUp(String host) throws UnknownHostException {
            if (hangs) {
                try {
                    end.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }
            var ip = addresses.get(host);
            if (ip == null) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getByName(ip)};
        }

        void hang() {
            hangs = true;
        }

        @Override
        public void close() {
            end.countDown();
        }
    }

    @Test
    void aNameServerThatHangsDelaysNoPingAndCausesNoTilt() throws Exception {
        try (var names = new NameServer();
                var master = RealRedis.server(folder)) {
            names.addresses.put("m.test", "127.0.0.1");
            var lines =
                    HOSTNAMES.formatted("yes")
                            + "sentinel monitor m m.test %d 1\n".formatted(master.address().port())
                            + "sentinel monitor slow slow.test 6379 1\n";
            var askers = new ArrayList<RespClient>();
            try (var sentinel = OurSentinel.start(folder, names.resolver(), lines);
                    var watcher = watch(master.address())) {
                awaitMaster(sentinel);
                names.hang();
                for (var i = 0; i < 10; i++) {
                    var asker = sentinel.connect();
                    asker.send("SENTINEL", "is-master-down-by-addr", "n" + i, "1", "0", "*");
                    askers.add(asker);
                }
                var pings = pings(watcher, Duration.ofSeconds(5));
                assertTrue(pings.size() >= 3, pings.toString());
                for (var i = 1; i < pings.size(); i++) {
                    assertTrue(pings.get(i) - pings.get(i - 1) < 1.6, pings.toString());
                }
                // What was connected comes back at the address that was known last.
                master.call("CLIENT", "KILL", "TYPE", "normal");
                master.call("CLIENT", "KILL", "TYPE", "pubsub");
                Await.until(
                        Duration.ofSeconds(5),
                        () -> "master".equals(sentinel.master("m").get("flags")),
                        () -> "the link does not come back");
                assertTrue(
                        sentinel.call("INFO", "sentinel").asText().contains("sentinel_tilt:0"),
                        "TILT");
                assertEquals(
                        List.of("m.test", Integer.toString(master.address().port())),
                        texts(sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m")));
            } finally {
                for (var asker : askers) {
                    asker.close();
                }
            }
        }
    }

    /** Three servers and three sentinels; every server comes back at another address. */
    @Test
    void allNodesRestartedAtNewAddressesConvergeAlone() throws Exception {
        var port = RealRedis.freeAddress().port();
        var running = new ArrayList<AutoCloseable>();
        try (var names = new NameServer()) {
            var servers = servers(names, port, 1);
            running.addAll(servers);
            var lines =
                    HOSTNAMES.formatted("no")
                            + "sentinel monitor m n1.test %d 2\n".formatted(port)
                            + "sentinel down-after-milliseconds m 2000\n"
                            + "sentinel failover-timeout m 10000\n";
            var sentinels = new ArrayList<OurSentinel>();
            for (var i = 1; i <= 3; i++) {
                var each = OurSentinel.start(folder.resolve("s" + i), names.resolver(), lines);
                sentinels.add(each);
                running.add(each);
            }
            for (var sentinel : sentinels) {
                Await.until(
                        PATIENCE,
                        () ->
                                sentinel.replicas("m").size() == 2
                                        && "2"
                                                .equals(
                                                        sentinel.master("m")
                                                                .get("num-other-sentinels")),
                        () -> "not all are known");
            }
            for (var server : servers) {
                server.close();
            }
            var back = servers(names, port, 11);
            running.addAll(back);
            Await.until(PATIENCE, () -> converged(back, sentinels), () -> picture(back, sentinels));
            for (var sentinel : sentinels) {
                assertEquals(2, sentinel.replicas("m").size(), sentinel.replicas("m").toString());
                assertTrue(
                        sentinel.confText()
                                .lines()
                                .filter(line -> line.contains("known-replica"))
                                .allMatch(line -> line.contains(".test ")),
                        sentinel.confText());
            }
        } finally {
            for (var each : running.reversed()) {
                each.close();
            }
        }
    }

    /** A master and two replicas at 127.0.1.first and the two after it; replicas tell names. */
    private List<RealRedis> servers(NameServer names, int port, int first) throws IOException {
        var servers = new ArrayList<RealRedis>();
        for (var i = 1; i <= 3; i++) {
            var name = "n" + i + ".test";
            var ip = "127.0.1." + (first + i - 1);
            var more = new ArrayList<>(List.of("--replica-announce-ip", name));
            if (i > 1) {
                // What the conf of a replica says after the move too: where the master was.
                more.addAll(List.of("--replicaof", "127.0.1.1 " + port));
            }
            var place = Files.createDirectories(folder.resolve(ip));
            servers.add(
                    RealRedis.serverAt(new Address(ip, port), place, more.toArray(String[]::new)));
            names.addresses.put(name, ip);
        }
        return servers;
    }

    private static boolean converged(List<RealRedis> servers, List<OurSentinel> sentinels)
            throws IOException {
        var masters = new ArrayList<RealRedis>();
        for (var server : servers) {
            var info = server.call("INFO", "replication").asText();
            if (info.contains("role:master")) {
                masters.add(server);
            } else if (!info.contains("master_link_status:up")) {
                return false;
            }
        }
        if (masters.size() != 1) {
            return false;
        }
        for (var sentinel : sentinels) {
            var told = texts(sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m"));
            if (!told.getFirst().equals(masters.getFirst().address().host())) {
                return false;
            }
        }
        return true;
    }

    private static String picture(List<RealRedis> servers, List<OurSentinel> sentinels) {
        var all = new StringBuilder();
        try {
            for (var server : servers) {
                all.append(server.address())
                        .append(' ')
                        .append(server.call("INFO", "replication").asText());
            }
            for (var sentinel : sentinels) {
                all.append(sentinel.master("m")).append(sentinel.replicas("m"));
            }
        } catch (IOException gone) {
            all.append(gone);
        }
        return all.toString();
    }

    @Test
    void ipv6IsWrittenWithoutBracketsButInTheNamesOfReplicas() throws Exception {
        var port = RealRedis.freeAddress().port();
        var at = new Address("::1", port);
        try (var master = RealRedis.serverAt(at, folder);
                var replica =
                        RealRedis.serverAt(
                                new Address("::1", RealRedis.freeAddress().port()),
                                Files.createDirectories(folder.resolve("r")),
                                "--replicaof",
                                "::1 " + port);
                var one = OurSentinel.start(folder.resolve("1"), ipv6(port));
                var two = OurSentinel.start(folder.resolve("2"), ipv6(port))) {
            for (var sentinel : List.of(one, two)) {
                Await.until(
                        PATIENCE,
                        () ->
                                sentinel.replicas("m").size() == 1
                                        && "1"
                                                .equals(
                                                        sentinel.master("m")
                                                                .get("num-other-sentinels")),
                        () -> "not all are known");
                var name = "[::1]:" + replica.address().port();
                assertEquals(name, sentinel.replicas("m").getFirst().get("name"));
                assertEquals("::1", sentinel.replicas("m").getFirst().get("ip"));
                assertEquals(
                        List.of("::1", Integer.toString(port)),
                        texts(sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m")));
                var lines =
                        List.of(
                                "sentinel monitor m ::1 " + port + " 2\n",
                                "sentinel known-replica m ::1 " + replica.address().port() + "\n",
                                "sentinel known-sentinel m ::1 ");
                Await.until(
                        PATIENCE,
                        () -> lines.stream().allMatch(confOf(sentinel)::contains),
                        () -> confOf(sentinel));
            }
            assertEquals("OK", one.call("SENTINEL", "FAILOVER", "m").asText());
            Await.until(
                    PATIENCE,
                    () ->
                            texts(two.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "m"))
                                    .equals(
                                            List.of(
                                                    "::1",
                                                    Integer.toString(replica.address().port()))),
                    () -> "the other sentinel does not follow");
            assertTrue(master.call("PING").asText().equals("PONG"));
        }
    }

    private static String confOf(OurSentinel sentinel) {
        try {
            return sentinel.confText();
        } catch (IOException beingReplaced) {
            return "";
        }
    }

    private static String ipv6(int port) {
        return "bind ::1 127.0.0.1\nsentinel monitor m ::1 " + port + " 2\n";
    }

    private static Socket watch(Address server) throws IOException {
        var socket = new Socket(server.host(), server.port());
        socket.setSoTimeout(200);
        socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** When the server got PINGs, in seconds. */
    private static List<Double> pings(Socket watcher, Duration during) throws IOException {
        var times = new ArrayList<Double>();
        var end = System.nanoTime() + during.toNanos();
        var text = new StringBuilder();
        var in = new InputStreamReader(watcher.getInputStream(), StandardCharsets.ISO_8859_1);
        while (System.nanoTime() - end < 0) {
            try {
                var c = in.read();
                if (c == '\n') {
                    var ping = PING.matcher(text);
                    if (ping.lookingAt()) {
                        times.add(Double.valueOf(ping.group(1)));
                    }
                    text.setLength(0);
                } else if (c >= 0) {
                    text.append((char) c);
                }
            } catch (SocketTimeoutException nothingNow) {
                // Look whether the time is over.
            }
        }
        return times;
    }

    private static void awaitMaster(OurSentinel sentinel) throws Exception {
        Await.until(
                PATIENCE,
                () -> "master".equals(sentinel.master("m").get("flags")),
                () -> "the master is not connected");
    }
}

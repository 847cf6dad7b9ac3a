package dev.vedette.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.client.RespClient;
import dev.vedette.protocol.net.Address;
import dev.vedette.protocol.resp.RespValue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Sentinels of ours over real redis-servers: one master, two replicas, three sentinels. */
@Timeout(120)
class SentinelFailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @RegisterExtension final Running running = new Running();
    private final List<OurSentinel> sentinels = new ArrayList<>();

    /** Returns the master. */
    private RealRedis startGroup() throws Exception {
        var master = running.add(RealRedis.server(folder));
        for (var i = 0; i < 2; i++) {
            running.add(
                    RealRedis.server(
                            folder,
                            "--replicaof",
                            master.address().host() + " " + master.address().port()));
        }
        startSentinels(master, 5000);
        Await.until(PATIENCE, () -> allSee("2", "2"), this::views);
        return master;
    }

    private void startSentinels(RealRedis master, int failoverTimeout) throws Exception {
        startSentinels(
                master,
                """
                sentinel down-after-milliseconds mymaster 500
                sentinel failover-timeout mymaster %d
                """
                        .formatted(failoverTimeout));
    }

    private void startSentinels(RealRedis master, String lines) throws Exception {
        for (var i = 0; i < 3; i++) {
            sentinels.add(
                    running.add(
                            OurSentinel.start(
                                    folder.resolve("sentinel-" + i),
                                    monitor(master.address()) + lines)));
        }
    }

    private static String monitor(Address address) {
        return "sentinel monitor mymaster " + address.host() + " " + address.port() + " 2\n";
    }

    private boolean allSee(String replicas, String others) throws Exception {
        return allSee(replicas, others, Integer.parseInt(replicas));
    }

    private boolean allSee(String replicas, String others, int ready) throws Exception {
        for (var sentinel : sentinels) {
            var view = sentinel.master("mymaster");
            var replicasUp =
                    sentinel.replicas("mymaster").stream()
                            .filter(OurSentinel::isReadyReplica)
                            .count();
            if (!replicas.equals(view.get("num-slaves"))
                    || !others.equals(view.get("num-other-sentinels"))
                    || !"master".equals(view.get("flags"))
                    || replicasUp < ready) {
                return false;
            }
        }
        return true;
    }

    private String views() {
        return sentinels.stream()
                .map(
                        sentinel -> {
                            try {
                                return sentinel.master("mymaster")
                                        + "\n"
                                        + sentinel.replicas("mymaster");
                            } catch (Exception unreachable) {
                                return unreachable.toString();
                            }
                        })
                .collect(Collectors.joining("\n"));
    }

    private int masterPort(OurSentinel sentinel) throws Exception {
        var address = sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster").asList();
        return Integer.parseInt(address.get(1).asText());
    }

    private boolean allNameAnother(int oldPort) throws Exception {
        var ports = new ArrayList<Integer>();
        for (var sentinel : sentinels) {
            ports.add(masterPort(sentinel));
        }
        return ports.stream().distinct().count() == 1 && ports.getFirst() != oldPort;
    }

    @Test
    void aKilledMasterIsReplacedAndEverySentinelRemembersItOverARestart() throws Exception {
        var master = startGroup();
        var oldPort = master.address().port();

        master.close();
        Await.until(PATIENCE, () -> allNameAnother(oldPort), this::views);
        var newPort = masterPort(sentinels.getFirst());

        var promoted = "sentinel monitor mymaster 127.0.0.1 " + newPort + " 2\n";
        for (var sentinel : sentinels) {
            Await.until(PATIENCE, () -> sentinel.confText().contains(promoted), sentinel::toString);
            assertTrue(
                    sentinel.confText().matches("(?s).*sentinel config-epoch mymaster [1-9].*"),
                    sentinel.confText());
        }

        var stopped = sentinels.removeFirst();
        assertEquals(0, stopped.stop());
        var back = running.add(OurSentinel.restart(stopped.conf(), stopped.address()));
        assertEquals(newPort, masterPort(back));
        assertEquals("2", back.master("mymaster").get("num-slaves"));
        assertEquals("2", back.master("mymaster").get("num-other-sentinels"));
    }

    @Test
    void aMasterThatIsKilledRightAfterAResetOfAllSentinelsIsReplaced() throws Exception {
        var master = startGroup();
        var oldPort = master.address().port();
        for (var sentinel : sentinels) {
            assertEquals("1", sentinel.call("SENTINEL", "RESET", "*").asText());
        }
        master.close();
        Await.until(PATIENCE, () -> allNameAnother(oldPort), this::views);
        Await.until(PATIENCE, () -> allSee("2", "2", 1), this::views);
    }

    /** A fails, B takes over and writes, B fails, A comes back with what it had. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFormerMasterIsNotPromotedWithOldDataUnlessAnOperatorSaysSo(boolean allRestart)
            throws Exception {
        var first = running.add(RealRedis.server(folder, "--dbfilename", "first.rdb"));
        var second =
                running.add(
                        RealRedis.server(
                                folder,
                                "--dbfilename",
                                "second.rdb",
                                "--replicaof",
                                "127.0.0.1 " + first.address().port()));
        startSentinels(first, 1500);
        Await.until(PATIENCE, () -> allSee("1", "2"), this::views);
        first.call("SET", "who", "first");
        first.call("SAVE");
        var firstPort = first.address().port();
        first.close();
        Await.until(PATIENCE, () -> allNameAnother(firstPort), this::views);
        second.call("SET", "who", "second");
        // Each sentinel heard of it that its data are its own now.
        for (var sentinel : sentinels) {
            Await.until(PATIENCE, () -> toldToWrite(sentinel, second), () -> second.log());
        }

        if (allRestart) {
            // As in a power cut, in which the successor is lost.
            second.close();
            restartSentinels();
        }
        var clients = new ArrayList<RespClient>();
        for (var sentinel : sentinels) {
            clients.add(running.add(sentinel.connect()));
            clients.getLast().call("PSUBSCRIBE", "-failover-abort-reason");
        }
        second.close();
        running.add(RealRedis.serverAt(first.address(), folder, "--dbfilename", "first.rdb"));
        var reasons = new StringBuilder();
        Await.until(
                PATIENCE,
                () -> {
                    for (var client : clients) {
                        client.message(Duration.ofMillis(50))
                                .map(message -> message.asList().get(3).asText() + "\n")
                                .ifPresent(reasons::append);
                    }
                    return reasons.toString().contains(" " + firstPort + " stale-copy");
                },
                () -> reasons + views());
        assertEquals(second.address().port(), masterPort(sentinels.getFirst()));

        Await.until(
                PATIENCE,
                () ->
                        "OK"
                                .equals(
                                        sentinels
                                                .getFirst()
                                                .call("SENTINEL", "FAILOVER", "mymaster")
                                                .asText()),
                this::views);
        Await.until(PATIENCE, () -> allNameAnother(second.address().port()), this::views);
        assertEquals(firstPort, masterPort(sentinels.getFirst()));
    }

    private void restartSentinels() throws Exception {
        var before = List.copyOf(sentinels);
        sentinels.clear();
        for (var sentinel : before) {
            sentinel.stop();
            sentinels.add(running.add(OurSentinel.restart(sentinel.conf(), sentinel.address())));
        }
    }

    /** Its INFO, as that sentinel knows it, says that it wrote something as a master. */
    private static boolean toldToWrite(OurSentinel sentinel, RealRedis master) throws Exception {
        var info = sentinel.call("SENTINEL", "INFO-CACHE", "mymaster");
        var text = info.asList().get(1).asList().getFirst().asList().get(1).asText();
        return text.contains("role:master")
                && text.contains("tcp_port:" + master.address().port() + "\r\n")
                && number(text, "master_repl_offset:") >= number(text, "second_repl_offset:");
    }

    private static long number(String info, String field) {
        return info.lines()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.substring(field.length()).strip()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aManualFailoverIsSeenByASubscriberInRedissWords() throws Exception {
        var master = startGroup();
        var oldPort = master.address().port();
        try (var events = sentinels.getFirst().connect()) {
            events.call("PSUBSCRIBE", "*");
            assertEquals(
                    "OK", sentinels.getFirst().call("SENTINEL", "FAILOVER", "mymaster").asText());
            var seen = new ArrayList<String>();
            Await.until(
                    PATIENCE,
                    () -> {
                        events.message(Duration.ofMillis(100))
                                .ifPresent(
                                        message ->
                                                seen.add(
                                                        message.asList().get(2).asText()
                                                                + " "
                                                                + message.asList()
                                                                        .get(3)
                                                                        .asText()));
                        return seen.stream().anyMatch(e -> e.startsWith("+switch-master "));
                    },
                    seen::toString);
            var names = seen.stream().map(e -> e.substring(0, e.indexOf(' '))).toList();
            assertInOrder(
                    names,
                    "+new-epoch",
                    "+try-failover",
                    "+elected-leader",
                    "+failover-state-select-slave",
                    "+selected-slave",
                    "+failover-state-send-slaveof-noone",
                    "+failover-state-wait-promotion",
                    "+promoted-slave",
                    "+failover-state-reconf-slaves",
                    "+switch-master");
            var old = "mymaster 127.0.0.1 " + oldPort;
            assertTrue(seen.contains("+try-failover master " + old), seen.toString());
            assertTrue(
                    seen.getLast().startsWith("+switch-master " + old + " 127.0.0.1 "),
                    seen.toString());
        }
    }

    @Test
    void whoWaitsForValkeysSpellingOfAReplicaThatIsDoneHearsOfIt() throws Exception {
        startGroup();
        try (var exact = sentinels.getFirst().connect();
                var all = sentinels.getFirst().connect()) {
            exact.call("SUBSCRIBE", "+replica-reconf-done");
            all.call("PSUBSCRIBE", "*reconf-done");
            assertEquals(
                    "OK", sentinels.getFirst().call("SENTINEL", "FAILOVER", "mymaster").asText());
            var told = message(exact);
            assertEquals("+replica-reconf-done", told.get(1));
            assertTrue(told.get(2).startsWith("slave 127.0.0.1:"), told.toString());
            var once = message(all);
            assertEquals(List.of("+slave-reconf-done", told.get(2)), once.subList(2, 4));
            assertTrue(all.message(Duration.ofMillis(200)).isEmpty());
        }
    }

    private static List<String> message(RespClient client) throws Exception {
        while (true) {
            var words =
                    client.message(PATIENCE).orElseThrow().asList().stream()
                            .map(RespValue::asText)
                            .toList();
            if (words.getFirst().endsWith("message")) {
                return words;
            }
        }
    }

    private static void assertInOrder(List<String> all, String... wanted) {
        var at = -1;
        for (var name : wanted) {
            var next = all.subList(at + 1, all.size()).indexOf(name);
            assertTrue(next >= 0, name + " is missing or too early in " + all);
            at += next + 1;
        }
    }

    @Test
    void redisSentinelStartsFromOurConfAndWeFromItsOwn() throws Exception {
        startGroup();
        var ours = sentinels.removeFirst();
        ours.stop();

        var text = ours.confText();
        try (var redis = RealRedis.sentinel(ours.conf(), ours.address().port())) {
            var view = redis.call("SENTINEL", "MASTER", "mymaster").asList();
            assertEquals("mymaster", view.get(1).asText());
            redis.call("SENTINEL", "FLUSHCONFIG");
            assertEquals(
                    text.lines().filter(line -> line.startsWith("sentinel ")).sorted().toList(),
                    Files.readString(ours.conf())
                            .lines()
                            .filter(line -> line.startsWith("sentinel "))
                            .sorted()
                            .toList());
        }
        sentinels.add(running.add(OurSentinel.restart(ours.conf(), ours.address())));
        Await.until(PATIENCE, () -> allSee("2", "2"), this::views);
    }

    @Test
    void aSentinelOfRedisWorksInOurGroup() throws Exception {
        var master = startGroup();
        var folderOfRedis = Files.createDirectories(folder.resolve("redis-sentinel"));
        var address = RealRedis.freeAddress();
        var conf =
                Files.writeString(
                        folderOfRedis.resolve("sentinel.conf"),
                        "port %d\nbind 127.0.0.1\ndir %s\n".formatted(address.port(), folderOfRedis)
                                + monitor(master.address())
                                + "sentinel down-after-milliseconds mymaster 500\n"
                                + "sentinel failover-timeout mymaster 5000\n");
        var redis = running.add(RealRedis.sentinel(conf, address.port()));
        Await.until(PATIENCE, () -> allSee("2", "3"), this::views);

        var oldPort = master.address().port();
        master.close();
        Await.until(PATIENCE, () -> allNameAnother(oldPort), this::views);
        Await.until(
                PATIENCE,
                () ->
                        redis.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
                                .asList()
                                .get(1)
                                .asText()
                                .equals(Integer.toString(masterPort(sentinels.getFirst()))),
                redis::log);
    }

    /** Guard G4: down-after is much longer than this test waits. */
    @Test
    void withFastDetectionACrashIsNotWaitedOut() throws Exception {
        var master = running.add(RealRedis.server(folder));
        for (var i = 0; i < 2; i++) {
            running.add(
                    RealRedis.server(
                            folder, "--replicaof", "127.0.0.1 " + master.address().port()));
        }
        startSentinels(
                master,
                """
                sentinel down-after-milliseconds mymaster 300000
                sentinel fast-detection mymaster 200
                """);
        Await.until(PATIENCE, () -> allSee("2", "2"), this::views);
        var oldPort = master.address().port();

        // Every connection is closed, and can be made anew: nothing happens.
        master.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        master.call("CLIENT", "KILL", "TYPE", "pubsub");
        Await.until(PATIENCE, () -> allSee("2", "2"), this::views);
        assertEquals(oldPort, masterPort(sentinels.getFirst()));

        master.close();
        Await.until(PATIENCE, () -> allNameAnother(oldPort), this::views);
        for (var sentinel : sentinels) {
            var conf = sentinel.confText();
            assertTrue(conf.contains("sentinel fast-detection mymaster 200\n"), conf);
        }
    }

    @Test
    void scriptsAreToldOfTheFailover() throws Exception {
        var master = running.add(RealRedis.server(folder));
        running.add(
                RealRedis.server(folder, "--replicaof", "127.0.0.1 " + master.address().port()));
        var script = folder.resolve("tell.sh");
        Files.writeString(script, "#!/bin/sh\necho \"$@\" >> told\n");
        assertTrue(script.toFile().setExecutable(true));
        var home = folder.resolve("sentinel");
        var sentinel =
                running.add(
                        OurSentinel.start(
                                home,
                                "sentinel monitor mymaster 127.0.0.1 "
                                        + master.address().port()
                                        + " 1\nsentinel notification-script mymaster "
                                        + script
                                        + "\nsentinel client-reconfig-script mymaster "
                                        + script));
        sentinels.add(sentinel);
        Await.until(PATIENCE, () -> allSee("1", "0"), this::views);

        var oldPort = master.address().port();
        assertEquals("OK", sentinel.call("SENTINEL", "FAILOVER", "mymaster").asText());
        Await.until(PATIENCE, () -> allNameAnother(oldPort), this::views);
        var newPort = masterPort(sentinel);

        var told = home.resolve("told");
        var reconfigured = "mymaster leader start 127.0.0.1 " + oldPort + " 127.0.0.1 " + newPort;
        var switched = "+switch-master mymaster 127.0.0.1 " + oldPort + " 127.0.0.1 " + newPort;
        Await.until(
                PATIENCE,
                () -> Files.readAllLines(told).containsAll(List.of(reconfigured, switched)),
                () -> "scripts were told less");
    }

    @Test
    void instancesWithPasswordsAndRenamedCommandsAreFailedOverToo() throws Exception {
        var guarded =
                new String[] {
                    "--requirepass",
                    "secret",
                    "--masterauth",
                    "secret",
                    "--rename-command",
                    "CONFIG",
                    "hidden",
                    "--rename-command",
                    "SLAVEOF",
                    "follow"
                };
        var master = running.add(RealRedis.server(folder, guarded));
        var follow = Arrays.copyOf(guarded, guarded.length + 2);
        follow[guarded.length] = "--replicaof";
        follow[guarded.length + 1] = "127.0.0.1 " + master.address().port();
        running.add(RealRedis.server(folder, follow));
        var sentinel =
                running.add(
                        OurSentinel.start(
                                folder.resolve("sentinel"),
                                "sentinel monitor mymaster 127.0.0.1 "
                                        + master.address().port()
                                        + """
                                         1
                                        sentinel down-after-milliseconds mymaster 500
                                        sentinel auth-pass mymaster secret
                                        sentinel rename-command mymaster config hidden
                                        sentinel rename-command mymaster slaveof follow
                                        """));
        sentinels.add(sentinel);
        Await.until(PATIENCE, () -> allSee("1", "0"), this::views);
        try (var client = RespClient.connect(master.address(), Duration.ofSeconds(5))) {
            client.call("AUTH", "secret");
            var names = client.call("CLIENT", "LIST").asText();
            var id = sentinel.call("SENTINEL", "MYID").asText().substring(0, 8);
            assertTrue(names.contains("name=sentinel-" + id + "-cmd "), names);
            assertTrue(names.contains("name=sentinel-" + id + "-pubsub "), names);
        }

        var oldPort = master.address().port();
        master.close();
        Await.until(PATIENCE, () -> allNameAnother(oldPort), this::views);
    }
}

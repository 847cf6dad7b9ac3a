package dev.vedette.sentinel.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.vedette.sentinel.core.OperatorCommand;
import dev.vedette.sentinel.core.SentinelState;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What users of Redis Sentinel complained about: detection, and the time that a failover takes. */
class UsersAskScenariosTest {
    private static final Duration DOWN_AFTER = ofSeconds(2);
    private static final Duration PING_PERIOD = ofSeconds(1);
    private static final Duration INFO_PERIOD = ofSeconds(10);

    private static Simulation group(long seed) {
        var sim =
                Simulation.seeded(Long.getLong("vedette.sim.seed", seed))
                        .master("m")
                        .replicas("r1", "r2")
                        .sentinels(3)
                        .quorum(2)
                        .downAfter(DOWN_AFTER);
        sim.runFor(ofSeconds(13));
        return sim;
    }

    /** By itself, or because another has replaced the master meanwhile. */
    private static boolean knowsOfIt(Simulation sim, String sentinel) {
        return sim.has(sentinel, "+sdown") || sim.has(sentinel, "+switch-master");
    }

    private static boolean allSaid(Simulation sim, String event, List<String> names) {
        return names.stream().allMatch(name -> sim.has(name, event));
    }

    /** redis/redis#2819: overdue INFOs crowd out the PINGs, and it takes a quarter of an hour. */
    @Test
    void aHostThatVanishesAtAnyPhaseOfTheInfoCycleIsDownInTime() {
        var all = List.of("s1", "s2", "s3");
        for (int phase = 0; phase < 20; phase++) {
            var sim = group(71);
            sim.runFor(ofMillis(phase * 517L));
            sim.powerOff("m");
            assertTrue(
                    sim.runUntil(
                            DOWN_AFTER.plus(PING_PERIOD).plusMillis(20),
                            () -> all.stream().allMatch(name -> knowsOfIt(sim, name))),
                    "phase " + phase + "\n" + sim.transcript());
        }
    }

    /** redis/redis#4856: one sentinel sees the cut at once, the other after sixteen minutes. */
    @Test
    void theSurvivorsOfACutAroundTheMastersBoxAgreeWithinDownAfterAndASecond() {
        for (long seed = 1; seed <= 10; seed++) {
            var sim = group(seed);
            sim.runFor(ofMillis(seed * 331));
            sim.network().cut("m", "s1").from("r1", "r2", "s2", "s3");
            assertTrue(
                    sim.runUntil(
                            DOWN_AFTER.plus(PING_PERIOD),
                            () ->
                                    allSaid(sim, "+sdown", List.of("s2", "s3"))
                                            && (sim.has("s2", "+odown")
                                                    || sim.has("s3", "+odown"))),
                    "seed " + seed + "\n" + sim.transcript());
        }
    }

    /** redis/redis#2518: a lost first vote costs minutes. */
    @Test
    void aSplitVoteIsRepeatedWithinHalfASecond() {
        var sim = Simulation.seeded(43).master("m").replicas("r1", "r2").sentinels(3).quorum(1);
        sim.runFor(ofSeconds(15));
        sim.crash("m");
        sim.network().cut("s1").from("s2", "s3");
        sim.network().cut("s2").from("s3");
        assertTrue(
                sim.runUntil(
                        ofSeconds(10),
                        () -> allSaid(sim, "+try-failover", List.of("s1", "s2", "s3"))));
        sim.network().heal();
        // TCP takes up to a second to send again what the cut held up.
        assertTrue(
                sim.runUntil(
                        ofMillis(1_500),
                        () ->
                                Stream.of("s1", "s2", "s3")
                                        .anyMatch(n -> sim.has(n, "+elected-leader"))),
                sim.transcript());
    }

    /** redis/redis#10621: nobody can tell why the next attempt comes only minutes later. */
    @Test
    void untilWhenNoAttemptIsMadeIsSaidByEachAndTrue() {
        var sim = group(75).priority("r1", 0).priority("r2", 0);
        // INFO tells of it.
        sim.runFor(ofSeconds(11));
        sim.crash("m");
        var promised = new TreeMap<String, Duration>();
        assertTrue(
                sim.runUntil(
                        // Whoever stood itself waits for the end of its election first: 10 s.
                        DOWN_AFTER.plusSeconds(11),
                        () -> {
                            promised.putAll(nextFailoverDelays(sim));
                            return promised.keySet().equals(Set.of("s1", "s2", "s3"));
                        }),
                sim.transcript());
        var first = Collections.min(promised.values());
        long attempts = attempts(sim);
        sim.runFor(first.minus(sim.elapsed()).minusMillis(1));
        assertEquals(attempts, attempts(sim), sim.transcript());
        assertTrue(sim.runUntil(ofMillis(500), () -> attempts(sim) > attempts), sim.transcript());
    }

    private static long attempts(Simulation sim) {
        return sim.events().stream().filter(e -> e.event().name().equals("+try-failover")).count();
    }

    /**
     * What each sentinel logged last, as Redis words it: the time of day there, of the run here.
     */
    private static Map<String, Duration> nextFailoverDelays(Simulation sim) {
        var line =
                Pattern.compile(
                        " ms +(s\\d) +logs Next failover delay: I will not start a failover before"
                                + " (\\d+) ms");
        return line.matcher(sim.transcript())
                .results()
                .collect(
                        Collectors.toMap(
                                m -> m.group(1),
                                m -> ofMillis(Long.parseLong(m.group(2))),
                                (_, later) -> later));
    }

    /** redis/redis#5784: all who can be reached voted for it, and it was not elected. */
    @Test
    void anElectionThatFailsSaysHowManyVotesItHadAndNeededAndWhoWasAwayForHowLong() {
        var sim = Simulation.seeded(76).master("m").replicas("r1", "r2").sentinels(5).quorum(2);
        sim.runFor(ofSeconds(13));
        for (var ghost : List.of("s3", "s4", "s5")) {
            sim.powerOff(ghost);
        }
        sim.runFor(ofMinutes(1));
        sim.crash("m");
        assertTrue(
                sim.runUntil(
                        ofSeconds(20),
                        () ->
                                sim.events().stream()
                                        .anyMatch(
                                                e ->
                                                        e.event()
                                                                .name()
                                                                .equals("-failover-abort-reason"))),
                sim.transcript());
        var reason =
                sim.events().stream()
                        .filter(e -> e.event().name().equals("-failover-abort-reason"))
                        .map(e -> e.event().payload())
                        .findFirst()
                        .orElseThrow();
        assertTrue(reason.contains(" not-elected votes 2 needed 3 unreachable "), reason);
        for (var ghost : List.of("s3", "s4", "s5")) {
            var sentinel = sim.world.sentinel(ghost);
            var away =
                    Pattern.compile(
                                    "%s %s %d for (\\d+) ms"
                                            .formatted(
                                                    sentinel.id,
                                                    sentinel.address.host(),
                                                    sentinel.address.port()))
                            .matcher(reason);
            assertTrue(away.find(), reason);
            var told = ofMillis(Long.parseLong(away.group(1)));
            assertTrue(told.compareTo(ofSeconds(60)) > 0, reason);
            assertTrue(told.compareTo(ofSeconds(80)) < 0, reason);
        }
    }

    /** redis/redis#1405: there is no rule of health but PING, so none may be held against it. */
    @Test
    void aMasterThatRefusesWritesAndSaysPongIsNeverReplaced() {
        var sim = group(77);
        sim.world.dataNode("m").incapacity = DataNode.Incapacity.WRITES;
        sim.runFor(ofMinutes(5));
        sim.expectNoEvent("+sdown");
        sim.expectFailovers(0);
    }

    /** A Redis that cannot save says MISCONF to PING too: that is no answer, by Redis's rule. */
    @Test
    void aMasterThatSaysMisconfToPingIsDownAfterDownAfterAndNotSooner() {
        var all = List.of("s1", "s2", "s3");
        var sim = group(78);
        var master = sim.world.dataNode("m");
        master.incapacity = DataNode.Incapacity.SAVING;
        sim.runFor(DOWN_AFTER.minus(PING_PERIOD).minusMillis(100));
        master.incapacity = DataNode.Incapacity.NONE;
        sim.runFor(ofMinutes(1));
        sim.expectNoEvent("+sdown");
        master.incapacity = DataNode.Incapacity.SAVING;
        sim.runFor(DOWN_AFTER.minusMillis(10));
        sim.expectNoEvent("+sdown");
        assertTrue(
                sim.runUntil(
                        PING_PERIOD, () -> all.stream().allMatch(name -> knowsOfIt(sim, name))),
                sim.transcript());
        sim.runUntilOneMaster(ofMinutes(1));
        sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
    }

    /** The same for a script that loops; the sentinel that holds it for down kills it. */
    @Test
    void aMasterThatIsBusyWithAScriptIsDownAfterDownAfterAndTheScriptIsKilled() {
        var sim = group(78);
        var master = sim.world.dataNode("m");
        master.runScript();
        sim.runFor(DOWN_AFTER.minusMillis(10));
        sim.expectNoEvent("+sdown");
        assertTrue(sim.runUntil(ofSeconds(10), () -> !master.runsScript()), sim.transcript());
        sim.expectEvent("+sdown");
        sim.runUntilOneMaster(ofMinutes(1));
    }

    /** redis/redis#1297: the master is back at once, but empty, and its replicas copy that. */
    @Test
    void aMasterThatIsBackEmptyWithinDownAfterIsToldOfAndStaysTheMaster() {
        for (var rebootPeriod : List.of(0L, 1_000L)) {
            var sim = withRebootPeriod(group(79), rebootPeriod);
            var master = sim.world.dataNode("m");
            sim.crash("m");
            master.disk.loseData();
            sim.runFor(ofMillis(200));
            sim.restart("m");
            assertTrue(
                    sim.runUntil(
                            INFO_PERIOD, () -> allSaid(sim, "+reboot", List.of("s1", "s2", "s3"))),
                    sim.transcript());
            sim.runFor(ofMinutes(1));
            // What nobody prevents, with and without the period: PONG ends the reboot.
            sim.expectFailovers(0);
            sim.expectMasterSeenBy("s1", "s2", "s3").is("m");
            assertEquals(master.replicationId(), sim.world.dataNode("r1").replicationId());
        }
    }

    /** What master-reboot-down-after-period is for: LOADING is an answer, for hours if need be. */
    @Test
    void aMasterThatLoadsForLongIsReplacedWhereTheRebootPeriodIsSet() {
        for (var rebootPeriod : List.of(0L, 1_000L)) {
            var sim = withRebootPeriod(group(80), rebootPeriod);
            var master = sim.world.dataNode("m");
            master.save();
            master.shortestLoad = 60_000_000;
            master.longestLoad = 60_000_000;
            sim.crash("m");
            sim.runFor(ofMillis(200));
            sim.restart("m");
            sim.runFor(INFO_PERIOD.plusSeconds(3));
            sim.expectFailovers(rebootPeriod == 0 ? 0 : 1);
            sim.runUntilOneMaster(ofMinutes(3));
        }
    }

    private static Simulation withRebootPeriod(Simulation sim, long millis) {
        var option =
                new OperatorCommand.Set.Option(
                        "master-reboot-down-after-period", List.of(Long.toString(millis)));
        for (var sentinel : List.of("s1", "s2", "s3")) {
            sim.ask(sentinel, new OperatorCommand.Set(Simulation.GROUP, List.of(option)));
        }
        return sim;
    }

    /** redis/redis#4723: the sentinels had long lost each other, and nobody noticed. */
    @Test
    void aLostQuorumIsSaidBeforeAnyMasterFails() {
        var sim = group(72);
        sim.crash("s2");
        sim.crash("s3");
        assertTrue(
                sim.runUntil(
                        DOWN_AFTER.multipliedBy(2).plusMillis(100),
                        () -> sim.has("s1", "+quorum-lost")),
                sim.transcript());
    }

    /** redis/redis#2615: the leader waits for the last replica, which may never come. */
    @Test
    void aReplicaThatNeverFollowsHoldsNoAnnouncementUp() {
        var sim = group(73);
        sim.priority("r2", 0);
        sim.runFor(ofSeconds(11));
        sim.pause("r2");
        sim.crash("m");
        assertTrue(
                sim.runUntil(
                        DOWN_AFTER.plusSeconds(1),
                        () -> allSaid(sim, "+switch-master", List.of("s1", "s2", "s3"))),
                sim.transcript());
        sim.expectMasterSeenBy("s1", "s2", "s3").is("r1");
    }

    /** redis/redis#1309: the new master dies right after its promotion, and that is the end. */
    @Test
    void aNewMasterThatDiesAtAnyMomentIsReplacedToo() {
        for (int after = 0; after <= 5_000; after += 250) {
            var sim = group(74);
            sim.crash("m");
            assertTrue(sim.runUntil(ofSeconds(5), () -> sim.failovers() == 1));
            sim.runFor(ofMillis(after));
            var promoted =
                    sim.world.dataNodes().stream()
                            .filter(n -> n.isAlive() && n.isMaster())
                            .map(n -> n.name)
                            .findFirst();
            promoted.ifPresent(sim::crash);
            var last = promoted.map(n -> n.equals("r1") ? "r2" : "r1");
            sim.runFor(ofSeconds(60));
            if (last.isPresent()) {
                assertEquals(last.get(), sim.master(), "after " + after + " ms");
            }
            sim.world.machines().forEach(Machine::start);
            sim.runUntilOneMaster(ofMinutes(2));
        }
    }

    /** redis/redis#13658: after a power cut one sentinel believes in another master. */
    @Test
    void whateverStartsFirstAfterAPowerCutAllNameOneMasterWithinSecondsOfTheLast() {
        for (long seed = 1; seed <= 8; seed++) {
            var sim = group(seed);
            sim.crash("m");
            sim.runFor(ofSeconds(10));
            var machines = sim.world.machines();
            machines.forEach(Machine::powerOff);
            sim.runFor(ofSeconds(10));
            var order = new ArrayList<>(machines);
            Collections.rotate(order, (int) seed);
            for (var machine : order) {
                machine.start();
                sim.runFor(ofMillis(200));
            }
            sim.runUntil(ofSeconds(5), () -> false);
            sim.expectMasterSeenBy("s1", "s2", "s3").isOneOf("r1", "r2");
            sim.runUntilOneMaster(ofMinutes(1));
        }
    }

    /** redis/redis#12271: the first conf of each sentinel names another node, and so it stays. */
    @Test
    void sentinelsWhoseFirstConfsNameThreeNodesOfOneGroupAgreeOnItsMaster() {
        for (long seed = 1; seed <= 10; seed++) {
            var sim = group(seed);
            beginAnew(sim, new TreeMap<>(Map.of("s1", "m", "s2", "r1", "s3", "r2")));
            expectAgreementOn("m", sim, "s1", "s2", "s3");
        }
    }

    /** Those who make the same mistake know each other better than the one who does not. */
    @Test
    void oneSentinelThatNamesTheMasterIsRightAgainstFourThatNameItsReplicas() {
        for (long seed = 1; seed <= 10; seed++) {
            var sim =
                    Simulation.seeded(seed)
                            .master("m")
                            .replicas("r1", "r2")
                            .sentinels(5)
                            .quorum(3)
                            .downAfter(DOWN_AFTER);
            sim.runFor(ofSeconds(13));
            beginAnew(
                    sim,
                    new TreeMap<>(
                            Map.of("s1", "m", "s2", "r1", "s3", "r1", "s4", "r2", "s5", "r2")));
            expectAgreementOn("m", sim, "s1", "s2", "s3", "s4", "s5");
        }
    }

    private static void expectAgreementOn(String master, Simulation sim, String... sentinels) {
        sim.runUntilOneMaster(ofMinutes(1));
        sim.expectMasterSeenBy(sentinels).is(master);
        sim.expectReplica("r1").followsTheMaster();
        sim.expectReplica("r2").followsTheMaster();
        sim.expectEvent("+config-conflict");
    }

    /** They hear each other, for one of them was told of another, and have nothing in common. */
    @Test
    void twoGroupsOfOneNameStayApart() {
        for (long seed = 1; seed <= 10; seed++) {
            var sim =
                    Simulation.seeded(seed)
                            .master("m")
                            .replicas("r1", "x", "y")
                            .sentinels(3)
                            .quorum(1)
                            .downAfter(DOWN_AFTER);
            sim.runFor(ofSeconds(13));
            var third = sim.world.sentinel("s3");
            var acquainted =
                    List.of(
                            new SentinelState.Peer(
                                    third.disk.durable().myId(), sim.world.machine("s3").address));
            var named = new TreeMap<>(Map.of("s1", "m", "s2", "m", "s3", "x"));
            named.keySet().forEach(sim::crash);
            sim.world.dataNode("x").follow(Optional.empty());
            sim.orderToFollow("y", "x");
            named.forEach(
                    (name, node) ->
                            sim.restoreConf(
                                    name,
                                    firstConf(
                                            sim,
                                            name,
                                            node,
                                            name.equals("s1") ? acquainted : List.of())));
            named.keySet().forEach(sim::restart);
            sim.runFor(ofMinutes(2));
            sim.expectMasterSeenBy("s1", "s2").is("m");
            sim.expectMasterSeenBy("s3").is("x");
            assertTrue(sim.world.dataNode("m").isMaster(), sim.transcript());
            assertTrue(sim.world.dataNode("x").isMaster(), sim.transcript());
            sim.expectNoEvent("+switch-master");
            assertTrue(sim.has("s3", "+sentinel"), sim.transcript());
        }
    }

    /** All sentinels at once with new confs, each of which names that node and nobody else. */
    private static void beginAnew(Simulation sim, SortedMap<String, String> nodeBySentinel) {
        nodeBySentinel.keySet().forEach(sim::crash);
        nodeBySentinel.forEach(
                (name, node) -> sim.restoreConf(name, firstConf(sim, name, node, List.of())));
        nodeBySentinel.keySet().forEach(sim::restart);
    }

    private static SentinelState firstConf(
            Simulation sim, String sentinel, String node, List<SentinelState.Peer> peers) {
        var before = sim.world.sentinel(sentinel).disk.durable();
        var group = before.masters().getFirst();
        var first =
                new SentinelState.Master(
                        group.name(),
                        sim.world.machine(node).address,
                        group.quorum(),
                        group.options(),
                        0,
                        0,
                        List.of(),
                        peers);
        return new SentinelState(before.myId(), 0, before.options(), List.of(first));
    }
}

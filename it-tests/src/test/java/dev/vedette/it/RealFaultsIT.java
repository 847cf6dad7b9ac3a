package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Faults of real processes in network namespaces, one after the other on one group. After each one
 * master is left, all sentinels name it under one config epoch, both replicas follow it, nobody is
 * stuck in a failover, and what it acknowledged is there: {@link FaultWatch#conclude}.
 */
@Namespaces
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealFaultsIT {
    private static final String MASTER = "master " + FaultGroup.MASTER_NAME + " ";

    private Set<ProcessHandle> processesBefore = Set.of();
    private @Nullable FaultGroup group;
    private @Nullable FaultWatch watch;

    @BeforeAll
    void start() throws IOException {
        processesBefore = processes();
        group = newGroup();
    }

    private static FaultGroup newGroup() throws IOException {
        return FaultGroup.start(Collections.nCopies(3, Product.VEDETTE));
    }

    @BeforeEach
    void watch(TestInfo test) throws IOException {
        if (group == null) {
            group = newGroup();
        }
        watch = new FaultWatch(group(), test.getDisplayName() + ":");
    }

    @AfterEach
    void allIsWell(TestInfo test) {
        try {
            System.out.printf("real fault: %s: %s%n", test.getDisplayName(), watch().conclude());
        } catch (Throwable e) {
            // The next one begins with another group.
            close();
            throw e;
        }
    }

    @AfterAll
    void nothingIsLeft() throws IOException {
        close();
        assertEquals(processesBefore, processes());
        assertFalse(Files.readString(Path.of("/proc/net/dev")).contains("to-s1"));
        assertFalse(Files.readString(Path.of("/proc/self/mounts")).contains("vedette-disk"));
    }

    private void close() {
        if (group != null) {
            group.close();
            group = null;
        }
    }

    private static Set<ProcessHandle> processes() {
        return ProcessHandle.current().children().collect(Collectors.toSet());
    }

    private FaultGroup group() {
        if (group == null) {
            throw new IllegalStateException("not started");
        }
        return group;
    }

    private FaultWatch watch() {
        if (watch == null) {
            throw new IllegalStateException("not watched");
        }
        return watch;
    }

    private Lab lab() {
        return group().lab();
    }

    private List<Node> sentinels() {
        return group().sentinels();
    }

    private List<Node> sentinels(int from) {
        return sentinels().subList(from, sentinels().size());
    }

    /** Until all sentinels name another master. */
    private Node awaitSwitchFrom(Node old) {
        return group().awaitSwitchFrom(old, sentinels());
    }

    private void assertNoSwitch() {
        assertEquals(List.of(), watch().switches(FaultGroup.MASTER_NAME), group()::view);
    }

    // ---- the master's process

    @Test
    void aKilledMasterIsReplacedAndFollowsWhenItIsBack() {
        Node old = group().master();
        old.daemon().kill();
        awaitSwitchFrom(old);
    }

    @Test
    void aStoppedMasterIsReplacedAndFollowsWhenItWakes() {
        Node old = group().master();
        group().stop(old);
        awaitSwitchFrom(old);
    }

    /**
     * As soon as its replica has what it wrote; before that the replica is a copy that is known to
     * be older, and waits for the successor or for an operator (docs/failure-detection.md).
     */
    @Test
    void aSuccessorThatDiesTooIsReplacedByTheReplicaThatIsLeft() {
        Node first = group().master();
        first.daemon().kill();
        Node second = awaitSwitchFrom(first);
        Node third =
                group().servers().stream()
                        .filter(node -> !node.equals(first) && !node.equals(second))
                        .findFirst()
                        .orElseThrow();
        Await.noProblem(
                "replication",
                Duration.ofSeconds(30),
                () -> group().health().server(third, second),
                group()::view);
        watch().awaitWritesAt(List.of(second, third));
        second.daemon().kill();
        assertEquals(third, awaitSwitchFrom(second));
    }

    // ---- the master's network

    @Test
    void aMasterWhoseCableIsPulledIsReplaced() {
        Node old = group().master();
        lab().unplug(old.host());
        awaitSwitchFrom(old);
    }

    @Test
    void aMasterInABlackHoleIsReplaced() {
        Node old = group().master();
        lab().blackHole(old.host());
        awaitSwitchFrom(old);
    }

    @Test
    void aMasterWhoseFirewallRefusesEverybodyIsReplaced() {
        Node old = group().master();
        lab().refuse(old.host());
        awaitSwitchFrom(old);
    }

    @Test
    void aMasterThatHearsButIsNotHeardIsReplaced() {
        Node old = group().master();
        lab().mute(old.host());
        awaitSwitchFrom(old);
    }

    @Test
    void aMasterThatDoesNotHearIsReplaced() {
        Node old = group().master();
        lab().deafen(old.host());
        awaitSwitchFrom(old);
    }

    /** Late enough to be seen, early enough for down-after. */
    @Test
    void aSlowMasterIsNoReasonForAFailover() {
        Node master = group().master();
        lab().delay(master.host(), Node.SERVER_PORT, Duration.ofMillis(250));
        long start = System.nanoTime();
        for (int i = 0; i < 4; i++) {
            assertEquals("PONG", pingFrom(sentinels().getFirst(), master));
        }
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        assertTrue(millis >= 4 * 500, () -> "four PINGs took " + millis + " ms");
        assertNoSwitch();
    }

    private String pingFrom(Node node, Node server) {
        var command =
                node.host()
                        .inside(
                                List.of(
                                        "redis-cli",
                                        "-h",
                                        server.inside().host(),
                                        "-p",
                                        Integer.toString(server.inside().port()),
                                        "PING"));
        return Tool.run(command).stdout().strip();
    }

    @Test
    void aMasterThatAnswersAfterDownAfterIsReplaced() {
        Node old = group().master();
        lab().delay(old.host(), Node.SERVER_PORT, Duration.ofMillis(1500));
        awaitSwitchFrom(old);
    }

    // ---- the network between them

    @Test
    void theSideOfTwoSentinelsReplacesAMasterThatOneSentinelKeeps() {
        Node old = group().master();
        Node alone = sentinels().getFirst();
        var small = List.of(old, alone);
        lab().cut(FaultGroup.hosts(small), FaultGroup.hosts(group().others(small)));
        group().awaitSwitchFrom(old, sentinels(1));
        assertEquals(
                old.inside(),
                FaultGroup.masterNamedBy(alone, FaultGroup.MASTER_NAME).orElseThrow());
        lab().heal();
        awaitSwitchFrom(old);
    }

    @Test
    void aReplicaOnTheSmallSideIsNotPromoted() {
        Node old = group().master();
        Node cutOff = group().replicas().getFirst();
        Node reachable = group().replicas().getLast();
        var small = List.of(old, cutOff, sentinels().getFirst());
        lab().cut(FaultGroup.hosts(small), FaultGroup.hosts(group().others(small)));
        assertEquals(reachable, group().awaitSwitchFrom(old, sentinels(1)));
    }

    /** The third hears it, and so do its replicas. */
    @Test
    void aMasterThatTwoSentinelsDoNotHearIsReplaced() {
        Node old = group().master();
        lab().cutOneWay(List.of(old.host()), FaultGroup.hosts(sentinels(1)));
        awaitSwitchFrom(old);
    }

    @Test
    void nobodyIsPromotedWhileNoSentinelHearsAnother() {
        Node old = group().master();
        for (Node sentinel : sentinels()) {
            lab().cut(
                            List.of(sentinel.host()),
                            FaultGroup.hosts(
                                    sentinels().stream()
                                            .filter(s -> !s.equals(sentinel))
                                            .toList()));
        }
        old.daemon().kill();
        watch().awaitEvent(sentinels(), "+sdown", MASTER);
        watch().awaitEvent(sentinels(), "+quorum-lost", MASTER);
        assertNoSwitch();
        lab().heal();
        awaitSwitchFrom(old);
    }

    @Test
    void aReplicaThatIsCutOffIsNoReasonForAFailover() {
        Node replica = group().replicas().getFirst();
        lab().blackHole(replica.host());
        watch().awaitEvent(sentinels(), "+sdown", "slave " + replica.inside().host() + ":");
        group().heal();
        group().awaitWell();
        assertNoSwitch();
    }

    @Test
    void aSentinelInABlackHoleLearnsOfTheNewMaster() {
        Node old = group().master();
        lab().blackHole(sentinels().getFirst().host());
        old.daemon().kill();
        group().awaitSwitchFrom(old, sentinels(1));
    }

    @Test
    void aSentinelThatHearsButIsNotHeardDoesNotHinderTheOthers() {
        Node old = group().master();
        lab().mute(sentinels().getFirst().host());
        old.daemon().kill();
        group().awaitSwitchFrom(old, sentinels(1));
    }

    @Test
    void aMasterIsReplacedWhileEveryFifthPacketIsLost() {
        Node old = group().master();
        // Each passes two filters.
        group().nodes().forEach(node -> lab().lose(node.host(), 10));
        old.daemon().kill();
        awaitSwitchFrom(old);
    }

    @Test
    void aFailoverByCommandSucceedsWhileEveryFifthPacketIsLost() {
        Node old = group().master();
        group().nodes().forEach(node -> lab().lose(node.host(), 10));
        sentinels().getFirst().tell("SENTINEL", "FAILOVER", FaultGroup.MASTER_NAME);
        awaitSwitchFrom(old);
    }

    // ---- the sentinels' processes

    @Test
    void aLeaderThatDiesAfterItsElectionIsFollowedByAnother() {
        aLeaderDies("crash-after-election");
    }

    @Test
    void aLeaderThatDiesAfterThePromotionIsFollowedByAnother() {
        aLeaderDies("crash-after-promotion");
    }

    private void aLeaderDies(String moment) {
        Node old = group().master();
        sentinels().forEach(s -> s.tell("SENTINEL", "SIMULATE-FAILURE", moment));
        old.daemon().kill();
        Await.until(
                "a dead leader",
                Duration.ofSeconds(30),
                () -> sentinels().stream().anyMatch(s -> !s.daemon().isAlive()));
        var living = sentinels().stream().filter(s -> s.daemon().isAlive()).toList();
        assertEquals(2, living.size(), group()::view);
        living.forEach(s -> s.tell("SENTINEL", "SIMULATE-FAILURE", "help"));
        group().awaitSwitchFrom(old, living);
    }

    @Test
    void aLeaderThatIsStoppedWakesAfterAnotherHasLed() {
        Node old = group().master();
        old.daemon().kill();
        Await.until(
                "a leader",
                Duration.ofSeconds(30),
                () ->
                        sentinels().stream()
                                .anyMatch(s -> watch().has(s, "+elected-leader", MASTER)));
        Node leader =
                sentinels().stream()
                        .filter(s -> watch().has(s, "+elected-leader", MASTER))
                        .findFirst()
                        .orElseThrow();
        group().stop(leader);
        var others = sentinels().stream().filter(s -> !s.equals(leader)).toList();
        group().awaitSwitchFrom(old, others);
    }

    @Test
    void aSentinelThatSleptThroughAFailoverLearnsOfIt() {
        Node old = group().master();
        group().stop(sentinels().getFirst());
        old.daemon().kill();
        group().awaitSwitchFrom(old, sentinels(1));
    }

    @Test
    void sentinelsThatDieWithTheMasterReplaceItWhenTheyAreBack() {
        Node old = group().master();
        Stream.concat(Stream.of(old), sentinels().stream()).forEach(n -> n.daemon().kill());
        sentinels().forEach(group()::revive);
        awaitSwitchFrom(old);
    }

    // ---- clocks

    @Test
    void clocksOfSentinelsThatLeapAnHourHinderNoFailover() {
        clocksStep(Duration.ofHours(1));
    }

    @Test
    void clocksOfSentinelsThatFallBackAnHourHinderNoFailover() {
        clocksStep(Duration.ofHours(-1));
    }

    private void clocksStep(Duration ahead) {
        sentinels().forEach(sentinel -> step(sentinel, ahead));
        assertNoSwitch();
        Node old = group().master();
        old.daemon().kill();
        awaitSwitchFrom(old);
    }

    /** Until its wall clock shows it. */
    private void step(Node node, Duration ahead) {
        node.clock().step(ahead);
        Await.noProblem(
                "a step of the clock",
                Duration.ofSeconds(30),
                () -> {
                    Duration seen = node.clockAhead();
                    return seen.minus(ahead).abs().compareTo(Duration.ofSeconds(2)) < 0
                            ? Optional.empty()
                            : Optional.of(node.name() + " is ahead by " + seen);
                },
                group()::view);
    }

    @Test
    void aServerOfOursWhoseClockLeapsAnHourStaysWhatItIs() {
        var ours = group().servers().stream().filter(Node::hasClock).toList();
        assertEquals(1, ours.size());
        step(ours.getFirst(), Duration.ofHours(1));
        assertNoSwitch();
    }

    // ---- disks

    @Test
    void aSentinelWithAFullDiskLearnsOfTheNewMaster() {
        Node old = group().master();
        sentinels().getFirst().fillDisk();
        old.daemon().kill();
        awaitSwitchFrom(old);
    }

    @Test
    void twoSentinelsWithFullDisksHinderNoFailoverForLongerThanTheyAreFull() {
        Node old = group().master();
        sentinels(1).forEach(Node::fillDisk);
        old.daemon().kill();
        watch().awaitEvent(sentinels(), "+sdown", MASTER);
        sentinels().forEach(Node::freeDisk);
        awaitSwitchFrom(old);
    }

    // ---- names

    @Test
    void aNameServerThatIsSilentHindersNoFailover() {
        group().names().order("silent");
        Node old = group().master();
        old.daemon().kill();
        awaitSwitchFrom(old);
    }

    @Test
    void aMasterThatIsKnownByNameIsReplacedWhileTheNameServerIsSlow() {
        group().names().order("3000");
        Node old = group().master(FaultGroup.NAMED);
        old.daemon().kill();
        awaitSwitchFrom(old);
        assertNoSwitch();
    }
}

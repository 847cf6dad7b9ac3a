package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be wrong with processes, clocks, disks and names. */
@Namespaces
class ProcessFaultsIT extends RealFaults {
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

    /** No vote leaves a sentinel that cannot keep it (guard G13). */
    @Test
    void nobodyIsPromotedWhileTheDisksOfTwoSentinelsAreFull() {
        Node old = group().master();
        var full = sentinels(1);
        full.forEach(Node::fillDisk);
        old.daemon().kill();
        watch().awaitEvent(sentinels(), "+sdown", MASTER);
        Await.until(
                "votes that cannot be kept",
                Duration.ofSeconds(30),
                () ->
                        full.stream()
                                .allMatch(s -> watch().hasLogged(s, "not able to save the new")));
        assertNoSwitch();
        full.forEach(Node::freeDisk);
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

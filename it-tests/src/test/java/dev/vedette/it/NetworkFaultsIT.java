package dev.vedette.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** What can be wrong with a network. */
@Namespaces
class NetworkFaultsIT extends RealFaults {
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
}

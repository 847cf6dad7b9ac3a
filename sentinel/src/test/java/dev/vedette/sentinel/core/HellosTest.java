package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.ME;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;
import static dev.vedette.sentinel.core.CoreDriver.R1;
import static dev.vedette.sentinel.core.CoreDriver.R2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

class HellosTest {
    private static final SentinelId STRANGER = CoreDriver.id('d');
    private static final SentinelId OTHER_STRANGER = CoreDriver.id('e');
    private static final Address STRANGER_AT = CoreDriver.address(26390);
    private static final Address ELSEWHERE = CoreDriver.address(26399);

    private static List<SentinelState.Peer> peers(CoreDriver driver) {
        return driver.core.state().masters().getFirst().peers();
    }

    @Test
    void anUnknownSentinelIsFoundAndSaved() {
        var driver = CoreDriver.group(2);
        driver.hello(STRANGER, STRANGER_AT, 0, MASTER, 0);
        assertEquals(
                List.of(
                        "+sentinel sentinel "
                                + STRANGER
                                + " 127.0.0.1 26390 @ mymaster 127.0.0.1 6379"),
                driver.events());
        assertEquals(new SentinelState.Peer(STRANGER, STRANGER_AT), peers(driver).getLast());
        assertTrue(driver.links.values().stream().anyMatch(s -> s.target().equals(STRANGER_AT)));
    }

    /** Else our own vote would count twice (found by seed 10013 of the simulator). */
    @Test
    void aHelloThatWeSaidUnderAFormerIdAddsNoPeer() {
        var driver = CoreDriver.group(2);
        driver.hello(STRANGER, CoreDriver.address(26379), 0, MASTER, 0);
        assertEquals(List.of(), driver.events());
        assertEquals(2, peers(driver).size());
    }

    @Test
    void sentinelsWithoutEndDoNotFillTheMemory() {
        var driver = CoreDriver.group(2);
        for (int i = 0; i < 300; i++) {
            var at = new Address("10.2." + i / 250 + "." + i % 250, 26379);
            driver.hello(new SentinelId("%040d".formatted(i)), at, 0, MASTER, 0);
        }
        assertEquals(256, driver.view().sentinels().size());
        driver.hello(PEER_A, PEER_A_AT, 7, MASTER, 0);
        assertEquals(7, driver.core.state().currentEpoch(), "those who are known are heard");
    }

    @Test
    void aKnownSentinelAtItsAddressIsOnlyRemembered() {
        var driver = CoreDriver.group(2);
        driver.advance(Duration.ofMillis(1500));
        driver.hello(PEER_A, PEER_A_AT, 0, MASTER, 0);
        assertEquals(List.of(), driver.events());
        assertEquals(Duration.ZERO, driver.view().sentinels().getFirst().lastHello());
    }

    @Test
    void aSentinelThatMovedIsKnownAtItsNewAddressOnly() {
        var driver = CoreDriver.group(2);
        driver.hello(PEER_A, ELSEWHERE, 0, MASTER, 0);
        assertEquals(
                List.of(
                        "+sentinel-address-switch master mymaster 127.0.0.1 6379 ip 127.0.0.1 port"
                                + " 26399 for "
                                + PEER_A),
                driver.events());
        assertEquals(
                List.of(PEER_C, PEER_A),
                peers(driver).stream().map(SentinelState.Peer::id).toList());
        assertFalse(driver.links.values().stream().anyMatch(s -> s.target().equals(PEER_A_AT)));
    }

    @Test
    void aMoveIsCopiedToTheOtherMastersWhichShareTheNewLink() {
        var one = CoreDriver.state(2, CoreDriver.options()).masters().getFirst();
        var two =
                new SentinelState.Master(
                        "other",
                        CoreDriver.address(7000),
                        2,
                        CoreDriver.options(),
                        0,
                        0,
                        List.of(),
                        one.peers());
        var driver =
                new CoreDriver(
                        new SentinelState(ME, 0, SentinelOptions.DEFAULTS, List.of(one, two)));
        driver.start();
        driver.effects.clear();
        driver.hello(PEER_A, ELSEWHERE, 0, MASTER, 0);
        assertTrue(
                driver.events()
                        .contains(
                                "+sentinel-address-update sentinel "
                                        + PEER_A
                                        + " 127.0.0.1 26399 @ mymaster 127.0.0.1 6379 1 additional"
                                        + " matching instances"));
        assertEquals(
                1,
                driver.links.values().stream().filter(s -> s.target().equals(ELSEWHERE)).count());
        var other = driver.core.state().master("other").orElseThrow().peers();
        assertTrue(other.contains(new SentinelState.Peer(PEER_A, ELSEWHERE)));
        assertEquals(
                2,
                driver.core.master("other", driver.now).orElseThrow().sentinels().stream()
                        .filter(s -> s.instance().address().equals(ELSEWHERE))
                        .findFirst()
                        .orElseThrow()
                        .instance()
                        .linkRefcount());
    }

    @Test
    void aNewSentinelAtAKnownAddressTakesItsPlace() {
        var driver = CoreDriver.group(2);
        driver.hello(STRANGER, PEER_A_AT, 0, MASTER, 0);
        assertEquals(
                List.of(
                        "+sentinel-invalid-addr sentinel "
                                + PEER_A
                                + " 127.0.0.1 26380 @ mymaster 127.0.0.1 6379",
                        "+sentinel sentinel "
                                + STRANGER
                                + " 127.0.0.1 26380 @ mymaster 127.0.0.1 6379"),
                driver.events());
        assertEquals(
                List.of(PEER_C, STRANGER),
                peers(driver).stream().map(SentinelState.Peer::id).toList());
    }

    @Test
    void aSentinelUnderANewIdKeepsItsVoteForAnotherAndNoneForUs() {
        var driver = CoreDriver.group(2);
        driver.at(PEER_A_AT).opinion = _ -> new Answer.MasterDown(true, Optional.of(PEER_A), 1);
        driver.at(PEER_C_AT).opinion = _ -> new Answer.MasterDown(true, Optional.of(ME), 1);
        driver.kill(MASTER);
        driver.advance(CoreDriver.DOWN_AFTER.plusSeconds(1));
        for (var hello :
                List.of(
                        new Hello(PEER_A_AT, STRANGER, 1, "mymaster", MASTER, 0),
                        new Hello(PEER_C_AT, OTHER_STRANGER, 1, "mymaster", MASTER, 0))) {
            driver.step(new Input.HelloHeard(Optional.empty(), hello.encode()));
        }
        var votes =
                driver.view().sentinels().stream()
                        .collect(
                                Collectors.toMap(
                                        peer -> peer.instance().runId().orElseThrow(),
                                        SentinelView::votedLeader));
        assertEquals(
                Map.of(
                        STRANGER.text(), Optional.of(PEER_A),
                        OTHER_STRANGER.text(), Optional.empty()),
                votes);
    }

    @Test
    void aHigherEpochIsAdoptedAndSaved() {
        var driver = CoreDriver.group(2);
        driver.hello(PEER_A, PEER_A_AT, 9, MASTER, 0);
        assertEquals(List.of("+new-epoch 9"), driver.events());
        assertEquals(9, driver.core.state().currentEpoch());
        driver.hello(PEER_A, PEER_A_AT, 8, MASTER, 0);
        assertEquals(9, driver.core.state().currentEpoch());
    }

    @Test
    void aHigherConfigEpochMovesTheMaster() {
        var options =
                CoreDriver.options().toBuilder()
                        .clientReconfigScript(Optional.of("/opt/reconf"))
                        .build();
        var driver = new CoreDriver(CoreDriver.state(2, options));
        driver.healthy();
        driver.start();
        driver.effects.clear();
        driver.hello(PEER_A, PEER_A_AT, 1, R2, 1);
        assertEquals(
                List.of(
                        "+new-epoch 1",
                        "+config-update-from sentinel "
                                + PEER_A
                                + " 127.0.0.1 26380 @ mymaster 127.0.0.1 6379",
                        "+switch-master mymaster 127.0.0.1 6379 127.0.0.1 6381",
                        "+slave slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6381",
                        "+slave slave 127.0.0.1:6379 127.0.0.1 6379 @ mymaster 127.0.0.1 6381"),
                driver.events().subList(0, 5));
        assertTrue(
                driver.effects.contains(
                        new Effect.RunReconfigScript(
                                "/opt/reconf",
                                "mymaster",
                                Effect.ScriptRole.OBSERVER,
                                MASTER,
                                R2)));
        var saved = driver.core.state().masters().getFirst();
        assertEquals(R2, saved.address());
        assertEquals(1, saved.configEpoch());
        assertEquals(List.of(R1, MASTER), saved.replicas());
    }

    /** Seed 384852: one told by a peer that an operator then made forget it was told to nobody. */
    @Test
    void aHigherConfigEpochWithTheSameAddressIsSavedAndPassedOn() {
        var driver = CoreDriver.group(2);
        driver.hello(PEER_A, PEER_A_AT, 0, MASTER, 4);
        assertEquals(List.of(), driver.events());
        assertEquals(4, driver.view().configEpoch());
        assertTrue(driver.effects.stream().anyMatch(Effect.Persist.class::isInstance));
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(3));
        assertEquals(
                List.of(4L),
                driver.sent(MASTER, Request.PublishHello.class).stream()
                        .map(said -> said.hello().configEpoch())
                        .distinct()
                        .toList());
    }

    @Test
    void whatPeersSaidOfTheOldAddressIsDroppedAtASwitch() {
        var driver = CoreDriver.group(3);
        driver.at(CoreDriver.PEER_C_AT).opinion =
                _ -> new Answer.MasterDown(false, Optional.empty(), 0);
        driver.kill(MASTER);
        driver.advance(CoreDriver.DOWN_AFTER);
        assertTrue(driver.view().sentinels().getFirst().instance().has(InstanceFlag.MASTER_DOWN));
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(PEER_A_AT, PEER_A, 1, "mymaster", R2, 1).encode()));
        assertFalse(driver.view().sentinels().getFirst().instance().has(InstanceFlag.MASTER_DOWN));
    }

    @Test
    void ourOwnIdAnywhereInAMessageMeansThatItIsOurs() {
        var driver = CoreDriver.group(2);
        driver.hello(ME, ELSEWHERE, 9, R2, 9);
        assertEquals(List.of(), driver.events());
        assertEquals(0, driver.core.state().currentEpoch());
    }

    @Test
    void nonsenseAndUnknownMastersAreIgnored() {
        var driver = CoreDriver.group(2);
        driver.step(new Input.HelloHeard(Optional.empty(), "hello"));
        driver.step(
                new Input.HelloHeard(
                        Optional.empty(),
                        new Hello(STRANGER_AT, STRANGER, 9, "nobody", R2, 9).encode()));
        assertEquals(List.of(), driver.events());
    }
}

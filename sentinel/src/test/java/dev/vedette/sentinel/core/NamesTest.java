package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.protocol.net.Address;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Nodes that are known by their names, as the core sees them. */
class NamesTest {
    private static final Address M = new Address("m.test", 6379);
    private static final Address R = new Address("r.test", 6380);
    private static final Address M_IP = new Address("10.0.0.1", 6379);
    private static final Address R_IP = new Address("10.0.0.2", 6380);

    private static CoreDriver configured(boolean announce, List<Address> replicas) {
        var options =
                SentinelOptions.DEFAULTS.toBuilder()
                        .resolveHostnames(true)
                        .announceHostnames(announce)
                        .build();
        var master =
                new SentinelState.Master(
                        "mymaster", M, 1, CoreDriver.options(), 0, 0, replicas, List.of());
        var driver = new CoreDriver(new SentinelState(CoreDriver.ME, 0, options, List.of(master)));
        driver.dns.put("r.test", List.of("10.0.0.2"));
        return driver;
    }

    /** A master by name that lists a replica by name. */
    private static CoreDriver driver(boolean announce) {
        var driver = configured(announce, List.of());
        driver.dns.put("m.test", List.of("10.0.0.1"));
        driver.at(M).info = CoreDriver.master('m', R);
        driver.at(R).info = CoreDriver.following(CoreDriver.replica('r', 100), M_IP, true);
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        return driver;
    }

    private static void hello(
            CoreDriver driver,
            SentinelId from,
            Address at,
            long epoch,
            Address master,
            long configEpoch) {
        var hello = new Hello(at, from, epoch, "mymaster", master, configEpoch);
        driver.step(new Input.HelloHeard(Optional.empty(), hello.encode()));
    }

    private static List<Address> replicas(CoreDriver driver) {
        return driver.view().replicas().stream().map(r -> r.instance().address()).toList();
    }

    @Test
    void withAnnounceHostnamesEveryoneIsToldNames() {
        var driver = driver(true);
        assertTrue(
                driver.events()
                        .contains("+slave slave r.test:6380 r.test 6380 @ mymaster m.test 6379"),
                () -> driver.events().toString());
        assertEquals(M, driver.view().clientAddress());
        assertEquals(M, driver.sent(R, Request.PublishHello.class).getLast().hello().master());
        assertEquals(M, driver.core.state().masters().getFirst().address());
        assertEquals(List.of(R), driver.core.state().masters().getFirst().replicas());
    }

    @Test
    void withoutItTheyAreToldAddressesAndTheConfKeepsTheNames() {
        var driver = driver(false);
        assertTrue(
                driver.events()
                        .contains(
                                "+slave slave 10.0.0.2:6380 10.0.0.2 6380 @ mymaster 10.0.0.1"
                                        + " 6379"),
                () -> driver.events().toString());
        assertEquals(M_IP, driver.view().clientAddress());
        assertEquals(M_IP, driver.sent(R, Request.PublishHello.class).getLast().hello().master());
        assertEquals(M, driver.core.state().masters().getFirst().address());
        assertEquals(List.of(R), driver.core.state().masters().getFirst().replicas());
    }

    @Test
    void aFailoverPointsReplicasByNameOnlyWhereNamesAreAnnounced() {
        for (var announce : List.of(true, false)) {
            var driver = driver(announce);
            var other = new Address("10.0.0.3", 6381);
            driver.at(other).info = CoreDriver.following(CoreDriver.replica('o', 1), M_IP, true);
            driver.at(M).info = CoreDriver.master('m', R, other);
            driver.advance(Duration.ofSeconds(11));
            driver.effects.clear();
            driver.ask(new OperatorCommand.Failover("mymaster"));
            driver.advance(Duration.ofSeconds(3));
            var to = announce ? R : R_IP;
            assertEquals(
                    List.of(new Request.ReplicaOf(Optional.of(to))),
                    driver.sent(other, Request.ReplicaOf.class));
            var from = announce ? M : M_IP;
            assertTrue(
                    driver.events()
                            .contains(
                                    "+switch-master mymaster "
                                            + from.host()
                                            + " 6379 "
                                            + to.host()
                                            + " 6380"),
                    () -> driver.events().toString());
            assertEquals(to, driver.view().clientAddress());
        }
    }

    @Test
    void aNodeIsOneWhetherItIsToldByNameOrByAddress() {
        var driver = driver(true);
        driver.at(M).info = CoreDriver.master('m', R_IP, new Address("R.TEST", 6380));
        driver.advance(Duration.ofSeconds(11));
        assertEquals(List.of(R), replicas(driver));
    }

    @Test
    void aReplicaThatIsToldByNameLaterIsKnownByNameFromThenOn() {
        var driver = driver(true);
        var late = new Address("late.test", 7000);
        var lateIp = new Address("10.0.0.7", 7000);
        driver.at(lateIp).info = CoreDriver.following(CoreDriver.replica('l', 1), M_IP, true);
        driver.at(late).info = driver.at(lateIp).info;
        driver.at(M).info = CoreDriver.master('m', R, lateIp);
        driver.advance(Duration.ofSeconds(11));
        assertEquals(List.of(R, lateIp), replicas(driver));
        driver.dns.put("late.test", List.of("10.0.0.7"));
        driver.at(M).info = CoreDriver.master('m', R, late);
        driver.advance(Duration.ofSeconds(11));
        assertEquals(List.of(R, late), replicas(driver));
    }

    @Test
    void aNodeWhoseAddressChangesBehindItsNameStaysOneEntry() {
        var driver = driver(false);
        driver.step(new Input.NameReached("r.test", "10.0.0.22"));
        assertEquals(List.of(new Address("10.0.0.22", 6380)), replicas(driver));
        // The master saw its replica under the new address before we did.
        driver.at(M).info = CoreDriver.master('m', new Address("10.0.0.23", 6380));
        driver.advance(Duration.ofSeconds(11));
        driver.step(new Input.NameReached("r.test", "10.0.0.23"));
        assertEquals(List.of(new Address("10.0.0.23", 6380)), replicas(driver));
        assertEquals(List.of(R), driver.core.state().masters().getFirst().replicas());
    }

    /** Seeds 215398 and 326529: peers followed that address, and kept it in their confs. */
    @Test
    void whereNobodyAnsweredYetUnderAMastersNameNoAddressOfItIsToldToOthers() {
        for (var announce : List.of(true, false)) {
            var driver = startedWithoutItsMaster(announce);
            var said = driver.sent(R, Request.PublishHello.class);
            if (announce) {
                assertEquals(M, said.getLast().hello().master());
            } else {
                assertEquals(List.of(), said);
                driver.dns.put("m.test", List.of("10.0.0.1"));
                driver.revive(M);
                driver.advance(Duration.ofSeconds(3));
                assertEquals(
                        M_IP,
                        driver.sent(R, Request.PublishHello.class).getLast().hello().master());
            }
        }
    }

    private static CoreDriver startedWithoutItsMaster(boolean announce) {
        var driver = configured(announce, List.of(R));
        driver.dns.put("m.test", List.of("10.9.9.9"));
        driver.at(M).listens = false;
        driver.at(M).info = CoreDriver.master('m', R);
        driver.at(R).info = CoreDriver.following(CoreDriver.replica('r', 100), M_IP, true);
        driver.start();
        driver.advance(Duration.ofSeconds(4));
        return driver;
    }

    /** Seed 746492. */
    @Test
    void aNodeThatFollowsTheAddressFromWhichItsMasterMovedIsNotForeignForThat() {
        var driver = driver(false);
        var ours = new History("a".repeat(40), Optional.empty(), 1000, -1);
        var unknown = new History("e".repeat(40), Optional.empty(), 77, -1);
        driver.at(M).info = withKeys(CoreDriver.master('m', R), ours);
        var replica = CoreDriver.following(CoreDriver.replica('r', 100), M_IP, true);
        driver.at(R).info = withKeys(replica, ours);
        driver.advance(Duration.ofSeconds(11));
        driver.kill(R);
        driver.at(M).info = withKeys(CoreDriver.master('m'), ours);
        var restarted = CoreDriver.following(CoreDriver.replica('e', 77), M_IP, false);
        driver.at(R).info = withKeys(restarted, unknown);
        driver.revive(R);
        driver.advance(Duration.ofSeconds(11));
        assertTrue(driver.happened("-unknown-instance"), "its data are one sign");
        driver.dns.put("m.test", List.of("10.0.0.11"));
        driver.step(new Input.NameReached("m.test", "10.0.0.11"));
        driver.advance(Duration.ofSeconds(20));
        assertFalse(driver.happened("-foreign-instance"), driver.events()::toString);
        assertEquals(
                new Request.ReplicaOf(Optional.of(new Address("10.0.0.11", 6379))),
                driver.sent(R, Request.ReplicaOf.class).getLast());
    }

    private static InstanceInfo withKeys(InstanceInfo info, History history) {
        return CoreDriver.telling(info, false, false, false, true, Optional.of(history));
    }

    /** A name server may be wrong, and what it says would be told to clients and nodes. */
    @Test
    void aNewAddressOfANameIsBelievedWhenSomebodyAnswersThere() {
        var driver = driver(false);
        driver.step(new Input.NameResolved("m.test", List.of("10.0.0.99")));
        assertEquals(M_IP, driver.view().clientAddress());
        driver.step(new Input.NameReached("m.test", "10.0.0.11"));
        assertEquals(new Address("10.0.0.11", 6379), driver.view().clientAddress());
    }

    @Test
    void aReplicaOfWhereTheMasterWasIsPointedAtWhereItIsAtOnce() {
        var driver = driver(false);
        driver.step(new Input.NameReached("m.test", "10.0.0.11"));
        driver.effects.clear();
        driver.at(R).info = CoreDriver.following(driver.at(R).info, M_IP, false);
        driver.advance(Duration.ofSeconds(11));
        assertEquals(
                new Request.ReplicaOf(Optional.of(new Address("10.0.0.11", 6379))),
                driver.sent(R, Request.ReplicaOf.class).getFirst());
        assertTrue(driver.happened("+fix-slave-config"));
    }

    @Test
    void aHelloThatTellsANameIsTakenWhenTheNameIsKnown() {
        var driver = driver(false);
        driver.dnsAnswers = false;
        hello(driver, CoreDriver.PEER_A, new Address("s.test", 26379), 7, M, 0);
        driver.advance(Duration.ofSeconds(1));
        assertFalse(driver.happened("+sentinel"));
        driver.step(new Input.NameResolved("s.test", List.of("10.0.0.5")));
        assertTrue(
                driver.events()
                        .contains(
                                "+sentinel sentinel "
                                        + CoreDriver.PEER_A
                                        + " 10.0.0.5 26379 @ mymaster 10.0.0.1 6379"),
                () -> driver.events().toString());
        hello(driver, CoreDriver.PEER_A, new Address("10.0.0.5", 26379), 7, M_IP, 0);
        assertFalse(driver.happened("+sentinel-address-switch"));
    }

    @Test
    void aNameThatNobodyResolvesIsStillAnAnswerToAPeer() {
        var driver = driver(false);
        var token = driver.askMasterDown(new Address("nobody.test", 6379), 0, Optional.empty());
        assertEquals(
                Optional.of(new Answer.MasterDown(false, Optional.empty(), 0)),
                driver.reply(token));
        var known = driver.askMasterDown(M, 5, Optional.of(CoreDriver.PEER_A));
        assertEquals(
                Optional.of(new Answer.MasterDown(false, Optional.of(CoreDriver.PEER_A), 5)),
                driver.reply(known));
    }

    @Test
    void monitorWantsANameThatResolves() {
        var driver = driver(true);
        assertEquals(
                Optional.of(new Answer.Refused("ERR Invalid IP address or hostname specified")),
                driver.reply(
                        driver.ask(
                                new OperatorCommand.Monitor(
                                        "x", new Address("nobody.test", 1), 1))));
        assertEquals(
                Optional.of(new Answer.Ok()),
                driver.reply(
                        driver.ask(new OperatorCommand.Monitor("x", new Address("r.test", 1), 1))));
        assertTrue(driver.events().contains("+monitor master x r.test 1 quorum 1"));
    }

    @Test
    void withoutResolveHostnamesNobodyIsLookedUpAndNamesAreNotFollowed() {
        var driver = CoreDriver.group(2);
        hello(driver, CoreDriver.id('d'), new Address("s.test", 26379), 3, CoreDriver.MASTER, 0);
        hello(driver, CoreDriver.PEER_A, CoreDriver.PEER_A_AT, 3, M, 3);
        assertFalse(driver.happened("+sentinel"));
        assertFalse(driver.happened("+switch-master"));
        assertTrue(driver.logs().contains("Failed to resolve hostname 's.test'"));
        assertTrue(driver.logs().contains("Failed to resolve hostname 'm.test'"));
        assertTrue(driver.effects.stream().noneMatch(Effect.Resolve.class::isInstance));
    }

    /** Seed 132780: one wrong answer was believed for ever, for nobody told that name again. */
    @Test
    void anAddressThatANameServerTellsWhileTheConnectionGoesOnIsNotOrderedAndAskedForAgain() {
        var driver = driver(false);
        driver.effects.clear();
        driver.step(new Input.NameResolved("m.test", List.of("10.9.9.9")));
        driver.advance(Duration.ofSeconds(30));
        assertEquals(List.of(), driver.sent(R, Request.ReplicaOf.class));
        assertEquals(M_IP, driver.view().clientAddress());
    }
}

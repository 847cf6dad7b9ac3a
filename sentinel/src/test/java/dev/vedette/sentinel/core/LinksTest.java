package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.MASTER;
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
import java.util.Optional;
import java.util.stream.Collectors;

class LinksTest {
    private static List<LinkSpec> opened(CoreDriver driver, Address target) {
        return driver.effects.stream()
                .filter(Effect.OpenLink.class::isInstance)
                .map(e -> ((Effect.OpenLink) e).spec())
                .filter(spec -> spec.target().equals(target))
                .toList();
    }

    private static CoreDriver started() {
        var driver = new CoreDriver(CoreDriver.state(2, CoreDriver.options()));
        driver.healthy();
        driver.start();
        return driver;
    }

    @Test
    void aDataNodeGetsACommandAndAPubsubLinkASentinelOnlyACommandLink() {
        var driver = started();
        assertEquals(
                List.of(LinkSpec.Kind.COMMAND, LinkSpec.Kind.PUBSUB),
                opened(driver, MASTER).stream().map(LinkSpec::kind).toList());
        assertEquals(2, opened(driver, R1).size());
        assertEquals(
                List.of(LinkSpec.Kind.COMMAND),
                opened(driver, PEER_A_AT).stream().map(LinkSpec::kind).toList());
    }

    @Test
    void linksAreNamedAfterTheFirstEightCharactersOfOurId() {
        var names = opened(started(), MASTER).stream().map(LinkSpec::clientName).toList();
        assertEquals(List.of("sentinel-bbbbbbbb-cmd", "sentinel-bbbbbbbb-pubsub"), names);
    }

    @Test
    void mastersAndReplicasGetTheCredentialsOfTheMasterPeersThoseOfSentinels() {
        var options =
                CoreDriver.options().toBuilder()
                        .authUser(Optional.of("watcher"))
                        .authPass(Optional.of("secret"))
                        .build();
        var driver = new CoreDriver(CoreDriver.state(2, options));
        driver.start();
        var credentials = new LinkSpec.Credentials(Optional.of("watcher"), "secret");
        assertEquals(Optional.of(credentials), opened(driver, MASTER).getFirst().credentials());
        assertEquals(Optional.of(credentials), opened(driver, R2).getFirst().credentials());
        assertEquals(Optional.empty(), opened(driver, PEER_A_AT).getFirst().credentials());
    }

    @Test
    void aNewConnectionIsPingedAndAskedForInfoAtOnce() {
        var driver = started();
        assertEquals(1, driver.sent(MASTER, Request.Ping.class).size());
        assertEquals(1, driver.sent(MASTER, Request.Info.class).size());
        assertEquals(1, driver.sent(PEER_A_AT, Request.Ping.class).size());
        assertEquals(List.of(), driver.sent(PEER_A_AT, Request.Info.class));
    }

    @Test
    void pingInfoAndHelloKeepTheirPeriods() {
        var driver = CoreDriver.group(2);
        driver.advance(Duration.ofSeconds(60));
        // Ten times in down-after, which is 5 seconds here.
        assertEquals(120, driver.sent(MASTER, Request.Ping.class).size());
        assertEquals(60, driver.sent(R1, Request.Ping.class).size());
        assertEquals(60, driver.sent(PEER_A_AT, Request.Ping.class).size());
        assertEquals(6, driver.sent(MASTER, Request.Info.class).size());
        assertEquals(30, driver.sent(MASTER, Request.PublishHello.class).size());
        assertEquals(30, driver.sent(PEER_A_AT, Request.PublishHello.class).size());
        assertEquals(List.of(), driver.sent(PEER_A_AT, Request.AskMasterDown.class));
    }

    @Test
    void aHelloAndAnInfoGoOutTogetherWithAPing() {
        var driver = CoreDriver.group(2);
        driver.advance(Duration.ofSeconds(20));
        driver.effects.clear();
        for (int millis = 0; millis < 20_000; millis++) {
            driver.advance(Duration.ofMillis(1));
            var sent =
                    driver.effects.stream()
                            .filter(Effect.Send.class::isInstance)
                            .map(Effect.Send.class::cast)
                            .collect(
                                    Collectors.groupingBy(
                                            Effect.Send::link,
                                            Collectors.mapping(
                                                    send -> send.request().getClass(),
                                                    Collectors.toSet())));
            for (var requests : sent.values()) {
                assertTrue(requests.contains(Request.Ping.class), requests.toString());
            }
            driver.effects.clear();
        }
    }

    @Test
    void aShortDownAfterShortensThePingPeriod() {
        var driver =
                new CoreDriver(
                        CoreDriver.state(
                                2,
                                CoreDriver.options().toBuilder()
                                        .downAfter(Duration.ofMillis(200))
                                        .build()));
        driver.healthy();
        driver.start();
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(10));
        // A master is not pinged more often than every 50 ms.
        assertEquals(200, driver.sent(MASTER, Request.Ping.class).size());
        assertEquals(50, driver.sent(R1, Request.Ping.class).size());
    }

    /** Redis takes the flag away when it begins to connect. */
    @Test
    void aNodeIsDisconnectedWhenItCannotBeReachedAndNotWhileItsLinkIsMadeAnew() {
        var driver = CoreDriver.group(2);
        driver.at(MASTER).swallowsConnections = true;
        for (var kind : LinkSpec.Kind.values()) {
            var lost = driver.link(MASTER, kind);
            driver.links.remove(lost);
            driver.step(
                    new Input.LinkClosed(lost, Input.LinkClosed.Cause.CLOSED_BY_PEER, "closed"));
            assertFalse(driver.view().instance().has(InstanceFlag.DISCONNECTED));
        }
        driver.advance(Duration.ofSeconds(16));
        assertTrue(driver.view().instance().has(InstanceFlag.DISCONNECTED));
        driver.kill(R1);
        assertTrue(driver.replicaView(R1).instance().has(InstanceFlag.DISCONNECTED));
    }

    /**
     * Guard G6: at once, then every 100 ms for a minute, then once a second; the pub/sub connection
     * when the other one is there.
     */
    @Test
    void aLostConnectionIsTriedAtOnceThenOftenThenOnceASecond() {
        var driver = started();
        driver.advance(Duration.ofSeconds(3));
        driver.effects.clear();
        driver.kill(R1);
        assertEquals(2, opened(driver, R1).size());
        driver.advance(Duration.ofSeconds(10));
        assertEquals(102, opened(driver, R1).size());
        driver.advance(Duration.ofSeconds(60));
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(10));
        assertEquals(10, opened(driver, R1).size());
        driver.revive(R1);
        driver.advance(Duration.ofSeconds(1));
        assertEquals(12, opened(driver, R1).size());
    }

    @Test
    void portZeroIsNeverConnected() {
        var driver = new CoreDriver(CoreDriver.state(2, CoreDriver.options()));
        driver.start();
        driver.hello(PEER_A, new Address("127.0.0.1", 0), 0, MASTER, 0);
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(5));
        assertTrue(
                driver.effects.stream()
                        .noneMatch(
                                e ->
                                        e instanceof Effect.OpenLink open
                                                && open.spec().target().port() == 0));
    }

    @Test
    void anInstanceThatStopsAnsweringGetsNoSecondInfoButAllItsPings() {
        var driver = CoreDriver.group(2);
        driver.advance(Duration.ofSeconds(6));
        driver.at(MASTER).answers = false;
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(4));
        assertEquals(1, driver.sent(MASTER, Request.Info.class).size());
        // The first at its period, then one every half period.
        assertTrue(driver.sent(MASTER, Request.Ping.class).size() >= 7);
    }

    @Test
    void aLinkThatIsSilentForHalfOfDownAfterIsRenewedWhenItIsOldEnough() {
        var driver = CoreDriver.group(2);
        driver.advance(Duration.ofSeconds(20));
        driver.effects.clear();
        driver.at(MASTER).answers = false;
        driver.advance(Duration.ofSeconds(4));
        var command = opened(driver, MASTER).stream().map(LinkSpec::kind).toList();
        assertEquals(List.of(LinkSpec.Kind.COMMAND), command);
        assertFalse(driver.happened("+sdown"));
    }

    @Test
    void aYoungLinkIsNotRenewed() {
        var driver = CoreDriver.group(2);
        driver.at(MASTER).answers = false;
        driver.advance(Duration.ofSeconds(4));
        assertEquals(List.of(), opened(driver, MASTER));
    }

    @Test
    void aPubsubLinkWithoutMessagesIsRenewedAfterThreeHelloPeriods() {
        var driver = started();
        driver.advance(Duration.ofMillis(14_900));
        assertEquals(2, opened(driver, MASTER).size());
        driver.advance(Duration.ofMillis(200));
        assertEquals(
                List.of(LinkSpec.Kind.COMMAND, LinkSpec.Kind.PUBSUB, LinkSpec.Kind.PUBSUB),
                opened(driver, MASTER).stream().map(LinkSpec::kind).toList());
    }

    @Test
    void ourOwnHelloKeepsAPubsubLinkAlive() {
        var driver = started();
        var own =
                new Hello(CoreDriver.address(26379), CoreDriver.ME, 0, "mymaster", MASTER, 0)
                        .encode();
        for (int i = 0; i < 15; i++) {
            driver.advance(Duration.ofSeconds(2));
            driver.step(
                    new Input.HelloHeard(
                            Optional.of(driver.link(MASTER, LinkSpec.Kind.PUBSUB)), own));
        }
        assertEquals(2, opened(driver, MASTER).size());
        assertEquals(2, driver.view().sentinels().size());
    }

    private static CoreDriver twoMasters() {
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
                        new SentinelState(
                                CoreDriver.ME, 0, SentinelOptions.DEFAULTS, List.of(one, two)));
        driver.start();
        return driver;
    }

    /** Its hello was under way on a link that another master keeps. */
    @Test
    void aMasterThatIsRemovedIsNotWokenByAnAnswerThatComesLater() {
        var driver = twoMasters();
        driver.advance(Duration.ofSeconds(3));
        driver.at(PEER_A_AT).answers = false;
        driver.advance(Duration.ofSeconds(2));
        driver.ask(new OperatorCommand.Remove("other"));
        driver.effects.clear();
        var link = driver.link(PEER_A_AT, LinkSpec.Kind.COMMAND);
        driver.step(new Input.HelloPublished(link, true));
        driver.step(new Input.HelloPublished(link, true));
        driver.at(PEER_A_AT).answers = true;
        driver.advance(Duration.ofSeconds(60));
        assertTrue(
                driver.sent(PEER_A_AT, Request.PublishHello.class).stream()
                        .allMatch(sent -> sent.hello().masterName().equals("mymaster")));
        assertTrue(driver.events().stream().noneMatch(event -> event.contains("other")));
    }

    @Test
    void oneSentinelUnderTwoMastersHasOneLinkAndOnePingASecond() {
        var driver = twoMasters();
        assertEquals(1, opened(driver, PEER_A_AT).size());
        driver.advance(Duration.ofSeconds(3));
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(10));
        assertEquals(10, driver.sent(PEER_A_AT, Request.Ping.class).size());
        assertEquals(10, driver.sent(PEER_A_AT, Request.PublishHello.class).size());
        assertEquals(2, driver.view().sentinels().getFirst().instance().linkRefcount());
        driver.ask(new OperatorCommand.Remove("other"));
        assertEquals(1, driver.view().sentinels().getFirst().instance().linkRefcount());
        assertTrue(driver.links.values().stream().anyMatch(s -> s.target().equals(PEER_A_AT)));
    }

    @Test
    void nothingPeriodicIsSentOverAFullLink() {
        var driver = CoreDriver.group(2);
        driver.at(PEER_A_AT).answers = false;
        // A peer that is connected and silent: the link is renewed before it can fill up, so the
        // limit is looked at directly.
        var link = new Link(PEER_A_AT, false, CoreDriver.T0);
        link.command.state = new Connection.State.Open(new LinkId(1), CoreDriver.T0);
        link.pendingCommands = Periods.MAX_PENDING_COMMANDS - 1;
        assertTrue(link.writable());
        link.pendingCommands = Periods.MAX_PENDING_COMMANDS;
        assertFalse(link.writable());
    }

    @Test
    void anAnswerOfAnOldConnectionIsIgnored() {
        var driver = CoreDriver.group(2);
        var old = driver.link(MASTER, LinkSpec.Kind.COMMAND);
        driver.kill(MASTER);
        driver.advance(CoreDriver.DOWN_AFTER);
        assertTrue(driver.happened("+sdown"));
        driver.effects.clear();
        driver.step(new Input.PingAnswered(old, Input.PingReply.VALID));
        assertFalse(driver.happened("-sdown"));
    }

    @Test
    void helloTellsWhereWeAreAndWhatWeBelieve() {
        var driver = CoreDriver.group(2);
        driver.advance(Duration.ofSeconds(2));
        var hello = driver.sent(R1, Request.PublishHello.class).getFirst().hello();
        assertEquals(
                "127.0.0.1,26379," + CoreDriver.ME + ",0,mymaster,127.0.0.1,6379,0",
                hello.encode());
        assertEquals(List.of(PEER_A, PEER_C), peersOf(driver));
        assertEquals(1, driver.sent(PEER_C_AT, Request.PublishHello.class).size());
    }

    private static List<SentinelId> peersOf(CoreDriver driver) {
        return driver.core.state().masters().getFirst().peers().stream()
                .map(SentinelState.Peer::id)
                .toList();
    }
}

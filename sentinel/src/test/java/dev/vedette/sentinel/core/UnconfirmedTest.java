package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
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

/** What RESET forgets is hidden, but not gone. */
class UnconfirmedTest {
    private static final Duration INFO_PERIOD = Duration.ofSeconds(10);
    private static final Address OTHER = CoreDriver.address(7777);

    private static CoreDriver afterReset() {
        var driver = new CoreDriver(CoreDriver.state(2, CoreDriver.options()));
        driver.healthy();
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        driver.ask(new OperatorCommand.Reset("*"));
        driver.effects.clear();
        return driver;
    }

    private static void peersAreHeardAtAReplica(CoreDriver driver) {
        for (var hello :
                List.of(
                        new Hello(PEER_A_AT, PEER_A, 0, "mymaster", MASTER, 0),
                        new Hello(PEER_C_AT, PEER_C, 0, "mymaster", MASTER, 0))) {
            driver.step(
                    new Input.HelloHeard(
                            Optional.of(driver.link(R1, LinkSpec.Kind.PUBSUB)), hello.encode()));
        }
    }

    @Test
    void aMasterThatDiesRightAfterAResetIsReplaced() {
        var driver = afterReset();
        driver.kill(MASTER);
        peersAreHeardAtAReplica(driver);
        driver.advance(DOWN_AFTER.plusSeconds(3));
        var names = driver.eventNames();
        assertTrue(names.contains("+switch-master"), names.toString());
        assertTrue(names.indexOf("+slave") < names.indexOf("+selected-slave"), names.toString());
        assertEquals(R2, driver.view().clientAddress());
        assertEquals(
                List.of(R1, MASTER),
                driver.view().replicas().stream().map(r -> r.instance().address()).toList());
        assertEquals(
                List.of(new Request.ReplicaOf(Optional.of(R2))),
                driver.sent(R1, Request.ReplicaOf.class));
    }

    @Test
    void anOperatorMayOrderAFailoverRightAfterAReset() {
        var driver = afterReset();
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(Optional.of(new Answer.Ok()), driver.reply(asked));
        driver.advance(Duration.ofSeconds(1));
        assertTrue(driver.happened("+switch-master"));
    }

    @Test
    void noReplyNoEventAndNoConfTellsOfThem() {
        var driver = afterReset();
        driver.at(MASTER).info = CoreDriver.master('m');
        driver.kill(R1);
        driver.advance(DOWN_AFTER.plusSeconds(2));
        assertEquals(List.of(), driver.view().replicas());
        assertEquals(List.of(), driver.core.state().masters().getFirst().replicas());
        assertEquals(List.of(), ofNodes(driver));
    }

    /** What is said of data nodes: the peers that a RESET forgets are told of beside it. */
    private static List<String> ofNodes(CoreDriver driver) {
        return driver.events().stream().filter(e -> !e.startsWith("+quorum-lost")).toList();
    }

    @Test
    void whoIsListedByTheMasterAgainIsFoundAsEver() {
        var driver = afterReset();
        driver.advance(INFO_PERIOD);
        assertEquals(
                List.of(
                        "+slave slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6379",
                        "+slave slave 127.0.0.1:6381 127.0.0.1 6381 @ mymaster 127.0.0.1 6379"),
                ofNodes(driver));
        assertEquals(List.of(R1, R2), driver.core.state().masters().getFirst().replicas());
        assertTrue(driver.effects.stream().anyMatch(Effect.Persist.class::isInstance));
    }

    @Test
    void whoIsDownWhenItIsFoundAgainIsSaidToBeDownBehindThat() {
        var driver = afterReset();
        driver.at(MASTER).tells = false;
        driver.kill(R1);
        driver.advance(DOWN_AFTER.plusSeconds(1));
        driver.step(
                new Input.InfoAnswered(
                        driver.link(MASTER, LinkSpec.Kind.COMMAND), Optional.empty()));
        driver.at(MASTER).tells = true;
        driver.advance(INFO_PERIOD.multipliedBy(2));
        assertEquals(
                List.of("+slave", "+slave", "+sdown"),
                driver.eventNames().stream().filter(e -> !e.contains("quorum")).toList());
    }

    @Test
    void whoIsGoneFromTheMastersListAndSilentIsForgottenAfterTwoInfos() {
        var driver = afterReset();
        driver.at(MASTER).info = CoreDriver.master('m', R2);
        driver.kill(R1);
        driver.advance(INFO_PERIOD.multipliedBy(3));
        driver.at(R1).listens = true;
        driver.effects.clear();
        driver.advance(INFO_PERIOD);
        assertEquals(List.of(), driver.sent(R1, Request.Ping.class));
    }

    @Test
    void whoFollowsTheMasterButIsNotListedYetIsKept() {
        var driver = afterReset();
        driver.at(MASTER).info = CoreDriver.master('m');
        driver.advance(INFO_PERIOD.multipliedBy(6));
        assertEquals(List.of(), driver.view().replicas());
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(Optional.of(new Answer.Ok()), driver.reply(asked));
    }

    @Test
    void whoFollowsAnotherMasterIsNeitherPromotedNorBroughtBack() {
        var driver = afterReset();
        driver.at(MASTER).info = CoreDriver.master('m');
        for (var replica : List.of(R1, R2)) {
            driver.at(replica).info = CoreDriver.following(driver.at(replica).info, OTHER, true);
        }
        driver.ask(new OperatorCommand.Reset("*"));
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(
                Optional.of(new Answer.Refused("NOGOODSLAVE No suitable replica to promote")),
                driver.reply(asked));
        driver.advance(CoreDriver.FAILOVER_TIMEOUT.plusSeconds(30));
        for (var replica : List.of(R1, R2)) {
            assertEquals(List.of(), driver.sent(replica, Request.ReplicaOf.class));
            assertFalse(driver.links.values().stream().anyMatch(s -> s.target().equals(replica)));
        }
    }

    @Test
    void whoWasForgottenIsNoReasonOfAnAbortButNamedAsUnconfirmed() {
        var driver = afterReset();
        for (var replica : List.of(R1, R2)) {
            driver.at(replica).info = CoreDriver.following(driver.at(replica).info, OTHER, true);
        }
        driver.ask(new OperatorCommand.Reset("*"));
        driver.kill(MASTER);
        peersAreHeardAtAReplica(driver);
        driver.advance(DOWN_AFTER.plusSeconds(3));
        assertTrue(
                driver.events()
                        .contains(
                                "-failover-abort-reason master mymaster 127.0.0.1 6379"
                                        + " no-good-slave 127.0.0.1 6380 unconfirmed,"
                                        + " 127.0.0.1 6381 unconfirmed"),
                driver.events().toString());
    }

    @Test
    void oneProcessThatIsListedUnderANewAddressIsForgottenUnderTheOld() {
        var driver = afterReset();
        driver.at(OTHER).info = driver.at(R1).info;
        driver.at(MASTER).info = CoreDriver.master('m', OTHER, R2);
        driver.advance(INFO_PERIOD.plusSeconds(1));
        assertFalse(driver.links.values().stream().anyMatch(s -> s.target().equals(R1)));
    }

    @Test
    void anObserverOfASwitchAfterAResetKnowsTheSiblings() {
        var driver = afterReset();
        driver.step(
                new Input.HelloHeard(
                        Optional.of(driver.link(R1, LinkSpec.Kind.PUBSUB)),
                        new Hello(PEER_A_AT, PEER_A, 1, "mymaster", R2, 1).encode()));
        assertEquals(
                List.of(
                        "+sentinel",
                        "+new-epoch",
                        "+config-update-from",
                        "+switch-master",
                        "+slave",
                        "+slave"),
                driver.eventNames().subList(0, 6));
        assertEquals(List.of(R1, MASTER), driver.core.state().masters().getFirst().replicas());
    }
}

package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.FAILOVER_TIMEOUT;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
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
import java.util.stream.IntStream;

class InfoTest {
    private static final Address R3 = CoreDriver.address(6382);

    @Test
    void aNewReplicaIsFoundWatchedAndSaved() {
        var driver = CoreDriver.group(2);
        driver.at(R3).info = CoreDriver.replica('3', 7);
        driver.at(MASTER).info = CoreDriver.master('m', R1, R2, R3);
        driver.advance(Duration.ofSeconds(8));
        assertEquals(
                List.of("+slave slave 127.0.0.1:6382 127.0.0.1 6382 @ mymaster 127.0.0.1 6379"),
                driver.events());
        assertEquals(List.of(R1, R2, R3), driver.core.state().masters().getFirst().replicas());
        assertEquals(7, driver.replicaView(R3).offset());
        int persist =
                driver.effects.indexOf(
                        driver.effects.stream()
                                .filter(Effect.Persist.class::isInstance)
                                .findFirst()
                                .orElseThrow());
        assertTrue(driver.effects.get(persist + 1) instanceof Effect.Publish);
    }

    @Test
    void aReplicaIsNeverForgottenByInfo() {
        var driver = CoreDriver.group(2);
        driver.at(MASTER).info = CoreDriver.master('m');
        driver.advance(Duration.ofSeconds(20));
        assertEquals(2, driver.view().replicas().size());
    }

    @Test
    void aReplicaWithANameIsNotAddedWhenNamesAreNotResolved() {
        var driver = CoreDriver.group(2);
        driver.at(MASTER).info = CoreDriver.master('m', new Address("redis-3", 6379));
        driver.advance(Duration.ofSeconds(8));
        assertEquals(2, driver.view().replicas().size());
        assertEquals(List.of("Failed to resolve hostname 'redis-3'"), driver.logs());
    }

    @Test
    void aMasterThatListsItselfIsNotItsOwnReplica() {
        var driver = CoreDriver.group(2);
        driver.at(MASTER).info = CoreDriver.master('m', MASTER);
        driver.advance(Duration.ofSeconds(8));
        assertEquals(2, driver.view().replicas().size());
    }

    @Test
    void whatAReplicaTellsIsShown() {
        var driver = CoreDriver.group(2);
        driver.at(R1).info =
                new InstanceInfo(
                        "text",
                        Optional.of("f".repeat(40)),
                        Optional.of(InstanceInfo.Role.REPLICA),
                        List.of(),
                        Optional.of(R2),
                        false,
                        Duration.ofSeconds(17),
                        42,
                        4711,
                        false);
        driver.advance(Duration.ofSeconds(8));
        var replica = driver.replicaView(R1);
        assertEquals(Optional.of("f".repeat(40)), replica.instance().runId());
        assertEquals(Optional.of(R2), replica.masterAddress());
        assertFalse(replica.masterLinkUp());
        assertEquals(Duration.ofSeconds(17), replica.masterLinkDownFor());
        assertEquals(42, replica.priority());
        assertEquals(4711, replica.offset());
        assertFalse(replica.announced());
        assertEquals(Optional.of("text"), replica.infoText().text());
        assertTrue(driver.events().getFirst().startsWith("+reboot slave 127.0.0.1:6380"));
    }

    @Test
    void theLastInfoIsKeptWhetherItIsLongerOrShorterThanTheOneBefore() {
        var kept = new KeptText();
        assertEquals(Optional.empty(), kept.text());
        for (var told : List.of("used:9", "used:10 höher", "u:1", "", "used:100")) {
            kept.set(told);
            assertEquals(Optional.of(told), kept.text());
        }
        kept.forget();
        assertEquals(Optional.empty(), kept.text());
    }

    @Test
    void aReplicaWhoseMasterLinkIsDownIsAskedEverySecond() {
        var driver = CoreDriver.group(2);
        driver.at(R1).info = CoreDriver.following(driver.at(R1).info, MASTER, false);
        driver.advance(Duration.ofSeconds(8));
        driver.effects.clear();
        driver.advance(Duration.ofSeconds(10));
        assertEquals(10, driver.sent(R1, Request.Info.class).size());
        assertEquals(1, driver.sent(R2, Request.Info.class).size());
    }

    @Test
    void aReplicaThatTurnsMasterIsConvertedAfterEightSeconds() {
        var driver = CoreDriver.group(2);
        driver.at(R1).info = CoreDriver.master('1');
        driver.advance(Duration.ofSeconds(8));
        assertEquals(
                List.of(
                        "-role-change slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1"
                                + " 6379 new reported role is master"),
                driver.events());
        driver.advance(Duration.ofSeconds(10));
        assertEquals(
                List.of(new Request.ReplicaOf(Optional.of(MASTER))),
                driver.sent(R1, Request.ReplicaOf.class));
        assertTrue(driver.happened("+convert-to-slave"));
    }

    @Test
    void nobodyIsConvertedWhileTheMasterDoesNotLookSane() {
        var driver = CoreDriver.group(3);
        driver.at(R1).info = CoreDriver.master('1');
        driver.at(MASTER).answers = false;
        driver.advance(Duration.ofSeconds(60));
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOf.class));
    }

    @Test
    void aReplicaOfAnotherMasterIsFixedAfterTheFailoverTimeout() {
        var driver = CoreDriver.group(2);
        driver.at(R1).info = CoreDriver.following(driver.at(R1).info, R2, true);
        driver.advance(FAILOVER_TIMEOUT);
        assertEquals(List.of(), driver.sent(R1, Request.ReplicaOf.class));
        driver.advance(Duration.ofSeconds(20));
        assertEquals(
                List.of(new Request.ReplicaOf(Optional.of(MASTER))),
                driver.sent(R1, Request.ReplicaOf.class));
        assertTrue(
                driver.events()
                        .contains(
                                "+fix-slave-config slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster"
                                        + " 127.0.0.1 6379"));
    }

    @Test
    void anInfoErrorIsAskedAgainAfterASecond() {
        var driver = CoreDriver.group(2);
        driver.at(MASTER).answers = false;
        driver.advance(Duration.ofSeconds(7));
        var link = driver.link(MASTER, LinkSpec.Kind.COMMAND);
        driver.effects.clear();
        driver.step(new Input.InfoAnswered(link, Optional.empty()));
        driver.advance(Duration.ofMillis(400));
        assertEquals(List.of(), driver.sent(MASTER, Request.Info.class));
        driver.advance(Duration.ofMillis(600));
        assertEquals(1, driver.sent(MASTER, Request.Info.class).size());
    }

    @Test
    void aMasterThatListsReplicasWithoutEndDoesNotFillTheMemory() {
        var driver = CoreDriver.group(2);
        var endless =
                IntStream.range(0, 2_000)
                        .mapToObj(i -> new Address("10.1." + i / 250 + "." + i % 250, 6379))
                        .toArray(Address[]::new);
        driver.at(MASTER).info = CoreDriver.master('m', endless);
        driver.advance(Duration.ofSeconds(8));
        assertEquals(256, driver.view().replicas().size());
    }

    private static InstanceInfo busy(InstanceInfo info, boolean loading, boolean syncing) {
        return CoreDriver.telling(info, loading, syncing, false, true, Optional.empty());
    }

    /** PING alone does not tell: its answer may be a second old, and INFO is asked anew (G3). */
    @Test
    void aReplicaThatSaysInInfoThatItLoadsIsNotPromoted() {
        var driver = CoreDriver.group(2);
        for (var address : List.of(R1, R2)) {
            driver.at(address).info = busy(driver.at(address).info, true, false);
        }
        driver.advance(Duration.ofSeconds(10));
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(
                Optional.of(new Answer.Refused("NOGOODSLAVE No suitable replica to promote")),
                driver.reply(asked));
    }

    @Test
    void aReplicaThatIsInASyncAgainIsChosenLast() {
        var driver = CoreDriver.group(2);
        driver.at(R2).info = busy(driver.at(R2).info, false, true);
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofSeconds(2));
        assertEquals(
                List.of(new Request.ReplicaOf(Optional.empty())),
                driver.sent(R1, Request.ReplicaOf.class));
    }

    @Test
    void aReplicaThatNeverSyncedIsNotPromoted() {
        var state = CoreDriver.state(2, CoreDriver.options());
        var driver = new CoreDriver(state);
        driver.healthy();
        for (var address : List.of(R1, R2)) {
            var info = CoreDriver.following(driver.at(address).info, MASTER, false);
            driver.at(address).info =
                    new InstanceInfo(
                            info.text(),
                            info.runId(),
                            info.role(),
                            List.of(),
                            info.masterAddress(),
                            false,
                            Duration.ofSeconds(-1),
                            100,
                            0,
                            true);
        }
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        var asked = driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(
                Optional.of(new Answer.Refused("NOGOODSLAVE No suitable replica to promote")),
                driver.reply(asked));
    }
}

package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.R1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class OperatorTest {
    private static final Answer OK = new Answer.Ok();
    private static final Answer NOT_SAVED =
            new Answer.Refused("ERR Failed to save config file. Check server logs.");

    private static OperatorCommand.Set set(String... words) {
        return new OperatorCommand.Set(
                "mymaster",
                List.of(
                        new OperatorCommand.Set.Option(
                                words[0], List.of(words).subList(1, words.length))));
    }

    private static Answer answer(CoreDriver driver, OperatorCommand command) {
        return driver.reply(driver.ask(command)).orElseThrow();
    }

    private static Answer refused(String line) {
        return new Answer.Refused(line);
    }

    // ---- MONITOR, REMOVE, RESET, FLUSHCONFIG

    @Test
    void monitorAnswersThenTellsAndConnects() {
        var driver = CoreDriver.group(2);
        var at = CoreDriver.address(7000);
        var token = driver.ask(new OperatorCommand.Monitor("other", at, 1));
        int reply = driver.effects.indexOf(new Effect.Reply(token, OK));
        assertTrue(reply > 0);
        assertEquals(List.of("+monitor master other 127.0.0.1 7000 quorum 1"), driver.events());
        assertTrue(driver.effects.get(reply + 1) instanceof Effect.Publish);
        assertTrue(driver.links.values().stream().anyMatch(s -> s.target().equals(at)));
        assertEquals(at, driver.core.state().master("other").orElseThrow().address());
    }

    @Test
    void monitorRefusesABadQuorumAndAKnownName() {
        var driver = CoreDriver.group(2);
        assertEquals(
                refused("ERR Quorum must be 1 or greater."),
                answer(driver, new OperatorCommand.Monitor("other", MASTER, 0)));
        assertEquals(
                refused("ERR Duplicate master name."),
                answer(driver, new OperatorCommand.Monitor("mymaster", MASTER, 1)));
    }

    @Test
    void removeForgetsAllOfAMasterAndClosesItsLinks() {
        var driver = CoreDriver.group(2);
        assertEquals(OK, answer(driver, new OperatorCommand.Remove("mymaster")));
        assertEquals(List.of("-monitor master mymaster 127.0.0.1 6379"), driver.events());
        assertEquals(Map.of(), driver.links);
        assertEquals(List.of(), driver.core.state().masters());
        assertEquals(Periods.NO_DEADLINE, driver.core.nextDeadline());
    }

    @Test
    void resetForgetsReplicasAndSentinelsOfTheMastersThatMatch() {
        var driver = CoreDriver.group(2);
        assertEquals(new Answer.Count(0), answer(driver, new OperatorCommand.Reset("x*")));
        assertEquals(new Answer.Count(1), answer(driver, new OperatorCommand.Reset("my*")));
        assertEquals(List.of("+reset-master master mymaster 127.0.0.1 6379"), driver.events());
        assertEquals(List.of(), driver.view().replicas());
        assertEquals(List.of(), driver.view().sentinels());
        assertTrue(driver.effects.stream().noneMatch(Effect.Persist.class::isInstance));
        driver.advance(Duration.ofSeconds(10));
        assertEquals(2, driver.view().replicas().size());
    }

    @Test
    void resetUndoesAFailoverWithoutAWordAsLongAsNobodyWasToldToBeAMaster() {
        var driver = CoreDriver.group(2);
        driver.at(R1).tells = false;
        driver.at(CoreDriver.R2).tells = false;
        driver.ask(new OperatorCommand.Failover("mymaster"));
        assertEquals(FailoverPhase.SELECT_SLAVE, driver.view().failover());
        driver.effects.clear();
        driver.ask(new OperatorCommand.Reset("*"));
        assertEquals(FailoverPhase.NONE, driver.view().failover());
        assertEquals(List.of("+reset-master"), driver.eventNames());
    }

    @Test
    void flushConfigAnswersHowTheWriteWent() {
        var driver = CoreDriver.group(2);
        assertEquals(OK, answer(driver, new OperatorCommand.FlushConfig()));
        driver.diskError = Optional.of("No space left on device");
        assertEquals(NOT_SAVED, answer(driver, new OperatorCommand.FlushConfig()));
        assertEquals(NOT_SAVED, answer(driver, set("quorum", "3")));
    }

    @Test
    void aCommandThatSavesIsAnsweredAfterTheWrite() {
        var driver = CoreDriver.group(2);
        driver.diskAnswers = false;
        var token = driver.ask(set("quorum", "3"));
        assertEquals(Optional.empty(), driver.reply(token));
        driver.endWrites();
        assertEquals(Optional.of(OK), driver.reply(token));
    }

    @Test
    void anUnknownMasterIsSaidToBeUnknown() {
        var driver = CoreDriver.group(2);
        var unknown = refused("ERR No such master with that name");
        assertEquals(unknown, answer(driver, new OperatorCommand.Failover("x")));
        assertEquals(unknown, answer(driver, new OperatorCommand.Remove("x")));
        assertEquals(unknown, answer(driver, new OperatorCommand.Set("x", List.of())));
    }

    // ---- SET

    @Test
    void setTellsEachOption() {
        var driver = CoreDriver.group(2);
        var order =
                new OperatorCommand.Set(
                        "mymaster",
                        List.of(
                                new OperatorCommand.Set.Option("quorum", List.of("3")),
                                new OperatorCommand.Set.Option(
                                        "Down-After-Milliseconds", List.of("7000")),
                                new OperatorCommand.Set.Option(
                                        "rename-command", List.of("config", "guarded")),
                                new OperatorCommand.Set.Option("auth-pass", List.of("secret"))));
        assertEquals(OK, answer(driver, order));
        assertEquals(
                List.of(
                        "+set master mymaster 127.0.0.1 6379 quorum 3",
                        "+set master mymaster 127.0.0.1 6379 Down-After-Milliseconds 7000",
                        "+set master mymaster 127.0.0.1 6379 rename-command config guarded",
                        "+set master mymaster 127.0.0.1 6379 auth-pass ******"),
                driver.events());
        var options = driver.view().options();
        assertEquals(3, driver.view().quorum());
        assertEquals(Duration.ofSeconds(7), options.downAfter());
        assertEquals(Duration.ofSeconds(7), driver.replicaView(R1).instance().downAfter());
        assertEquals(Map.of("CONFIG", "guarded"), options.renamedCommands());
        assertEquals(Optional.of("secret"), options.authPass());
        assertFalse(driver.effects.toString().contains("told=secret"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "down-after-milliseconds, 0",
        "down-after-milliseconds, -5",
        "down-after-milliseconds, 5s",
        "down-after-milliseconds, +5",
        "failover-timeout, 0",
        "failover-timeout, x",
        "parallel-syncs, 0",
        "parallel-syncs, 99999999999",
        "quorum, 0",
        "quorum, 1.5",
        "master-reboot-down-after-period, -1"
    })
    void aBadNumberIsRefused(String option, String value) {
        var driver = CoreDriver.group(2);
        assertEquals(
                refused("ERR Invalid argument '" + value + "' for SENTINEL SET '" + option + "'"),
                answer(driver, set(option, value)));
        assertEquals(List.of(), driver.events());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "quorum-x", ""})
    void anUnknownOptionIsRefused(String option) {
        assertEquals(
                refused(
                        "ERR Unknown option or number of arguments for SENTINEL SET '"
                                + option
                                + "'"),
                answer(CoreDriver.group(2), set(option, "1")));
    }

    @Test
    void anOptionWithoutItsValueIsRefused() {
        assertEquals(
                refused("ERR Unknown option or number of arguments for SENTINEL SET 'quorum'"),
                answer(CoreDriver.group(2), set("quorum")));
    }

    @Test
    void whatStandsBeforeAFaultyOptionStaysAndIsSaved() {
        var driver = CoreDriver.group(2);
        var order =
                new OperatorCommand.Set(
                        "mymaster",
                        List.of(
                                new OperatorCommand.Set.Option("quorum", List.of("3")),
                                new OperatorCommand.Set.Option("quorum", List.of("0")),
                                new OperatorCommand.Set.Option("parallel-syncs", List.of("4"))));
        assertEquals(
                refused("ERR Invalid argument '0' for SENTINEL SET 'quorum'"),
                answer(driver, order));
        assertEquals(3, driver.view().quorum());
        assertEquals(1, driver.view().options().parallelSyncs());
        assertTrue(driver.effects.stream().anyMatch(Effect.Persist.class::isInstance));
    }

    @Test
    void scriptsAreDeniedUnlessTheConfAllowsThem() {
        assertEquals(
                refused(
                        "ERR Reconfiguration of scripts path is denied for security reasons. Check"
                                + " the deny-scripts-reconfig configuration directive in your"
                                + " Sentinel configuration"),
                answer(CoreDriver.group(2), set("notification-script", "/bin/true")));
    }

    @Test
    void aScriptThatCannotRunIsRefused() {
        var state = CoreDriver.state(2, CoreDriver.options());
        var driver =
                new CoreDriver(
                        new SentinelState(
                                state.myId(),
                                0,
                                SentinelOptions.DEFAULTS.toBuilder()
                                        .denyScriptsReconfig(false)
                                        .build(),
                                state.masters()));
        driver.start();
        assertEquals(
                refused("ERR Notification script seems non existing or non executable"),
                answer(driver, script("notification-script", "/no", false)));
        assertEquals(
                refused("ERR Client reconfiguration script seems non existing or non executable"),
                answer(driver, script("client-reconfig-script", "/no", false)));
        assertEquals(OK, answer(driver, script("notification-script", "/bin/true", true)));
        assertEquals(Optional.of("/bin/true"), driver.view().options().notificationScript());
        assertEquals(OK, answer(driver, script("notification-script", "", false)));
        assertEquals(Optional.empty(), driver.view().options().notificationScript());
    }

    private static OperatorCommand.Set script(String option, String path, boolean executable) {
        return new OperatorCommand.Set(
                "mymaster",
                List.of(new OperatorCommand.Set.Option(option, List.of(path), executable)));
    }

    @Test
    void newCredentialsMeanNewConnections() {
        var driver = CoreDriver.group(2);
        assertEquals(OK, answer(driver, set("auth-pass", "secret")));
        driver.advance(Duration.ofSeconds(1));
        var credentials = Optional.of(new LinkSpec.Credentials(Optional.empty(), "secret"));
        for (var at : List.of(MASTER, R1)) {
            assertTrue(
                    driver.links.values().stream()
                            .filter(s -> s.target().equals(at))
                            .allMatch(s -> s.credentials().equals(credentials)));
        }
        assertFalse(driver.happened("+sdown"));
    }

    @Test
    void renamingACommandToItselfTakesTheNewNameAway() {
        var driver = CoreDriver.group(2);
        answer(driver, set("rename-command", "SLAVEOF", "guarded"));
        assertEquals(Map.of("SLAVEOF", "guarded"), driver.view().options().renamedCommands());
        answer(driver, set("rename-command", "slaveof", "slaveof"));
        assertEquals(Map.of(), driver.view().options().renamedCommands());
    }

    @Test
    void quorumAndMajorityAreCountedForCkquorum() {
        var driver = CoreDriver.group(3);
        assertEquals(3, driver.view().usableSentinels());
        assertTrue(driver.view().quorumReachable());
        driver.kill(CoreDriver.PEER_A_AT);
        driver.advance(CoreDriver.DOWN_AFTER);
        assertEquals(2, driver.view().usableSentinels());
        assertFalse(driver.view().quorumReachable());
        assertTrue(driver.view().majorityReachable());
        driver.kill(CoreDriver.PEER_C_AT);
        driver.advance(CoreDriver.DOWN_AFTER);
        assertFalse(driver.view().majorityReachable());
    }

    /** SLAVEOF NO ONE is written, and its effect is not known yet. */
    private static CoreDriver promoting() {
        var driver = CoreDriver.group(2);
        driver.at(R1).tells = false;
        driver.at(CoreDriver.R2).tells = false;
        driver.ask(new OperatorCommand.Failover("mymaster"));
        driver.advance(Duration.ofMillis(200));
        assertEquals(FailoverPhase.WAIT_PROMOTION, driver.view().failover());
        driver.effects.clear();
        return driver;
    }

    @Test
    void aResetWaitsForTheAnnouncementOfAPromotion() {
        var driver = promoting();
        var asked = driver.ask(new OperatorCommand.Reset("*"));
        assertEquals(Optional.empty(), driver.reply(asked));
        var link = driver.link(CoreDriver.R2, LinkSpec.Kind.COMMAND);
        while (!driver.happened("+switch-master")) {
            driver.step(new Input.InfoAnswered(link, Optional.of(CoreDriver.master('2'))));
        }
        assertEquals(Optional.of(new Answer.Count(1)), driver.reply(asked));
        var names = driver.eventNames();
        assertTrue(names.indexOf("+switch-master") < names.indexOf("+reset-master"));
        assertEquals(CoreDriver.R2, driver.view().clientAddress());
    }

    @Test
    void aRemovalWaitsForAPromotionForASecondAtMostAndThenResetsItsLink() {
        var driver = promoting();
        var asked = driver.ask(new OperatorCommand.Remove("mymaster"));
        driver.advance(Duration.ofMillis(999));
        assertEquals(Optional.empty(), driver.reply(asked));
        driver.advance(Duration.ofMillis(1));
        assertEquals(Optional.of(OK), driver.reply(asked));
        assertTrue(
                driver.effects.stream()
                        .anyMatch(
                                e -> e instanceof Effect.CloseLink(var _, var discard) && discard));
    }

    /** Guard G21: two that find each other first are no majority of three. */
    @Test
    void afterAResetTheMajorityIsCountedOverThePeersThatWereKnownBefore() {
        var driver = new CoreDriver(CoreDriver.state(1, CoreDriver.options()));
        driver.healthy();
        driver.at(CoreDriver.PEER_A_AT).votes = true;
        driver.at(CoreDriver.PEER_C_AT).votes = false;
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        driver.ask(new OperatorCommand.Reset("*"));
        assertEquals(0, driver.view().sentinels().size());
        driver.kill(MASTER);
        driver.effects.clear();
        driver.advance(Duration.ofMillis(5_900));
        assertFalse(driver.happened("+elected-leader"));
    }

    @Test
    void aMasterThatIsNewElectsNobodyBeforeItsSentinelsCouldBeFound() {
        var driver = CoreDriver.group(2);
        var other = CoreDriver.address(7000);
        driver.at(other).listens = false;
        driver.ask(new OperatorCommand.Monitor("other", other, 1));
        driver.ask(
                new OperatorCommand.Set(
                        "other",
                        List.of(
                                new OperatorCommand.Set.Option(
                                        "down-after-milliseconds", List.of("1000")))));
        driver.advance(Duration.ofMillis(5_999));
        assertTrue(driver.happened("+odown"));
        assertFalse(driver.happened("+try-failover"));
        driver.advance(Duration.ofSeconds(1));
        assertTrue(driver.happened("+try-failover"));
    }
}

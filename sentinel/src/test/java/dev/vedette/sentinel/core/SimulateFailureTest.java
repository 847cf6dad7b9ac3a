package dev.vedette.sentinel.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

class SimulateFailureTest {
    private static final Effect EXIT = new Effect.Exit(99);

    private static Answer simulate(CoreDriver driver, SimulatedFailure... failures) {
        return driver.reply(
                        driver.ask(new OperatorCommand.SimulateFailure(List.of(failures), false)))
                .orElseThrow();
    }

    /** What is performed of a forced failover before the crash. */
    private static List<Effect> untilTheCrash(CoreDriver driver) {
        driver.effects.clear();
        driver.ask(new OperatorCommand.Failover("mymaster"));
        int exit = driver.effects.indexOf(EXIT);
        assertTrue(exit > 0, () -> driver.effects.toString());
        driver.effects.subList(exit, driver.effects.size()).clear();
        return driver.effects;
    }

    @Test
    void afterTheElectionItCrashesBeforeAnythingIsDone() {
        var driver = CoreDriver.group(2);
        assertEquals(new Answer.Ok(), simulate(driver, SimulatedFailure.CRASH_AFTER_ELECTION));
        untilTheCrash(driver);
        assertEquals("+elected-leader", driver.eventNames().getLast());
        assertEquals(
                "Sentinel CRASH because of SENTINEL simulate-failure", driver.logs().getLast());
        assertEquals(List.of(), driver.sent(CoreDriver.R2, Request.ReplicaOf.class));
    }

    @Test
    void afterThePromotionItCrashesWithThePromotionOnDisk() {
        var driver = CoreDriver.group(2);
        assertEquals(new Answer.Ok(), simulate(driver, SimulatedFailure.CRASH_AFTER_PROMOTION));
        var done = untilTheCrash(driver);
        assertEquals("+promoted-slave", driver.eventNames().getLast());
        assertTrue(done.stream().anyMatch(Effect.Persist.class::isInstance));
        var master = driver.core.state().master("mymaster").orElseThrow();
        assertEquals(CoreDriver.R2, master.address());
        assertEquals(1, master.configEpoch());
    }

    @Test
    void eachCallClearsWhatWasAskedBefore() {
        var driver = CoreDriver.group(2);
        simulate(driver, SimulatedFailure.values());
        assertEquals(Set.of(SimulatedFailure.values()), driver.core.simulatedFailures());
        simulate(driver);
        assertEquals(Set.of(), driver.core.simulatedFailures());
        driver.ask(new OperatorCommand.Failover("mymaster"));
        assertTrue(driver.happened("+promoted-slave"));
        assertFalse(driver.effects.contains(EXIT));
    }

    @Test
    void whatStandsBeforeAnUnknownWordHolds() {
        var driver = CoreDriver.group(2);
        var token =
                driver.ask(
                        new OperatorCommand.SimulateFailure(
                                List.of(SimulatedFailure.CRASH_AFTER_ELECTION), true));
        assertEquals(
                new Answer.Refused("ERR Unknown failure simulation specified"),
                driver.reply(token).orElseThrow());
        assertEquals(
                Set.of(SimulatedFailure.CRASH_AFTER_ELECTION), driver.core.simulatedFailures());
        assertEquals(
                List.of(
                        "Failure simulation: this Sentinel will crash after being successfully"
                                + " elected as failover leader"),
                driver.logs());
    }
}

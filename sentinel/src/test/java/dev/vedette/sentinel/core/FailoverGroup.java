package dev.vedette.sentinel.core;

import static dev.vedette.sentinel.core.CoreDriver.DOWN_AFTER;
import static dev.vedette.sentinel.core.CoreDriver.MASTER;
import static dev.vedette.sentinel.core.CoreDriver.PEER_A_AT;
import static dev.vedette.sentinel.core.CoreDriver.PEER_C_AT;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.protocol.net.Address;

import java.time.Duration;

/** The group that tests of failovers begin with: three sentinels, two replicas, all well. */
final class FailoverGroup {
    /** The master, its replicas, and the other one under the new master, as events name them. */
    static final String M = "master mymaster 127.0.0.1 6379";

    static final String S1 = "slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6379";
    static final String S2 = "slave 127.0.0.1:6381 127.0.0.1 6381 @ mymaster 127.0.0.1 6379";
    static final String N1 = "slave 127.0.0.1:6380 127.0.0.1 6380 @ mymaster 127.0.0.1 6381";

    private FailoverGroup() {}

    static CoreDriver group() {
        return group(CoreDriver.options());
    }

    static CoreDriver group(MasterOptions options) {
        var driver = new CoreDriver(CoreDriver.state(2, options));
        driver.healthy();
        driver.at(PEER_A_AT).votes = true;
        driver.at(PEER_C_AT).votes = true;
        driver.start();
        driver.advance(Duration.ofSeconds(3));
        driver.effects.clear();
        return driver;
    }

    static void killMaster(CoreDriver driver) {
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.plusSeconds(1));
    }

    /** The leader waits for the replicas' offsets: they told their last ones before the failure. */
    static void electedWhileSilent(CoreDriver driver, Address... silent) {
        driver.advance(Duration.ofSeconds(4));
        driver.kill(MASTER);
        driver.advance(DOWN_AFTER.minusMillis(1));
        for (var replica : silent) {
            driver.at(replica).tells = false;
        }
        while (!driver.happened("+elected-leader")) {
            driver.advance(Duration.ofMillis(1));
        }
        assertEquals(FailoverPhase.SELECT_SLAVE, driver.view().failover());
    }
}

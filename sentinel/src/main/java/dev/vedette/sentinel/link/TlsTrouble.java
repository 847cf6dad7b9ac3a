package dev.vedette.sentinel.link;

import dev.vedette.protocol.client.CloseCause;
import dev.vedette.protocol.net.Address;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells the operator of instances that cannot be reached because of TLS: half of a deployment that
 * speaks it looks like a network failure otherwise. One line an instance and minute, from the third
 * failure on: a node that sends its clients away at the wrong moment, as a failover makes it, looks
 * the same on both connections to it. Event loop only.
 */
final class TlsTrouble {
    private static final Logger log = LoggerFactory.getLogger(TlsTrouble.class);

    private static final long PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

    private static final int TOLD_FROM = 3;

    /** Instances come and go; more than these are not all broken the same way. */
    private static final int MOST = 1000;

    private final Map<Address, Trouble> troubles = new HashMap<>();

    private record Trouble(int count, long toldNanos) {}

    /** The connection has ended. */
    void ended(Address instance, CloseCause cause, String detail, long nowNanos) {
        if (cause != CloseCause.TLS_FAILED) {
            troubles.remove(instance);
            return;
        }
        var before = troubles.get(instance);
        if (before == null) {
            if (troubles.size() < MOST) {
                troubles.put(instance, new Trouble(1, 0));
            }
            return;
        }
        int count = before.count() + 1;
        boolean telling =
                count == TOLD_FROM
                        || (count > TOLD_FROM && nowNanos - before.toldNanos() > PAUSE_NANOS);
        if (telling) {
            log.warn("no TLS link instance={} cause=\"{}\"", instance, detail);
        }
        troubles.put(instance, new Trouble(count, telling ? nowNanos : before.toldNanos()));
    }
}

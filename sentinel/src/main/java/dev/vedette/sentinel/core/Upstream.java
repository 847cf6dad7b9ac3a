package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

import java.time.Instant;
import java.util.Optional;

/**
 * Whom a node that we hold for the master says that it follows, its link up: it is a copy of that
 * one, and no master.
 *
 * @param since when the first of the INFOs that say so without a break was asked for
 */
record Upstream(Address address, Instant since) {

    /**
     * What one more INFO makes of it.
     *
     * @param asked when that INFO was asked for
     */
    static Optional<Upstream> told(Optional<Upstream> before, InstanceInfo info, Instant asked) {
        boolean copies =
                info.role().filter(role -> role == InstanceInfo.Role.REPLICA).isPresent()
                        && info.masterLinkUp();
        var followed = info.masterAddress().filter(_ -> copies);
        return before.filter(upstream -> followed.equals(Optional.of(upstream.address())))
                .or(() -> followed.map(address -> new Upstream(address, asked)));
    }
}

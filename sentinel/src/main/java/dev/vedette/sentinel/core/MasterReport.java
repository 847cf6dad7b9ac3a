package dev.vedette.sentinel.core;

import dev.vedette.protocol.net.Address;

/**
 * What a peer says of a master in its reply to SENTINEL MASTER.
 *
 * @param address the old one until the peer's own switch is done
 * @param failover how far the peer's own failover is
 */
public record MasterReport(Address address, long configEpoch, FailoverPhase failover) {

    /** It leads a failover that may promote a node, or has promoted one that nobody heard of. */
    boolean leadsUnannounced() {
        return switch (failover) {
            case SELECT_SLAVE, SEND_SLAVEOF_NOONE, WAIT_PROMOTION -> true;
            case NONE, WAIT_START, RECONF_SLAVES, UPDATE_CONFIG -> false;
        };
    }
}

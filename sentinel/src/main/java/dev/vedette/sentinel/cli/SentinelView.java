package dev.vedette.sentinel.cli;

import dev.vedette.protocol.net.Address;

import java.util.List;

/**
 * What one sentinel says about all of its masters, at one moment.
 *
 * @param id the run id of the sentinel itself
 */
record SentinelView(Address sentinel, String id, List<Master> masters) {

    boolean isHealthy() {
        return masters.stream().allMatch(Master::isHealthy);
    }

    /** A master with all that hangs on it. */
    record Master(Fields fields, List<Fields> replicas, List<Fields> peers, Quorum quorum) {
        String name() {
            return fields.text("name");
        }

        boolean isHealthy() {
            return state().equals("up") && quorum.isReached();
        }

        /** One word for a person; {@link Fields#flags} has all of it. */
        String state() {
            return stateOf(fields);
        }
    }

    /** The answer to {@code SENTINEL CKQUORUM}. */
    record Quorum(boolean isReached, String message) {}

    /** The worst that the flags of an instance say, in words. */
    static String stateOf(Fields instance) {
        if (instance.isFlagged("failover_in_progress")) {
            return "failing over";
        }
        if (instance.isFlagged("o_down")) {
            return "objectively down";
        }
        if (instance.isFlagged("s_down")) {
            return "subjectively down";
        }
        return instance.isFlagged("disconnected") ? "disconnected" : "up";
    }
}

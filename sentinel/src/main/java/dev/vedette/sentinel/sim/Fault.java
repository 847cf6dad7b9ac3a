package dev.vedette.sentinel.sim;

/** What can go wrong, by name: each is counted, so that a report shows that it occurred. */
public enum Fault {
    // ---- data nodes
    MASTER_KILLED,
    MASTER_LOSES_POWER,
    MASTER_HANGS,
    /** Killed and started again, several times within seconds. */
    MASTER_FLAPS,
    /** Back in less than a second. */
    MASTER_RESTARTS_AT_ONCE,
    REPLICA_KILLED,
    REPLICA_LOSES_POWER,
    REPLICA_HANGS,
    NODE_DIES_WHEN_PROMOTED,
    NODE_HANGS_WHEN_PROMOTED,
    /** Between the choice and SLAVEOF NO ONE. */
    NODE_DIES_WHEN_CHOSEN,
    /** The dead master is back while its successor is being made. */
    OLD_MASTER_RETURNS_IN_A_FAILOVER,
    DATA_NODE_LOSES_ITS_DATA,
    /** It comes back with an older snapshot. */
    NODE_RETURNS_WITH_LESS_DATA,
    /** Cut off from all others it goes on taking writes. */
    MASTER_RETURNS_WITH_MORE_DATA,
    /** It comes back with its first conf, and so perhaps as a master, or of another one. */
    NODE_RETURNS_WITH_ITS_FIRST_CONF,
    /** It loads for seconds, answering LOADING. */
    NODE_LOADS_LONG,
    /** A script loops: BUSY, until it is killed. */
    SCRIPT_BLOCKS_A_NODE,
    /** CLIENT PAUSE: PUBLISH, and what is behind it, is not answered. */
    CLIENTS_ARE_PAUSED,
    NODE_DENIES_CONFIG,
    /** Another group's master comes up at the address of a dead replica. */
    ADDRESS_REUSED_BY_A_STRANGER,

    // ---- sentinels
    SENTINEL_KILLED,
    SENTINEL_LOSES_POWER,
    SENTINEL_PAUSED_SHORTLY,
    SENTINEL_PAUSED_INTO_TILT,
    /** Its machine sleeps: its monotonic clock stands still, that of the others does not. */
    SENTINEL_MACHINE_SUSPENDED,
    LEADER_STOPPED_AT_AN_EVENT,
    SENTINEL_DIES_AT_AN_EVENT,
    SENTINEL_DIES_BEFORE_IT_SAVED,
    /** On disk, and not spoken yet. */
    SENTINEL_DIES_AFTER_IT_SAVED,
    SENTINEL_RESTORED_FROM_AN_OLD_CONF,
    SENTINEL_RETURNS_WITH_A_NEW_ID,
    SENTINEL_DISK_SLOW,
    SENTINEL_DISK_FULL,
    /** fsync fails: whether the bytes are there nobody knows. */
    SENTINEL_DISK_SYNC_FAILS,
    /** Power fails in the middle of a write, and the disk forgets what was not synced. */
    SENTINEL_DISK_FORGETS_THE_UNSYNCED,

    // ---- many at once
    /** A data node and a sentinel in one place. */
    ZONE_LOST,
    ALL_SENTINELS_LOSE_POWER,
    ALL_DATA_NODES_LOSE_POWER,
    EVERYTHING_LOSES_POWER,
    ROLLING_RESTART,

    // ---- the network
    PARTITION,
    ONE_MACHINE_CUT_OFF,
    ONE_WAY_CUT,
    /** Open connections die without a word, new ones work. */
    CONNECTIONS_BLACK_HOLED,
    CONNECTIONS_RESET,
    /** A firewall refuses new connections to a machine that lives. */
    CONNECTIONS_REFUSED,
    PACKET_LOSS,
    LONG_DELAYS,
    ONE_MACHINE_SLOW,
    HELLOS_ARRIVE_TWICE,
    HELLOS_ARRIVE_LATE,
    HELLO_OF_A_REMOVED_SENTINEL,

    // ---- clocks
    CLOCK_JUMPS_FORWARD,
    CLOCK_JUMPS_BACKWARD,

    // ---- names
    DNS_HANGS,
    DNS_FAILS,
    DNS_LIES,
    /** It comes back at another address behind the same name. */
    NODE_MOVES,

    // ---- operators
    PRIORITY_CHANGED,
    OPERATOR_ORDERS_FAILOVER,
    OPERATORS_ORDER_TWO_FAILOVERS,
    FAILOVER_ON_BOTH_SIDES_OF_A_CUT,
    OPERATOR_RESETS,
    RESET_AT_AN_EVENT,
    OPERATOR_REMOVES_AND_MONITORS,
    REMOVE_AT_AN_EVENT,
    OPERATOR_SETS_OPTIONS,
    OPERATOR_MAKES_A_CHAIN,
    OPERATOR_PROMOTES_BEHIND_THEIR_BACK,
    CLIENTS_KILLED;

    /** Those that mean something only in a deployment with host names. */
    boolean needsNames() {
        return switch (this) {
            case DNS_HANGS, DNS_FAILS, DNS_LIES, NODE_MOVES -> true;
            default -> false;
        };
    }
}
